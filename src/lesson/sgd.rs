//! Stochastic gradient descent with momentum, a step at a time.

use crate::state_dict::StateDict;

/// `torch.optim.SGD` with a learning rate and momentum, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// The step size.
    pub learning_rate: f32,
    /// The share of the buffer that is kept, 0 to below 1.
    pub momentum: f32,
}

/// A weight after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// The momentum's buffer.
    pub buffer: f32,
    /// The weight.
    pub weight: f32,
}

impl Sgd {
    /// A step of one weight. There is no `buffer` before the first step, which takes the gradient as it is.
    ///
    /// The formula is that of <https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html>.
    #[must_use]
    pub fn step(self, weight: f32, gradient: f32, buffer: Option<f32>) -> Moved {
        let buffer = buffer.map_or(gradient, |buffer| self.momentum * buffer + gradient);
        Moved { buffer, weight: weight - self.learning_rate * buffer }
    }

    /// A step of every weight that has a gradient. `buffers` is empty before the first step. Arrays of other lengths are
    /// followed as far as both go.
    pub fn step_all(self, weights: &mut StateDict, gradients: &StateDict, buffers: &mut StateDict) {
        for (name, weights) in weights {
            let Some(gradients) = gradients.get(name) else { continue };
            let is_first = !buffers.contains_key(name);
            let buffers = buffers.entry(name.clone()).or_insert_with(|| gradients.clone());
            let pairs = weights.values.iter_mut().zip(&gradients.values);
            for ((weight, &gradient), buffer) in pairs.zip(&mut buffers.values) {
                let moved = self.step(*weight, gradient, (!is_first).then_some(*buffer));
                (*weight, *buffer) = (moved.weight, moved.buffer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state_dict::Array;

    const SGD: Sgd = Sgd { learning_rate: 0.1, momentum: 0.9 };

    #[test]
    fn the_first_step_takes_the_gradient_and_the_next_keeps_a_share_of_it() {
        // By hand: 1 − 0.1·2 = 0.8; 0.9·2 + 1 = 2.8, and 0.8 − 0.28 = 0.52.
        let first = SGD.step(1.0, 2.0, None);
        assert_eq!(first, Moved { buffer: 2.0, weight: 0.8 });
        let next = SGD.step(first.weight, 1.0, Some(first.buffer));
        assert!((next.buffer - 2.8).abs() < 1e-6 && (next.weight - 0.52).abs() < 1e-6, "{next:?}");
    }

    #[test]
    fn all_weights_move_as_each_would_alone() {
        let dict = |values: &[f32]| {
            let array = Array { shape: vec![values.len()], values: values.to_vec() };
            StateDict::from([("fc3.bias".to_owned(), array)])
        };
        let (mut weights, mut buffers) = (dict(&[1.0, -2.0]), StateDict::new());
        for gradients in [[2.0, 0.5], [1.0, -0.25]] {
            SGD.step_all(&mut weights, &dict(&gradients), &mut buffers);
        }
        let alone = |weight, first, second| {
            let moved = SGD.step(weight, first, None);
            SGD.step(moved.weight, second, Some(moved.buffer)).weight
        };
        assert_eq!(weights, dict(&[alone(1.0, 2.0, 1.0), alone(-2.0, 0.5, -0.25)]));
    }
}
