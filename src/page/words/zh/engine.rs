//! Engines, in Chinese.

use super::causes::no_webgpu;
use crate::page::words::EngineWords;

/// The engines' sentences.
pub const WORDS: EngineWords = EngineWords {
    webgpu: "WebGPU",
    cpu: "CPU",
    way,
    adapter: |adapter| marked(&adapter.name, adapter.software),
    opened: |opened, software| format!("{}，{}", marked(&opened.name, software), way(opened.fused)),
    webgpu_on: |adapter| format!("WebGPU，{}", marked(&adapter.name, adapter.software)),
    faster_by_measurement: "较快的引擎，训练开始时通过短暂测速确定",
    no_webgpu: "WebGPU 不可用",
    automatic: "自动",
    automatic_webgpu: "自动：WebGPU",
    automatic_cpu: "自动：CPU",
    automatic_faster: "自动：较快的引擎",
    webgpu_not_here: "WebGPU（此处不可用）",
    cpu_simd: "CPU（WebAssembly SIMD）",
    no_webgpu_here: |why| format!("WebGPU 不可用：{}", no_webgpu(why)),
    decided_at_start: "训练开始时通过短暂测速确定。",
    decided_by_measurements: "依据这台设备上的测速结果。",
    adapter_is_software: "WebGPU 适配器由软件模拟，直接使用 CPU 引擎更快。",
};

const fn way(fused: bool) -> &'static str {
    if fused { "融合内核" } else { "Burn 算子" }
}

fn marked(name: &str, software: bool) -> String {
    if software && !name.to_lowercase().contains("software") {
        format!("{name}（软件模拟）")
    } else {
        name.to_owned()
    }
}
