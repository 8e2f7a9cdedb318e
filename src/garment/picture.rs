//! Pixels from outside, checked once.

/// A picture as a browser's canvas gives it: RGBA, row by row, four bytes a pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Picture {
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
