//! Exports what is in the library.

use crate::checkpoint::{CheckpointError, StoredState, write_weights};
use crate::exchange::archive::{self, NamedFile};
use crate::exchange::metrics::{self, MeasuredRun};
use crate::exchange::onnx::{self, RunModel};
use crate::exchange::{bundle, tensorboard};
use crate::library::store::{Library, StoreError};
use crate::library::{CheckpointSummary, RunRecord};
use crate::protocol::{Export, ExportFailure, Failure, Reply};

/// What a step's measurements take in a table, roughly, in bytes.
const BYTES_A_LINE: usize = 80;

/// The requested file.
pub async fn export(
    library: &Library,
    export: Export,
    turn: &impl AsyncFn(usize),
) -> Result<Reply, Failure> {
    let (name, bytes) = match export {
        Export::Weights(name) => {
            let (summary, state) = state(library, &name).await?;
            let bytes = write_weights(&state.inference_weights());
            (file_name(&summary, "safetensors"), bytes.map_err(unwritable)?)
        }
        Export::Checkpoint(name) => {
            let (summary, bytes) = file(library, &name).await?;
            (file_name(&summary, "checkpoint.safetensors"), bytes)
        }
        Export::Onnx(name) => {
            let (summary, state) = state(library, &name).await?;
            (file_name(&summary, "onnx"), onnx_model(&summary, &state)?)
        }
        Export::Checkpoints(run) => {
            let mut files = Vec::new();
            for checkpoint in library.checkpoints_of(&run).await? {
                files.extend(file_in_archive(library, &checkpoint.name).await?);
            }
            (format!("checkpoints_{run}.zip"), pack(&files, turn).await?)
        }
        Export::Bundle(run) => {
            let MeasuredRun { record, labels, metrics } = measured(library, &run).await?;
            let files = files_of(library, &run).await?;
            let packed = bundle::write(&record, &labels, &metrics, files, turn).await;
            (format!("run_{run}.atelier.zip"), packed.map_err(unwritable)?)
        }
        Export::TensorBoard(runs) => {
            let mut files = Vec::new();
            for run in all_measured(library, &runs).await? {
                turn(lines_of(&run) * BYTES_A_LINE).await;
                let folder = folder_of(&run);
                let written =
                    tensorboard::run_files(&run.metrics, run.record.started_at_ms / 1000.0);
                files.extend(
                    written.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)),
                );
            }
            (together("tensorboard", &runs, "zip"), pack(&files, turn).await?)
        }
        Export::Csv(runs) => {
            let measured = all_measured(library, &runs).await?;
            turn(measured.iter().map(lines_of).sum::<usize>() * BYTES_A_LINE).await;
            let table = metrics::csv(&measured);
            (together("metrics", &runs, "csv"), table.map_err(unwritable)?)
        }
        Export::Json(runs) => {
            let measured = all_measured(library, &runs).await?;
            turn(measured.iter().map(lines_of).sum::<usize>() * BYTES_A_LINE).await;
            let json = metrics::json(&measured);
            (together("metrics", &runs, "json"), json.map_err(unwritable)?)
        }
    };
    Ok(Reply::File { name, bytes })
}

fn onnx_model(summary: &CheckpointSummary, state: &StoredState) -> Result<Vec<u8>, Failure> {
    let (run, config) = state.run();
    let of = RunModel { name: &summary.name, run, step: summary.step, config, data: state.data() };
    onnx::write_run_model(&state.inference_weights(), &of).map_err(unwritable)
}

async fn state(library: &Library, name: &str) -> Result<(CheckpointSummary, StoredState), Failure> {
    Ok(library.state(name).await?)
}

async fn file(library: &Library, name: &str) -> Result<(CheckpointSummary, Vec<u8>), Failure> {
    Ok(library.file(name).await?)
}

/// A checkpoint's file under its name; its weights alone where what its run measured cannot be read.
async fn file_in_archive(library: &Library, name: &str) -> Result<Option<NamedFile>, Failure> {
    let without_history = match library.file(name).await {
        Ok((summary, bytes)) => {
            return Ok(Some((file_name(&summary, "checkpoint.safetensors"), bytes)));
        }
        // Of a run under way, one may have given way to the next meanwhile.
        Err(StoreError::NoCheckpoint(_)) => return Ok(None),
        Err(error) => error,
    };
    match without_history {
        StoreError::Metrics(_) | StoreError::File(CheckpointError::NoHistory { .. }) => {
            let (summary, state) = state(library, name).await?;
            let bytes = write_weights(&state.inference_weights()).map_err(unwritable)?;
            Ok(Some((file_name(&summary, "safetensors"), bytes)))
        }
        error => Err(error.into()),
    }
}

async fn files_of(
    library: &Library,
    run: &str,
) -> Result<Vec<(CheckpointSummary, Vec<u8>)>, Failure> {
    let checkpoints = library.checkpoints_of(run).await?;
    let mut files = Vec::new();
    for checkpoint in checkpoints {
        match library.file(&checkpoint.name).await {
            Ok(file) => files.push(file),
            // In a run in progress, a newer checkpoint may have replaced one meanwhile.
            Err(StoreError::NoCheckpoint(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(files)
}

async fn measured(library: &Library, run: &str) -> Result<MeasuredRun, Failure> {
    let missing = || StoreError::NoRun(run.to_owned());
    let (record, labels) = library.run(run).await?.ok_or_else(missing)?;
    Ok(MeasuredRun { record, labels, metrics: library.metrics(run).await? })
}

async fn all_measured(library: &Library, runs: &[String]) -> Result<Vec<MeasuredRun>, Failure> {
    let mut all = Vec::new();
    for run in runs {
        all.push(measured(library, run).await?);
    }
    Ok(all)
}

fn lines_of(run: &MeasuredRun) -> usize {
    run.metrics.history.losses.len()
}

async fn pack(files: &[NamedFile], turn: &impl AsyncFn(usize)) -> Result<Vec<u8>, Failure> {
    archive::write(files, turn).await.map_err(unwritable)
}

/// The tutorial's folder for a run's event files, or one that starts with the run's title.
fn folder_of(MeasuredRun { record: RunRecord { run, .. }, labels, .. }: &MeasuredRun) -> String {
    let title = plain(&labels.title);
    let title = if title.is_empty() { "fashion_trainer" } else { &title };
    format!("{title}_{run}")
}

fn file_name(checkpoint: &CheckpointSummary, ending: &str) -> String {
    let label = plain(&checkpoint.label);
    if label.is_empty() {
        format!("{}.{ending}", checkpoint.name)
    } else {
        format!("{label}_{}.{ending}", checkpoint.name)
    }
}

fn together(what: &str, runs: &[String], ending: &str) -> String {
    match runs {
        [run] => format!("{what}_{run}.{ending}"),
        _ => format!("{what}_{}_runs.{ending}", runs.len()),
    }
}

/// A title made safe for file names on any system.
fn plain(name: &str) -> String {
    let fits = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let plain: String = name.chars().map(fits).take(40).collect();
    plain.trim_matches('-').to_owned()
}

fn unwritable(why: impl Into<ExportFailure>) -> Failure {
    Failure::NotExported(why.into())
}
