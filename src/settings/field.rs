//! The one list of settings: keys, labels, ranges, defaults.
// tidy: long, because it is one table, and a setting should be readable in one place.

use super::{
    Augmentation, EngineChoice, Kind, OptimizerKind, RealRange, ScheduleKind, TrainingConfig,
};

/// One setting of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // `Field::about` says what each is.
pub enum Field {
    Engine,
    BatchSize,
    Epochs,
    Steps,
    Optimizer,
    LearningRate,
    Momentum,
    Dampening,
    Nesterov,
    Beta1,
    Beta2,
    Alpha,
    Lambd,
    AverageFrom,
    Averaged,
    LearningRateDecay,
    Centered,
    Epsilon,
    WeightDecay,
    Schedule,
    StepSize,
    Gamma,
    Minimum,
    PctStart,
    WarmUp,
    ClipNorm,
    Patience,
    Shift,
    Flip,
    Erase,
    Seed,
    KeepEvery,
    Keep,
}

/// Fields that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What every run has.
    Run,
    /// How gradients become updates.
    Optimizer,
    /// How the learning rate changes.
    Schedule,
    /// Clipping, and when to end.
    Limits,
    /// Random changes to training images.
    Augmentation,
    /// Which checkpoints are kept.
    Checkpoints,
}

const ENGINES: [&str; 3] =
    [EngineChoice::Auto.as_str(), EngineChoice::WebGpu.as_str(), EngineChoice::Cpu.as_str()];
const OPTIMIZERS: [&str; 6] = {
    let mut words = [""; 6];
    let mut at = 0;
    while at < words.len() {
        words[at] = OptimizerKind::ALL[at].as_str();
        at += 1;
    }
    words
};
const SCHEDULES: [&str; 5] = {
    let mut words = [""; 5];
    let mut at = 0;
    while at < words.len() {
        words[at] = ScheduleKind::ALL[at].as_str();
        at += 1;
    }
    words
};

const fn whole(least: u64, most: u64) -> Kind {
    Kind::Whole { least, most, optional: false }
}

const fn real(range: RealRange) -> Kind {
    Kind::Real { range, optional: false }
}

impl Field {
    /// Every field, in the order of the form and of links.
    pub const ALL: [Self; 33] = [
        Self::Engine,
        Self::BatchSize,
        Self::Epochs,
        Self::Steps,
        Self::Optimizer,
        Self::LearningRate,
        Self::Momentum,
        Self::Dampening,
        Self::Nesterov,
        Self::Beta1,
        Self::Beta2,
        Self::Alpha,
        Self::Lambd,
        Self::AverageFrom,
        Self::Averaged,
        Self::LearningRateDecay,
        Self::Centered,
        Self::Epsilon,
        Self::WeightDecay,
        Self::Schedule,
        Self::StepSize,
        Self::Gamma,
        Self::Minimum,
        Self::PctStart,
        Self::WarmUp,
        Self::ClipNorm,
        Self::Patience,
        Self::Shift,
        Self::Flip,
        Self::Erase,
        Self::Seed,
        Self::KeepEvery,
        Self::Keep,
    ];

