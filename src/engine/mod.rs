//! Engines: where the arithmetic happens, what the hardware really is, and whether to believe it.

pub mod self_test;

#[cfg(all(feature = "worker", target_family = "wasm"))]
pub mod browser;
#[cfg(any(feature = "terminal", all(feature = "worker", target_family = "wasm")))]
mod gpu;
#[cfg(all(feature = "terminal", not(target_family = "wasm")))]
pub mod native;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;
use futures::channel::oneshot;
use thiserror::Error;

use crate::hardware::NoWebGpu;
use crate::training::Way;
use crate::training::fused::cpu::FusedCpu;

/// Why an engine cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EngineError {
    /// This browser has no WebGPU, or gives no adapter.
    #[error(transparent)]
    NoWebGpu(#[from] NoWebGpu),
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
/// plausible and are stale. So this is asked before any number is believed. A GPU that has complained
/// once is not believed again.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Complaints>>);

#[derive(Debug, Default)]
struct Complaints {
    first: Option<String>,
    /// Those who wait for it.
    waiting: Vec<oneshot::Sender<String>>,
}

impl Health {
    fn complaints(&self) -> MutexGuard<'_, Complaints> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a complaint; later ones are mostly consequences of the first and are dropped.
    pub fn report(&self, complaint: String) {
        let mut complaints = self.complaints();
        if complaints.first.is_none() {
            for waiting in complaints.waiting.drain(..) {
                // Nobody waits any more where the computation was quicker.
                drop(waiting.send(complaint.clone()));
            }
            complaints.first = Some(complaint);
        }
    }

    /// Waits for the first complaint, which hardly ever comes.
    pub async fn failed(&self) -> EngineError {
        let told = {
            let mut complaints = self.complaints();
            if let Some(complaint) = &complaints.first {
                return EngineError::Gpu(complaint.clone());
            }
            let (tell, told) = oneshot::channel();
            complaints.waiting.retain(|waiting| !waiting.is_canceled());
            complaints.waiting.push(tell);
            told
        };
        match told.await {
            Ok(complaint) => EngineError::Gpu(complaint),
            // Senders are dropped with the health itself, which `self` keeps.
            Err(oneshot::Canceled) => std::future::pending().await,
        }
    }

    /// Whether everything computed so far can be believed.
    ///
    /// # Errors
    /// [`EngineError::Gpu`] with the first complaint.
    pub fn check(&self) -> Result<(), EngineError> {
        match &self.complaints().first {
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

    #[test]
    fn a_complaint_reaches_those_who_wait_for_it_and_those_who_come_later() {
        let health = Health::default();
        let waiting = health.failed();
        let mut waiting = std::pin::pin!(waiting);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        drop(health.failed());
        health.report("lost".into());
        let lost = EngineError::Gpu("lost".into());
        assert_eq!(waiting.poll(&mut context), std::task::Poll::Ready(lost.clone()));
        assert_eq!(pollster::block_on(health.failed()), lost);
    }
}
