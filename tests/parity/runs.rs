//! Whole runs of every optimizer, from weights and batches of eight seeds, beside PyTorch's in float64.
//!
//! Training amplifies rounding, in PyTorch as here: sooner or later a rectifier or a maximum falls the other way, and a run
//! in float32 strays. So the first losses are judged strictly, and later ones by how often and how far runs stray, compared
//! with PyTorch's own ways to compute in float32.

use std::collections::BTreeMap;
use std::fmt;
use std::thread;

use serde::Deserialize;

use super::paths::{self, Path};
use super::rules::largest;
use crate::common;

/// Steps that rounding has not yet grown in.
pub const FIRST: usize = 10;
/// How far each loss of these may be from float64's, relative.
pub const FIRST_APART: f64 = 1e-5;
/// A run has strayed if a loss is farther than this from float64's.
pub const STRAYED: f64 = 1e-3;
/// Four units in the last place of a loss of 2.3: medians that are closer are the same.
const RESOLUTION: f64 = 1e-6;
/// Steps on a GPU, which in tests is mostly a slow one in software; `ATELIER_GPU_STEPS` says otherwise.
const GPU_STEPS: usize = 50;

/// `parity.json`.
#[derive(Deserialize)]
struct Reference {
    runs: Vec<Run>,
}

/// One of PyTorch's runs.
#[derive(Deserialize)]
struct Run {
    optimizer: String,
    /// As in a link.
    settings: String,
    seed: u64,
    /// The largest distance of PyTorch's ways over the first ten losses, relative.
    first: f64,
    /// By steps and by way, the largest distance of a loss within so many steps.
    apart: BTreeMap<usize, BTreeMap<String, f64>>,
    /// In float64.
    losses: Vec<f64>,
}

fn reference() -> Vec<Run> {
    serde_json::from_slice::<Reference>(&common::fixture("parity.json")).unwrap().runs
}

impl Run {
    /// How far each of PyTorch's ways is from float64 within so many steps.
    fn pytorchs(&self, steps: usize) -> &BTreeMap<String, f64> {
        &self.apart[&steps]
    }

    /// The losses of the same run on a path.
    fn losses_on(&self, path: &Path, steps: usize) -> Vec<f64> {
        let query = format!("{}&seed={}&batch=4&epochs=1", self.settings, self.seed);
        paths::losses(&mut path.seeded(common::config(&query)), steps)
    }
}

/// How far some runs are from float64.
#[derive(Clone, Copy)]
struct Summary {
    runs: usize,
    strayed: usize,
    /// Of an even number of runs, the mean of the two in the middle.
    median: f64,
    largest: f64,
}

impl Summary {
    fn of(distances: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = distances.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let runs = sorted.len();
        Self {
            runs,
            strayed: sorted.iter().filter(|&&apart| apart > STRAYED).count(),
            median: f64::midpoint(sorted[(runs - 1) / 2], sorted[runs / 2]),
            largest: sorted[runs - 1],
        }
    }

    /// PyTorch's seven ways: in how many runs one of them strays, and the largest of their medians.
    fn of_pytorch(runs: &[&Run], steps: usize) -> Self {
        let farthest = Self::of(
            runs.iter().map(|run| run.pytorchs(steps).values().copied().fold(0.0, f64::max)),
        );
        let median =
            |way: &String| Self::of(runs.iter().map(|run| run.pytorchs(steps)[way])).median;
        let median = runs[0].pytorchs(steps).keys().map(median).fold(0.0, f64::max);
        Self { median, ..farthest }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, cell: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, strayed, median, largest } = self;
        write!(cell, "{strayed} of {runs}, {median:.1e}, {largest:.1e}")
    }
}

/// The distance from float64 at each step of each run, on a path.
struct Followed<'a> {
    path: &'a Path,
    distances: Vec<Vec<f64>>,
}

impl<'a> Followed<'a> {
    /// Takes at most so many steps of each run; the first ten losses of each must be PyTorch's.
    fn new(path: &'a Path, runs: &[Run], most_steps: usize) -> Self {
        let follow = |run: &Run| {
            let losses = run.losses_on(path, run.losses.len().min(most_steps));
            let pairs = || losses.iter().zip(&run.losses);
            for (step, (found, expected)) in pairs().take(FIRST).enumerate() {
                assert!(
                    (found - expected).abs() <= FIRST_APART * expected,
                    "{}: {}, seed {}, step {step}: {found} instead of {expected}",
                    path.name,
                    run.optimizer,
                    run.seed
                );
            }
            pairs().map(|(found, expected)| (found - expected).abs()).collect()
        };
        Self { path, distances: runs.iter().map(follow).collect() }
    }

