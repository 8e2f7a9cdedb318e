//! Whether a run has learnt anything.

use super::LayerDeadUnits;
use crate::history::{EpochMetrics, is_near_chance};

/// A run with fewer steps may not have begun to learn: at the tutorial's learning rate the accuracy leaves the
/// neighbourhood of chance after some hundreds of steps.
const FEW_STEPS: usize = 300;
/// How far a mean loss may lie from another one and still count as the same, as a share.
const SAME_LOSS: f64 = 0.02;
/// How far above the loss of chance an untrained network's mean loss lies at most, as a share. Measured: 0.002.
/// Learning rates that are too high threw it 0.02 to 0.05 above, at once or later.
const UNTRAINED: f64 = 0.01;
/// By which share the loss falls between the last two quarters of an epoch if it still falls.
const STILL_FALLS: f64 = 0.01;

/// What a run has come to, by its newest epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learning {
    /// It tells classes apart.
    Learns,
    /// It is near chance because its steps are few or small: its loss still falls, or has hardly moved from where
    /// an untrained network begins.
    NotYet,
    /// It is near chance, and its loss no longer falls.
    Collapsed,
}

/// What a run has come to by its finished epochs and the losses of all of its steps; `None` before the first
/// epoch has ended. `dead` are the dead units after the newest epoch, if they are known; `classes` is how many the network has.
#[must_use]
pub fn learning(
    epochs: &[EpochMetrics],
    losses: &[f32],
    dead: Option<&[LayerDeadUnits]>,
    classes: usize,
) -> Option<Learning> {
    let newest = epochs.last()?;
    if !is_near_chance(newest.valid_accuracy, classes) {
        return Some(Learning::Learns);
    }
    let begin = epochs.len().checked_sub(2).map_or(0, |before| epochs[before].step);
    let (begin, end) = (begin as usize, newest.step as usize);
    let taken = &losses[..end.min(losses.len())];
    let is_cut_off = dead.is_some_and(|layers| layers.iter().any(LayerDeadUnits::is_dead));
    let is_not_yet = taken.len() < FEW_STEPS
        || !is_cut_off && (still_falls(taken.get(begin..)?) || has_hardly_moved(taken, classes));
    Some(if is_not_yet { Learning::NotYet } else { Learning::Collapsed })
}

/// Whether the losses of an epoch fell in its second half. The first half may hold the beginning of training and
/// the collapse itself, after both of which losses fall to the level of chance.
fn still_falls(epoch: &[f32]) -> bool {
    let quarter = epoch.len() / 4;
    let Some((before, last)) = epoch.split_at_checked(epoch.len() - quarter) else { return false };
    let third = &before[before.len().saturating_sub(quarter)..];
    mean(last) < (1.0 - STILL_FALLS) * mean(third)
}

/// Whether the losses were never above those of an untrained network, nor below those of the end.
fn has_hardly_moved(losses: &[f32], classes: usize) -> bool {
    let window = (losses.len() / 20).clamp(100, 1000);
    let means = losses.chunks_exact(window).map(mean);
    let (lowest, highest) = means.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| {
        (low.min(mean), high.max(mean))
    });
    let end = mean(&losses[losses.len().saturating_sub(window)..]);
    highest < (1.0 + UNTRAINED) * loss_of_chance(classes) && end < (1.0 + SAME_LOSS) * lowest
}

/// The cross-entropy of giving each of so many classes the same probability: ln 10 = 2.3026 for the tutorial's.
#[must_use]
pub fn loss_of_chance(classes: usize) -> f64 {
    (classes as f64).ln()
}

