//! What the page gives its experiments: the form's settings, the data set, and what is known of the machine.

use serde::{Deserialize, Serialize};

use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::Corrections;
use crate::settings::TrainingConfig;

/// What the page gives; it crosses from program to program in the protocol's encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageInputs {
    /// The form's settings; `None` while they are wrong.
    pub config: Option<TrainingConfig>,
    /// The absolute URL of the data set, ending in `/`.
    pub url: String,
    /// The SHA-256 of its manifest, if the build names that.
    pub manifest_sha256: Option<String>,
    /// The SHA-256 of the data set of one's own; `None` for the tutorial's.
    pub data: Option<String>,
    /// Training images and images of the validation; 0 before they are known.
    pub sizes: (u64, u64),
    /// The classes of the data set.
    pub classes: u32,
    /// The corrections of the next run.
    pub corrections: Corrections,
    /// Whether `auto` means WebGPU for these settings; `None` if that has not been measured.
    pub auto_is_webgpu: Option<bool>,
    /// Whether that is about to be measured.
    pub auto_is_awaited: bool,
    /// The measurements of this machine.
    pub measured: Vec<(BenchmarkCase, Measurement)>,
    /// The experiment that the page's address names.
    pub link: Option<String>,
    /// Whether that begins by itself.
    pub autostart: bool,
}
