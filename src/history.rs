//! What a run has measured so far: plain data, kept in checkpoints and drawn by the page.

use serde::{Deserialize, Serialize};

/// Everything a run has measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The loss of every step, in order.
    pub losses: Vec<f32>,
    /// The tutorial's `Loss/train`.
    pub reports: Vec<LossReport>,
    /// Every finished epoch.
    pub epochs: Vec<EpochMetrics>,
}

impl History {
    /// The epoch with the lowest validation loss, the earliest of equals.
    #[must_use]
    pub fn best_epoch(&self) -> Option<&EpochMetrics> {
        self.epochs
            .iter()
            .reduce(|best, epoch| if epoch.valid_loss < best.valid_loss { epoch } else { best })
    }
}

/// One point of the tutorial's `Loss/train`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossReport {
    /// The last step of the thousand, counted over the whole run.
    pub step: u64,
    /// Mean loss of the batches since the last report.
    pub mean_loss: f64,
}

/// What an epoch gave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochMetrics {
    /// From 1.
    pub epoch: u32,
    /// Steps taken in the run by its end.
    pub step: u64,
    /// Mean training loss of its last report, as the tutorial prints it.
    pub train_loss: f64,
    /// Mean cross-entropy over the test split.
    pub valid_loss: f64,
    /// Share of the test split classified right, 0 to 1.
    pub valid_accuracy: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(epoch: u32, valid_loss: f64) -> EpochMetrics {
        EpochMetrics { epoch, step: 0, train_loss: 0.0, valid_loss, valid_accuracy: 0.0 }
    }

    #[test]
    fn the_best_epoch_has_the_lowest_validation_loss() {
        let epochs = vec![epoch(1, 0.41), epoch(2, 0.33), epoch(3, 0.33), epoch(4, 0.42)];
        let history = History { epochs, ..History::default() };
        assert_eq!(history.best_epoch().map(|best| best.epoch), Some(2));
        assert_eq!(History::default().best_epoch(), None);
    }
}