/// NaN of no losses.
fn mean(losses: &[f32]) -> f64 {
    losses.iter().copied().map(f64::from).sum::<f64>() / losses.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An epoch that ends at this step.
    fn epoch(number: u32, step: usize, valid_accuracy: f64) -> EpochMetrics {
        let (train_loss, valid_loss) = (2.3, 2.3);
        EpochMetrics { epoch: number, step: step as u64, train_loss, valid_loss, valid_accuracy }
    }

    /// A run of one epoch with these losses.
    fn after_one(losses: &[f32], accuracy: f64) -> Option<Learning> {
        learning(&[epoch(1, losses.len(), accuracy)], losses, None, 10)
    }

    /// Losses that go from one level to another in a straight line, with noise of this size.
    fn line(steps: usize, from: f32, to: f32, noise: f32) -> Vec<f32> {
        let mut state = 1_u32;
        let loss = |step: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let jump = (state >> 8) as f32 / (1 << 24) as f32 - 0.5;
            from + (to - from) * step as f32 / steps as f32 + noise * jump
        };
        (0..steps).map(loss).collect()
    }

    fn counted(dead: u32) -> Vec<LayerDeadUnits> {
        vec![LayerDeadUnits { layer: "fc2".to_owned(), dead, units: 84 }]
    }

    #[test]
    fn nothing_is_said_before_the_first_epoch_has_ended() {
        assert_eq!(learning(&[], &[2.3; 1_000], None, 10), None);
    }

    #[test]
    fn the_tutorials_first_epoch_learns() {
        let losses = line(15_000, 2.3, 0.5, 0.6);
        for accuracy in [0.79, 0.85, 0.21] {
            assert_eq!(after_one(&losses, accuracy), Some(Learning::Learns));
        }
    }

    #[test]
    fn a_run_thrown_back_to_chance_has_collapsed() {
        let mut losses = line(15_000, 2.1, 0.8, 0.8);
        losses.extend(line(15_000, 2.33, 2.33, 0.5));
        for accuracy in [0.1, 0.19] {
            let epochs = [epoch(1, 15_000, 0.76), epoch(2, 30_000, accuracy)];
            assert_eq!(learning(&epochs, &losses, None, 10), Some(Learning::Collapsed));
        }
        // In the first half of its first epoch.
        losses = line(3_000, 2.2, 1.0, 0.8);
        losses.extend(line(12_000, 2.33, 2.33, 0.5));
        assert_eq!(after_one(&losses, 0.1), Some(Learning::Collapsed));
    }

    #[test]
    fn a_run_thrown_above_chance_at_once_has_collapsed() {
        // Batches of 64 at a learning rate of 0.2: 2.348 over the first hundred steps, then 2.308 to the end.
        let mut losses = line(100, 2.4, 2.3, 0.05);
        losses.extend(line(838, 2.309, 2.309, 0.05));
        assert_eq!(after_one(&losses, 0.1), Some(Learning::Collapsed));
    }

    #[test]
    fn a_run_whose_loss_still_falls_has_not_learnt_yet() {
        let losses = line(938, 2.306, 2.1, 0.05);
        assert_eq!(after_one(&losses, 0.18), Some(Learning::NotYet));
        // More slowly than from one quarter to the next, but never back.
        let losses = line(938, 2.306, 2.26, 0.02);
        assert_eq!(after_one(&losses, 0.18), Some(Learning::NotYet));
    }

    #[test]
    fn a_run_whose_steps_are_too_small_to_see_has_not_learnt_yet() {
        // Batches of 64 at a learning rate of 0.00001: 2.3056 in the first quarter, 2.3049 in the last.
        let losses = line(938, 2.306, 2.3045, 0.03);
        assert_eq!(after_one(&losses, 0.1003), Some(Learning::NotYet));
    }

    #[test]
    fn a_short_run_has_not_learnt_yet() {
        assert_eq!(after_one(&line(299, 2.4, 2.31, 0.1), 0.1), Some(Learning::NotYet));
        assert_eq!(after_one(&[], 0.1), Some(Learning::NotYet));
    }

    #[test]
    fn a_dead_layer_decides_where_the_losses_do_not() {
        let losses = line(938, 2.304, 2.303, 0.02);
        let epochs = [epoch(1, 938, 0.1)];
        let of = |dead: u32| learning(&epochs, &losses, Some(&counted(dead)), 10);
        assert_eq!(of(84), Some(Learning::Collapsed));
        assert_eq!(of(3), Some(Learning::NotYet));
    }

    #[test]
    fn losses_that_are_missing_or_not_numbers_are_no_panic() {
        let epochs = [epoch(1, 1_000, 0.5), epoch(2, 2_000, 0.1)];
        assert_eq!(learning(&epochs, &[2.3; 500], None, 10), None);
        let nothing = learning(&epochs, &[f32::NAN; 2_000], None, 10);
        assert_eq!(nothing, Some(Learning::Collapsed));
    }
}
