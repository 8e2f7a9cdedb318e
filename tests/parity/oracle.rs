//! The optimizers' rules in float64, line by line as in PyTorch's `_single_tensor_*` functions
//! (<https://docs.pytorch.org/docs/stable/optim.html#algorithms>). `rules.rs` shows that they are PyTorch's, and holds every
//! path to them.

use atelier::settings::{LearningRate, OptimizerSettings, TrainingConfig};

/// Arrays of numbers, one for each parameter of a network.
pub type Arrays = Vec<Vec<f64>>;

/// A mistake that a rule could have, to prove that the tests notice it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Epsilon is ten times as large.
    LargeEpsilon,
    /// Epsilon is added before the square root is taken.
    EpsilonInsideRoot,
    /// Weight decay is a tenth smaller.
    SmallDecay,
    /// AdamW's decay joins the gradient, as in Adam.
    CoupledDecay,
    /// Adam's decay is AdamW's.
    DecoupledDecay,
    /// Adam's means are not corrected.
    NoBiasCorrection,
    /// They are corrected as if one more step had been taken.
    LateBiasCorrection,
    /// Dampening applies to the first step as well.
    DampedFirstStep,
    /// Each parameter's gradient is clipped by its own norm.
    ClippedSeparately,
    /// ASGD's step size follows the learning rate at once.
    EarlyStepSize,
    /// RMSprop divides by the root mean square where it should be centred.
    NoCentring,
}

/// A rule with its settings.
pub struct Oracle {
    settings: OptimizerSettings,
    weight_decay: f64,
    clip_norm: Option<f64>,
    rate: LearningRate,
    fault: Option<Fault>,
}

