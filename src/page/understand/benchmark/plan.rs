//! Which cases are measured.

use crate::benchmark::BenchmarkCase;
use crate::hardware::Engines;
use crate::page::session::CASE_BUDGET_MS;

/// The tutorial's batch size, a common one, and one that keeps a GPU busy.
const BATCH_SIZES: [u32; 3] = [4, 64, 512];
/// Roughly how long a GPU takes to open and test.
const OPENING_S: f64 = 2.0;

/// Both engines, or only the CPU if the browser has no adapter.
pub fn usual(engines: Option<&Engines>) -> Vec<BenchmarkCase> {
    let no_webgpu = engines.is_some_and(|engines| engines.webgpu.is_err());
    let of_size = |batch_size| {
        let case = move |webgpu| BenchmarkCase { webgpu, fused: true, batch_size };
        [true, false].into_iter().filter(move |&webgpu| !(webgpu && no_webgpu)).map(case)
    };
    BATCH_SIZES.into_iter().flat_map(of_size).collect()
}

/// Roughly how many seconds measuring these cases takes.
pub fn seconds(cases: &[BenchmarkCase]) -> u32 {
    let opening = if cases.iter().any(|case| case.webgpu) { OPENING_S } else { 0.0 };
    (opening + cases.len() as f64 * CASE_BUDGET_MS / 1000.0).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::{Adapter, NoWebGpu};

    fn words(engines: Option<&Engines>) -> Vec<String> {
        usual(engines).iter().map(BenchmarkCase::to_string).collect()
    }

    #[test]
    fn webgpu_is_measured_unless_the_browser_has_none() {
        let adapter = Adapter { name: "gpu".to_owned(), software: false };
        let both = [
            "webgpu-fused-4",
            "cpu-fused-4",
            "webgpu-fused-64",
            "cpu-fused-64",
            "webgpu-fused-512",
            "cpu-fused-512",
        ];
        assert_eq!(words(None), both);
        assert_eq!(words(Some(&Engines { webgpu: Ok(adapter) })), both);
        let without = Engines { webgpu: Err(NoWebGpu::NoAdapter) };
        assert_eq!(words(Some(&without)), ["cpu-fused-4", "cpu-fused-64", "cpu-fused-512"]);
    }

    #[test]
    fn the_usual_cases_take_less_than_half_a_minute() {
        assert_eq!(seconds(&usual(None)), 14);
        assert_eq!(seconds(&[]), 0);
    }
}
