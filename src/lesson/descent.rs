//! A network on its way down: every weight moves, and one of them is followed.

use super::Sgd;
use crate::insight::{BackwardPass, InsightError};
use crate::network::{CONV1, initial_weights};
use crate::state_dict::StateDict;

/// The weight that is followed: `conv1.weight[0, 0, 2, 2]`, the middle of the first filter.
pub const FOLLOWED: usize = 12;

/// A step of the weight that is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightStep {
    /// The mean loss of the step's batch before the step, in nats.
    pub loss: f64,
    /// The weight before the step.
    pub before: f32,
    /// The gradient of the loss with respect to it.
    pub gradient: f32,
    /// The momentum's buffer after the step.
    pub buffer: f32,
    /// The weight after the step.
    pub after: f32,
}

/// A network that SGD moves, a batch at a time, with the backward pass in plain loops.
#[derive(Clone, Debug, PartialEq)]
pub struct Descent {
    /// Of its initial weights.
    pub seed: u64,
    /// What moves it.
    pub sgd: Sgd,
    weights: StateDict,
    buffers: StateDict,
}

impl Descent {
    /// The network before its first step.
    #[must_use]
    pub fn new(seed: u64, sgd: Sgd) -> Self {
        Self { seed, sgd, weights: initial_weights(seed), buffers: StateDict::new() }
    }

    /// Takes a step with a batch: 784 bytes an image, and a label for each.
    ///
    /// # Errors
    /// Those of [`BackwardPass::batch`]; the network stays as it was.
    pub fn step(&mut self, pixels: &[u8], labels: &[u8]) -> Result<WeightStep, InsightError> {
        let computed = BackwardPass::new(&self.weights)?.batch(pixels, labels)?;
        // The network has this parameter.
        let of = |from: &StateDict| {
            let array = from.get(CONV1.weight.name);
            array.and_then(|array| array.values.get(FOLLOWED)).copied().unwrap_or_default()
        };
        let before = of(&self.weights);
        self.sgd.step_all(&mut self.weights, &computed.gradients, &mut self.buffers);
        Ok(WeightStep {
            loss: computed.loss,
            before,
            gradient: of(&computed.gradients),
            buffer: of(&self.buffers),
            after: of(&self.weights),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::network::PIXELS;

    fn batch() -> (Vec<u8>, [u8; 2]) {
        ((0..2 * PIXELS).map(|at| (at * at % 251) as u8).collect(), [3, 8])
    }

    #[test]
    fn steps_on_one_batch_lower_its_loss_by_the_rule() {
        let (pixels, labels) = batch();
        let sgd = Sgd { learning_rate: 0.01, momentum: 0.9 };
        let mut descent = Descent::new(7, sgd);
        let steps: Vec<_> = (0..20).map(|_| descent.step(&pixels, &labels).unwrap()).collect();
        assert!(steps[19].loss < 0.5 * steps[0].loss, "{steps:?}");
        let buffers = std::iter::once(None).chain(steps.iter().map(|step| Some(step.buffer)));
        for (step, buffer) in steps.iter().zip(buffers) {
            let moved = sgd.step(step.before, step.gradient, buffer);
            assert_eq!((moved.buffer, moved.weight), (step.buffer, step.after));
        }
        assert!(steps.windows(2).all(|pair| pair[0].after == pair[1].before));
    }

    #[test]
    fn a_batch_that_is_none_moves_nothing() {
        let mut descent = Descent::new(7, Sgd { learning_rate: 0.01, momentum: 0.9 });
        let before = descent.clone();
        assert!(descent.step(&[0; 3], &[1]).is_err());
        assert!(descent == before);
    }
}
