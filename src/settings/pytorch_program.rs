//! The run that the settings describe, as a program for PyTorch.

// tidy: long, because a program is written from its first line to its last

use super::draft::number;
use super::program_data::{CORRECTIONS, OWN_DATA, ProgramData};
use super::{Augmentation, OptimizerSettings, ScheduleSettings, TrainingConfig};

/// Batches between two reports of the training loss, in epochs that have at least as many.
const REPORT_EVERY: usize = 1000;

const IMPORTS: &str = "import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST
from torchvision.transforms import v2

";

const LOADERS: &str =
    "training_loader = DataLoader(training_set, batch_size=BATCH_SIZE, shuffle=True)
validation_loader = DataLoader(validation_set, batch_size=500)


class GarmentClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, {CLASSES})

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


model = GarmentClassifier().to(device)
";

const VALIDATION: &str = r#"

@torch.inference_mode()
def validate(model):
    model.eval()
    loss, correct = 0.0, 0
    for images, labels in validation_loader:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
        correct += (logits.argmax(1) == labels).sum().item()
    return loss / len(validation_set), correct / len(validation_set)


best_loss = float("inf")
"#;

/// ASGD's average, in place of the weights that the next step continues from.
const AVERAGE: &str = r#"    # Validate and save the weights that ASGD has averaged, not those it continues from.
    averaged = copy.deepcopy(model)
    with torch.no_grad():
        for average, weight in zip(averaged.parameters(), model.parameters()):
            average.copy_(optimizer.state[weight]["ax"])
"#;

/// How often a scheduler takes a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// After every step of the optimizer.
    Step,
    /// After every epoch.
    Epoch,
}

/// A complete program for PyTorch 2 with torchvision, that trains with these settings on this data set and saves
/// the weights with the lowest validation loss. What the settings leave unused is not in it; engine and
/// checkpoints have no counterpart. If the run corrects the data set, the program reads the file in which the page exports
/// corrections, and applies them.
#[must_use]
pub fn pytorch_program(config: &TrainingConfig, data: impl Into<ProgramData>) -> String {
    let data = data.into();
    let TrainingConfig { batch_size, epochs, seed, .. } = config;
    let mut program = Program(String::new());
    let averaged = config.optimizer.answers_with_average();
    let (corrects, is_own) = (data.corrects(), data.is_own());
    program.add_if(averaged, "import copy\n");
    program.add_if(is_own, "import gzip\n");
    program.add_if(corrects || is_own, "import json\n");
    program.add_if(is_own, "from pathlib import Path\n");
    program.add_if(averaged || corrects || is_own, "\n");
    let loader = match (corrects, is_own) {
        (true, _) => "DataLoader, Subset",
        (_, true) => "DataLoader, Dataset",
        _ => "DataLoader",
    };
    let imports = IMPORTS.replace("DataLoader", loader);
    let published = "from torchvision.datasets import FashionMNIST\n";
    program.add(&if is_own { imports.replace(published, "") } else { imports });
    program.add(&format!("BATCH_SIZE = {batch_size}\nEPOCHS = {epochs}\n"));
    if let Some(steps) = config.steps {
        program.add(&format!("MAX_STEPS = {steps}\n"));
    }
    if config.warm_up_steps > 0 {
        program.add(&format!("WARM_UP_STEPS = {}\n", config.warm_up_steps));
    }
    if let Some(patience) = config.patience {
        program.add(&format!("PATIENCE = {patience}\n"));
    }
    program.add(&format!("\ntorch.manual_seed({seed})\n"));
    program.add("device = \"cuda\" if torch.cuda.is_available() else \"cpu\"\n\n");
    program.data(&config.augmentation, is_own);
    program.add_if(corrects, CORRECTIONS);
    program.add(&LOADERS.replace("{CLASSES}", &data.classes().to_string()));
    program.add(&optimizer(config));
    let schedulers = program.schedulers(config);
    program.training(config, data.training_images(), &schedulers);
    program.add(VALIDATION);
    program.epochs(config, &schedulers, averaged);
    program.0
}

/// The program as far as it is written.
struct Program(String);

