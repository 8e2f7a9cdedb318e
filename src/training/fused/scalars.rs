//! What an optimizer needs to know of a step, as numbers for the fused paths.

use crate::settings::OptimizerSettings;
use crate::training::optimizer::Moment;

/// Numbers that a fused update takes.
pub(crate) const SCALARS: usize = 12;

/// The numbers of one step, worked out in `f64` as PyTorch does.
///
/// Always: 0 the step's size, 1 the decay that is added to gradients, 8 the largest norm (0 for any).
/// By optimizer:
/// - SGD: 2 momentum, 3 the gradient's share in it, 4 whether it looks ahead
/// - ASGD: 2 what is left of a parameter, 3 its weight in the average
/// - Adagrad: 2 epsilon
/// - Adam, AdamW: 2 the gradient's share in the mean, 3 and 4 the shares of the old and the new in the
///   squares' mean, 5 the root of that mean's correction, 6 epsilon, 7 what is left of a parameter
/// - RMSprop: 2 and 3 the shares of the old and the new in the means, 4 epsilon, 5 momentum
pub(crate) fn scalars(
    settings: &OptimizerSettings,
    moment: Moment,
    clip_norm: Option<f64>,
) -> [f32; SCALARS] {
    let Moment { step, learning_rate, weight_decay, .. } = moment;
    let before = (step - 1) as f64;
    let mut scalars = [0.0; SCALARS];
    scalars[0] = learning_rate;
    scalars[1] = weight_decay;
    scalars[8] = clip_norm.unwrap_or(0.0);
    match *settings {
        OptimizerSettings::Sgd { momentum, dampening, nesterov } => {
            scalars[2] = momentum;
            scalars[3] = if step == 1 { 1.0 } else { 1.0 - dampening };
            scalars[4] = f64::from(u8::from(nesterov));
        }
        OptimizerSettings::Asgd { lambd, alpha, average_from, .. } => {
            // PyTorch computes this step's size and weight at the end of the step before.
            let rate = moment.previous_learning_rate;
            let eta = rate / (1.0 + lambd * rate * before).powf(alpha);
            scalars[0] = eta;
            scalars[2] = 1.0 - lambd * eta;
            scalars[3] = 1.0 / (before - average_from).max(1.0);
        }
        OptimizerSettings::Adagrad { learning_rate_decay, epsilon } => {
            scalars[0] = learning_rate / (1.0 + before * learning_rate_decay);
            scalars[2] = epsilon;
        }
        OptimizerSettings::Adam { betas, epsilon }
        | OptimizerSettings::AdamW { betas, epsilon } => {
            scalars[0] = learning_rate / (1.0 - betas.0.powf(step as f64));
            scalars[2] = 1.0 - betas.0;
            scalars[3] = betas.1;
            scalars[4] = 1.0 - betas.1;
            scalars[5] = (1.0 - betas.1.powf(step as f64)).sqrt();
            scalars[6] = epsilon;
            scalars[7] = 1.0;
            if matches!(settings, OptimizerSettings::AdamW { .. }) {
                scalars[1] = 0.0;
                scalars[7] = 1.0 - learning_rate * weight_decay;
            }
        }
        OptimizerSettings::RmsProp { alpha, epsilon, momentum, .. } => {
            scalars[2] = alpha;
            scalars[3] = 1.0 - alpha;
            scalars[4] = epsilon;
            scalars[5] = momentum;
        }
    }
    scalars.map(|scalar| scalar as f32)
}
