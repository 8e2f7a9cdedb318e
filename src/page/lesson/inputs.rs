//! What the page gives the lesson.

use serde::{Deserialize, Serialize};

/// What the page gives; it crosses from program to program in the protocol's encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonInputs {
    /// The step of the page's address, as addresses write it.
    pub step: String,
    /// The seed of the page's form, 0 if the form is wrong.
    pub seed: u64,
    /// The run at hand: the one that is shown, or else the newest of the library.
    pub run: Option<String>,
    /// Whether the page's own run trains.
    pub trains: bool,
}