    /// The field's key in links, checkpoints and the terminal's flags; its label in the form; what it accepts;
    /// and what it means.
    const fn row(self) -> (&'static str, &'static str, Kind, &'static str) {
        use RealRange::{BelowOne, Between, Positive, UpTo};
        match self {
            Self::Engine => {
                ("engine", "Engine", Kind::Choice(&ENGINES), "where the arithmetic happens")
            }
            Self::BatchSize => (
                "batch",
                "Batch size",
                whole(1, TrainingConfig::MAX_BATCH_SIZE as u64),
                "images a step",
            ),
            Self::Epochs => (
                "epochs",
                "Epochs",
                whole(1, TrainingConfig::MAX_EPOCHS as u64),
                "passes over the training set",
            ),
            Self::Steps => (
                "steps",
                "Steps at most",
                Kind::Whole { least: 1, most: 1_000_000_000, optional: true },
                "ends the run after so many steps",
            ),
            Self::Optimizer => (
                "optimizer",
                "Optimizer",
                Kind::Choice(&OPTIMIZERS),
                "how gradients become updates, as torch.optim defines it",
            ),
            Self::LearningRate => (
                "lr",
                "Learning rate",
                real(Positive(10.0)),
                "step size, the highest one where a schedule moves it",
            ),
            Self::Momentum => (
                "momentum",
                "Momentum",
                real(BelowOne),
                "share of the last update's direction that is kept",
            ),
            Self::Dampening => (
                "dampening",
                "Dampening",
                real(UpTo(1.0)),
                "share of a gradient that does not enter the momentum",
            ),
            Self::Nesterov => {
                ("nesterov", "Nesterov", Kind::Flag, "looks ahead along the momentum")
            }
            Self::Beta1 => ("beta1", "Beta 1", real(BelowOne), "decay of the gradients' mean"),
            Self::Beta2 => {
                ("beta2", "Beta 2", real(BelowOne), "decay of the squared gradients' mean")
            }
            Self::Alpha => (
                "alpha",
                "Alpha",
                real(BelowOne),
                "decay of the squared gradients' mean, or ASGD's power of decay",
            ),
            Self::Lambd => {
                ("lambd", "Lambda", real(UpTo(1.0)), "ASGD's decay of parameters and step size")
            }
            Self::AverageFrom => (
                "t0",
                "Average from step",
                real(UpTo(1e9)),
                "the step from which ASGD averages the weights",
            ),
            Self::Averaged => (
                "averaged",
                "Use the average",
                Kind::Flag,
                "validates, classifies and exports with ASGD's averaged weights",
            ),
            Self::LearningRateDecay => (
                "lr-decay",
                "Learning rate decay",
                real(UpTo(1.0)),
                "Adagrad's decay of the learning rate a step",
            ),
            Self::Centered => (
                "centered",
                "Centered",
                Kind::Flag,
                "divides by the gradients' estimated deviation",
            ),
            Self::Epsilon => {
                ("eps", "Epsilon", real(Positive(1.0)), "keeps denominators from zero")
            }
            Self::WeightDecay => {
                ("weight-decay", "Weight decay", real(UpTo(1.0)), "pull of the weights to zero")
            }
            Self::Schedule => (
                "schedule",
                "Schedule",
                Kind::Choice(&SCHEDULES),
                "how the learning rate changes over the run",
            ),
            Self::StepSize => (
                "step-size",
                "Every so many epochs",
                whole(1, TrainingConfig::MAX_EPOCHS as u64),
                "epochs between two changes of the learning rate",
            ),
            Self::Gamma => {
                ("gamma", "Factor", real(Positive(1.0)), "what the learning rate is multiplied by")
            }
            Self::Minimum => ("eta-min", "Lowest rate", real(UpTo(10.0)), "where the cosine ends"),
            Self::PctStart => {
                ("pct-start", "Share of rise", real(Between), "share of the steps that it rises")
            }
            Self::WarmUp => (
                "warm-up",
                "Warm-up steps",
                whole(0, 1_000_000),
                "steps over which the learning rate rises linearly",
            ),
            Self::ClipNorm => (
                "clip",
                "Clip gradients at",
                Kind::Real { range: Positive(1e6), optional: true },
                "largest norm over all gradients",
            ),
            Self::Patience => (
                "patience",
                "Patience",
                Kind::Whole { least: 1, most: TrainingConfig::MAX_EPOCHS as u64, optional: true },
                "ends the run after so many epochs without a lower validation loss",
            ),
            Self::Shift => (
                "shift",
                "Shift by",
                whole(0, Augmentation::MAX_SHIFT as u64),
                "moves training images at random by up to so many pixels",
            ),
            Self::Flip => ("flip", "Mirror", Kind::Flag, "mirrors every second training image"),
            Self::Erase => (
                "erase",
                "Erase",
                real(UpTo(1.0)),
                "share of training images of which a rectangle is erased",
            ),
            Self::Seed => {
                ("seed", "Seed", whole(0, u64::MAX), "decides weights, order and augmentation")
            }
            Self::KeepEvery => (
                "keep-every",
                "Keep one every",
                Kind::Whole { least: 1, most: 1_000_000_000, optional: true },
                "steps between checkpoints that are kept besides the last and the best",
            ),
            Self::Keep => (
                "keep",
                "Keep at most",
                whole(1, TrainingConfig::MAX_KEPT as u64),
                "so many of those checkpoints; the oldest give way",
            ),
        }
    }

