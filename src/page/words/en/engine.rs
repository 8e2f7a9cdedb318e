//! Engines, in English.

use super::causes::no_webgpu;
use crate::page::words::EngineWords;

/// The engines' sentences.
pub const WORDS: EngineWords = EngineWords {
    webgpu: "WebGPU",
    cpu: "CPU",
    way,
    adapter: |adapter| marked(&adapter.name, adapter.software),
    opened: |opened, software| format!("{}, {}", marked(&opened.name, software), way(opened.fused)),
    webgpu_on: |adapter| format!("WebGPU, {}", marked(&adapter.name, adapter.software)),
    faster_by_measurement: "the faster engine, measured briefly when training starts",
    no_webgpu: "WebGPU is not available",
    automatic: "Automatic",
    automatic_webgpu: "Automatic: WebGPU",
    automatic_cpu: "Automatic: CPU",
    automatic_faster: "Automatic: the faster engine",
    webgpu_not_here: "WebGPU (not available here)",
    cpu_simd: "CPU (WebAssembly SIMD)",
    no_webgpu_here: |why| format!("No WebGPU here: {}", no_webgpu(why)),
    decided_at_start: "Atelier measures both engines briefly when training starts.",
    decided_by_measurements: "Chosen from measurements on this machine.",
    adapter_is_software: "WebGPU is emulated in software here, so the CPU engine is faster.",
};

const fn way(fused: bool) -> &'static str {
    if fused { "fused kernels" } else { "Burn's operations" }
}

fn marked(name: &str, software: bool) -> String {
    if software && !name.to_lowercase().contains("software") {
        format!("{name} (software)")
    } else {
        name.to_owned()
    }
}
