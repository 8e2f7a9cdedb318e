//! Event files that TensorBoard opens, as PyTorch's `SummaryWriter` writes them.
//!
//! A file is a chain of TFRecords (<https://www.tensorflow.org/tutorials/load_data/tfrecord>): length,
//! masked CRC-32C of the length, an `Event` message
//! (<https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto>), and
//! its masked CRC-32C.

mod read;

use prost::{Message, Oneof};

pub use self::read::{EventsError, ScriptRun, is_events, read_run};

use crate::library::RunMetrics;

/// The tag for the loss of every batch.
pub const LOSS_BATCH: &str = "Loss/batch";
/// The tutorial's tag for the mean loss of every 1000 batches.
pub const LOSS_TRAIN: &str = "Loss/train";
/// The tutorial's chart of two curves by epoch.
pub const LOSSES_BY_EPOCH: &str = "Training vs. Validation Loss";
/// The tag for the validation loss by epoch, in the same file as the other tags.
pub const LOSS_VALIDATION: &str = "Loss/validation";
/// The tag for the validation accuracy by epoch.
pub const ACCURACY: &str = "Accuracy/validation";

/// `Event`, one record of a file.
#[derive(Clone, PartialEq, Message)]
struct Event {
    /// Seconds since 1970 UTC.
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(oneof = "What", tags = "3, 5")]
    what: Option<What>,
}

/// The content of an event.
#[derive(Clone, PartialEq, Oneof)]
enum What {
    #[prost(string, tag = "3")]
    FileVersion(String),
    #[prost(message, tag = "5")]
    Summary(Summary),
}

/// `Summary`, the points that an event holds.
#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    values: Vec<Value>,
}

/// `Summary.Value`, one point of a curve.
#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, tag = "2")]
    simple_value: f32,
}

/// The first record of every event file. `wall_time` is in seconds since 1970 UTC.
#[must_use]
pub fn file_start(wall_time: f64) -> Vec<u8> {
    record(&Event { wall_time, step: 0, what: Some(What::FileVersion("brain.Event:2".to_owned())) })
}

/// The record of one point of a curve; `wall_time` is in seconds since 1970 UTC.
#[must_use]
pub fn scalar(tag: &str, value: f64, step: u64, wall_time: f64) -> Vec<u8> {
    let value = Value { tag: tag.to_owned(), simple_value: value as f32 };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    record(&Event { wall_time, step, what: Some(What::Summary(Summary { values: vec![value] })) })
}

/// The folder below a run's own in which `SummaryWriter.add_scalars` puts one of a chart's curves.
#[must_use]
pub fn curve_folder(chart: &str, curve: &str) -> String {
    format!("{}_{curve}", chart.replace('/', "_"))
}

/// A run's event files with the tutorial's tags, by their paths below the run's own folder.
///
/// `started_at` is in seconds since 1970 UTC.
#[must_use]
pub fn run_files(metrics: &RunMetrics, started_at: f64) -> Vec<(String, Vec<u8>)> {
    let history = &metrics.history;
    let time = |step: u64| started_at + metrics.timeline.at(step as f64) / 1000.0;
    let mut run = file_start(started_at);
    let (mut training, mut validation) = (run.clone(), run.clone());
    for report in &history.reports {
        run.extend(scalar(LOSS_TRAIN, report.mean_loss, report.step, time(report.step)));
    }
    for epoch in &history.epochs {
        let (at, time) = (u64::from(epoch.epoch), time(epoch.step));
        run.extend(scalar(ACCURACY, epoch.valid_accuracy, at, time));
        training.extend(scalar(LOSSES_BY_EPOCH, epoch.train_loss, at, time));
        validation.extend(scalar(LOSSES_BY_EPOCH, epoch.valid_loss, at, time));
    }
    // TensorBoard requires `tfevents` in the name, followed by the file's time.
    let name = format!("events.out.tfevents.{started_at:.0}.atelier");
    let beside = |curve| format!("{}/{name}", curve_folder(LOSSES_BY_EPOCH, curve));
    vec![(beside("Training"), training), (beside("Validation"), validation), (name, run)]
}

fn record(event: &Event) -> Vec<u8> {
    framed(&event.encode_to_vec())
}

/// The record of an event's bytes: with their length and both checksums.
#[must_use]
pub fn framed(event: &[u8]) -> Vec<u8> {
    let length = (event.len() as u64).to_le_bytes();
    let sum = masked_sum(event).to_le_bytes();
    [&length[..], &masked_sum(&length).to_le_bytes(), event, &sum].concat()
}

