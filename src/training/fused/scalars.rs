//! The numbers that the fused paths' optimizers need for a step.

use crate::settings::OptimizerSettings;
use crate::training::optimizer::Moment;

/// Numbers that a fused update takes.
pub(crate) const SCALARS: usize = 12;

/// The step's size.
pub(crate) const RATE: usize = 0;
/// The weight decay that is added to gradients.
pub(crate) const DECAY: usize = 1;
/// The largest norm of the gradient, 0 for no limit. Only the GPU reads it, in `apply.wgsl`.
pub(crate) const LARGEST_NORM: usize = 8;

/// Places of SGD's numbers.
pub(crate) mod sgd {
    /// The factor on the velocity.
    pub(crate) const MOMENTUM: usize = 2;
    /// The gradient's factor in the velocity.
    pub(crate) const SHARE: usize = 3;
    /// 1 if it looks ahead, as Nesterov does, or 0.
    pub(crate) const NESTEROV: usize = 4;
}

/// Places of ASGD's numbers.
pub(crate) mod asgd {
    /// The factor on a parameter.
    pub(crate) const LEFT: usize = 2;
    /// The parameter's weight in the average.
    pub(crate) const WEIGHT: usize = 3;
}

/// Places of Adagrad's numbers.
pub(crate) mod adagrad {
    /// Added to the square root of the sum of squares.
    pub(crate) const EPSILON: usize = 2;
}

/// Places of Adam's and AdamW's numbers.
pub(crate) mod adam {
    /// The gradient's share in the mean.
    pub(crate) const SHARE: usize = 2;
    /// The factor on the old mean of squares.
    pub(crate) const OLD: usize = 3;
    /// The factor on the new square.
    pub(crate) const NEW: usize = 4;
    /// The square root of the bias correction of the mean of squares.
    pub(crate) const CORRECTION: usize = 5;
    /// Added to the square root of the mean of squares.
    pub(crate) const EPSILON: usize = 6;
    /// The factor on a parameter.
    pub(crate) const LEFT: usize = 7;
}

/// Places of RMSprop's numbers.
pub(crate) mod rms_prop {
    /// The factor on the old means.
    pub(crate) const OLD: usize = 2;
    /// The factor on the new values.
    pub(crate) const NEW: usize = 3;
    /// Added to the square root of the mean of squares.
    pub(crate) const EPSILON: usize = 4;
    /// The factor on the velocity.
    pub(crate) const MOMENTUM: usize = 5;
}

/// The numbers of one step, computed in `f64` as in PyTorch, at the indices named above; `optimizers.wgsl`
/// has the same table.
pub(crate) fn scalars(
    settings: &OptimizerSettings,
    moment: Moment,
    clip_norm: Option<f64>,
) -> [f32; SCALARS] {
    let Moment { step, learning_rate, weight_decay, .. } = moment;
    let before = (step - 1) as f64;
    let mut scalars = [0.0; SCALARS];
    scalars[RATE] = learning_rate;
    scalars[DECAY] = weight_decay;
    scalars[LARGEST_NORM] = clip_norm.unwrap_or(0.0);
    match *settings {
        OptimizerSettings::Sgd { momentum, dampening, nesterov } => {
            scalars[sgd::MOMENTUM] = momentum;
            scalars[sgd::SHARE] = if step == 1 { 1.0 } else { 1.0 - dampening };
            scalars[sgd::NESTEROV] = f64::from(u8::from(nesterov));
        }
        OptimizerSettings::Asgd { lambd, alpha, average_from, .. } => {
            // PyTorch computes this step's size and weight at the end of the previous step.
            let rate = moment.previous_learning_rate;
            let eta = rate / (1.0 + lambd * rate * before).powf(alpha);
            scalars[RATE] = eta;
            scalars[asgd::LEFT] = 1.0 - lambd * eta;
            scalars[asgd::WEIGHT] = 1.0 / (before - average_from).max(1.0);
        }
        OptimizerSettings::Adagrad { learning_rate_decay, epsilon } => {
            scalars[RATE] = learning_rate / (1.0 + before * learning_rate_decay);
            scalars[adagrad::EPSILON] = epsilon;
        }
        OptimizerSettings::Adam { betas, epsilon }
        | OptimizerSettings::AdamW { betas, epsilon } => {
            scalars[RATE] = learning_rate / (1.0 - betas.0.powf(step as f64));
            scalars[adam::SHARE] = 1.0 - betas.0;
            scalars[adam::OLD] = betas.1;
            scalars[adam::NEW] = 1.0 - betas.1;
            scalars[adam::CORRECTION] = (1.0 - betas.1.powf(step as f64)).sqrt();
            scalars[adam::EPSILON] = epsilon;
            scalars[adam::LEFT] = 1.0;
            if matches!(settings, OptimizerSettings::AdamW { .. }) {
                scalars[DECAY] = 0.0;
                scalars[adam::LEFT] = 1.0 - learning_rate * weight_decay;
            }
        }
        OptimizerSettings::RmsProp { alpha, epsilon, momentum, .. } => {
            scalars[rms_prop::OLD] = alpha;
            scalars[rms_prop::NEW] = 1.0 - alpha;
            scalars[rms_prop::EPSILON] = epsilon;
            scalars[rms_prop::MOMENTUM] = momentum;
        }
    }
    scalars.map(|scalar| scalar as f32)
}
