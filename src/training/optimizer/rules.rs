//! Each optimizer's update of one parameter, line by line as in PyTorch's `_single_tensor_*`
//! functions (<https://docs.pytorch.org/docs/stable/optim.html#algorithms>). Scalars are `f64` until
//! they meet a tensor, as in PyTorch.

use burn::tensor::Tensor;

use super::Moment;
use crate::settings::OptimizerSettings;

/// PyTorch's names for the tensors that an optimizer keeps for every parameter.
pub(crate) const fn slot_names(settings: &OptimizerSettings) -> &'static [&'static str] {
    match settings {
        OptimizerSettings::Sgd { momentum, .. } if *momentum == 0.0 => &[],
        OptimizerSettings::Sgd { .. } => &["momentum_buffer"],
        OptimizerSettings::Asgd { .. } => &[OptimizerSettings::AVERAGE_SLOT],
        OptimizerSettings::Adagrad { .. } => &["sum"],
        OptimizerSettings::Adam { .. } | OptimizerSettings::AdamW { .. } => {
            &["exp_avg", "exp_avg_sq"]
        }
        OptimizerSettings::RmsProp { momentum, centered, .. } => match (*centered, *momentum > 0.0)
        {
            (false, false) => &["square_avg"],
            (false, true) => &["square_avg", "momentum_buffer"],
            (true, false) => &["square_avg", "grad_avg"],
            (true, true) => &["square_avg", "grad_avg", "momentum_buffer"],
        },
    }
}

/// The parameter after the step; `slots` are its own, in the order of [`slot_names`], zero before the
/// first step.
pub(super) fn update(
    settings: &OptimizerSettings,
    moment: Moment,
    parameter: Tensor<1>,
    gradient: Tensor<1>,
    slots: &mut [Tensor<1>],
) -> Tensor<1> {
    let Moment { step, learning_rate, weight_decay, .. } = moment;
    let decoupled = matches!(settings, OptimizerSettings::AdamW { .. });
    let gradient = if weight_decay == 0.0 || decoupled {
        gradient
    } else {
        gradient + parameter.clone() * weight_decay
    };
    match (*settings, slots) {
        (OptimizerSettings::Sgd { momentum, dampening, nesterov }, [velocity]) => {
            *velocity = match step {
                1 => gradient.clone(),
                _ => velocity.clone() * momentum + gradient.clone() * (1.0 - dampening),
            };
            let direction =
                if nesterov { gradient + velocity.clone() * momentum } else { velocity.clone() };
            parameter - direction * learning_rate
        }
        (OptimizerSettings::Asgd { lambd, alpha, average_from, .. }, [average]) => {
            // PyTorch computes this step's size and weight at the end of the previous step.
            let before = (step - 1) as f64;
            let rate = moment.previous_learning_rate;
            let eta = rate / (1.0 + lambd * rate * before).powf(alpha);
            let weight = 1.0 / (before - average_from).max(1.0);
            let updated = parameter * (1.0 - lambd * eta) - gradient * eta;
            *average = if weight == 1.0 {
                updated.clone()
            } else {
                average.clone() + (updated.clone() - average.clone()) * weight
            };
            updated
        }
        (OptimizerSettings::Adagrad { learning_rate_decay, epsilon }, [sum]) => {
            *sum = sum.clone() + gradient.clone().square();
            let rate = learning_rate / (1.0 + (step - 1) as f64 * learning_rate_decay);
            parameter - gradient / (sum.clone().sqrt() + epsilon) * rate
        }
        (OptimizerSettings::Adam { betas, epsilon }, [mean, squares]) => {
            parameter - adam_update(moment, betas, epsilon, gradient, mean, squares)
        }
        (OptimizerSettings::AdamW { betas, epsilon }, [mean, squares]) => {
            let decayed = parameter * (1.0 - learning_rate * weight_decay);
            decayed - adam_update(moment, betas, epsilon, gradient, mean, squares)
        }
        (
            OptimizerSettings::RmsProp { alpha, epsilon, momentum, centered },
            [squares, rest @ ..],
        ) => {
            *squares = squares.clone() * alpha + gradient.clone().square() * (1.0 - alpha);
            let (variance, rest) = match rest {
                [mean, rest @ ..] if centered => {
                    *mean = mean.clone() + (gradient.clone() - mean.clone()) * (1.0 - alpha);
                    (squares.clone() - mean.clone().square(), rest)
                }
                rest => (squares.clone(), rest),
            };
            let direction = gradient / (variance.sqrt() + epsilon);
            match rest {
                [velocity] => {
                    *velocity = velocity.clone() * momentum + direction;
                    parameter - velocity.clone() * learning_rate
                }
                _ => parameter - direction * learning_rate,
            }
        }
        // SGD without momentum has no slots; every other optimizer matches above.
        _ => parameter - gradient * learning_rate,
    }
}

fn adam_update(
    moment: Moment,
    betas: (f64, f64),
    epsilon: f64,
    gradient: Tensor<1>,
    mean: &mut Tensor<1>,
    squares: &mut Tensor<1>,
) -> Tensor<1> {
    *mean = mean.clone() + (gradient.clone() - mean.clone()) * (1.0 - betas.0);
    *squares = squares.clone() * betas.1 + gradient.square() * (1.0 - betas.1);
    let step = moment.step as f64;
    let (correction, squares_correction) = (1.0 - betas.0.powf(step), 1.0 - betas.1.powf(step));
    let denominator = squares.clone().sqrt() / squares_correction.sqrt() + epsilon;
    mean.clone() / denominator * (moment.learning_rate / correction)
}
