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

    /// The colour of a pixel, transparency blended with white.
    pub(super) fn colour(&self, x: usize, y: usize) -> [f32; 3] {
        let at = (y * self.width + x) * 4;
        let alpha = f32::from(self.rgba[at + 3]) / 255.0;
        [0, 1, 2]
            .map(|channel| f32::from(self.rgba[at + channel]).mul_add(alpha, 255.0 * (1.0 - alpha)))
    }

    /// The colours along the border, each pixel once.
    pub(super) fn border(&self) -> Vec<[f32; 3]> {
        let (right, bottom) = (self.width - 1, self.height - 1);
        let mut colours = Vec::with_capacity(2 * (self.width + self.height));
        for x in 0..self.width {
            colours.push(self.colour(x, 0));
            if bottom > 0 {
                colours.push(self.colour(x, bottom));
            }
        }
        for y in 1..bottom {
            colours.push(self.colour(0, y));
            if right > 0 {
                colours.push(self.colour(right, y));
            }
        }
        colours
    }
}
