//! How long an experiment takes, from measured speed.

use std::collections::BTreeMap;

use crate::benchmark::{BenchmarkCase, Measurement};
use crate::experiment::{PlannedRun, RunResult, Sizes, Speed};
use crate::settings::{EngineChoice, TrainingConfig};

/// What is known of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trained {
    /// Steps taken.
    pub steps: u64,
    /// Milliseconds that these took.
    pub ms: f64,
    /// Whether it is over.
    pub is_over: bool,
}

impl From<&RunResult> for Trained {
    fn from(result: &RunResult) -> Self {
        let RunResult { steps, trained_ms, end, .. } = result;
        Self { steps: *steps, ms: *trained_ms, is_over: end.is_some() }
    }
}

/// Whether a run is trained on the GPU, and its batch size: runs with the same have the same speed.
type Kind = (bool, u64);

/// Images a second by kind.
#[derive(Default)]
struct Rates {
    /// As the experiment's own runs show: all of their images and all of their seconds.
    shown: BTreeMap<Kind, (f64, f64)>,
    /// As was measured.
    measured: Vec<(Kind, f64)>,
}

impl Rates {
    /// As runs of this kind did, or as was measured; for another batch size, as the nearest that is known.
    fn of(&self, (is_on_gpu, batch): Kind) -> Option<f64> {
        let nearest = |rates: &mut dyn Iterator<Item = (Kind, f64)>| {
            let of_engine = rates.filter(|(kind, _)| kind.0 == is_on_gpu);
            let speeds = of_engine.map(|((_, batch_size), images_per_second)| Speed {
                batch_size,
                images_per_second,
            });
            Speed::nearest(speeds, batch).map(|speed| speed.images_per_second)
        };
        let mut shown =
            self.shown.iter().map(|(kind, (images, seconds))| (*kind, images / seconds));
        nearest(&mut shown).or_else(|| nearest(&mut self.measured.iter().copied()))
    }
}

