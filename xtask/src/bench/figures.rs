//! The measurements of the browser's harness, as plain data.

use serde_json::Value;

/// One contestant with one batch size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// The contestant's name, as in the bars: `webgpu-fused`, `jaxjs-webgpu`, …
    pub name: String,
    /// Its family: `atelier`, `jaxjs`, `tfjs`.
    pub family: String,
    /// Its display name.
    pub label: String,
    /// Images a step.
    pub batch: u64,
    /// Why there are no measurements.
    pub missing: Option<String>,
    /// The measurements.
    pub measured: Option<Measured>,
}

/// The medians over rounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Milliseconds a step.
    pub step_ms: f64,
    /// Milliseconds a step in the fastest round.
    pub least_step_ms: f64,
    /// Images a second.
    pub images_per_second: f64,
    /// Milliseconds until the first step was done.
    pub warm_up_ms: f64,
    /// Rounds.
    pub rounds: u64,
    /// A step's calls to WebGPU; `None` if WebGPU is not used.
    pub calls: Option<Calls>,
    /// Milliseconds of CPU time a step in the worker, if the system reports it.
    pub worker_cpu_ms: Option<f64>,
    /// Milliseconds of CPU time a step on the page's main thread.
    pub main_cpu_ms: Option<f64>,
    /// Milliseconds of CPU time a step in the GPU process, where a software adapter computes.
    pub gpu_process_cpu_ms: Option<f64>,
    /// Memory before the first step.
    pub before: Memory,
    /// Memory after the last step.
    pub after: Memory,
    /// The largest difference of the first losses from PyTorch's, if known.
    pub apart: Option<f64>,
}

/// A step's calls to WebGPU.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calls {
    /// Dispatches.
    pub dispatches: f64,
    /// Calls of `submit`.
    pub submissions: f64,
    /// Buffers made.
    pub buffers: f64,
    /// Bind groups made.
    pub bind_groups: f64,
    /// Bytes written by `writeBuffer` or into mapped buffers.
    pub bytes: f64,
}

/// Memory at one moment, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    /// Resident memory of the page's process.
    pub renderer: Option<f64>,
    /// Resident memory of the GPU process.
    pub gpu_process: Option<f64>,
    /// GPU buffers that have not been destroyed.
    pub gpu_alive: Option<f64>,
    /// WebAssembly's memory.
    pub wasm: Option<f64>,
}

impl Memory {
    /// Reads one result of the harness.
    pub fn read(value: &Value) -> Self {
        let number = |name: &str| value[name].as_f64();
        Self {
            renderer: number("rendererBytes"),
            gpu_process: number("gpuProcessBytes"),
            gpu_alive: number("gpuBytesAlive"),
            wasm: number("wasmBytes"),
        }
    }

    /// Resident memory of both processes.
    pub fn resident(&self) -> Option<f64> {
        Some(self.renderer? + self.gpu_process?)
    }
}

/// Reads the harness's results; `None` if they have another format.
pub fn read(report: &Value) -> Option<Vec<Figure>> {
    report["results"].as_array()?.iter().map(figure).collect()
}

fn figure(result: &Value) -> Option<Figure> {
    let text = |name: &str| result[name].as_str().map(str::to_owned);
    let name = text("name")?;
    let missing = text("failed").map(|why| format!("failed: {why}")).or_else(|| text("skipped"));
    let measured = if result["stepMs"].is_null() {
        None
    } else {
        Some(measured(result, name.contains("webgpu"))?)
    };
    Some(Figure {
        name,
        family: text("group")?,
        label: text("label")?,
        batch: result["batch"].as_u64()?,
        missing,
        measured,
    })
}

