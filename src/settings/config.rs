//! The complete recipe of a run.

use super::{Augmentation, OptimizerSettings, RunLength, ScheduleSettings};

/// Where the arithmetic happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineChoice {
    /// Whichever trains faster on this machine, by measurement.
    #[default]
    Auto,
    /// A GPU through WebGPU, software adapters included.
    WebGpu,
    /// The CPU: wasm SIMD in a browser, native SIMD elsewhere.
    Cpu,
}

impl EngineChoice {
    /// Every choice, in the order in which the form offers them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::WebGpu, Self::Cpu];

    /// The word used in links, in `<option value>` and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::WebGpu => "webgpu",
            Self::Cpu => "cpu",
        }
    }
}

/// Everything that decides a run: with the same config, the CPU engine gives the same bits.
///
/// Wherever it is stored or sent, it is a map from settings' keys to their values as text, as in a link.
/// Keys that older files lack get their defaults, and whatever is read is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingConfig {
    /// The engine requested.
    pub engine: EngineChoice,
    /// Images a step, 1 to [`Self::MAX_BATCH_SIZE`].
    pub batch_size: usize,
    /// Passes over the training set, 1 to [`Self::MAX_EPOCHS`].
    pub epochs: usize,
    /// Ends the run after this many steps, even in the middle of an epoch.
    pub steps: Option<u64>,
    /// How gradients become updates.
    pub optimizer: OptimizerSettings,
    /// Step size, above 0 and at most 10; the highest one if the schedule changes it.
    pub learning_rate: f64,
    /// Decay of every parameter towards zero, 0 to 1. AdamW applies it to the parameters themselves, every
    /// other optimizer adds it to the gradients, as PyTorch does.
    pub weight_decay: f64,
    /// How the learning rate changes over the run.
    pub schedule: ScheduleSettings,
    /// Steps over which the learning rate rises linearly to the schedule's value.
    pub warm_up_steps: u64,
    /// Scales the gradients down if their norm over all parameters is above this.
    pub clip_norm: Option<f64>,
    /// Ends the run after this many epochs in a row without a lower validation loss.
    pub patience: Option<usize>,
    /// Random changes to training images.
    pub augmentation: Augmentation,
    /// Seed of the initial weights, of every epoch's order and of augmentation.
    pub seed: u64,
    /// Steps between checkpoints that are kept besides the run's last and best.
    pub keep_every: Option<u64>,
    /// How many of those are kept, 1 to [`Self::MAX_KEPT`].
    pub keep: usize,
}

impl TrainingConfig {
    /// The largest batch offered: beyond it, a tab runs out of memory before it gains speed.
    pub const MAX_BATCH_SIZE: usize = 4096;
    /// The longest run offered.
    pub const MAX_EPOCHS: usize = 1000;
    /// The most checkpoints that one run keeps besides the last and the best.
    pub const MAX_KEPT: usize = 100;

    /// Whether a checkpoint is kept after this many steps.
    #[must_use]
    pub fn keeps_at(&self, step: u64) -> bool {
        step > 0 && self.keep_every.is_some_and(|every| step.is_multiple_of(every))
    }

    /// The longest that a run with this many steps an epoch can be; early stopping may end it sooner.
    #[must_use]
    pub fn run_length(&self, steps_per_epoch: u64) -> RunLength {
        let whole = steps_per_epoch * self.epochs as u64;
        RunLength { steps_per_epoch, steps: self.steps.map_or(whole, |steps| steps.min(whole)) }
    }
}

impl Default for TrainingConfig {
    /// The tutorial's run: batches of 4, 5 epochs, SGD at 0.001 with momentum 0.9.
    fn default() -> Self {
        Self {
            engine: EngineChoice::Auto,
            batch_size: 4,
            epochs: 5,
            steps: None,
            optimizer: OptimizerSettings::default(),
            learning_rate: 0.001,
            weight_decay: 0.0,
            schedule: ScheduleSettings::Constant,
            warm_up_steps: 0,
            clip_norm: None,
            patience: None,
            augmentation: Augmentation::default(),
            seed: 0,
            keep_every: None,
            keep: 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_kept_each_so_many_steps_and_never_before_the_first() {
        let config = TrainingConfig { keep_every: Some(10), ..TrainingConfig::default() };
        let kept: Vec<u64> = (0..=30).filter(|&step| config.keeps_at(step)).collect();
        assert_eq!(kept, [10, 20, 30]);
        let config = TrainingConfig { keep_every: None, ..TrainingConfig::default() };
        assert!(!(0..=30).any(|step| config.keeps_at(step)));
    }

    #[test]
    fn a_run_ends_after_its_epochs_or_after_fewer_steps() {
        let length = |steps| {
            let config = TrainingConfig { epochs: 5, steps, ..TrainingConfig::default() };
            config.run_length(300)
        };
        let expected = |steps| RunLength { steps_per_epoch: 300, steps };
        assert_eq!(length(None), expected(1500));
        assert_eq!(length(Some(299)), expected(299));
        assert_eq!(length(Some(1501)), expected(1500));
    }
}