/// The seconds that these runs take with so many workers, of which at most one trains on the GPU at a time; `None` if no
/// speed or no size is known. `auto` means the GPU if `on_gpu`. `trained` is what is known of a run by its number: runs that are
/// over take no more time.
pub fn seconds(
    runs: &[PlannedRun],
    on_gpu: bool,
    sizes: Sizes,
    workers: usize,
    trained: impl Fn(u32) -> Option<Trained>,
    measured: &[(BenchmarkCase, Measurement)],
) -> Option<f64> {
    if sizes.train == 0 {
        return None;
    }
    let fused = measured.iter().filter(|(case, _)| case.fused);
    let of_case = |(case, measurement): &(BenchmarkCase, Measurement)| {
        ((case.webgpu, case.batch_size as u64), measurement.images_per_second(*case))
    };
    let mut rates = Rates { measured: fused.map(of_case).collect(), ..Rates::default() };
    // Images that are left, by kind, and how many runs these are of.
    let mut left: BTreeMap<Kind, f64> = BTreeMap::new();
    let mut runs_left = 0;
    for planned in runs {
        let TrainingConfig { engine, batch_size, .. } = planned.config;
        let is_on_gpu = match engine {
            EngineChoice::Auto => on_gpu,
            chosen => chosen == EngineChoice::WebGpu,
        };
        let kind = (is_on_gpu, batch_size as u64);
        let Trained { steps, ms, is_over } = trained(planned.number).unwrap_or_default();
        if ms > 1000.0 {
            let (images, seconds) = rates.shown.entry(kind).or_default();
            *images += steps as f64 * batch_size as f64;
            *seconds += ms / 1000.0;
        }
        if !is_over {
            *left.entry(kind).or_default() += planned.work(sizes, steps);
            runs_left += 1;
        }
    }
    let (mut all, mut in_turn) = (0.0, 0.0);
    for (kind, images) in left {
        let seconds = images / rates.of(kind)?;
        all += seconds;
        in_turn += if kind.0 { seconds } else { 0.0 };
    }
    let shared: f64 = all / workers.clamp(1, runs_left.max(1)) as f64;
    Some(shared.max(in_turn))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::{Experiment, Preset};

    const SIZES: Sizes = Sizes { train: 60_000, test: 10_000 };

    /// What a whole run of the experiment is, in images trained on.
    fn work() -> f64 {
        experiment().runs().unwrap().runs[0].work(SIZES, 0)
    }

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

    #[test]
    fn the_time_is_that_of_all_images_at_the_measured_speed_shared_by_the_workers() {
        let runs = experiment().runs().unwrap().runs;
        let speed = [measured("cpu-fused-64", 21_000.0), measured("webgpu-fused-64", 1.0)];
        let one = seconds(&runs, false, SIZES, 1, |_| None, &speed).unwrap();
        assert!((one - 21.0 * work() / 21_000.0).abs() < 1e-6, "{one}");
        let two = seconds(&runs, false, SIZES, 2, |_| None, &speed).unwrap();
        assert!((two - one / 2.0).abs() < 1e-6);
        let many = seconds(&runs, false, SIZES, 99, |_| None, &speed).unwrap();
        assert!((many - one / 21.0).abs() < 1e-6, "no more workers than runs");
    }

    #[test]
    fn without_a_measurement_no_time_is_claimed() {
        let runs = experiment().runs().unwrap().runs;
        assert_eq!(seconds(&runs, false, SIZES, 1, |_| None, &[]), None);
        let of_gpu = [measured("webgpu-fused-64", 1.0)];
        assert_eq!(seconds(&runs, false, SIZES, 1, |_| None, &of_gpu), None);
        let speed = [measured("cpu-fused-64", 21_000.0)];
        let unknown = Sizes::default();
        assert_eq!(seconds(&runs, false, unknown, 1, |_| None, &speed), None, "no manifest yet");
    }

    #[test]
    fn runs_on_the_gpu_take_turns_however_many_workers_there_are() {
        let mut runs = experiment().runs().unwrap().runs;
        for run in &mut runs {
            run.config.engine = EngineChoice::Auto;
        }
        let speed = [measured("cpu-fused-64", work() / 10.0), measured("webgpu-fused-64", work())];
        let taken = |runs: &[PlannedRun], on_gpu, workers| {
            seconds(runs, on_gpu, SIZES, workers, |_| None, &speed).unwrap()
        };
        assert!((taken(&runs, true, 1) - 21.0).abs() < 1e-6);
        assert!((taken(&runs, true, 7) - 21.0).abs() < 1e-6, "one after the other");
        assert!((taken(&runs, false, 7) - 30.0).abs() < 1e-6, "`auto` is the CPU");
        // Seven runs of ten seconds beside fourteen of one.
        for run in &mut runs[..7] {
            run.config.engine = EngineChoice::Cpu;
        }
        assert!((taken(&runs, true, 7) - 14.0).abs() < 1e-6, "the GPU's runs take longer");
        assert!((taken(&runs, true, 2) - 42.0).abs() < 1e-6);
    }

    #[test]
    fn thousands_of_runs_are_reckoned_at_once() {
        let one = experiment().runs().unwrap().runs.remove(0);
        let runs: Vec<PlannedRun> =
            (1..=2000).map(|number| PlannedRun { number, ..one.clone() }).collect();
        let trained = |number| Some(Trained { steps: 1000, ms: 2000.0, is_over: number % 2 == 0 });
        let begun = std::time::Instant::now();
        for _ in 0..10 {
            assert!(seconds(&runs, false, SIZES, 4, trained, &[]).is_some());
        }
        let took = begun.elapsed();
        assert!(took < std::time::Duration::from_millis(500), "{took:?}");
    }

    #[test]
    fn what_has_been_trained_takes_no_more_time_and_shows_the_speed() {
        let runs = experiment().runs().unwrap().runs;
        let done =
            |number| (number <= 20).then_some(Trained { steps: 1000, ms: 2000.0, is_over: true });
        // 60,000 images took 2 s each, so the last one does, with its validation.
        let slow = [measured("cpu-fused-64", 1.0)];
        let left = seconds(&runs, false, SIZES, 2, done, &slow).unwrap();
        assert!((left - work() / 30_000.0).abs() < 1e-6, "{left}");
        let half = |_| Some(Trained { steps: 500, ms: 1000.0, is_over: false });
        let fast = [measured("cpu-fused-64", 30_000.0)];
        let left = seconds(&runs[..1], false, SIZES, 1, half, &fast);
        assert!(left.is_some_and(|left| left < 1.2), "{left:?}");
    }
}