    /// The field's key in links, in checkpoints and among the terminal's flags.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.row().0
    }

    /// The field's name in English, by which a key of a link may be guessed.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.row().1
    }

    /// What it accepts.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.row().2
    }

    /// What it means, in a few words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        self.row().3
    }

    /// The field with this key.
    #[must_use]
    pub fn with_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// Where the form shows it.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::Engine | Self::BatchSize | Self::Epochs | Self::LearningRate | Self::Seed => {
                Group::Run
            }
            Self::Optimizer
            | Self::Momentum
            | Self::Dampening
            | Self::Nesterov
            | Self::Beta1
            | Self::Beta2
            | Self::Alpha
            | Self::Lambd
            | Self::AverageFrom
            | Self::Averaged
            | Self::LearningRateDecay
            | Self::Centered
            | Self::Epsilon
            | Self::WeightDecay => Group::Optimizer,
            Self::Schedule
            | Self::StepSize
            | Self::Gamma
            | Self::Minimum
            | Self::PctStart
            | Self::WarmUp => Group::Schedule,
            Self::Steps | Self::ClipNorm | Self::Patience => Group::Limits,
            Self::Shift | Self::Flip | Self::Erase => Group::Augmentation,
            Self::KeepEvery | Self::Keep => Group::Checkpoints,
        }
    }

    /// Whether this field's default depends on the optimizer.
    #[must_use]
    pub const fn follows_optimizer(self) -> bool {
        matches!(self, Self::LearningRate) || matches!(self.group(), Group::Optimizer)
    }

    /// Whether this field's default depends on the schedule.
    #[must_use]
    pub const fn follows_schedule(self) -> bool {
        matches!(self, Self::StepSize | Self::Gamma | Self::Minimum | Self::PctStart)
    }

    /// Whether the field has an effect with this optimizer and this schedule.
    #[must_use]
    pub const fn applies(self, optimizer: OptimizerKind, schedule: ScheduleKind) -> bool {
        use OptimizerKind::{Adagrad, Adam, AdamW, Asgd, RmsProp, Sgd};
        match self {
            Self::Momentum => matches!(optimizer, Sgd | RmsProp),
            Self::Dampening | Self::Nesterov => matches!(optimizer, Sgd),
            Self::Beta1 | Self::Beta2 => matches!(optimizer, Adam | AdamW),
            Self::Alpha => matches!(optimizer, Asgd | RmsProp),
            Self::Lambd | Self::AverageFrom | Self::Averaged => matches!(optimizer, Asgd),
            Self::LearningRateDecay => matches!(optimizer, Adagrad),
            Self::Centered => matches!(optimizer, RmsProp),
            Self::Epsilon => matches!(optimizer, Adagrad | Adam | AdamW | RmsProp),
            Self::StepSize => matches!(schedule, ScheduleKind::Step),
            Self::Gamma => matches!(schedule, ScheduleKind::Step | ScheduleKind::Exponential),
            Self::Minimum => matches!(schedule, ScheduleKind::Cosine),
            Self::PctStart => matches!(schedule, ScheduleKind::OneCycle),
            _ => true,
        }
    }

    /// The field's default text: the tutorial's for its optimizer, PyTorch's for the others, and a usual
    /// value where PyTorch's learning rate is mandatory or a placeholder.
    #[must_use]
    pub const fn default_text(
        self,
        optimizer: OptimizerKind,
        schedule: ScheduleKind,
    ) -> &'static str {
        use OptimizerKind::{Adagrad, Adam, AdamW, Asgd, RmsProp, Sgd};
        match (self, optimizer) {
            (Self::Engine, _) => ENGINES[0],
            (Self::BatchSize, _) => "4",
            (Self::Epochs, _) => "5",
            (Self::Optimizer, _) => OPTIMIZERS[0],
            (Self::LearningRate, Sgd | Adam | AdamW) => "0.001",
            (Self::LearningRate, Asgd | Adagrad | RmsProp) => "0.01",
            (Self::Momentum, Sgd) | (Self::Beta1, _) => "0.9",
            (Self::Beta2, _) => "0.999",
            (Self::Alpha, RmsProp) => "0.99",
            (Self::Alpha, _) => "0.75",
            (Self::Lambd, _) => "0.0001",
            (Self::AverageFrom, _) => "1000000",
            (Self::Epsilon, Adagrad) => "1e-10",
            (Self::Epsilon, _) => "1e-8",
            (Self::WeightDecay, AdamW) => "0.01",
            (Self::Schedule, _) => SCHEDULES[0],
            (Self::StepSize, _) => "1",
            (Self::Gamma, _) => match schedule {
                ScheduleKind::Step => "0.1",
                _ => "0.9",
            },
            (Self::PctStart, _) => "0.3",
            (Self::Keep, _) => "5",
            (Self::Steps | Self::ClipNorm | Self::Patience | Self::KeepEvery, _) => "",
            _ => "0",
        }
    }
}
