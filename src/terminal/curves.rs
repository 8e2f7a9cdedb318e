//! A run's curves for other programs: TensorBoard's event files and JSON.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::TerminalError;
use super::clock::seconds;
use crate::exchange::tensorboard::{self, ACCURACY, LOSS_TRAIN, LOSSES_BY_EPOCH};
use crate::history::{EpochMetrics, History, LossReport};
use crate::settings::TrainingConfig;

/// Event files in a folder, with the tutorial's tags and steps.
pub(super) struct EventFiles {
    run: EventFile,
    training: EventFile,
    validation: EventFile,
}

/// An open event file.
struct EventFile {
    path: PathBuf,
    file: File,
}

impl EventFile {
    fn create(folder: &Path) -> Result<Self, TerminalError> {
        let now = seconds();
        // Two runs in one folder get two files; TensorBoard requires `tfevents` in the name.
        let name = format!("events.out.tfevents.{:.0}.atelier.{}.0", now, std::process::id());
        let path = folder.join(name);
        let open = || -> io::Result<File> {
            fs::create_dir_all(folder)?;
            File::create(&path)
        };
        let file = open().map_err(|error| TerminalError::Write { path: path.clone(), error })?;
        let mut events = Self { path, file };
        events.write(&tensorboard::file_start(now))?;
        Ok(events)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), TerminalError> {
        self.file
            .write_all(bytes)
            .map_err(|error| TerminalError::Write { path: self.path.clone(), error })
    }

    fn point(&mut self, tag: &str, value: f64, step: u64) -> Result<(), TerminalError> {
        self.write(&tensorboard::scalar(tag, value, step, seconds()))
    }
}

impl EventFiles {
    /// Creates event files that begin with what a resumed run has already measured.
    pub fn create(folder: &Path, history: &History) -> Result<Self, TerminalError> {
        let curve = |name| folder.join(tensorboard::curve_folder(LOSSES_BY_EPOCH, name));
        let mut files = Self {
            run: EventFile::create(folder)?,
            training: EventFile::create(&curve("Training"))?,
            validation: EventFile::create(&curve("Validation"))?,
        };
        files.reports(&history.reports)?;
        for epoch in &history.epochs {
            files.epoch(epoch)?;
        }
        Ok(files)
    }

    pub fn reports(&mut self, reports: &[LossReport]) -> Result<(), TerminalError> {
        reports
            .iter()
            .try_for_each(|report| self.run.point(LOSS_TRAIN, report.mean_loss, report.step))
    }

    pub fn epoch(&mut self, epoch: &EpochMetrics) -> Result<(), TerminalError> {
        let at = u64::from(epoch.epoch);
        self.training.point(LOSSES_BY_EPOCH, epoch.train_loss, at)?;
        self.validation.point(LOSSES_BY_EPOCH, epoch.valid_loss, at)?;
        self.run.point(ACCURACY, epoch.valid_accuracy, at)
    }
}

/// A run's measurements in the format of PyTorch's results in `tests/fixtures`, plus epochs.
pub(super) fn losses_json(config: &TrainingConfig, history: &History) -> String {
    let losses: Vec<f64> = history.losses.iter().copied().map(f64::from).collect();
    let validation = history
        .epochs
        .last()
        .map(|epoch| json!({ "loss": epoch.valid_loss, "accuracy": epoch.valid_accuracy }));
    let all = json!({
        "settings": config,
        "losses": losses,
        "reports": history.reports,
        "epochs": history.epochs,
        "validation": validation,
    });
    format!("{all}\n")
}
