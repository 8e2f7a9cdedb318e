//! Engines: where the arithmetic happens, what the hardware really is, and whether to believe it.

pub mod self_test;

#[cfg(all(feature = "worker", target_family = "wasm"))]
pub mod browser;
#[cfg(any(feature = "terminal", all(feature = "worker", target_family = "wasm")))]
mod gpu;
#[cfg(all(feature = "terminal", not(target_family = "wasm")))]
pub mod native;

use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Device;
use thiserror::Error;

use crate::training::Way;
use crate::training::fused::cpu::FusedCpu;

/// Why an engine cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EngineError {
    /// This browser has no WebGPU, or gives no adapter.
    #[error("{0}")]
    NoWebGpu(String),
    /// The adapter gave no device.
    #[error("the adapter gave no device: {0}")]
    NoDevice(String),
    /// The GPU reported an error, or the device was lost; nothing computed since can be trusted.
    #[error("{0}")]
    Gpu(String),
    /// The engine computes wrong numbers.
    #[error("the engine gave a wrong answer in its self-test: {0}")]
    WrongAnswer(String),
}

/// An engine that may be computed on.
#[derive(Clone, Debug)]
pub struct Engine {
    /// Burn's device, without autodiff.
    pub device: Device,
    /// How it takes steps.
    pub way: Way,
    /// Whether this is Burn's wgpu backend: WebGPU in a browser.
    pub webgpu: bool,
    /// Name for people, adapter included.
    pub name: String,
    /// What the GPU has complained of.
    pub health: Health,
}

impl Engine {
    /// The CPU engine, on one thread.
    #[must_use]
    pub fn cpu() -> Self {
        let simd = if cfg!(target_family = "wasm") { "WebAssembly SIMD" } else { "native SIMD" };
        let name = format!("CPU, {simd}");
        let device = Device::flex();
        let way =
            if FusedCpu::is_available() { Way::FusedCpu } else { Way::General(device.clone()) };
        Self { device, way, webgpu: false, name, health: Health::default() }
    }

    /// Whether it trains by kernels made for this network and not by Burn's operations.
    #[must_use]
    pub const fn is_fused(&self) -> bool {
        !matches!(self.way, Way::General(_))
    }
}

/// The first complaint of a GPU, shared with the callbacks that hear of it.
///
/// WebGPU reports errors beside the computation, not in it: the numbers read back afterwards look
/// plausible and are stale. So this is asked before any number is believed.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Option<String>>>);

impl Health {
    /// Notes a complaint; later ones are mostly consequences of the first and are dropped.
    pub fn report(&self, complaint: String) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(complaint);
    }

    /// Whether everything computed so far can be believed.
    ///
    /// # Errors
    /// [`EngineError::Gpu`] with the first complaint.
    pub fn check(&self) -> Result<(), EngineError> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(complaint) => Err(EngineError::Gpu(complaint.clone())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_complaint_is_the_one_that_counts() {
        let health = Health::default();
        assert_eq!(health.check(), Ok(()));
        let heard_elsewhere = health.clone();
        heard_elsewhere.report("Invalid ShaderModule".into());
        heard_elsewhere.report("Invalid CommandBuffer".into());
        assert_eq!(health.check(), Err(EngineError::Gpu("Invalid ShaderModule".into())));
    }
}
