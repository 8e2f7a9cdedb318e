//! Benchmarks: what is measured, and what to make of it. Plain data.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::settings::TrainingConfig;

/// One thing to measure: training at a batch size on an engine, in one of its ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchmarkCase {
    /// WebGPU, or the CPU.
    pub webgpu: bool,
    /// By kernels made for this network, or by Burn's operations.
    pub fused: bool,
    /// Images a step, 1 to [`TrainingConfig::MAX_BATCH_SIZE`].
    pub batch_size: u32,
}

/// Words that name no case.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no case; one is webgpu-fused-64, cpu-general-4 or the like")]
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

/// What was measured of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Milliseconds a step: the median over stretches of steps, each waited for.
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

/// The faster of the two engines at each batch size measured for both, by batch size: whether it is
/// WebGPU, and by how much.
#[must_use]
pub fn faster_engines(results: &[(BenchmarkCase, Measurement)]) -> Vec<(u32, bool, f64)> {
    let best = |webgpu: bool, batch_size: u32| {
        let of_engine = results
            .iter()
            .filter(|(case, _)| case.webgpu == webgpu && case.batch_size == batch_size);
        of_engine.map(|(_, measured)| measured.step_ms).min_by(f64::total_cmp)
    };
    let mut sizes: Vec<u32> = results.iter().map(|(case, _)| case.batch_size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let compare = |size| {
        let (gpu, cpu) = (best(true, size)?, best(false, size)?);
        Some((size, gpu < cpu, if gpu < cpu { cpu / gpu } else { gpu / cpu }))
    };
    sizes.into_iter().filter_map(compare).collect()
}

/// Whether WebGPU trains faster than the CPU at this batch size, by the measurement at the nearest size
/// (in proportion); `None` if nothing was measured for both.
#[must_use]
pub fn webgpu_is_faster(
    results: &[(BenchmarkCase, Measurement)],
    batch_size: usize,
) -> Option<bool> {
    let distance = |size: u32| (f64::from(size).ln() - (batch_size.max(1) as f64).ln()).abs();
    let compared = faster_engines(results);
    let nearest = compared.into_iter().min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)));
    nearest.map(|(_, webgpu, _)| webgpu)
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
        assert_eq!(faster_engines(&results), [(4, false, 2.0), (512, true, 4.0)]);
        assert_eq!(webgpu_is_faster(&results, 8), Some(false));
        assert_eq!(webgpu_is_faster(&results, 300), Some(true));
        assert_eq!(webgpu_is_faster(&results[..1], 4), None);
    }
}
