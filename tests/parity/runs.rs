//! Whole runs of every optimizer, from weights and batches of eight seeds, beside PyTorch's in float64.
//!
//! Training amplifies rounding, in PyTorch as here: sooner or later a rectifier or a maximum falls the other way, and a run
//! in float32 strays. So the first losses are judged strictly, and later ones by how often and how far runs stray, compared
//! with PyTorch's own ways to compute in float32.

use std::collections::BTreeMap;
use std::thread;

use serde::Deserialize;

use super::paths::{self, Path};
use crate::common;

/// Steps that rounding has not yet grown in.
pub const FIRST: usize = 10;
/// How far each loss of these may be from float64's, relative.
pub const FIRST_APART: f64 = 1e-5;
/// A run has strayed if a loss is farther than this from float64's.
pub const STRAYED: f64 = 1e-3;
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
    /// The farthest of PyTorch's ways within so many steps.
    fn pytorchs_farthest(&self, steps: usize) -> f64 {
        self.apart[&steps].values().copied().fold(0.0, f64::max)
    }

    /// The losses of the same run on a path.
    fn losses_on(&self, path: &Path, steps: usize) -> Vec<f64> {
        let query = format!("{}&seed={}&batch=4&epochs=1", self.settings, self.seed);
        paths::losses(&mut path.seeded(common::config(&query)), steps)
    }
}

/// How far the runs of one optimizer are from float64.
struct Distances(Vec<f64>);

impl Distances {
    fn strayed(&self) -> usize {
        self.0.iter().filter(|&&apart| apart > STRAYED).count()
    }

    /// Of an even number of runs, the mean of the two in the middle.
    fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2])
    }

    /// A cell of the table in docs/faithfulness.md.
    fn cell(&self) -> String {
        let largest = self.0.iter().copied().fold(0.0, f64::max);
        format!("{} of {}, {:.1e}, {largest:.1e}", self.strayed(), self.0.len(), self.median())
    }
}

/// By optimizer in the order of the file, the distances of the runs.
type ByOptimizer = Vec<(String, Distances)>;

fn by_optimizer(runs: &[Run], apart: impl Fn(&Run) -> f64) -> ByOptimizer {
    let mut all = ByOptimizer::new();
    for run in runs {
        match all.last_mut() {
            Some((optimizer, found)) if *optimizer == run.optimizer => found.0.push(apart(run)),
            _ => all.push((run.optimizer.clone(), Distances(vec![apart(run)]))),
        }
    }
    all
}

/// Runs everything on a path; the first ten losses of each run must be PyTorch's.
fn distances(path: &Path, runs: &[Run], steps: impl Fn(&Run) -> usize) -> ByOptimizer {
    by_optimizer(runs, |run| {
        let losses = run.losses_on(path, steps(run));
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
        pairs().map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max)
    })
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
    let whole = |run: &Run| run.losses.len();
    let gpu_steps = std::env::var("ATELIER_GPU_STEPS").ok();
    let gpu_steps = gpu_steps.map_or(GPU_STEPS, |steps| steps.parse().unwrap());
    let (general, cpu, gpu) = (paths::general(), paths::fused_cpu(), paths::fused_gpu());
    let (general, cpu, gpu) = thread::scope(|scope| {
        let general = scope.spawn(|| distances(&general, &runs, whole));
        let cpu = scope.spawn(|| distances(&cpu, &runs, whole));
        let gpu = gpu.as_ref().map(|path| distances(path, &runs, |run| gpu_steps.min(whole(run))));
        (general.join().unwrap(), cpu.join().unwrap(), gpu)
    });
    println!("\nRuns that strayed, median and largest distance from float64 over whole runs:\n");
    judge(&runs, whole, &[("Burn's operations", &general), ("fused, CPU", &cpu)]);
    if let Some(gpu) = gpu {
        println!("\nThe same over at most {gpu_steps} steps:\n");
        judge(&runs, |run| gpu_steps.min(whole(run)), &[("fused, GPU", &gpu)]);
    }
}

/// Compares our ways with PyTorch's, and prints both as a table.
fn judge(runs: &[Run], steps: impl Fn(&Run) -> usize, ours: &[(&str, &ByOptimizer)]) {
    let plain = by_optimizer(runs, |run| run.apart[&steps(run)]["as is"]);
    let farthest = by_optimizer(runs, |run| run.pytorchs_farthest(steps(run)));
    let names: Vec<&str> = ours.iter().map(|(name, _)| *name).collect();
    println!("| optimizer | PyTorch, as is | PyTorch, farthest of seven | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(2 + ours.len()));
    for (at, (optimizer, pytorchs)) in farthest.iter().enumerate() {
        let cells: Vec<String> = ours.iter().map(|(_, found)| found[at].1.cell()).collect();
        let (plain, farthest) = (plain[at].1.cell(), pytorchs.cell());
        println!("| `{optimizer}` | {plain} | {farthest} | {} |", cells.join(" | "));
    }
    for (name, found) in ours {
        for ((optimizer, found), (_, pytorchs)) in found.iter().zip(&farthest) {
            assert!(found.strayed() <= pytorchs.strayed(), "{name}: {optimizer} strays oftener");
            assert!(found.median() <= pytorchs.median(), "{name}: {optimizer} is farther");
        }
    }
}