impl Program {
    fn add(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn add_if(&mut self, condition: bool, text: &str) {
        if condition {
            self.add(text);
        }
    }

    /// The two splits, with the augmentation of the first.
    fn data(&mut self, augmentation: &Augmentation, is_own: bool) {
        let Augmentation { shift, flip, erase } = *augmentation;
        let plain = augmentation.is_off();
        self.transform("transform", "");
        if !plain {
            // On images whose background is still 0, in the order in which `dataset::augmentation` applies them.
            let mut changes = String::new();
            if flip {
                changes.push_str("    v2.RandomHorizontalFlip(p=0.5),\n");
            }
            if shift > 0 {
                changes.push_str(&format!(
                    "    # Shifts by up to {shift} pixels along each axis.\n    \
                     v2.RandomCrop(28, padding={shift}),\n"
                ));
            }
            if erase > 0.0 {
                changes.push_str(&format!("    v2.RandomErasing(p={}),\n", number(erase)));
            }
            self.add("# Atelier makes the same changes, with random numbers of its own.\n");
            self.transform("augmented", &changes);
        }
        self.add_if(is_own, OWN_DATA);
        for (name, train, transform) in [
            ("training", "True", if plain { "transform" } else { "augmented" }),
            ("validation", "False", "transform"),
        ] {
            let split = if name == "training" { "train" } else { "test" };
            self.add(&if is_own {
                format!("{name}_set = Shards(\"{split}\", {transform})\n")
            } else {
                format!(
                    "{name}_set = FashionMNIST(\"data\", train={train}, transform={transform}, \
                     download=True)\n"
                )
            });
        }
    }

    /// Bytes to numbers from -1 to 1, after these changes.
    fn transform(&mut self, name: &str, changes: &str) {
        self.add(&format!(
            "{name} = v2.Compose([\n    v2.ToImage(),\n    v2.ToDtype(torch.float32, scale=True),\n\
             {changes}    v2.Normalize((0.5,), (0.5,)),\n])\n"
        ));
    }

    /// Warm-up and schedule; returns the variables that hold them, each with its pace.
    fn schedulers(&mut self, config: &TrainingConfig) -> Vec<(&'static str, Pace)> {
        let warms_up = config.warm_up_steps > 0;
        let warm_up = "LinearLR(\n    optimizer, start_factor=1 / (WARM_UP_STEPS + 1), \
                       total_iters=WARM_UP_STEPS\n)";
        let steps = if warms_up { "max(total_steps - WARM_UP_STEPS, 1)" } else { "total_steps" };
        let (name, options, pace) = match config.schedule {
            ScheduleSettings::Constant => {
                if warms_up {
                    self.scheduler("warm_up", warm_up);
                    return vec![("warm_up", Pace::Step)];
                }
                return Vec::new();
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
                let options = format!(
                    "max_lr={}, total_steps={steps},\n    pct_start={}, cycle_momentum=False",
                    number(config.learning_rate),
                    number(pct_start)
                );
                ("OneCycleLR", options, Pace::Step)
            }
        };
        if pace == Pace::Step {
            let all = "EPOCHS * len(training_loader)";
            self.add(&match config.steps {
                Some(_) => format!("total_steps = min({all}, MAX_STEPS)\n"),
                None => format!("total_steps = {all}\n"),
            });
        }
        self.scheduler("scheduler", &format!("{name}(\n    optimizer, {options}\n)"));
        if !warms_up {
            return vec![("scheduler", pace)];
        }
        self.scheduler("warm_up", warm_up);
        if pace == Pace::Epoch {
            return vec![("warm_up", Pace::Step), ("scheduler", pace)];
        }
        self.scheduler(
            "scheduler",
            "SequentialLR(\n    optimizer, [warm_up, scheduler], milestones=[WARM_UP_STEPS]\n)",
        );
        vec![("scheduler", pace)]
    }

    fn scheduler(&mut self, variable: &str, call: &str) {
        self.add(&format!("{variable} = torch.optim.lr_scheduler.{call}\n"));
    }

    /// `train_one_epoch`.
    fn training(&mut self, config: &TrainingConfig, images: usize, schedulers: &[(&str, Pace)]) {
        // An epoch of fewer batches has one report.
        if images.div_ceil(config.batch_size) < REPORT_EVERY {
            self.add("report_every = len(training_loader)\n");
        } else {
            self.add(&format!("report_every = {REPORT_EVERY}\n"));
        }
        self.add(
            "

def train_one_epoch(epoch):
    model.train()
    running_loss = 0.0
    for batch, (images, labels) in enumerate(training_loader, start=1):
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
",
        );
        if let Some(norm) = config.clip_norm {
            self.add(&format!(
                "        nn.utils.clip_grad_norm_(model.parameters(), max_norm={})\n",
                number(norm)
            ));
        }
        self.add("        optimizer.step()\n");
        self.steps_of(schedulers, Pace::Step, "        ");
        self.add(
            r#"
        running_loss += loss.item()
        if batch % report_every == 0:
            print(f"epoch {epoch}, batch {batch}: training loss {running_loss / report_every:.4f}")
            running_loss = 0.0
"#,
        );
        self.add_if(
            config.steps.is_some(),
            "        if (epoch - 1) * len(training_loader) + batch == MAX_STEPS:\n            break\n",
        );
    }

    /// The loop over epochs.
    fn epochs(&mut self, config: &TrainingConfig, schedulers: &[(&str, Pace)], averaged: bool) {
        let patient = config.patience.is_some();
        let model = if averaged { "averaged" } else { "model" };
        self.add_if(patient, "epochs_since_best = 0\n");
        self.add("for epoch in range(1, EPOCHS + 1):\n    train_one_epoch(epoch)\n");
        self.steps_of(schedulers, Pace::Epoch, "    ");
        self.add_if(averaged, AVERAGE);
        self.add(&format!("    loss, accuracy = validate({model})\n"));
        self.add(
            r#"    print(f"epoch {epoch}: validation loss {loss:.4f}, accuracy {accuracy:.2%}")
    if loss < best_loss:
        best_loss = loss
"#,
        );
        self.add_if(patient, "        epochs_since_best = 0\n");
        self.add(&format!(
            "        torch.save({model}.state_dict(), f\"garments-{{epoch}}.pt\")\n"
        ));
        self.add_if(
            patient,
            "    else:\n        epochs_since_best += 1\n        \
             if epochs_since_best == PATIENCE:\n            break\n",
        );
        self.add_if(
            config.steps.is_some(),
            "    if epoch * len(training_loader) >= MAX_STEPS:\n        break\n",
        );
    }

    fn steps_of(&mut self, schedulers: &[(&str, Pace)], pace: Pace, indent: &str) {
        for (variable, _) in schedulers.iter().filter(|(_, of)| *of == pace) {
            self.add(&format!("{indent}{variable}.step()\n"));
        }
    }
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

#[cfg(test)]
#[path = "pytorch_program_tests.rs"]
mod tests;