fn measured(result: &Value, on_webgpu: bool) -> Option<Measured> {
    let number = |name: &str| result[name].as_f64();
    let cpu = |name: &str| result["cpu"][name].as_f64();
    Some(Measured {
        step_ms: number("stepMs")?,
        least_step_ms: number("leastStepMs")?,
        images_per_second: number("imagesPerSecond")?,
        warm_up_ms: number("warmUpMs")?,
        rounds: result["rounds"].as_u64()?,
        calls: on_webgpu.then(|| calls(&result["calls"])).flatten(),
        worker_cpu_ms: cpu("workerCpuMs"),
        main_cpu_ms: cpu("mainCpuMs"),
        gpu_process_cpu_ms: cpu("gpuProcessCpuMs"),
        before: Memory::read(&result["memoryBefore"]),
        after: Memory::read(&result["memoryAfter"]),
        apart: number("apartFromPyTorch"),
    })
}

fn calls(value: &Value) -> Option<Calls> {
    let number = |name: &str| value[name].as_f64();
    Some(Calls {
        dispatches: number("dispatches")?,
        submissions: number("submissions")?,
        buffers: number("buffersCreated")?,
        bind_groups: number("bindGroupsCreated")?,
        bytes: number("bytesUploaded")?,
    })
}

/// The milliseconds a step of a contestant with a batch size.
pub fn step_ms(figures: &[Figure], name: &str, batch: u64) -> Option<f64> {
    of(figures, name, batch).map(|measured| measured.step_ms)
}

/// The measurements of a contestant with a batch size.
pub fn of<'a>(figures: &'a [Figure], name: &str, batch: u64) -> Option<&'a Measured> {
    let figure = figures.iter().find(|figure| figure.name == name && figure.batch == batch)?;
    figure.measured.as_ref()
}

/// The batch sizes, each once, in the order of the results.
pub fn batches(figures: &[Figure]) -> Vec<u64> {
    let mut batches: Vec<u64> = figures.iter().map(|figure| figure.batch).collect();
    batches.dedup();
    batches.sort_unstable();
    batches.dedup();
    batches
}

#[cfg(test)]
pub mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    /// A contestant with only its speed known.
    pub fn quick(name: &str, family: &str, batch: u64, step_ms: f64) -> Figure {
        let measured = Measured { step_ms, ..Measured::default() };
        Figure {
            name: name.to_owned(),
            family: family.to_owned(),
            label: name.to_owned(),
            batch,
            missing: None,
            measured: Some(measured),
        }
    }

    #[test]
    fn what_was_measured_and_what_was_not_are_read() {
        let calls = json!({
            "dispatches": 69, "submissions": 72.5, "buffersCreated": 5, "bindGroupsCreated": 69,
            "bytesUploaded": 12704
        });
        let measured = json!({
            "name": "jaxjs-webgpu", "group": "jaxjs", "label": "jax-js, WebGPU", "batch": 4,
            "failed": null, "skipped": null, "stepMs": 30.5, "leastStepMs": 30.1,
            "imagesPerSecond": 131, "warmUpMs": 1300, "rounds": 3, "calls": calls,
            "cpu": { "workerCpuMs": 3.8, "mainCpuMs": 0.01 },
            "memoryBefore": {}, "memoryAfter": { "rendererBytes": 3, "gpuProcessBytes": 4 }
        });
        let skipped = json!({
            "name": "tfjs-cpu", "group": "tfjs", "label": "TensorFlow.js, CPU", "batch": 512,
            "failed": null, "skipped": "too slow"
        });
        let figures = read(&json!({ "results": [measured, skipped] })).unwrap();
        let jax = of(&figures, "jaxjs-webgpu", 4).unwrap();
        assert_eq!((jax.step_ms, jax.calls.unwrap().dispatches), (30.5, 69.0));
        assert_eq!((jax.after.resident(), jax.before.resident()), (Some(7.0), None));
        assert_eq!(figures[1].missing.as_deref(), Some("too slow"));
        assert_eq!((batches(&figures), step_ms(&figures, "tfjs-cpu", 512)), (vec![4, 512], None));
        assert_eq!(read(&json!({ "results": [{ "name": 3 }] })), None);
    }
}
