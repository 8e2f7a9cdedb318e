//! What a network says of every image of a split.

use serde::{Deserialize, Serialize};

/// What a network says of images, beside what is true: the same index in every field is the same image, in the order of
/// the split.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The true classes, each below [`crate::network::CLASSES`].
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// The class with the largest logit; the first of several.
    #[serde(with = "serde_bytes")]
    pub predicted: Vec<u8>,
    /// The probability of that class, 0 to 1.
    pub confidence: Vec<f32>,
    /// The cross-entropy with the true class, in nats.
    pub losses: Vec<f32>,
}
