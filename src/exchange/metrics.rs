//! Runs' measurements as CSV and as JSON.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;
use thiserror::Error;

use super::tensorboard::{ACCURACY, LOSS_TRAIN, LOSSES_BY_EPOCH};
use crate::library::{RunLabels, RunMetrics, RunRecord};

/// A run with its labels and metrics.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasuredRun {
    /// The run.
    pub record: RunRecord,
    /// The person's name, note and tags for it.
    pub labels: RunLabels,
    /// All of its measurements.
    pub metrics: RunMetrics,
}

/// Why metrics cannot be written.
#[derive(Debug, Error)]
pub enum MetricsError {
    /// As a table.
    #[error("the table cannot be written: {0}")]
    Csv(#[from] csv::Error),
    /// As JSON.
    #[error("the JSON cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// A CSV table with a line for each measurement: run, the person's name for it, metric, step, epoch,
/// seconds of training time, value. Metrics have the names of the tutorial's tags in TensorBoard;
/// `Loss/batch` is the loss of a single step. A name that a spreadsheet would take for a formula stands behind an
/// apostrophe; numbers are as they are.
///
/// # Errors
/// [`MetricsError::Csv`].
pub fn csv(runs: &[MeasuredRun]) -> Result<Vec<u8>, MetricsError> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["run", "title", "metric", "step", "epoch", "seconds", "value"])?;
    for run in runs {
        write_run(&mut table, run)?;
    }
    Ok(table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
}

fn write_run(table: &mut csv::Writer<impl Write>, run: &MeasuredRun) -> Result<(), MetricsError> {
    let MeasuredRun { record, labels, metrics } = run;
    let (name, title) = (cell(&record.run), cell(&labels.title));
    let history = &metrics.history;
    let mut line = |metric: &str, step: u64, value: &dyn std::fmt::Display| {
        let epoch = history.epochs.partition_point(|epoch| epoch.step < step) + 1;
        let seconds = metrics.timeline.at(step as f64) / 1000.0;
        let (step, epoch) = (step.to_string(), epoch.to_string());
        let (seconds, value) = (format!("{seconds:.3}"), value.to_string());
        table.write_record([&name, &title, metric, &step, &epoch, &seconds, &value])
    };
    for (step, loss) in (1..).zip(&history.losses) {
        line("Loss/batch", step, loss)?;
    }
    for report in &history.reports {
        line(LOSS_TRAIN, report.step, &report.mean_loss)?;
    }
    for epoch in &history.epochs {
        line(&format!("{LOSSES_BY_EPOCH}/Training"), epoch.step, &epoch.train_loss)?;
        line(&format!("{LOSSES_BY_EPOCH}/Validation"), epoch.step, &epoch.valid_loss)?;
        line(ACCURACY, epoch.step, &epoch.valid_accuracy)?;
    }
    Ok(())
}

/// A text as a cell that no spreadsheet computes: it may come from an imported file
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn cell(text: &str) -> Cow<'_, str> {
    // Spreadsheets skip spaces, and take the wide forms of these signs as well.
    let begins = text.trim_start_matches(' ').starts_with(|letter: char| {
        matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    });
    if begins { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Everything about runs as JSON: settings, notes, losses of every step, reports, epochs, times.
///
/// # Errors
/// [`MetricsError::Json`].
pub fn json(runs: &[MeasuredRun]) -> Result<Vec<u8>, MetricsError> {
    #[derive(Serialize)]
    struct File<'a> {
        format: &'static str,
        version: u32,
        runs: &'a [MeasuredRun],
    }
    Ok(serde_json::to_vec(&File { format: "atelier-metrics", version: 1, runs })?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::history::{EpochMetrics, History, LossReport};
    use crate::library::{Origin, RunState, Timeline};
    use crate::settings::TrainingConfig;

    fn run(title: &str, losses: &[f32]) -> MeasuredRun {
        let history = History {
            losses: losses.to_vec(),
            reports: vec![LossReport { step: 1, mean_loss: -0.25 }],
            epochs: vec![EpochMetrics {
                epoch: 1,
                step: losses.len() as u64,
                train_loss: 1e-7,
                valid_loss: f64::NAN,
                valid_accuracy: 0.5,
            }],
        };
        let mut record = RunRecord {
            run: "20260102_030405".to_owned(),
            config: TrainingConfig::default(),
            engine: "CPU".to_owned(),
            origin: Origin::New,
            given: Vec::new(),
            data: None,
            corrections: 0,
            experiment: None,
            state: RunState::Stopped,
            started_at_ms: 0.0,
            ended_at_ms: None,
            trained_ms: 0.0,
            steps: 0,
            steps_in_run: 0,
            steps_per_epoch: 0,
            epochs: 0,
            best: None,
            newest: None,
            sparkline: Vec::new(),
        };
        record.follow(&history);
        let labels = RunLabels { title: title.to_owned(), ..RunLabels::default() };
        MeasuredRun {
            record,
            labels,
            metrics: RunMetrics { history, timeline: Timeline::default() },
        }
    }

    /// The table's cells, line by line, without the heading, as a spreadsheet reads them.
    fn cells(title: &str, losses: &[f32]) -> Vec<Vec<String>> {
        let table = csv(&[run(title, losses)]).unwrap();
        let lines = csv::Reader::from_reader(&table[..]).into_records();
        lines.map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn no_title_becomes_a_formula() {
        let titles = [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            "=HYPERLINK(\"https://evil.example\",\"open\")",
            "=cmd|' /C calc'!A0",
        ];
        for title in titles {
            for line in cells(title, &[0.5, -0.5]) {
                assert_eq!(line[1], format!("'{title}"));
            }
        }
        for title in ["", "lr = 0.1", "a-b", "'quoted", "1e-3", "<b>", "衣物"] {
            assert!(cells(title, &[0.5]).iter().all(|line| line[1] == title), "{title:?}");
        }
    }

    #[test]
    fn a_title_stays_in_its_cell_whatever_it_holds() {
        for title in ["a,b", "a\"b", "\"", "a\r\nb", "\",=1,\"", "a\n=1"] {
            let lines = cells(title, &[0.5]);
            assert_eq!(lines.len(), 5, "{title:?}");
            assert!(lines.iter().all(|line| line.len() == 7 && line[1] == title), "{title:?}");
        }
    }

    #[test]
    fn numbers_stay_numbers_also_below_zero() {
        let lines = cells("=1", &[-0.5, f32::MIN_POSITIVE, f32::INFINITY, f32::NEG_INFINITY]);
        for line in &lines {
            for number in &line[3..] {
                assert!(number.parse::<f64>().is_ok(), "{number} of {line:?}");
            }
        }
        assert_eq!(lines[0][2..], ["Loss/batch", "1", "1", "0.000", "-0.5"]);
        assert_eq!(lines[1][6].parse(), Ok(f32::MIN_POSITIVE));
        assert_eq!(lines[4][2..], [LOSS_TRAIN, "1", "1", "0.000", "-0.25"]);
    }

    #[test]
    fn json_keeps_every_text_as_it_is() {
        let title = "</script>\"\\\n=1\u{0}";
        let json = json(&[run(title, &[0.5])]).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(read["runs"][0]["labels"]["title"], title);
    }
}
