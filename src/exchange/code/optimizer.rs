//! The loss and the optimizer.

use super::schedule::Schedule;
use super::{Chapter, Code};
use crate::settings::{OptimizerSettings, TrainingConfig, number};

/// The loss, the optimizer with all of its options, and the schedule.
pub(super) fn chapter(config: &TrainingConfig, schedule: &Schedule) -> Chapter {
    let mut code = Code("loss_fn = nn.CrossEntropyLoss()\n".to_owned());
    code.add(&optimizer(config));
    code.add(schedule.made());
    let about = "Both change the weights exactly as in Atelier.".to_owned();
    Chapter { title: "Loss, optimizer, schedule", about, code: code.finish() }
}

/// The line that makes the optimizer. Options are written out even at PyTorch's defaults, unless they are 0 or off.
fn optimizer(config: &TrainingConfig) -> String {
    let mut options = vec![format!("lr={}", number(config.learning_rate))];
    let mut real = |name: &str, value: f64| {
        if value != 0.0 {
            options.push(format!("{name}={}", number(value)));
        }
    };
    // What is left out here is 0 in PyTorch as well; what is not 0 there by default stands below.
    let (name, exact) = match config.optimizer {
        OptimizerSettings::Sgd { momentum, dampening, nesterov } => {
            real("momentum", momentum);
            real("dampening", dampening);
            ("SGD", flag("nesterov", nesterov))
        }
        OptimizerSettings::Asgd { lambd, alpha, average_from, .. } => {
            let [lambd, alpha, from] = [lambd, alpha, average_from].map(number);
            ("ASGD", format!(", lambd={lambd}, alpha={alpha}, t0={from}"))
        }
        OptimizerSettings::Adagrad { learning_rate_decay, epsilon } => {
            real("lr_decay", learning_rate_decay);
            real("eps", epsilon);
            ("Adagrad", String::new())
        }
        OptimizerSettings::Adam { betas, epsilon }
        | OptimizerSettings::AdamW { betas, epsilon } => {
            let name = if matches!(config.optimizer, OptimizerSettings::Adam { .. }) {
                "Adam"
            } else {
                "AdamW"
            };
            let [beta1, beta2, epsilon] = [betas.0, betas.1, epsilon].map(number);
            (name, format!(", betas=({beta1}, {beta2}), eps={epsilon}"))
        }
        OptimizerSettings::RmsProp { alpha, epsilon, momentum, centered } => {
            real("momentum", momentum);
            let [alpha, epsilon] = [alpha, epsilon].map(number);
            ("RMSprop", format!(", alpha={alpha}, eps={epsilon}{}", flag("centered", centered)))
        }
    };
    let decay = if name == "AdamW" || config.weight_decay != 0.0 {
        format!(", weight_decay={}", number(config.weight_decay))
    } else {
        String::new()
    };
    let options = options.join(", ");
    format!("optimizer = torch.optim.{name}(model.parameters(), {options}{exact}{decay})\n")
}

/// A flag that is on, as a further argument.
fn flag(name: &str, on: bool) -> String {
    if on { format!(", {name}=True") } else { String::new() }
}
