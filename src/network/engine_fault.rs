//! What an engine did wrong where weights, losses or answers were asked of it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why an engine gave nothing, or nothing that can be used. Most of these are mistakes of the engine or of
/// Atelier and not of the hardware.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum EngineFault {
    /// In the words of Burn or of wgpu.
    #[error("{0}")]
    Reported(String),
    /// Numbers could not be read back, in wgpu's words.
    #[error("reading back: {0}")]
    ReadBack(String),
    /// A parameter came back with another number of values.
    #[error("{found} numbers came back for {parameter}")]
    Count {
        /// The parameter.
        parameter: String,
        /// How many values came.
        found: usize,
    },
    /// A parameter got no gradient.
    #[error("a parameter has no gradient")]
    NoGradient,
    /// Probabilities are missing, or are not finite.
    #[error("the probabilities are not numbers")]
    NotNumbers,
    /// More steps were asked for than losses may wait on the device.
    #[error("losses were not read for too long")]
    LossesUnread,
    /// Gradients were asked for before there was memory for them.
    #[error("there is no memory to work in")]
    NoMemory,
    /// A kernel was asked for that was never compiled.
    #[error("the kernel {0} was not compiled beforehand")]
    NotCompiled(String),
    /// The self-test has no images.
    #[error("the self-test has no images")]
    NoImages,
}
