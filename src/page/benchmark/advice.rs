//! What to make of measurements, in words.

use crate::benchmark::{BenchmarkCase, Comparison, Measurement, comparisons, nearest_comparison};
use crate::page::format::whole;

/// Engines that differ by less count as equal: a second measurement may turn them round.
const EQUAL_BELOW: f64 = 1.05;

/// Which engine is the faster one at this batch size, and where the most images a second are; `None`
/// if nothing was measured.
pub fn words(measured: &[(BenchmarkCase, Measurement)], batch_size: usize) -> Option<String> {
    let sentences = [comparison(measured, batch_size), Some(most_images(measured)?)];
    Some(sentences.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

fn comparison(measured: &[(BenchmarkCase, Measurement)], batch_size: usize) -> Option<String> {
    let mut others = comparisons(measured);
    let nearest = nearest_comparison(measured, batch_size).or(others.first().copied())?;
    others.retain(|other| other.batch_size != nearest.batch_size);
    let Comparison { batch_size: size, webgpu, times: factor } = nearest;
    let about = if size as usize == batch_size {
        String::new()
    } else {
        format!(", the nearest measured to {batch_size},")
    };
    let first = if factor < EQUAL_BELOW {
        format!("At batch {size}{about} WebGPU and the CPU are about equally fast here")
    } else {
        let slower = engine(!webgpu);
        format!("At batch {size}{about} {} as {slower} here", verdict(webgpu, factor))
    };
    // More than the ends of the range nobody reads.
    if others.len() > 2 {
        others.drain(1..others.len() - 1);
    }
    let rest = others.into_iter().map(|other| {
        let Comparison { batch_size: size, webgpu, times: factor } = other;
        if factor < EQUAL_BELOW {
            format!("at {size} they are about equally fast")
        } else {
            format!("at {size} {}", verdict(webgpu, factor))
        }
    });
    let rest = rest.collect::<Vec<_>>().join(", ");
    let semicolon = if rest.is_empty() { "" } else { "; " };
    let end = "With the engine on automatic, runs use the faster one.";
    Some(format!("{first}{semicolon}{rest}. {end}"))
}

fn verdict(webgpu: bool, factor: f64) -> String {
    let digits = if factor < 10.0 { 1 } else { 0 };
    format!("{} is {factor:.digits$}× as fast", engine(webgpu))
}

fn most_images(measured: &[(BenchmarkCase, Measurement)]) -> Option<String> {
    let rates = measured.iter().map(|(case, measured)| (case, measured.images_per_second(*case)));
    let (case, rate) = rates.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (rate, engine) = (whole(rate.round() as u64), engine(case.webgpu));
    Some(format!("Most images a second: {rate}, by {engine} at batch {}.", case.batch_size))
}

const fn engine(webgpu: bool) -> &'static str {
    if webgpu { "WebGPU" } else { "the CPU" }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

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
             at 512 WebGPU is 12× as fast. With the engine on automatic, runs use the faster one. \
             Most images a second: 102,400, by WebGPU at batch 512."
        );
        assert!(words(&all, 300).unwrap().starts_with(
            "At batch 512, the nearest measured to 300, WebGPU is 12× as fast as the CPU here; at 4 \
             the CPU is 3.1× as fast, at 64 they are about equally fast."
        ));
        assert!(words(&all, 64).unwrap().starts_with(
            "At batch 64 WebGPU and the CPU are about equally fast here; at 4 the CPU is 3.1×"
        ));
    }

    #[test]
    fn one_engine_alone_is_compared_with_nothing() {
        let cpu = measured(&[("cpu-fused-4", 1.0), ("cpu-fused-64", 8.0)]);
        assert_eq!(words(&cpu, 4).unwrap(), "Most images a second: 8,000, by the CPU at batch 64.");
        assert_eq!(words(&[], 4), None);
    }
}
