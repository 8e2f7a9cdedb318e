//! Benchmarks: what is measured, and how to interpret it. Plain data.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::settings::TrainingConfig;

/// One measurement to take: training at a batch size on one of an engine's backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchmarkCase {
    /// Whether the engine is WebGPU rather than the CPU.
    pub webgpu: bool,
    /// Whether the backend is the fused kernels rather than Burn's operations.
    pub fused: bool,
    /// Images a step, 1 to [`TrainingConfig::MAX_BATCH_SIZE`].
    pub batch_size: u32,
}

impl BenchmarkCase {
    /// The recipe that is timed: the tutorial's at the case's batch size.
    #[must_use]
    pub fn config(&self) -> TrainingConfig {
        TrainingConfig { batch_size: self.batch_size as usize, ..TrainingConfig::default() }
    }
}

/// Text that does not name a case.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not a case; cases are named like webgpu-fused-64 or cpu-general-4")]
pub struct NoSuchCase(String);

impl fmt::Display for BenchmarkCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let engine = if self.webgpu { "webgpu" } else { "cpu" };
        let way = if self.fused { "fused" } else { "general" };
        write!(f, "{engine}-{way}-{}", self.batch_size)
    }
}

impl FromStr for BenchmarkCase {
    type Err = NoSuchCase;

    fn from_str(words: &str) -> Result<Self, NoSuchCase> {
        let wrong = || NoSuchCase(words.to_owned());
        let parts: Vec<&str> = words.split('-').collect();
        let [engine, way, batch_size] = parts[..] else { return Err(wrong()) };
        let webgpu = match engine {
            "webgpu" => true,
            "cpu" => false,
            _ => return Err(wrong()),
        };
        let fused = match way {
            "fused" => true,
            "general" => false,
            _ => return Err(wrong()),
        };
        let batch_size = batch_size.parse().map_err(|_| wrong())?;
        if !(1..=TrainingConfig::MAX_BATCH_SIZE as u32).contains(&batch_size) {
            return Err(wrong());
        }
        Ok(Self { webgpu, fused, batch_size })
    }
}

/// The measurement of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Milliseconds a step: the median over stretches of steps, each timed to its completion.
    pub step_ms: f64,
    /// Milliseconds before the first timed step.
    pub warm_up_ms: f64,
    /// Steps taken in all.
    pub steps: u64,
    /// Steps that were timed.
    pub timed_steps: u64,
}

impl Measurement {
    /// Training images a second.
    #[must_use]
    pub fn images_per_second(&self, case: BenchmarkCase) -> f64 {
        f64::from(case.batch_size) * 1000.0 / self.step_ms
    }
}

/// How the engines compare at a batch size that was measured on both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Images a step.
    pub batch_size: u32,
    /// Whether WebGPU is the faster one.
    pub webgpu: bool,
    /// How many times as fast the faster one is, at least 1.
    pub times: f64,
}

/// How the engines compare, by batch size.
#[must_use]
pub fn comparisons(results: &[(BenchmarkCase, Measurement)]) -> Vec<Comparison> {
    let best = |webgpu: bool, batch_size: u32| {
        let of_engine = results
            .iter()
            .filter(|(case, _)| case.webgpu == webgpu && case.batch_size == batch_size);
        of_engine.map(|(_, measured)| measured.step_ms).min_by(f64::total_cmp)
    };
    let mut sizes = BTreeSet::new();
    sizes.extend(results.iter().map(|(case, _)| case.batch_size));
    let compare = |batch_size| {
        let (gpu, cpu) = (best(true, batch_size)?, best(false, batch_size)?);
        let webgpu = gpu < cpu;
        Some(Comparison { batch_size, webgpu, times: if webgpu { cpu / gpu } else { gpu / cpu } })
    };
    sizes.into_iter().filter_map(compare).collect()
}

/// A measurement applies to batches up to this many times larger or smaller.
const REACH: f64 = 4.0;

/// How the engines compare at this batch size, judged by the nearest size measured on both (by ratio);
/// `None` if none is near enough.
#[must_use]
pub fn nearest_comparison(
    results: &[(BenchmarkCase, Measurement)],
    batch_size: usize,
) -> Option<Comparison> {
    let distance = |size: u32| (f64::from(size).ln() - (batch_size.max(1) as f64).ln()).abs();
    let near = comparisons(results).into_iter().map(|found| (distance(found.batch_size), found));
    let near = near.filter(|(distance, _)| *distance <= REACH.ln() + 1e-9);
    near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn measured(case: &str, step_ms: f64) -> (BenchmarkCase, Measurement) {
        let measurement = Measurement { step_ms, warm_up_ms: 1.0, steps: 9, timed_steps: 5 };
        (case.parse().unwrap(), measurement)
    }

    #[test]
    fn cases_survive_their_words() {
        for words in ["webgpu-fused-64", "cpu-general-4", "cpu-fused-4096"] {
            assert_eq!(words.parse::<BenchmarkCase>().unwrap().to_string(), words);
        }
        for wrong in ["", "cpu", "cpu-fused", "cpu-fused-0", "cpu-fused-4097", "gpu-fused-4"] {
            assert!(wrong.parse::<BenchmarkCase>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_faster_engine_is_told_by_the_nearest_batch_size() {
        let results = [
            measured("webgpu-fused-4", 2.0),
            measured("cpu-fused-4", 1.0),
            measured("webgpu-fused-512", 5.0),
            measured("webgpu-general-512", 50.0),
            measured("cpu-fused-512", 20.0),
            measured("cpu-fused-64", 3.0),
        ];
        let told = |batch_size, webgpu, times| Comparison { batch_size, webgpu, times };
        assert_eq!(comparisons(&results), [told(4, false, 2.0), told(512, true, 4.0)]);
        assert_eq!(nearest_comparison(&results, 8), Some(told(4, false, 2.0)));
        assert_eq!(nearest_comparison(&results, 300), Some(told(512, true, 4.0)));
        assert_eq!(nearest_comparison(&results, 50), None, "too far from either");
        assert_eq!(nearest_comparison(&results[..1], 4), None);
    }
}
