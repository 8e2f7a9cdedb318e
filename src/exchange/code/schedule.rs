//! Warm-up and schedule, as PyTorch's schedulers.

use super::Code;
use crate::settings::{ScheduleSettings, TrainingConfig, number};

/// How often a scheduler takes a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// After every step of the optimizer.
    Step,
    /// After every epoch.
    Epoch,
}

/// The schedulers of a run.
pub(super) struct Schedule {
    /// The lines that make them.
    made: String,
    /// The variables that hold them, each with its pace.
    variables: Vec<(&'static str, Pace)>,
}

const WARM_UP: &str =
    "LinearLR(\n    optimizer, start_factor=1 / (WARM_UP_STEPS + 1), total_iters=WARM_UP_STEPS\n)";

impl Schedule {
    /// Those of a run with these settings on so many images.
    pub(super) fn of(config: &TrainingConfig, images: usize) -> Self {
        let warms_up = config.warm_up_steps > 0;
        let steps = if warms_up { "max(total_steps - WARM_UP_STEPS, 1)" } else { "total_steps" };
        let (name, options, pace) = match config.schedule {
            ScheduleSettings::Constant if warms_up => {
                let variables = vec![("warm_up", Pace::Step)];
                return Self { made: scheduler("warm_up", WARM_UP), variables };
            }
            ScheduleSettings::Constant => {
                return Self { made: String::new(), variables: Vec::new() };
            }
            ScheduleSettings::Step { step_size, gamma } => {
                let gamma = number(gamma);
                ("StepLR", format!("step_size={step_size}, gamma={gamma}"), Pace::Epoch)
            }
            ScheduleSettings::Exponential { gamma } => {
                ("ExponentialLR", format!("gamma={}", number(gamma)), Pace::Epoch)
            }
            ScheduleSettings::Cosine { minimum } => {
                let options = format!("T_max={steps}, eta_min={}", number(minimum));
                ("CosineAnnealingLR", options, Pace::Step)
            }
            ScheduleSettings::OneCycle { pct_start } => {
                // PyTorch divides by zero where the rise is of one step. With a little less it is at the peak at once, as here.
                let less =
                    if rises_in_one_step(config, pct_start, images) { " - 1e-12" } else { "" };
                let options = format!(
                    "max_lr={}, total_steps={steps},\n    pct_start={}{less}, cycle_momentum=False",
                    number(config.learning_rate),
                    number(pct_start)
                );
                ("OneCycleLR", options, Pace::Step)
            }
        };
        let mut made = String::new();
        if pace == Pace::Step {
            let all = "EPOCHS * len(training_loader)";
            made += &match config.steps {
                Some(_) => format!("total_steps = min({all}, MAX_STEPS)\n"),
                None => format!("total_steps = {all}\n"),
            };
        }
        made += &scheduler("scheduler", &format!("{name}(\n    optimizer, {options}\n)"));
        if !warms_up {
            return Self { made, variables: vec![("scheduler", pace)] };
        }
        made += &scheduler("warm_up", WARM_UP);
        if pace == Pace::Epoch {
            return Self { made, variables: vec![("warm_up", Pace::Step), ("scheduler", pace)] };
        }
        made += &scheduler(
            "scheduler",
            "SequentialLR(\n    optimizer, [warm_up, scheduler], milestones=[WARM_UP_STEPS]\n)",
        );
        Self { made, variables: vec![("scheduler", pace)] }
    }

    /// The lines that make the schedulers.
    pub(super) fn made(&self) -> &str {
        &self.made
    }

    /// Lets those of a pace take their step.
    pub(super) fn steps(&self, pace: Pace, indent: &str, code: &mut Code) {
        for (variable, _) in self.variables.iter().filter(|(_, of)| *of == pace) {
            code.add(&format!("{indent}{variable}.step()\n"));
        }
    }
}

/// Whether one-cycle's rise ends with its first step, as a [`crate::settings::LearningRate`] reckons it.
fn rises_in_one_step(config: &TrainingConfig, pct_start: f64, images: usize) -> bool {
    let length = config.run_length(images.div_ceil(config.batch_size.max(1)) as u64);
    let steps = length.steps.saturating_sub(config.warm_up_steps).max(1);
    pct_start * steps as f64 == 1.0
}

fn scheduler(variable: &str, call: &str) -> String {
    format!("{variable} = torch.optim.lr_scheduler.{call}\n")
}
