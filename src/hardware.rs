//! What hardware a browser offers, as plain data, and which engine `auto` means on it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::benchmark::{BenchmarkCase, Measurement, nearest_comparison};

/// Which engines this browser has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engines {
    /// The adapter as the browser describes it, or why there is none.
    pub webgpu: Result<Adapter, NoWebGpu>,
}

/// Why WebGPU is not available.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum NoWebGpu {
    /// The page is not a secure context (<https://www.w3.org/TR/secure-contexts/>).
    #[error(
        "this page came over plain http, and browsers give WebGPU only to https and to localhost"
    )]
    InsecureOrigin,
    /// There is no `navigator.gpu`.
    #[error("this browser has no WebGPU")]
    Missing,
    /// `requestAdapter` returned null.
    #[error("this browser has WebGPU but no adapter for it")]
    NoAdapter,
    /// `requestAdapter` threw or was rejected, in the browser's words.
    #[error("the browser gave no WebGPU adapter: {0}")]
    Refused(String),
}

impl Engines {
    /// What `auto` means for batches of this size: true for WebGPU, false for the CPU, `None` if only a
    /// measurement can tell.
    ///
    /// A software adapter runs a GPU's language on the CPU, which is never faster than the CPU engine, so
    /// that needs no measurement; if there is one, it decides.
    #[must_use]
    pub fn auto_is_webgpu(
        &self,
        measured: &[(BenchmarkCase, Measurement)],
        batch_size: usize,
    ) -> Option<bool> {
        let Ok(adapter) = &self.webgpu else { return Some(false) };
        let told = nearest_comparison(measured, batch_size).map(|found| found.webgpu);
        told.or(adapter.software.then_some(false))
    }
}

/// A GPU adapter as `adapter.info` describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// The parts that the browser reports, joined: vendor, architecture, device, description.
    pub name: String,
    /// Whether the adapter is software on the CPU.
    pub software: bool,
}