/// The CRC-32C of bytes that may themselves contain checksums, hence the mask.
fn masked_sum(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::history::{EpochMetrics, History, LossReport};
    use crate::library::{TimeMark, Timeline};

    /// The message of the first record in these bytes, its checksums verified, and the bytes after it.
    fn read_first(bytes: &[u8]) -> (Event, &[u8]) {
        let (length, rest) = bytes.split_first_chunk::<8>().unwrap();
        let (sum, rest) = rest.split_first_chunk::<4>().unwrap();
        assert_eq!(u32::from_le_bytes(*sum), masked_sum(length));
        let (event, rest) = rest.split_at(u64::from_le_bytes(*length) as usize);
        let (sum, rest) = rest.split_first_chunk::<4>().unwrap();
        assert_eq!(u32::from_le_bytes(*sum), masked_sum(event));
        (Event::decode(event).unwrap(), rest)
    }

    /// The message of the only record in these bytes.
    fn read(bytes: &[u8]) -> Event {
        let (event, rest) = read_first(bytes);
        assert!(rest.is_empty());
        event
    }

    /// The points of a file after its first record: tag, value, step, and time in seconds.
    fn points(mut bytes: &[u8]) -> Vec<(String, f32, i64, f64)> {
        let (start, rest) = read_first(bytes);
        assert!(matches!(start.what, Some(What::FileVersion(_))));
        bytes = rest;
        let mut points = Vec::new();
        while !bytes.is_empty() {
            let (event, rest) = read_first(bytes);
            bytes = rest;
            let Some(What::Summary(summary)) = event.what else { unreachable!() };
            let [value] = &summary.values[..] else { unreachable!() };
            points.push((value.tag.clone(), value.simple_value, event.step, event.wall_time));
        }
        points
    }

    #[test]
    fn a_run_has_every_curve_at_the_time_at_which_it_was_measured() {
        let epoch = |epoch, step, train_loss| EpochMetrics {
            epoch,
            step,
            train_loss,
            valid_loss: train_loss / 2.0,
            valid_accuracy: 0.75,
        };
        let history = History {
            losses: vec![1.0; 4],
            reports: vec![LossReport { step: 2, mean_loss: 1.5 }],
            epochs: vec![epoch(1, 2, 1.0), epoch(2, 4, 0.5)],
        };
        let marks = [(2, 3000.0), (4, 7500.0)].map(|(step, ms)| TimeMark { step, ms });
        let metrics = RunMetrics { history, timeline: Timeline::of(marks) };
        let files = run_files(&metrics, 1000.0);
        let curve = |curve: &str| {
            let name = "events.out.tfevents.1000.atelier";
            let path = if curve.is_empty() { name.to_owned() } else { format!("{curve}/{name}") };
            points(&files.iter().find(|(found, _)| *found == path).unwrap().1)
        };
        assert_eq!(files.len(), 3);
        let point = |tag: &str, value, step, time| (tag.to_owned(), value, step, time);
        let run = [
            point("Loss/train", 1.5, 2, 1003.0),
            point(ACCURACY, 0.75, 1, 1003.0),
            point(ACCURACY, 0.75, 2, 1007.5),
        ];
        assert_eq!(curve(""), run);
        let both = "Training vs. Validation Loss";
        let training = [point(both, 1.0, 1, 1003.0), point(both, 0.5, 2, 1007.5)];
        assert_eq!(curve(&format!("{both}_Training")), training);
        let validation = [point(both, 0.5, 1, 1003.0), point(both, 0.25, 2, 1007.5)];
        assert_eq!(curve(&format!("{both}_Validation")), validation);
    }

    #[test]
    fn a_point_keeps_its_tag_value_and_step() {
        let event = read(&scalar("Loss/train", 0.5, 12_000, 1.5));
        assert_eq!((event.step, event.wall_time), (12_000, 1.5));
        let value = Value { tag: "Loss/train".into(), simple_value: 0.5 };
        assert_eq!(event.what, Some(What::Summary(Summary { values: vec![value] })));
    }

    #[test]
    fn bytes_are_those_that_tensorboards_own_writer_gives() {
        // tensorboard 2.21: `RecordWriter` with `Event(wall_time=1.0, file_version="brain.Event:2")`.
        let expected = [
            24, 0, 0, 0, 0, 0, 0, 0, 163, 127, 75, 34, 9, 0, 0, 0, 0, 0, 0, 240, 63, 26, 13, 98,
            114, 97, 105, 110, 46, 69, 118, 101, 110, 116, 58, 50, 134, 191, 87, 122,
        ];
        assert_eq!(file_start(1.0), expected);
    }

    #[test]
    fn curves_of_a_chart_lie_where_pytorch_puts_them() {
        let folder = curve_folder("Training vs. Validation Loss", "Training");
        assert_eq!(folder, "Training vs. Validation Loss_Training");
        assert_eq!(curve_folder("Loss/both", "Validation"), "Loss_both_Validation");
    }
}
