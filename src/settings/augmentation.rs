//! Changes to training images that preserve what they show.

use serde::{Deserialize, Serialize};

/// Random changes to every training image, drawn anew each epoch; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Augmentation {
    /// Shifts an image by up to this many pixels along each axis and fills with background, 0 to
    /// [`Self::MAX_SHIFT`].
    pub shift: u32,
    /// Mirrors half of the images, left to right.
    pub flip: bool,
    /// The share of images, 0 to 1, in which a rectangle is erased to background, with the areas and
    /// aspect ratios of torchvision's `RandomErasing` (2 to 33 % of the image, 0.3 to 3.3).
    pub erase: f64,
}

impl Augmentation {
    /// Beyond this many pixels, garments leave the image.
    pub const MAX_SHIFT: u32 = 8;

    /// Whether images stay as they are.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }
}
