//! `cargo xtask tutorial`: trains the tutorial's recipe in the terminal and compares it with PyTorch's runs.

mod plot;

use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

const SEEDS: std::ops::RangeInclusive<u64> = 0..=8;
/// How far the last validation loss may be outside PyTorch's range.
const MARGIN: f64 = 0.02;

/// Why the comparison failed.
#[derive(Debug, Error)]
pub enum TutorialError {
    /// A run failed.
    #[error(transparent)]
    Run(#[from] ProcessError),
    /// A file cannot be read or written.
    #[error("{path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not in the format of the trainer or of PyTorch's script.
    #[error("{0} does not hold the losses of a run")]
    Content(PathBuf),
    /// The plot cannot be drawn.
    #[error("the plot cannot be drawn: {0}")]
    Plot(String),
    /// A run's result differs from PyTorch's.
    #[error("seed {seed}: validation loss {loss:.4} is outside PyTorch's {least:.4} to {most:.4}")]
    OutsideBand {
        /// The run's seed.
        seed: u64,
        /// Its validation loss after the last epoch.
        loss: f64,
        /// The least allowed.
        least: f64,
        /// The most allowed.
        most: f64,
    },
}

/// The curves of a run that are compared.
#[derive(Clone, Debug, PartialEq)]
struct Curve {
    seed: u64,
    /// Mean training loss of every 1000 batches.
    training: Vec<f64>,
    /// Validation loss and accuracy after each epoch.
    validation: Vec<(f64, f64)>,
}

/// Trains (or takes the runs in a folder, `tutorial-SEED.json` as `train --losses` writes them), checks
/// that they are within PyTorch's range, and writes `docs/tutorial.json` and `docs/tutorial.svg`.
pub fn compare(places: &Places, runs: Option<PathBuf>) -> Result<(), TutorialError> {
    let pytorch = pytorch_curves(&places.root.join("tests/fixtures/tutorial.json"))?;
    let folder = match runs {
        Some(folder) => folder,
        None => train(places)?,
    };
    let ours = SEEDS
        .map(|seed| our_curve(seed, &folder.join(format!("tutorial-{seed}.json"))))
        .collect::<Result<Vec<_>, _>>()?;
    let docs = places.root.join("docs");
    let drawn = plot::draw(&ours, &pytorch).map_err(TutorialError::Plot)?;
    write(&docs.join("tutorial.svg"), &drawn)?;
    write(&docs.join("tutorial.json"), &format!("{:#}\n", as_json(&ours)))?;
    let (least, most) = band(&pytorch);
    for curve in &ours {
        let (loss, accuracy) = curve.validation.last().copied().unwrap_or((f64::NAN, 0.0));
        let seed = curve.seed;
        say::step(&format!("seed {seed}: validation loss {loss:.4}, accuracy {accuracy:.4}"));
        if !(least..=most).contains(&loss) {
            return Err(TutorialError::OutsideBand { seed, loss, least, most });
        }
    }
    say::step(&format!("all within {least:.4} to {most:.4}; docs/tutorial.svg is drawn"));
    Ok(())
}

fn train(places: &Places) -> Result<PathBuf, TutorialError> {
    say::heading("The tutorial's run");
    let folder = places.cache.join("tutorial");
    for seed in SEEDS {
        let losses = folder.join(format!("tutorial-{seed}.json"));
        let mut cargo = process::clean("cargo");
        cargo.current_dir(&places.root);
        cargo.args(["run", "--release", "--locked", "--bin", "train", "--"]);
        cargo.args(["--preset", "tutorial", "--engine", "cpu", "--seed", &seed.to_string()]);
        process::run(cargo.arg("--losses").arg(losses))?;
    }
    Ok(folder)
}

/// PyTorch's range of final validation losses, widened by the margin.
fn band(pytorch: &[Curve]) -> (f64, f64) {
    let last = pytorch.iter().filter_map(|curve| curve.validation.last()).map(|point| point.0);
    let (least, most) = last.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), loss| {
        (least.min(loss), most.max(loss))
    });
    (least - MARGIN, most + MARGIN)
}

