//! A parameter by its name and shape in PyTorch's state dict.

use std::ops::Deref;

/// A parameter's place in PyTorch's state dict.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// PyTorch's name.
    pub name: &'static str,
    /// PyTorch's shape: `[out, in, height, width]`, `[out, in]` or `[out]`.
    pub shape: Shape,
    /// Inputs to one output of its layer, by which PyTorch scales the initial values.
    pub fan_in: usize,
}

/// Sizes of one to four dimensions, outermost first; it is used as a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Those beyond the number of dimensions are 1.
    sizes: [usize; 4],
    dimensions: usize,
}

impl Shape {
    /// These sizes, of which there are at most four.
    pub(super) const fn new<const D: usize>(sizes: [usize; D]) -> Self {
        let mut all = [1; 4];
        let mut at = 0;
        while at < D {
            all[at] = sizes[at];
            at += 1;
        }
        Self { sizes: all, dimensions: D }
    }

    /// The product of the sizes.
    #[must_use]
    pub const fn numbers(&self) -> usize {
        let [a, b, c, d] = self.sizes;
        a * b * c * d
    }
}

impl Deref for Shape {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        &self.sizes[..self.dimensions]
    }
}

impl Parameter {
    /// How many numbers it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.shape.numbers()
    }

    /// Always false: every parameter has numbers.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its name in an optimizer's state: `<slot>.<name>`.
    #[must_use]
    pub fn in_slot(&self, slot: &str) -> String {
        format!("{slot}.{}", self.name)
    }
}
