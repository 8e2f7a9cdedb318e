//! Changes to training images that keep what they show.

use serde::{Deserialize, Serialize};

/// What is done to every training image, drawn anew each epoch; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Augmentation {
    /// Moves an image by up to so many pixels along each axis; what comes in is background. 0 to
    /// [`Self::MAX_SHIFT`].
    pub shift: u32,
    /// Mirrors every second image, left and right.
    pub flip: bool,
    /// The share of images, 0 to 1, of which a rectangle is erased to background, with the areas and
    /// ratios of torchvision's `RandomErasing` (2 to 33 % of the image, 0.3 to 3.3).
    pub erase: f64,
}

impl Augmentation {
    /// Beyond this, garments leave the image.
    pub const MAX_SHIFT: u32 = 8;

    /// Whether images stay as they are.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }
}
