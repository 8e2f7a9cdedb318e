//! Conclusions from the measurements.

use crate::benchmark::{BenchmarkCase, Comparison, Measurement, comparisons, nearest_comparison};

/// Engines that differ by less than this count as equally fast: measuring again may reverse their order.
const EQUAL_BELOW: f64 = 1.05;

/// Which engine is faster, and which case trains the most images per second.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The batch size in the form.
    pub batch_size: usize,
    /// The verdict at that size or the nearest measured one; `None` if no size was measured on both engines.
    pub nearest: Option<Verdict>,
    /// The verdicts at the smallest and the largest other sizes.
    pub others: Vec<Verdict>,
    /// The case with the most images per second, and how many.
    pub most_images: (BenchmarkCase, f64),
}

/// Which engine is faster at a batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Images per step.
    pub batch_size: u32,
    /// `None` if they are about equally fast.
    pub faster: Option<Faster>,
}

/// The faster engine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faster {
    /// WebGPU, or the CPU.
    pub webgpu: bool,
    /// How many times as fast as the other engine it is.
    pub times: f64,
}

impl From<Comparison> for Verdict {
    fn from(Comparison { batch_size, webgpu, times }: Comparison) -> Self {
        Self { batch_size, faster: (times >= EQUAL_BELOW).then_some(Faster { webgpu, times }) }
    }
}

impl Advice {
    /// The advice for runs of this batch size; `None` if nothing was measured.
    pub fn of(measured: &[(BenchmarkCase, Measurement)], batch_size: usize) -> Option<Self> {
        let rates = measured.iter().map(|(case, found)| (*case, found.images_per_second(*case)));
        let most_images = rates.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let mut others = comparisons(measured);
        let nearest = nearest_comparison(measured, batch_size).or(others.first().copied());
        others.retain(|other| nearest.is_none_or(|it| it.batch_size != other.batch_size));
        // Nobody reads more than the ends of the range.
        if others.len() > 2 {
            others.drain(1..others.len() - 1);
        }
        let others = others.into_iter().map(Verdict::from).collect();
        Some(Self { batch_size, nearest: nearest.map(Verdict::from), others, most_images })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::page::words::ENGLISH;

    fn words(measured: &[(BenchmarkCase, Measurement)], batch_size: usize) -> Option<String> {
        Advice::of(measured, batch_size).map(|advice| ENGLISH.benchmark.advice(&advice))
    }

    fn measured(cases: &[(&str, f64)]) -> Vec<(BenchmarkCase, Measurement)> {
        let measured = |(case, step_ms): &(&str, f64)| {
            let measurement =
                Measurement { step_ms: *step_ms, warm_up_ms: 1.0, steps: 9, timed_steps: 5 };
            (case.parse().unwrap(), measurement)
        };
        cases.iter().map(measured).collect()
    }

    #[test]
    fn the_engines_are_compared_at_the_forms_batch_size_first() {
        let all = measured(&[
            ("webgpu-fused-4", 3.1),
            ("cpu-fused-4", 1.0),
            ("webgpu-fused-64", 2.0),
            ("cpu-fused-64", 2.05),
            ("webgpu-fused-512", 5.0),
            ("cpu-fused-512", 60.0),
        ]);
        assert_eq!(
            words(&all, 4).unwrap(),
            "At batch 4 the CPU is 3.1× as fast as WebGPU here; at 64 they are about equally fast, \
             at 512 WebGPU is 12× as fast. With the engine set to Automatic, runs use the faster one. \
             Highest throughput: 102,400 images/s, on WebGPU at batch size 512."
        );
        assert!(words(&all, 300).unwrap().starts_with(
            "At batch 512, the measured size nearest to 300, WebGPU is 12× as fast as the CPU here; at 4 \
             the CPU is 3.1× as fast, at 64 they are about equally fast."
        ));
        assert!(words(&all, 64).unwrap().starts_with(
            "At batch 64 WebGPU and the CPU are about equally fast here; at 4 the CPU is 3.1×"
        ));
    }

    #[test]
    fn one_engine_alone_is_compared_with_nothing() {
        let cpu = measured(&[("cpu-fused-4", 1.0), ("cpu-fused-64", 8.0)]);
        assert_eq!(
            words(&cpu, 4).unwrap(),
            "Highest throughput: 8,000 images/s, on the CPU at batch size 64."
        );
        assert_eq!(words(&[], 4), None);
    }
}
