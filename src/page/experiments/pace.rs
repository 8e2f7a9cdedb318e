//! How long an experiment takes, from measured speed.

use crate::benchmark::{BenchmarkCase, Measurement};
use crate::experiment::{PlannedRun, RunResult};
use crate::settings::{EngineChoice, TrainingConfig};

/// Validating an image takes so much of the time of training on one: a forward pass without gradients and update.
const VALIDATION: f64 = 0.3;

/// The size of the data set that runs train on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Training images.
    pub train: u64,
    /// Images of the validation.
    pub test: u64,
}

/// How much work a run is, in images trained on, of which `done` steps have been taken.
fn work(planned: &PlannedRun, sizes: Sizes, done: u64) -> f64 {
    let TrainingConfig { batch_size, epochs, .. } = planned.config;
    let images = planned.images(sizes.train).saturating_sub(done.saturating_mul(batch_size as u64));
    let epochs = (epochs as f64).min((images as f64 / sizes.train.max(1) as f64).ceil());
    images as f64 + VALIDATION * epochs * sizes.test as f64
}

/// Images a second that one worker trains on with these settings: as runs of this batch size did, or as was measured; for
/// another batch size, as the nearest that is known.
fn rate(
    config: &TrainingConfig,
    known: &[(u64, f64)],
    measured: &[(BenchmarkCase, Measurement)],
) -> Option<f64> {
    let nearest = |rates: &mut dyn Iterator<Item = (u64, f64)>| {
        let distance = |batch: u64| (batch as f64 / config.batch_size as f64).ln().abs();
        rates.min_by(|a, b| distance(a.0).total_cmp(&distance(b.0))).map(|it| it.1)
    };
    let webgpu = config.engine == EngineChoice::WebGpu;
    let of_engine = measured.iter().filter(|(case, _)| case.webgpu == webgpu && case.fused);
    let mut of_engine = of_engine
        .map(|(case, measurement)| (case.batch_size as u64, measurement.images_per_second(*case)));
    nearest(&mut known.iter().copied()).or_else(|| nearest(&mut of_engine))
}

/// The seconds that these runs take with so many workers; `None` if no speed is known. `results` are what has been trained
/// so far, of which the runs that are over take no more time.
pub fn seconds(
    runs: &[PlannedRun],
    sizes: Sizes,
    workers: usize,
    result: impl Fn(u32) -> Option<RunResult>,
    measured: &[(BenchmarkCase, Measurement)],
) -> Option<f64> {
    // What the experiment itself has shown, by batch size.
    let mut known: Vec<(u64, f64)> = Vec::new();
    let mut left: Vec<(&PlannedRun, u64)> = Vec::new();
    for planned in runs {
        let result = result(planned.number);
        let (steps, ms) = result.as_ref().map_or((0, 0.0), |it| (it.steps, it.trained_ms));
        if ms > 1000.0 {
            let batch = planned.config.batch_size as u64;
            known.push((batch, (steps * batch) as f64 / (ms / 1000.0)));
        }
        if result.is_none_or(|it| it.end.is_none()) {
            left.push((planned, steps));
        }
    }
    let mut seconds = 0.0;
    for (planned, steps) in &left {
        let rate = rate(&planned.config, &known, measured).filter(|rate| *rate > 0.0)?;
        seconds += work(planned, sizes, *steps) / rate;
    }
    Some(seconds / workers.clamp(1, left.len().max(1)) as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::{Experiment, Preset, RunEnd};

    const SIZES: Sizes = Sizes { train: 60_000, test: 10_000 };

    fn experiment() -> Experiment {
        let base = TrainingConfig {
            engine: EngineChoice::Cpu,
            batch_size: 60,
            epochs: 1,
            ..TrainingConfig::default()
        };
        Preset::LearningRates.experiment(&base)
    }

    fn measured(case: &str, images_per_second: f64) -> (BenchmarkCase, Measurement) {
        let case: BenchmarkCase = case.parse().unwrap();
        let step_ms = 1000.0 * case.batch_size as f64 / images_per_second;
        (case, Measurement { step_ms, warm_up_ms: 0.0, steps: 9, timed_steps: 5 })
    }

    fn result(number: u32, steps: u64, trained_ms: f64, end: Option<RunEnd>) -> RunResult {
        RunResult { number, end, steps, trained_ms, epochs: Vec::new(), curve: Vec::new() }
    }

    #[test]
    fn the_time_is_that_of_all_images_at_the_measured_speed_shared_by_the_workers() {
        let runs = experiment().runs().unwrap().runs;
        let speed = [measured("cpu-fused-64", 21_000.0), measured("webgpu-fused-64", 1.0)];
        let one = seconds(&runs, SIZES, 1, |_| None, &speed).unwrap();
        assert!((one - 21.0 * 63_000.0 / 21_000.0).abs() < 1e-6, "{one}");
        let two = seconds(&runs, SIZES, 2, |_| None, &speed).unwrap();
        assert!((two - one / 2.0).abs() < 1e-6);
        let many = seconds(&runs, SIZES, 99, |_| None, &speed).unwrap();
        assert!((many - one / 21.0).abs() < 1e-6, "no more workers than runs");
    }

    #[test]
    fn without_a_measurement_no_time_is_claimed() {
        let runs = experiment().runs().unwrap().runs;
        assert_eq!(seconds(&runs, SIZES, 1, |_| None, &[]), None);
        let of_gpu = [measured("webgpu-fused-64", 1.0)];
        assert_eq!(seconds(&runs, SIZES, 1, |_| None, &of_gpu), None);
    }

    #[test]
    fn what_has_been_trained_takes_no_more_time_and_shows_the_speed() {
        let runs = experiment().runs().unwrap().runs;
        let done =
            |number| (number <= 20).then(|| result(number, 1000, 2000.0, Some(RunEnd::Completed)));
        // 60,000 images took 2 s each, so the last one does, with its validation.
        let left = seconds(&runs, SIZES, 2, done, &[measured("cpu-fused-64", 1.0)]).unwrap();
        assert!((left - 63_000.0 / 30_000.0).abs() < 1e-6, "{left}");
        let half = |number| Some(result(number, 500, 1000.0, None));
        assert!(
            seconds(&runs[..1], SIZES, 1, half, &[measured("cpu-fused-64", 30_000.0)])
                .is_some_and(|left| left < 1.2)
        );
    }
}
