//! A parameter by its name and shape in PyTorch's state dict.

/// A parameter's place in PyTorch's state dict.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// PyTorch's name.
    pub name: &'static str,
    /// PyTorch's shape: `[out, in, height, width]`, `[out, in]` or `[out]`.
    pub shape: &'static [usize],
    /// Inputs to one output of its layer, by which PyTorch scales the initial values.
    pub fan_in: usize,
}

impl Parameter {
    /// How many numbers it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Always false: every parameter has numbers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its name in an optimizer's state: `<slot>.<name>`.
    #[must_use]
    pub fn in_slot(&self, slot: &str) -> String {
        format!("{slot}.{}", self.name)
    }
}
