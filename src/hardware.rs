//! What hardware a browser offers and how it fails, as plain data, and which engine `auto` means on it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::benchmark::{BenchmarkCase, Measurement, nearest_comparison};
use crate::history::Figure;

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
    /// `requestAdapter` has not answered, in seconds.
    #[error("the browser has not answered for {0} seconds when asked for an adapter")]
    NoAnswer(u32),
    /// `requestAdapter` threw or was rejected, in the browser's words.
    #[error("the browser gave no WebGPU adapter: {0}")]
    Refused(String),
    /// The same, without a reason.
    #[error("the browser gave no WebGPU adapter: it was refused without a reason")]
    RefusedWithoutReason,
}

/// What a GPU has complained of, in its own words. Nothing computed since can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum GpuComplaint {
    /// An error that belongs to no call.
    #[error("WebGPU reported an error: {0}")]
    Reported(String),
    /// It has not finished its work, in seconds.
    #[error("the GPU has not answered for {0} seconds")]
    NoAnswer(u32),
    /// The device is gone.
    #[error("the GPU device was lost ({reason}): {message}")]
    Lost {
        /// WebGPU's word for it.
        reason: String,
        /// What the browser or the driver says.
        message: String,
    },
}

/// How an engine answered wrongly in its self-test.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum WrongAnswer {
    /// A kernel does not compile, in the words of the GPU's compiler.
    #[error("{0}")]
    Kernel(String),
    /// A number that is known is another one.
    #[error("{what} is {found} instead of {expected}")]
    Number {
        /// Which number.
        what: TestedNumber,
        /// The engine's.
        found: Figure,
        /// The known one.
        expected: Figure,
    },
    /// A gradient is not the CPU engine's.
    #[error("the gradient of {parameter} differs by {difference:.1e} from the CPU engine's", difference = relative_difference.0)]
    Gradient {
        /// The parameter.
        parameter: String,
        /// The largest difference, relative to the gradient's largest value.
        relative_difference: Figure,
    },
}

/// A number that the self-test knows beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum TestedNumber {
    /// The loss of the known images.
    #[error("the loss")]
    Loss,
    /// The loss of a step.
    #[error("the loss of step {0}")]
    LossOfStep(u32),
    /// The validation loss after the steps.
    #[error("the validation loss")]
    ValidationLoss,
    /// The share of right answers after the steps.
    #[error("the validation accuracy")]
    ValidationAccuracy,
    /// The norm of a parameter's gradient.
    #[error("the norm of the gradient of {0}")]
    GradientNorm(String),
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
