//! Engines: where the arithmetic happens, what the hardware really is, and whether its results can be
//! trusted.

pub mod self_test;

#[cfg(all(feature = "worker", target_family = "wasm"))]
pub mod browser;
#[cfg(any(feature = "terminal", all(feature = "worker", target_family = "wasm")))]
mod gpu;
#[cfg(all(feature = "terminal", not(target_family = "wasm")))]
pub mod native;

use burn::tensor::Device;
use thiserror::Error;

use crate::hardware::{GpuComplaint, NoWebGpu, WrongAnswer};
use crate::training::fused::cpu::FusedCpu;
use crate::training::{Backend, Health, TrainingError};

/// Why an engine cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EngineError {
    /// This browser has no WebGPU, or offers no adapter.
    #[error(transparent)]
    NoWebGpu(#[from] NoWebGpu),
    /// The adapter returned no device.
    #[error("the adapter gave no device: {0}")]
    NoDevice(String),
    /// The GPU reported an error, or the device was lost; nothing computed since can be trusted.
    #[error(transparent)]
    Gpu(#[from] GpuComplaint),
    /// The engine computes wrong numbers.
    #[error("the engine gave a wrong answer in its self-test: {0}")]
    WrongAnswer(#[from] WrongAnswer),
    /// The engine gave no answer.
    #[error("the engine gave a wrong answer in its self-test: {0}")]
    NoAnswer(Box<TrainingError>),
}

/// An open engine.
#[derive(Clone, Debug)]
pub struct Engine {
    /// Burn's device, without autodiff.
    pub device: Device,
    /// The backend that takes its steps.
    pub backend: Backend,
    /// Whether this is Burn's wgpu backend: WebGPU in a browser.
    pub webgpu: bool,
    /// Display name, adapter included.
    pub name: String,
    /// The errors that the GPU has reported.
    pub health: Health,
}

impl Engine {
    /// The CPU engine, on one thread.
    #[must_use]
    pub fn cpu() -> Self {
        let simd = if cfg!(target_family = "wasm") { "WebAssembly SIMD" } else { "native SIMD" };
        let name = format!("CPU, {simd}");
        let device = Device::flex();
        let backend = if FusedCpu::is_available() {
            Backend::FusedCpu
        } else {
            Backend::General(device.clone())
        };
        Self { device, backend, webgpu: false, name, health: Health::default() }
    }

    /// Whether it trains with the fused kernels rather than with Burn's operations.
    #[must_use]
    pub const fn is_fused(&self) -> bool {
        !matches!(self.backend, Backend::General(_))
    }
}
