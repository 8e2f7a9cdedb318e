//! How long an experiment takes, from a measurement just before it starts.

use std::collections::BTreeSet;

use crate::benchmark::BenchmarkCase;
use crate::dataset::Dataset;
use crate::engine::Engine;
use crate::engine::self_test::{real_images, verify};
use crate::experiment::{PlannedRun, Sizes, Speed, seconds_by};
use crate::terminal::{TerminalError, bench};

/// How long each batch size is timed, in milliseconds.
const BUDGET_MS: f64 = 300.0;

/// What an experiment is expected to take.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::terminal) struct Estimate {
    /// Seconds until all runs have ended.
    pub seconds: f64,
    /// How fast one training loop on the CPU was, by batch size; empty if nothing is trained there.
    pub on_cpu: Vec<Speed>,
    /// The same on the GPU.
    pub on_gpu: Vec<Speed>,
}

/// Times some steps on each engine, and says how long these runs take, those on the CPU by so many loops at once beside those
/// on the GPU one after the other; `None` if an engine does not work, as its runs will say.
pub(super) fn estimate<'a>(
    dataset: &Dataset,
    on_cpu: impl Iterator<Item = &'a PlannedRun> + Clone,
    loops: usize,
    on_gpu: Option<(&Engine, impl Iterator<Item = &'a PlannedRun> + Clone)>,
) -> Option<Estimate> {
    let sizes = Sizes { train: dataset.train.len() as u64, test: dataset.test.len() as u64 };
    let taken = |runs: &mut dyn Iterator<Item = &'a PlannedRun>, speeds: &[Speed]| {
        runs.map(|run| run.seconds(sizes, speeds)).collect::<Option<Vec<f64>>>()
    };
    let mut estimate = Estimate { seconds: 0.0, on_cpu: Vec::new(), on_gpu: Vec::new() };
    estimate.on_cpu = speeds(&Engine::cpu(), dataset, batch_sizes(on_cpu.clone())).ok()?;
    estimate.seconds = seconds_by(loops, taken(&mut on_cpu.clone(), &estimate.on_cpu)?);
    if let Some((engine, runs)) = on_gpu {
        estimate.on_gpu = speeds(engine, dataset, batch_sizes(runs.clone())).ok()?;
        let seconds = seconds_by(1, taken(&mut runs.clone(), &estimate.on_gpu)?);
        estimate.seconds = estimate.seconds.max(seconds);
    }
    Some(estimate)
}

/// The batch sizes that are timed: of more than three, the smallest, the middle and the largest.
fn batch_sizes<'a>(runs: impl Iterator<Item = &'a PlannedRun>) -> Vec<u32> {
    let all: BTreeSet<u32> = runs.map(|run| run.config.batch_size as u32).collect();
    let all: Vec<u32> = all.into_iter().collect();
    match all.as_slice() {
        [first, .., last] if all.len() > 3 => vec![*first, all[all.len() / 2], *last],
        _ => all,
    }
}

fn speeds(
    engine: &Engine,
    dataset: &Dataset,
    batch_sizes: Vec<u32>,
) -> Result<Vec<Speed>, TerminalError> {
    let real = real_images(&dataset.train);
    let mut speeds = Vec::new();
    for batch_size in batch_sizes {
        let batch_size = batch_size.min(dataset.train.len() as u32).max(1);
        let mut engine = engine.clone();
        let case = BenchmarkCase { webgpu: engine.webgpu, fused: engine.is_fused(), batch_size };
        let measured = pollster::block_on(async {
            if engine.webgpu {
                // A GPU's kernels are compiled by it, and what it does is not believed before.
                verify(&mut engine, (dataset.network(), &case.config()), real.as_ref(), &|| {})
                    .await?;
            }
            bench::time(case, &engine, dataset, BUDGET_MS).await
        });
        let images_per_second = measured?.images_per_second(case);
        speeds.push(Speed { batch_size: u64::from(batch_size), images_per_second });
    }
    Ok(speeds)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::{Axis, Choice, Experiment};
    use crate::settings::{Field, TrainingConfig};

    #[test]
    fn few_batch_sizes_are_timed_however_many_vary() {
        let sizes = |values: &[u32]| {
            let experiment = Experiment {
                name: String::new(),
                base: TrainingConfig::default(),
                axes: vec![Axis::list(Field::BatchSize, values.iter().copied())],
                seeds: vec![0, 1],
                choice: Choice::Grid,
                halving: None,
            };
            batch_sizes(experiment.runs().unwrap().runs.iter())
        };
        assert_eq!(sizes(&[64, 4]), [4, 64]);
        assert_eq!(sizes(&[64, 4, 8]), [4, 8, 64]);
        assert_eq!(sizes(&[64, 4, 8, 16, 32]), [4, 16, 64]);
        assert_eq!(batch_sizes(std::iter::empty()), [0; 0]);
    }
}