    /// These runs within so many steps.
    fn summary(&self, runs: &[usize], steps: usize) -> Summary {
        let largest = |run: &usize| largest(self.distances[*run][..steps].iter().copied());
        Summary::of(runs.iter().map(largest))
    }
}

#[test]
fn pytorchs_own_ways_keep_the_bound_of_the_first_losses() {
    let runs = reference();
    for run in &runs {
        assert!(run.first < FIRST_APART, "{}, seed {}: {}", run.optimizer, run.seed, run.first);
    }
    let seeds = |optimizer: &str| runs.iter().filter(|run| run.optimizer == optimizer).count();
    assert!(runs.iter().all(|run| seeds(&run.optimizer) >= 8), "eight seeds of each optimizer");
}

#[test]
fn runs_begin_as_pytorchs_and_stray_no_oftener_and_no_farther() {
    let runs = reference();
    let gpu_steps = std::env::var("ATELIER_GPU_STEPS").ok();
    let gpu_steps = gpu_steps.map_or(GPU_STEPS, |steps| steps.parse().unwrap());
    let (general, cpu, gpu) = (paths::general(), paths::fused_cpu(), paths::fused_gpu());
    let (general, cpu, gpu) = thread::scope(|scope| {
        let general = scope.spawn(|| Followed::new(&general, &runs, usize::MAX));
        let cpu = scope.spawn(|| Followed::new(&cpu, &runs, usize::MAX));
        let gpu = gpu.as_ref().map(|path| Followed::new(path, &runs, gpu_steps));
        (general.join().unwrap(), cpu.join().unwrap(), gpu)
    });
    println!("\nRuns that strayed, median and largest distance from float64:\n");
    let mut faults = judge(&runs, usize::MAX, &[general, cpu]);
    if let Some(gpu) = gpu {
        println!();
        faults.extend(judge(&runs, gpu_steps, &[gpu]));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Compares paths with PyTorch over each number of steps up to this one, prints both as a table, and returns where a path
/// strays oftener or farther.
fn judge(runs: &[Run], most_steps: usize, paths: &[Followed<'_>]) -> Vec<String> {
    let names: Vec<&str> = paths.iter().map(|followed| followed.path.name).collect();
    println!(
        "| optimizer | steps | PyTorch, as is | PyTorch, seven ways | {} |",
        names.join(" | ")
    );
    println!("|---|---|{}", "---|".repeat(2 + paths.len()));
    let mut optimizers: Vec<&str> = runs.iter().map(|run| run.optimizer.as_str()).collect();
    optimizers.dedup();
    let mut faults = Vec::new();
    for optimizer in optimizers {
        let at: Vec<usize> =
            (0..runs.len()).filter(|&run| runs[run].optimizer == optimizer).collect();
        let own: Vec<&Run> = at.iter().map(|&run| &runs[run]).collect();
        let horizons = own[0].apart.keys().copied().filter(|&steps| steps <= most_steps);
        // The steps of a GPU are a horizon; a whole run's first 50 say little.
        for steps in horizons.filter(|&steps| steps > 50 || steps == most_steps) {
            let plain = Summary::of(own.iter().map(|run| run.pytorchs(steps)["as is"]));
            let pytorch = Summary::of_pytorch(&own, steps);
            let found: Vec<Summary> =
                paths.iter().map(|followed| followed.summary(&at, steps)).collect();
            let cells: Vec<String> = found.iter().map(Summary::to_string).collect();
            let cells = cells.join(" | ");
            println!("| `{optimizer}` | {steps} | {plain} | {pytorch} | {cells} |");
            for (name, found) in names.iter().zip(found) {
                let median = pytorch.median + RESOLUTION;
                if found.strayed > pytorch.strayed || found.median > median {
                    faults.push(format!("{name}, {optimizer}, {steps} steps: {found}"));
                }
            }
        }
    }
    faults
}
