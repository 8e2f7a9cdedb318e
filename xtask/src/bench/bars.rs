//! The targets that Atelier should meet in comparison with its peers.

use super::figures::{Calls, Figure, batches, of, step_ms};
use super::table::{brief, columns};
use serde_json::{Value, json};

/// How many times as fast as jax-js on WebGPU, by batch size.
const JAX_WEBGPU: [(u64, f64); 3] = [(4, 2.2), (64, 1.6), (512, 1.4)];
const TF_WEBGPU: f64 = 8.0;
const JAX_WASM: f64 = 25.0;
const OURS: &str = "webgpu-fused";
const OURS_ON_CPU: &str = "cpu-fused";
/// What a step may cost in calls to WebGPU and in the worker.
const DISPATCHES: f64 = 4.0;
const BIND_GROUPS: f64 = 4.0;
const SUBMISSIONS: f64 = 1.0 / 16.0;
const BUFFERS: f64 = 0.0;
const WORKER_CPU_MS: f64 = 0.3;

/// One target.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    name: String,
    batch: u64,
    /// The limit, and whether it is the least or the most.
    wanted: f64,
    is_least: bool,
    /// The measurement, if there is one.
    got: Option<f64>,
}

impl Bar {
    fn word(&self) -> &'static str {
        match self.got {
            None => "not measured",
            Some(got) if self.is_least && got >= self.wanted => "met",
            Some(got) if !self.is_least && got <= self.wanted => "met",
            Some(_) => "MISSED",
        }
    }

    fn row(&self) -> Vec<String> {
        let sign = if self.is_least { "≥" } else { "≤" };
        let got = self.got.map_or_else(|| "–".to_owned(), brief);
        let wanted = format!("{sign} {}", brief(self.wanted));
        vec![self.name.clone(), self.batch.to_string(), wanted, got, self.word().to_owned()]
    }
}

/// All targets for the batch sizes that were measured.
pub fn all(figures: &[Figure]) -> Vec<Bar> {
    let times = |ours: &str, peer: &str, batch| {
        Some(step_ms(figures, peer, batch)? / step_ms(figures, ours, batch)?)
    };
    let mut bars = Vec::new();
    for batch in batches(figures) {
        let mut bar = |name: String, wanted, is_least, got| {
            bars.push(Bar { name, batch, wanted, is_least, got });
        };
        if let Some((_, wanted)) = JAX_WEBGPU.iter().find(|(size, _)| *size == batch) {
            let got = times(OURS, "jaxjs-webgpu", batch);
            bar(format!("{OURS}, times jax-js on WebGPU"), *wanted, true, got);
        }
        let got = times(OURS, "tfjs-webgpu", batch);
        bar(format!("{OURS}, times TensorFlow.js on WebGPU"), TF_WEBGPU, true, got);
        let got = times(OURS_ON_CPU, "jaxjs-wasm", batch);
        bar(format!("{OURS_ON_CPU}, times jax-js on wasm"), JAX_WASM, true, got);

        let measured = of(figures, OURS, batch);
        let call = |of: fn(&Calls) -> f64| measured?.calls.as_ref().map(of);
        let got = call(|calls| calls.dispatches);
        bar(format!("{OURS}, dispatches a step"), DISPATCHES, false, got);
        let got = call(|calls| calls.bind_groups);
        bar(format!("{OURS}, bind groups a step"), BIND_GROUPS, false, got);
        let got = call(|calls| calls.submissions);
        bar(format!("{OURS}, submissions a step"), SUBMISSIONS, false, got);
        let got = call(|calls| calls.buffers);
        bar(format!("{OURS}, buffers created a step, warm"), BUFFERS, false, got);
        let got = measured.and_then(|measured| measured.worker_cpu_ms);
        bar(format!("{OURS}, worker's CPU ms a step"), WORKER_CPU_MS, false, got);
    }
    bars
}

/// The targets in columns.
pub fn table(bars: &[Bar]) -> String {
    let rows: Vec<_> = bars.iter().map(Bar::row).collect();
    columns(&["", "batch", "wanted", "measured", ""], &rows)
}

/// The targets for the JSON file.
pub fn as_json(bars: &[Bar]) -> Value {
    let bar = |bar: &Bar| {
        json!({
            "name": bar.name, "batch": bar.batch, "wanted": bar.wanted,
            "kind": if bar.is_least { "least" } else { "most" },
            "measured": bar.got, "result": bar.word(),
        })
    };
    bars.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::figures::tests::quick;
    use super::*;

    #[test]
    fn bars_are_met_missed_or_not_measured() {
        let mut ours = quick(OURS, "atelier", 4, 10.0);
        let measured = ours.measured.as_mut().unwrap();
        measured.calls = Some(Calls { dispatches: 4.0, submissions: 0.1, ..Calls::default() });
        let figures = [ours, quick("jaxjs-webgpu", "jaxjs", 4, 23.0)];
        let bars = all(&figures);
        let word = |part: &str| bars.iter().find(|bar| bar.name.contains(part)).unwrap().word();
        assert_eq!(word("jax-js on WebGPU"), "met");
        assert_eq!((word("dispatches"), word("submissions")), ("met", "MISSED"));
        assert_eq!((word("TensorFlow.js"), word("CPU ms")), ("not measured", "not measured"));
        assert!(table(&bars).contains("≥ 2.20"));
    }
}