impl Oracle {
    /// The rule of these settings, for runs of this many steps an epoch.
    pub fn new(config: &TrainingConfig, steps_per_epoch: u64, fault: Option<Fault>) -> Self {
        let rate = LearningRate::new(config, config.run_length(steps_per_epoch));
        let mut settings = config.optimizer;
        let mut weight_decay = config.weight_decay;
        match fault {
            Some(Fault::LargeEpsilon) => match &mut settings {
                OptimizerSettings::Adagrad { epsilon, .. }
                | OptimizerSettings::Adam { epsilon, .. }
                | OptimizerSettings::AdamW { epsilon, .. }
                | OptimizerSettings::RmsProp { epsilon, .. } => *epsilon *= 10.0,
                OptimizerSettings::Sgd { .. } | OptimizerSettings::Asgd { .. } => {}
            },
            Some(Fault::SmallDecay) => weight_decay *= 0.9,
            _ => {}
        }
        Self { settings, weight_decay, clip_norm: config.clip_norm, rate, fault }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Takes the step of this number, from 1. `slots` are those of all parameters, by the slot's place among
    /// [`slot_names`]; zeros before the first step. `nudge` is a relative error of gradients and of the decay that joins them,
    /// which matters where the two cancel.
    pub fn step(
        &self,
        step: u64,
        parameters: &mut Arrays,
        gradients: &Arrays,
        slots: &mut [Arrays],
        nudge: f64,
    ) {
        let scales = self.clipping(gradients);
        for (at, (parameter, gradient)) in parameters.iter_mut().zip(gradients).enumerate() {
            for (place, (value, slope)) in parameter.iter_mut().zip(gradient).enumerate() {
                let mut own: Vec<f64> = slots.iter().map(|slot| slot[at][place]).collect();
                *value = self.number(step, *value, slope * scales[at], &mut own, nudge);
                for (slot, own) in slots.iter_mut().zip(own) {
                    slot[at][place] = own;
                }
            }
        }
    }

    /// The factor on each parameter's gradient, as by `torch.nn.utils.clip_grad_norm_`.
    fn clipping(&self, gradients: &Arrays) -> Vec<f64> {
        let Some(most) = self.clip_norm else { return vec![1.0; gradients.len()] };
        let squares = |array: &Vec<f64>| array.iter().map(|slope| slope * slope).sum::<f64>();
        let scale = |squares: f64| (most / (squares.sqrt() + 1e-6)).min(1.0);
        let together = gradients.iter().map(squares).sum();
        let each = |array| match self.has(Fault::ClippedSeparately) {
            true => scale(squares(array)),
            false => scale(together),
        };
        gradients.iter().map(each).collect()
    }

    /// One number of a parameter after the step.
    fn number(&self, step: u64, before: f64, slope: f64, slots: &mut [f64], nudge: f64) -> f64 {
        let taken = (step - 1) as f64;
        let rate = self.rate.at(step - 1);
        let adam_w = matches!(self.settings, OptimizerSettings::AdamW { .. });
        let adam = matches!(self.settings, OptimizerSettings::Adam { .. });
        let decoupled =
            adam_w && !self.has(Fault::CoupledDecay) || adam && self.has(Fault::DecoupledDecay);
        let (before, slope) = match decoupled {
            true => (before * (1.0 - rate * self.weight_decay), slope),
            false => {
                let decay = self.weight_decay * before;
                (before, slope + decay + nudge * (slope.abs() + decay.abs()))
            }
        };
        match (self.settings, slots) {
            (OptimizerSettings::Sgd { momentum, dampening, nesterov }, [velocity]) => {
                let share = match step == 1 && !self.has(Fault::DampedFirstStep) {
                    true => 1.0,
                    false => 1.0 - dampening,
                };
                *velocity = momentum * *velocity + share * slope;
                let direction = if nesterov { slope + momentum * *velocity } else { *velocity };
                before - rate * direction
            }
            (OptimizerSettings::Sgd { .. }, _) => before - rate * slope,
            (OptimizerSettings::Asgd { lambd, alpha, average_from, .. }, [average]) => {
                // PyTorch computes this step's size and weight at the end of the previous step.
                let decided = if self.has(Fault::EarlyStepSize) { step } else { step.max(2) - 1 };
                let rate = self.rate.at(decided - 1);
                let eta = rate / (1.0 + lambd * rate * taken).powf(alpha);
                let after = before * (1.0 - lambd * eta) - eta * slope;
                *average += (after - *average) / (taken - average_from).max(1.0);
                after
            }
            (OptimizerSettings::Adagrad { learning_rate_decay, epsilon }, [sum]) => {
                *sum += slope * slope;
                let rate = rate / (1.0 + taken * learning_rate_decay);
                before - rate * slope / self.root(*sum, epsilon)
            }
            (
                OptimizerSettings::Adam { betas, epsilon }
                | OptimizerSettings::AdamW { betas, epsilon },
                [mean, squares],
            ) => {
                *mean += (slope - *mean) * (1.0 - betas.0);
                *squares = betas.1 * *squares + (1.0 - betas.1) * slope * slope;
                let corrected = |value: f64, beta: f64| match self.fault {
                    Some(Fault::NoBiasCorrection) => value,
                    Some(Fault::LateBiasCorrection) => value / (1.0 - beta.powf(taken + 2.0)),
                    _ => value / (1.0 - beta.powf(taken + 1.0)),
                };
                let squares = corrected(*squares, betas.1);
                before - rate * corrected(*mean, betas.0) / self.root(squares, epsilon)
            }
            (OptimizerSettings::RmsProp { alpha, epsilon, momentum, centered }, slots) => {
                let mut slots = slots.iter_mut();
                let mut own = || slots.next().unwrap();
                let squares = own();
                *squares = alpha * *squares + (1.0 - alpha) * slope * slope;
                let mut variance = *squares;
                if centered {
                    let mean = own();
                    *mean += (slope - *mean) * (1.0 - alpha);
                    if !self.has(Fault::NoCentring) {
                        variance -= *mean * *mean;
                    }
                }
                let mut direction = slope / self.root(variance, epsilon);
                if momentum > 0.0 {
                    let velocity = own();
                    *velocity = momentum * *velocity + direction;
                    direction = *velocity;
                }
                before - rate * direction
            }
            (settings, slots) => unreachable!("{} slots of {settings:?}", slots.len()),
        }
    }

    fn root(&self, square: f64, epsilon: f64) -> f64 {
        match self.has(Fault::EpsilonInsideRoot) {
            true => (square + epsilon).sqrt(),
            false => square.sqrt() + epsilon,
        }
    }
}

/// PyTorch's names for what an optimizer keeps for every number.
pub fn slot_names(settings: &OptimizerSettings) -> Vec<&'static str> {
    match *settings {
        OptimizerSettings::Sgd { momentum: 0.0, .. } => vec![],
        OptimizerSettings::Sgd { .. } => vec!["momentum_buffer"],
        OptimizerSettings::Asgd { .. } => vec![OptimizerSettings::AVERAGE_SLOT],
        OptimizerSettings::Adagrad { .. } => vec!["sum"],
        OptimizerSettings::Adam { .. } | OptimizerSettings::AdamW { .. } => {
            vec!["exp_avg", "exp_avg_sq"]
        }
        OptimizerSettings::RmsProp { momentum, centered, .. } => [
            Some("square_avg"),
            centered.then_some("grad_avg"),
            (momentum > 0.0).then_some("momentum_buffer"),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}
