//! Optimizers as `torch.optim` defines them, on any engine.
//!
//! Burn has five of the six. We have our own nevertheless: a browser cannot read Burn's states back (some
//! are private, and its records block); Burn computes bias corrections and decay rates in `f32`, where
//! 1 - 0.999 is wrong in its fifth digit; it defaults to a dampening of 0.1 and to 1e-5 for Adam's epsilon;
//! it clips each tensor separately instead of all together; and it has no averaged SGD.

mod recipe;
mod rules;

use burn::tensor::{Device, Tensor};

use crate::model::layout::{Reader, flat_tensor};
use crate::network::{ModelError, Network, Parameter};
use crate::state_dict::StateDict;
pub(crate) use recipe::Moment;
pub use recipe::Recipe;
pub(crate) use rules::slot_names;

/// An optimizer with its state.
///
/// Parameters and slots are flat tensors in the network's order. The state dict has them as
/// `<slot>.<parameter>` in PyTorch's layouts, slots named as in `torch.optim`; everything else is a
/// function of the config and of the number of steps taken.
pub struct Optimizer {
    network: Network,
    recipe: Recipe,
    /// By parameter, then by slot; empty before the first step.
    slots: Vec<Vec<Tensor<1>>>,
}

impl Optimizer {
    /// An optimizer of this network with this state, which is empty before the first step.
    ///
    /// # Errors
    /// [`ModelError::Missing`] or [`ModelError::Shape`] if the state does not fit the optimizer.
    pub fn new(
        network: Network,
        recipe: Recipe,
        state: &StateDict,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let slots = if recipe.steps_taken == 0 {
            Vec::new()
        } else {
            let names = slot_names(&recipe.settings);
            let load = |parameter| load_slots(parameter, names, state, device);
            network.parameters().iter().map(load).collect::<Result<_, _>>()?
        };
        Ok(Self { network, recipe, slots })
    }

    /// The parameters after one more step.
    #[must_use]
    pub fn step(
        &mut self,
        parameters: Vec<Tensor<1>>,
        mut gradients: Vec<Tensor<1>>,
    ) -> Vec<Tensor<1>> {
        if let Some(most) = self.recipe.clip_norm {
            gradients = clip_to_norm(gradients, most);
        }
        if self.slots.is_empty() {
            let names = slot_names(&self.recipe.settings);
            let zeros = |parameter: &Tensor<1>| vec![parameter.zeros_like(); names.len()];
            self.slots = parameters.iter().map(zeros).collect();
        }
        let moment = self.recipe.moment();
        self.recipe.steps_taken += 1;
        let updated = parameters.into_iter().zip(gradients).zip(&mut self.slots);
        updated
            .map(|((parameter, gradient), slots)| {
                rules::update(&self.recipe.settings, moment, parameter, gradient, slots)
            })
            .collect()
    }

    /// The averaged parameters, if this optimizer keeps them and the config uses them for inference.
    #[must_use]
    pub fn average(&self) -> Option<Vec<Tensor<1>>> {
        // ASGD's only slot is its average.
        let average = |slots: &Vec<Tensor<1>>| slots.first().cloned();
        self.recipe.answers_with_average().then(|| self.slots.iter().filter_map(average).collect())
    }

    /// The state as `<slot>.<parameter>`; empty before the first step.
    ///
    /// # Errors
    /// [`ModelError::Engine`].
    pub async fn state(&self) -> Result<StateDict, ModelError> {
        let mut reader = Reader::new(self.network);
        for (at, slot) in slot_names(&self.recipe.settings).iter().enumerate() {
            let tensors = self.slots.iter().filter_map(|slots| slots.get(at).cloned()).collect();
            reader.add(tensors, |parameter| parameter.in_slot(slot));
        }
        reader.read().await
    }
}

fn load_slots(
    parameter: &Parameter,
    slots: &[&str],
    state: &StateDict,
    device: &Device,
) -> Result<Vec<Tensor<1>>, ModelError> {
    let load = |slot: &&str| {
        let array = parameter.find(state, &parameter.in_slot(slot))?;
        Ok(flat_tensor(array, device))
    };
    slots.iter().map(load).collect()
}

/// Scales all gradients down so that their joint norm is at most `most`, as
/// `torch.nn.utils.clip_grad_norm_` does, without reading anything back.
fn clip_to_norm(gradients: Vec<Tensor<1>>, most: f64) -> Vec<Tensor<1>> {
    let squares = gradients.iter().map(|gradient| gradient.clone().square().sum()).collect();
    let norm = Tensor::cat(squares, 0).sum().sqrt();
    let scale = (norm + 1e-6).recip().mul_scalar(most).clamp_max(1.0);
    gradients.into_iter().map(|gradient| gradient * scale.clone()).collect()
}
