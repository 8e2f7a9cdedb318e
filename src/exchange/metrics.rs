//! Runs' measurements as CSV and as JSON.

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
/// `Loss/batch` is the loss of a single step.
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
    let history = &metrics.history;
    let mut line = |metric: &str, step: u64, value: &dyn std::fmt::Display| {
        let epoch = history.epochs.partition_point(|epoch| epoch.step < step) + 1;
        let seconds = metrics.timeline.at(step as f64) / 1000.0;
        let (step, epoch) = (step.to_string(), epoch.to_string());
        let (seconds, value) = (format!("{seconds:.3}"), value.to_string());
        table.write_record([&record.run, &labels.title, metric, &step, &epoch, &seconds, &value])
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
