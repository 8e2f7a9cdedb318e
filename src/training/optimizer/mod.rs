//! Optimizers as `torch.optim` defines them, on any engine.
//!
//! Burn has five of the six. They are ours all the same: a browser cannot read Burn's states back (some
//! are private, and its records block), Burn takes bias corrections and decay rates in `f32`, where
//! 1 - 0.999 is wrong in its fifth digit, dampens momentum by 0.1 and has Adam's epsilon at 1e-5 unless
//! told otherwise, clips every tensor by itself instead of all together, and has no averaged SGD.

mod rules;

use burn::tensor::{Device, Tensor};

use crate::model::layout::{Reader, flat_tensor};
use crate::model::{ModelError, PARAMETERS, Parameter};
use crate::settings::{LearningRate, OptimizerSettings, TrainingConfig};
use crate::state_dict::StateDict;
use rules::Moment;

/// An optimizer with its state.
///
/// Parameters and slots are flat tensors in the order of [`PARAMETERS`]. The state dict has them as
/// `<slot>.<parameter>` in PyTorch's layouts, slots named as in `torch.optim`; everything else is a
/// function of the config and of the number of steps taken.
pub struct Optimizer {
    settings: OptimizerSettings,
    weight_decay: f64,
    clip_norm: Option<f64>,
    learning_rate: LearningRate,
    steps_taken: u64,
    /// By parameter, then by slot; empty before the first step.
    slots: Vec<Vec<Tensor<1>>>,
}

impl Optimizer {
    /// An optimizer that has taken so many steps and has this state: none before the first.
    ///
    /// # Errors
    /// [`ModelError::Missing`] or [`ModelError::Shape`] for a state that does not belong to it.
    pub fn new(
        config: &TrainingConfig,
        learning_rate: LearningRate,
        steps_taken: u64,
        state: &StateDict,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let slots = if steps_taken == 0 {
            Vec::new()
        } else {
            let names = rules::slot_names(&config.optimizer);
            let load = |parameter| load_slots(parameter, names, state, device);
            PARAMETERS.iter().map(load).collect::<Result<_, _>>()?
        };
        Ok(Self {
            settings: config.optimizer,
            weight_decay: config.weight_decay,
            clip_norm: config.clip_norm,
            learning_rate,
            steps_taken,
            slots,
        })
    }

    /// The parameters after one more step.
    #[must_use]
    pub fn step(
        &mut self,
        parameters: Vec<Tensor<1>>,
        mut gradients: Vec<Tensor<1>>,
    ) -> Vec<Tensor<1>> {
        if let Some(most) = self.clip_norm {
            gradients = clip_to_norm(gradients, most);
        }
        if self.slots.is_empty() {
            let names = rules::slot_names(&self.settings);
            let zeros = |parameter: &Tensor<1>| vec![parameter.zeros_like(); names.len()];
            self.slots = parameters.iter().map(zeros).collect();
        }
        let moment = Moment {
            step: self.steps_taken + 1,
            learning_rate: self.learning_rate.at(self.steps_taken),
            previous_learning_rate: self.learning_rate.at(self.steps_taken.saturating_sub(1)),
            weight_decay: self.weight_decay,
        };
        self.steps_taken += 1;
        let updated = parameters.into_iter().zip(gradients).zip(&mut self.slots);
        updated
            .map(|((parameter, gradient), slots)| {
                rules::update(&self.settings, moment, parameter, gradient, slots)
            })
            .collect()
    }

    /// The averaged parameters, if this optimizer keeps them and the config wants their answers.
    #[must_use]
    pub fn average(&self) -> Option<Vec<Tensor<1>>> {
        // ASGD's only slot is its average.
        let average = |slots: &Vec<Tensor<1>>| slots.first().cloned();
        let wanted = self.settings.answers_with_average() && !self.slots.is_empty();
        wanted.then(|| self.slots.iter().filter_map(average).collect())
    }

    /// The state as `<slot>.<parameter>`; empty before the first step.
    ///
    /// # Errors
    /// [`ModelError::Engine`].
    pub async fn state(&self) -> Result<StateDict, ModelError> {
        let mut reader = Reader::default();
        for (at, slot) in rules::slot_names(&self.settings).iter().enumerate() {
            let tensors = self.slots.iter().filter_map(|slots| slots.get(at).cloned()).collect();
            reader.add(tensors, |parameter| format!("{slot}.{}", parameter.name));
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
        let array = parameter.find(state, &format!("{slot}.{}", parameter.name))?;
        Ok(flat_tensor(array, device))
    };
    slots.iter().map(load).collect()
}

/// Scales all gradients down so that the norm of them together is at most `most`, as
/// `torch.nn.utils.clip_grad_norm_` does. Nothing is read back for it.
fn clip_to_norm(gradients: Vec<Tensor<1>>, most: f64) -> Vec<Tensor<1>> {
    let squares = gradients.iter().map(|gradient| gradient.clone().square().sum()).collect();
    let norm = Tensor::cat(squares, 0).sum().sqrt();
    let scale = (norm + 1e-6).recip().mul_scalar(most).clamp_max(1.0);
    gradients.into_iter().map(|gradient| gradient * scale.clone()).collect()
}
