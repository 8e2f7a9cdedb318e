//! The engines' names, and why one is chosen.

use super::sentences;
use crate::hardware::{Adapter, NoWebGpu};
use crate::protocol::OpenedEngine;

sentences! {
    /// The engines' names, and why one is chosen.
    EngineWords {
        webgpu,
        cpu,
        /// The fused kernels made for this network, or Burn's operations.
        way(fused: bool) -> &'static str,
        /// An adapter's name, marked if it is software.
        adapter(adapter: &Adapter),
        /// The engine that trains or has trained, with its kernels.
        opened(opened: &OpenedEngine, software: bool),
        /// The engine that will train.
        webgpu_on(adapter: &Adapter),
        /// Instead of the engine that will train.
        faster_by_measurement,
        /// Instead of the engine that will train.
        no_webgpu,
        /// In the list of engines.
        automatic,
        /// In the list of engines, where automatic means WebGPU.
        automatic_webgpu,
        /// In the list of engines, where automatic means the CPU.
        automatic_cpu,
        /// In the list of engines, while it is unknown what automatic means.
        automatic_faster,
        /// In the list of engines.
        webgpu_not_here,
        /// In the list of engines.
        cpu_simd,
        /// Below the list of engines.
        no_webgpu_here(why: &NoWebGpu),
        /// Below the list of engines.
        decided_at_start,
        /// Below the list of engines.
        decided_by_measurements,
        /// Below the list of engines.
        adapter_is_software,
    }
}
