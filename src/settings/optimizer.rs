//! Optimizers by name, with PyTorch's settings and defaults.

/// An optimizer's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OptimizerKind {
    /// `torch.optim.SGD`
    #[default]
    Sgd,
    /// `torch.optim.ASGD`
    Asgd,
    /// `torch.optim.Adagrad`
    Adagrad,
    /// `torch.optim.Adam`
    Adam,
    /// `torch.optim.AdamW`
    AdamW,
    /// `torch.optim.RMSprop`
    RmsProp,
}

impl OptimizerKind {
    /// Every optimizer, in the order in which the form offers them.
    pub const ALL: [Self; 6] =
        [Self::Sgd, Self::Asgd, Self::Adagrad, Self::Adam, Self::AdamW, Self::RmsProp];

    /// The word used in links, in `<option value>` and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sgd => "sgd",
            Self::Asgd => "asgd",
            Self::Adagrad => "adagrad",
            Self::Adam => "adam",
            Self::AdamW => "adamw",
            Self::RmsProp => "rmsprop",
        }
    }
}

/// An optimizer with its own settings. Names and meanings are PyTorch's
/// (<https://docs.pytorch.org/docs/stable/optim.html>).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OptimizerSettings {
    /// Stochastic gradient descent.
    Sgd {
        /// Share of the previous update's direction that is kept, 0 to below 1.
        momentum: f64,
        /// Share of a gradient that is kept out of the momentum, 0 to 1.
        dampening: f64,
        /// Looks ahead along the momentum; needs a momentum above 0 and no dampening.
        nesterov: bool,
    },
    /// Averaged stochastic gradient descent.
    Asgd {
        /// Decay of the parameters and of the step size, `lambd`.
        lambd: f64,
        /// Power by which the step size decays.
        alpha: f64,
        /// The step from which parameters are averaged, `t0`.
        average_from: f64,
        /// Validates, classifies and exports with the averaged weights.
        averaged: bool,
    },
    /// Adagrad.
    Adagrad {
        /// Decay of the learning rate over the steps.
        learning_rate_decay: f64,
        /// Keeps denominators away from zero.
        epsilon: f64,
    },
    /// Adam.
    Adam {
        /// Decay of the means of the gradients and of their squares, each 0 to below 1.
        betas: (f64, f64),
        /// Keeps denominators away from zero.
        epsilon: f64,
    },
    /// Adam with decoupled weight decay.
    AdamW {
        /// Decay of the means of the gradients and of their squares, each 0 to below 1.
        betas: (f64, f64),
        /// Keeps denominators away from zero.
        epsilon: f64,
    },
    /// RMSprop.
    RmsProp {
        /// Decay of the squares' mean, 0 to below 1.
        alpha: f64,
        /// Keeps denominators away from zero.
        epsilon: f64,
        /// Share of the previous update's direction that is kept, 0 to below 1.
        momentum: f64,
        /// Divides by the gradients' estimated deviation instead of their root mean square.
        centered: bool,
    },
}

impl Default for OptimizerSettings {
    /// The tutorial's.
    fn default() -> Self {
        Self::Sgd { momentum: 0.9, dampening: 0.0, nesterov: false }
    }
}

impl OptimizerSettings {
    /// The name of ASGD's averaged weights in its state, as PyTorch has it.
    pub const AVERAGE_SLOT: &str = "ax";

    /// The optimizer's name.
    #[must_use]
    pub const fn kind(&self) -> OptimizerKind {
        match self {
            Self::Sgd { .. } => OptimizerKind::Sgd,
            Self::Asgd { .. } => OptimizerKind::Asgd,
            Self::Adagrad { .. } => OptimizerKind::Adagrad,
            Self::Adam { .. } => OptimizerKind::Adam,
            Self::AdamW { .. } => OptimizerKind::AdamW,
            Self::RmsProp { .. } => OptimizerKind::RmsProp,
        }
    }

    /// Whether validation, classification and export use the averaged weights.
    #[must_use]
    pub const fn answers_with_average(&self) -> bool {
        matches!(self, Self::Asgd { averaged: true, .. })
    }
}
