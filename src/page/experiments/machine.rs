//! What the machine offers to an experiment: cores, memory, and the engine that `auto` means.

use leptos::prelude::window;

use crate::settings::{EngineChoice, TrainingConfig};

/// The settings with the engine that `auto` means for the whole experiment.
pub fn resolved(config: &TrainingConfig, on_gpu: bool) -> TrainingConfig {
    let engine = match config.engine {
        EngineChoice::Auto if on_gpu => EngineChoice::WebGpu,
        EngineChoice::Auto => EngineChoice::Cpu,
        chosen => chosen,
    };
    TrainingConfig { engine, ..config.clone() }
}

/// As many workers as the machine has cores, but one for the page and what else it does, and as the memory that the browser
/// admits to allows.
pub fn workers_at_first() -> usize {
    let cores = most_workers();
    let memory = memory_gb().map_or(cores, |gb| (gb * 1024.0 / 2.0 / WORKER_MB) as usize);
    cores.saturating_sub(1).min(memory).max(1)
}

/// As many workers as the machine has cores.
pub fn most_workers() -> usize {
    let cores = window().navigator().hardware_concurrency();
    if cores.is_finite() { (cores as usize).clamp(1, 256) } else { 1 }
}

/// What one worker more costs, in megabytes (`docs/experiments.md`).
pub const WORKER_MB: f64 = 120.0;

/// The memory of the machine in gigabytes, rounded, if the browser tells (`navigator.deviceMemory`).
fn memory_gb() -> Option<f64> {
    let navigator = window().navigator();
    let told = js_sys::Reflect::get(&navigator, &"deviceMemory".into()).ok()?;
    told.as_f64().filter(|gb| *gb > 0.0)
}
