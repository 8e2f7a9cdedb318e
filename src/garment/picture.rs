//! Pixels from outside, checked once.

use serde::{Deserialize, Serialize};

/// A picture as a browser's canvas gives it: RGBA, row by row, four bytes a pixel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Picture {
    width: usize,
    height: usize,
    #[serde(with = "serde_bytes")]
    rgba: Vec<u8>,
}

/// A picture as it arrives.
#[derive(Deserialize)]
struct Unchecked {
    width: usize,
    height: usize,
    #[serde(with = "serde_bytes")]
    rgba: Vec<u8>,
}

impl TryFrom<Unchecked> for Picture {
    type Error = &'static str;

    fn try_from(Unchecked { width, height, rgba }: Unchecked) -> Result<Self, Self::Error> {
        Self::new(width, height, rgba).ok_or("a picture's size does not match its pixels")
    }
}

impl Picture {
    /// The longest edge on which anything is computed, in pixels, sixteen for each that the network sees: whoever decodes a
    /// larger picture may shrink it to this.
    pub const LOOKED_AT_EDGE: usize = 448;
    /// The longest edge accepted, in pixels. The browser shrinks larger photos first.
    pub const MAX_EDGE: usize = 4096;

    /// A picture; `None` if its size is zero, too large or does not match its pixels.
    #[must_use]
    pub fn new(width: usize, height: usize, rgba: Vec<u8>) -> Option<Self> {
        let sensible = |edge: usize| (1..=Self::MAX_EDGE).contains(&edge);
        let fits = sensible(width) && sensible(height) && rgba.len() == width * height * 4;
        fits.then_some(Self { width, height, rgba })
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    pub(super) fn rgba(&self) -> &[u8] {
        &self.rgba
    }
}