fn read(path: &Path) -> Result<Value, TutorialError> {
    let file = |source| TutorialError::File { path: path.to_owned(), source };
    let text = fs::read(path).map_err(file)?;
    serde_json::from_slice(&text).map_err(|_| TutorialError::Content(path.to_owned()))
}

fn write(path: &Path, text: &str) -> Result<(), TutorialError> {
    fs::write(path, text).map_err(|source| TutorialError::File { path: path.to_owned(), source })
}

/// Loss and accuracy after each epoch, which have the same names in PyTorch's file and in ours.
fn validation(run: &Value) -> Option<Vec<(f64, f64)>> {
    let point =
        |epoch: &Value| Some((epoch["valid_loss"].as_f64()?, epoch["valid_accuracy"].as_f64()?));
    run["epochs"].as_array()?.iter().map(point).collect()
}

fn pytorch_curves(path: &Path) -> Result<Vec<Curve>, TutorialError> {
    let runs = read(path)?;
    let curve = |run: &Value| {
        let epochs = run["epochs"].as_array()?;
        let training = epochs.iter().filter_map(|epoch| epoch["train_per_1000"].as_array());
        let training = training.flatten().map(Value::as_f64).collect::<Option<_>>()?;
        Some(Curve { seed: run["seed"].as_u64()?, training, validation: validation(run)? })
    };
    let curves = runs.as_array().and_then(|runs| runs.iter().map(curve).collect());
    curves.ok_or_else(|| TutorialError::Content(path.to_owned()))
}

fn our_curve(seed: u64, path: &Path) -> Result<Curve, TutorialError> {
    let run = read(path)?;
    let attempt = || {
        let reports = run["reports"].as_array()?;
        let training =
            reports.iter().map(|report| report["mean_loss"].as_f64()).collect::<Option<_>>()?;
        Some(Curve { seed, training, validation: validation(&run)? })
    };
    attempt().ok_or_else(|| TutorialError::Content(path.to_owned()))
}

/// In the format of PyTorch's file.
fn as_json(curves: &[Curve]) -> Value {
    let run = |curve: &Curve| {
        let per_epoch = curve.training.len() / curve.validation.len().max(1);
        let reports = curve.training.chunks(per_epoch.max(1));
        let epochs: Vec<_> = reports
            .zip(&curve.validation)
            .map(|(training, (loss, accuracy))| {
                json!({ "train_per_1000": training, "valid_loss": loss, "valid_accuracy": accuracy })
            })
            .collect();
        json!({ "seed": curve.seed, "epochs": epochs })
    };
    curves.iter().map(run).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn curve(seed: u64, last: f64) -> Curve {
        Curve { seed, training: vec![0.5, 0.4], validation: vec![(0.6, 0.8), (last, 0.9)] }
    }

    #[test]
    fn the_band_is_pytorchs_range_and_the_margin() {
        let (least, most) = band(&[curve(0, 0.31), curve(1, 0.30), curve(2, 0.32)]);
        assert!((least - 0.28).abs() < 1e-12 && (most - 0.34).abs() < 1e-12);
    }

    #[test]
    fn what_is_written_is_read_as_pytorchs_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tutorial.json");
        let curves = vec![curve(0, 0.31), curve(7, 0.3)];
        write(&path, &as_json(&curves).to_string()).unwrap();
        assert_eq!(pytorch_curves(&path).unwrap(), curves);
        write(&path, "{}").unwrap();
        assert!(matches!(pytorch_curves(&path), Err(TutorialError::Content(_))));
    }

    #[test]
    fn the_plot_names_both_and_has_a_line_for_every_run() {
        let svg = plot::draw(&[curve(0, 0.3)], &[curve(0, 0.31), curve(1, 0.32)]).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("Atelier") && svg.contains("PyTorch"));
        // Two panels, three runs each, beside what axes and legends draw.
        assert!(svg.matches("<polyline").count() >= 6, "{svg}");
    }
}
