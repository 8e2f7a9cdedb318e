//! Reads the events that a script of [`crate::exchange::code`] has written.
//!
//! Messages are read field by field (<https://protobuf.dev/programming-guides/encoding/>) and not decoded as a whole: two bytes
//! of a file would become a hundred in memory.

use thiserror::Error;

use super::{ACCURACY, LOSS_BATCH, LOSS_TRAIN, LOSS_VALIDATION, masked_sum};
use crate::dataset::DataSetIdentity;
use crate::exchange::code::{CORRECTIONS_TAG, DATA_TAG, ENGINE_TAG, RUN_TAG, SETTINGS_TAG};
use crate::history::{EpochMetrics, History, LossReport};
use crate::library::{RunMetrics, Timeline};
use crate::settings::{LinkSettings, TrainingConfig};
use crate::text;

/// The most bytes of a text that is read: more than the longest names of as many classes as there may be have as JSON.
const MOST_TEXT: usize = 64 << 10;
/// What PyTorch's `SummaryWriter.add_text` appends to a tag.
const TEXT_SUFFIX: &str = "/text_summary";

/// Why events are not a run that can be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EventsError {
    /// A record is damaged.
    #[error("the record at byte {at} is damaged")]
    Damaged {
        /// Where it begins.
        at: usize,
    },
    /// They do not say with which settings the run was trained, or these cannot be used.
    #[error("it has no settings of Atelier")]
    NoSettings,
    /// They say that the run was trained on a data set of one's own, but not on which.
    #[error("it does not say which data set it was trained on")]
    DataSet,
    /// They do not have the loss of every batch from the first one on.
    #[error("the loss of batch {step} is missing")]
    NoLoss {
        /// The batch, from 1.
        step: u64,
    },
    /// A loss or an accuracy is not a finite number.
    #[error("the loss of batch {step}, or what was measured after it, is not a finite number")]
    NotFinite {
        /// The last batch whose loss was read.
        step: u64,
    },
    /// What they say of epochs contradicts itself.
    #[error("its epochs contradict each other")]
    Epochs,
}

/// A run of the script, as its events tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptRun {
    /// The name that it gave itself, cleaned; empty if it gave none.
    pub run: String,
    /// Its settings.
    pub config: TrainingConfig,
    /// What trained it, cleaned.
    pub engine: String,
    /// The data set of one's own that it trained on; `None` for the tutorial's.
    pub data: Option<DataSetIdentity>,
    /// How many images of the data set it corrected.
    pub corrections: u32,
    /// What it measured.
    pub metrics: RunMetrics,
    /// When it began and when it measured last, in milliseconds since 1970 UTC.
    pub times_ms: [f64; 2],
}

/// Whether bytes begin like a file of events.
#[must_use]
pub fn is_events(bytes: &[u8]) -> bool {
    matches!(Records(bytes, 0).next(), Some(Ok(event)) if begins(event))
}

/// Whether an event is the first of a file.
fn begins(event: &[u8]) -> bool {
    Fields(event)
        .any(|field| matches!(field, (3, Value::Bytes(text)) if text.starts_with(b"brain.Event:")))
}

/// Reads a run. A record that is cut off at the end is left out, as TensorBoard does: the script may have been interrupted.
///
/// # Errors
/// Any [`EventsError`].
pub fn read_run(bytes: &[u8]) -> Result<ScriptRun, EventsError> {
    let mut reading = Reading::default();
    for event in Records(bytes, 0) {
        reading.event(event?)?;
    }
    reading.finish()
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    settings: Option<String>,
    run: String,
    engine: String,
    data: Option<String>,
    corrections: u32,
    history: History,
    timeline: Timeline,
    /// When the first event was, in milliseconds since 1970 UTC.
    began_ms: Option<f64>,
    newest_ms: f64,
    /// The validation loss of the epoch with this number, whose accuracy is due.
    validation: Option<(u64, f64)>,
}

impl Reading {
    fn event(&mut self, event: &[u8]) -> Result<(), EventsError> {
        let (mut ms, mut step) = (0.0, 0);
        // Before the values, which may stand before them.
        for field in Fields(event) {
            match field {
                (1, Value::Eight(bytes)) => ms = f64::from_le_bytes(bytes) * 1000.0,
                (2, Value::Varint(number)) => step = number,
                _ => {}
            }
        }
        if ms.is_finite() && ms > 0.0 {
            self.began_ms.get_or_insert(ms);
            self.newest_ms = self.newest_ms.max(ms);
        }
        for (number, value) in Fields(event) {
            if let (5, Value::Bytes(summary)) = (number, value) {
                for (number, value) in Fields(summary) {
                    if let (1, Value::Bytes(value)) = (number, value) {
                        self.value(value, step)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A point of a curve, or a text.
    fn value(&mut self, value: &[u8], step: u64) -> Result<(), EventsError> {
        let (mut tag, mut scalar, mut words) = (&[][..], None, None);
        for field in Fields(value) {
            match field {
                (1, Value::Bytes(bytes)) => tag = bytes,
                (2, Value::Four(bytes)) => scalar = Some(f32::from_le_bytes(bytes)),
                // A tensor; of those, texts have field 8.
                (8, Value::Bytes(tensor)) => {
                    let text = Fields(tensor).find_map(|field| match field {
                        (8, Value::Bytes(text)) => Some(text),
                        _ => None,
                    });
                    words = text.filter(|text| text.len() <= MOST_TEXT);
                }
                _ => {}
            }
        }
        let Ok(tag) = str::from_utf8(tag) else { return Ok(()) };
        if let Some(scalar) = scalar {
            return self.scalar(tag, scalar, step);
        }
        if let Some(words) = words.and_then(|words| str::from_utf8(words).ok()) {
            self.words(tag.strip_suffix(TEXT_SUFFIX).unwrap_or(tag), words);
        }
        Ok(())
    }

    fn words(&mut self, tag: &str, words: &str) {
        match tag {
            SETTINGS_TAG => self.settings = Some(words.to_owned()),
            RUN_TAG => self.run = text::line(words, text::MOST_NAME),
            ENGINE_TAG => self.engine = text::line(words, text::MOST_NAME),
            DATA_TAG => self.data = Some(words.to_owned()),
            CORRECTIONS_TAG => self.corrections = words.parse().unwrap_or(0),
            _ => {}
        }
    }

    fn scalar(&mut self, tag: &str, scalar: f32, step: u64) -> Result<(), EventsError> {
        let steps = self.history.losses.len() as u64;
        if [LOSS_BATCH, LOSS_TRAIN, LOSS_VALIDATION, ACCURACY].contains(&tag) && !scalar.is_finite()
        {
            return Err(EventsError::NotFinite { step: steps });
        }
        match tag {
            LOSS_BATCH => {
                if step != steps + 1 {
                    return Err(EventsError::NoLoss { step: steps + 1 });
                }
                self.history.losses.push(scalar);
                let began = self.began_ms.unwrap_or(self.newest_ms);
                self.timeline.note(step, self.newest_ms - began);
            }
            LOSS_TRAIN => {
                self.history.reports.push(LossReport { step, mean_loss: f64::from(scalar) });
            }
            LOSS_VALIDATION => self.validation = Some((step, f64::from(scalar))),
            ACCURACY => self.epoch(step, f64::from(scalar))?,
            _ => {}
        }
        Ok(())
    }

    /// The end of an epoch.
    fn epoch(&mut self, number: u64, valid_accuracy: f64) -> Result<(), EventsError> {
        let History { losses, reports, epochs } = &self.history;
        let Some((of, valid_loss)) = self.validation.take() else {
            return Err(EventsError::Epochs);
        };
        if of != number || number != epochs.len() as u64 + 1 {
            return Err(EventsError::Epochs);
        }
        let (from, step) = (epochs.last().map_or(0, |epoch| epoch.step), losses.len() as u64);
        // As `Trainer::finish_epoch` has it: the last report of the epoch, or the mean over its batches.
        let of_epoch = losses.get(from as usize..).unwrap_or_default();
        let mean =
            of_epoch.iter().copied().map(f64::from).sum::<f64>() / of_epoch.len().max(1) as f64;
        let report = reports.last().filter(|report| report.step > from);
        let train_loss = report.map_or(mean, |report| report.mean_loss);
        let epoch = epochs.len() as u32 + 1;
        let metrics = EpochMetrics { epoch, step, train_loss, valid_loss, valid_accuracy };
        self.history.epochs.push(metrics);
        Ok(())
    }

    fn finish(self) -> Result<ScriptRun, EventsError> {
        let settings = self.settings.ok_or(EventsError::NoSettings)?;
        let pairs = settings.split('&').filter_map(|pair| pair.split_once('='));
        let settings = LinkSettings::from_pairs(pairs);
        let config = settings.draft.check().map_err(|_| EventsError::NoSettings)?;
        if !settings.mistakes.is_empty() {
            return Err(EventsError::NoSettings);
        }
        let data = self.data.as_deref().map(serde_json::from_str).transpose();
        let data: Option<DataSetIdentity> = data.map_err(|_| EventsError::DataSet)?;
        if self.history.losses.is_empty() {
            return Err(EventsError::NoLoss { step: 1 });
        }
        if !self.history.is_consistent() {
            return Err(EventsError::Epochs);
        }
        Ok(ScriptRun {
            run: self.run,
            config,
            engine: self.engine,
            data,
            corrections: self.corrections,
            metrics: RunMetrics { history: self.history, timeline: self.timeline },
            times_ms: [self.began_ms.unwrap_or(self.newest_ms), self.newest_ms],
        })
    }
}

/// The records of a file from a place in it on: an event each, its checksums verified.
struct Records<'a>(&'a [u8], usize);

impl<'a> Iterator for Records<'a> {
    type Item = Result<&'a [u8], EventsError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self(bytes, at) = *self;
        let (length, rest) = bytes.get(at..)?.split_first_chunk::<8>()?;
        let (sum, rest) = rest.split_first_chunk::<4>()?;
        if u32::from_le_bytes(*sum) != masked_sum(length) {
            self.1 = bytes.len();
            return Some(Err(EventsError::Damaged { at }));
        }
        let (event, rest) =
            rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        let (sum, rest) = rest.split_first_chunk::<4>()?;
        if u32::from_le_bytes(*sum) != masked_sum(event) {
            self.1 = bytes.len();
            return Some(Err(EventsError::Damaged { at }));
        }
        self.1 = bytes.len() - rest.len();
        Some(Ok(event))
    }
}

/// The value of a field.
enum Value<'a> {
    Varint(u64),
    Eight([u8; 8]),
    Bytes(&'a [u8]),
    Four([u8; 4]),
}

/// The fields of a message with their numbers, up to the first that cannot be read.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => {
                let (bytes, rest) = self.0.split_first_chunk::<8>()?;
                self.0 = rest;
                Value::Eight(*bytes)
            }
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                let (bytes, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                Value::Bytes(bytes)
            }
            5 => {
                let (bytes, rest) = self.0.split_first_chunk::<4>()?;
                self.0 = rest;
                Value::Four(*bytes)
            }
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
