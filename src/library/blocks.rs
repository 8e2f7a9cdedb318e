//! A run's metrics in blocks of equally many steps, so that a growing run writes only its newest block.
//!
//! A block is a version byte, then the [postcard](https://postcard.jamesmunns.com/wire-format) encoding of
//! its steps' metrics: losses, and the reports, epochs and time marks whose step lies in it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{RunMetrics, TimeMark, Timeline};
use crate::checksum::sha256_hex;
use crate::history::{EpochMetrics, History, LossReport};

/// Steps per block.
pub const BLOCK_STEPS: u64 = 4096;
const VERSION: u8 = 2;
const VERSION_WITHOUT_CHECKSUM: u8 = 1;
const CHECKSUM_DIGITS: usize = 64;

/// Why blocks are not a run's metrics.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum BlockError {
    /// A block is truncated, damaged, or from a later version.
    #[error("block {0} of the run's metrics cannot be read")]
    Unreadable(u32),
    /// Blocks are missing, or contradict each other.
    #[error("the run's metrics contradict each other")]
    Inconsistent,
}

/// The stored metrics of one block's steps, in order.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Block {
    losses: Vec<f32>,
    reports: Vec<LossReport>,
    epochs: Vec<EpochMetrics>,
    marks: Vec<TimeMark>,
}

/// The block, from 0, in which a step (from 1) lies.
#[must_use]
pub const fn block_of(step: u64) -> u32 {
    (step.saturating_sub(1) / BLOCK_STEPS) as u32
}

/// The bytes of a block of a run.
#[must_use]
fn encode(history: &History, timeline: &Timeline, index: u32) -> Vec<u8> {
    let (first, end) = (u64::from(index) * BLOCK_STEPS, (u64::from(index) + 1) * BLOCK_STEPS);
    let steps = history.losses.len() as u64;
    let losses = history.losses.get(first.min(steps) as usize..end.min(steps) as usize);
    // Both are sorted by step, and long.
    let block = Block {
        losses: losses.unwrap_or_default().to_vec(),
        reports: within(&history.reports, index, |report| report.step).to_vec(),
        epochs: within(&history.epochs, index, |epoch| epoch.step).to_vec(),
        marks: within(timeline.marks(), index, |mark| mark.step).to_vec(),
    };
    // Numbers and vectors of numbers can always be written.
    let body = postcard::to_stdvec(&block).unwrap_or_default();
    let mut bytes = vec![VERSION];
    bytes.extend(sha256_hex(&body).into_bytes());
    bytes.extend(body);
    bytes
}

/// A block's content, if the block is as it was written.
fn read(bytes: &[u8]) -> Option<Block> {
    let body = match bytes.split_first()? {
        (&VERSION, rest) => {
            let (checksum, body) = rest.split_at_checked(CHECKSUM_DIGITS)?;
            (sha256_hex(body).as_bytes() == checksum).then_some(body)?
        }
        (&VERSION_WITHOUT_CHECKSUM, body) => body,
        _ => return None,
    };
    postcard::from_bytes(body).ok()
}

/// A run's blocks from this one on, with their indices.
#[must_use]
pub fn blocks_from(history: &History, timeline: &Timeline, first: u32) -> Vec<(u32, Vec<u8>)> {
    let last = block_of(history.losses.len() as u64);
    (first..=last).map(|index| (index, encode(history, timeline, index))).collect()
}

fn within<T>(items: &[T], index: u32, step: impl Fn(&T) -> u64) -> &[T] {
    let from = items.partition_point(|item| block_of(step(item)) < index);
    let to = items.partition_point(|item| block_of(step(item)) <= index);
    items.get(from..to).unwrap_or_default()
}

/// A run's metrics from its blocks in order.
///
/// # Errors
/// Any [`BlockError`].
pub fn decode<'a>(blocks: impl IntoIterator<Item = &'a [u8]>) -> Result<RunMetrics, BlockError> {
    let mut history = History::default();
    let mut marks = Vec::new();
    for (index, bytes) in (0_u32..).zip(blocks) {
        let block = read(bytes).ok_or(BlockError::Unreadable(index))?;
        let follows = history.losses.len() as u64 == u64::from(index) * BLOCK_STEPS;
        if !follows || block.losses.len() as u64 > BLOCK_STEPS {
            return Err(BlockError::Inconsistent);
        }
        history.losses.extend(block.losses);
        history.reports.extend(block.reports);
        history.epochs.extend(block.epochs);
        marks.extend(block.marks);
    }
    if !history.is_consistent() {
        return Err(BlockError::Inconsistent);
    }
    Ok(RunMetrics { history, timeline: Timeline::of(marks) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn metrics(steps: u64) -> RunMetrics {
        let losses = (0..steps).map(|step| step as f32 / 7.0).collect();
        let reports = (1..=steps / 1000).map(|at| LossReport { step: at * 1000, mean_loss: 0.5 });
        let epochs = (1..=steps / 4096).map(|at| EpochMetrics {
            epoch: at as u32,
            step: at * 4096,
            train_loss: 0.5,
            valid_loss: 0.4,
            valid_accuracy: 0.8,
        });
        let marks = (1..=steps / 500).map(|at| TimeMark { step: at * 500, ms: at as f64 * 1e3 });
        RunMetrics {
            history: History { losses, reports: reports.collect(), epochs: epochs.collect() },
            timeline: Timeline::of(marks),
        }
    }

    fn blocks(metrics: &RunMetrics) -> Vec<Vec<u8>> {
        let blocks = blocks_from(&metrics.history, &metrics.timeline, 0);
        blocks.into_iter().map(|block| block.1).collect()
    }

    fn decoded(blocks: &[Vec<u8>]) -> Result<RunMetrics, BlockError> {
        decode(blocks.iter().map(Vec::as_slice))
    }

    #[test]
    fn a_run_of_any_length_comes_back_from_its_blocks() {
        for steps in [0, 1, 4095, 4096, 4097, 8192, 20_000] {
            let metrics = metrics(steps);
            assert_eq!(decoded(&blocks(&metrics)).unwrap(), metrics, "{steps} steps");
        }
    }

    #[test]
    fn a_growing_run_changes_its_newest_block_only() {
        let (before, after) = (blocks(&metrics(9000)), blocks(&metrics(9500)));
        assert_eq!(before[..2], after[..2]);
        assert_ne!(before[2], after[2]);
    }

    #[test]
    fn a_block_with_another_bit_is_noticed_and_one_of_the_first_version_is_read() {
        let metrics = metrics(5000);
        let whole = blocks(&metrics);
        for at in [0, 1, 40, 65, 66, 1000, whole[0].len() - 1] {
            let mut damaged = whole.clone();
            damaged[0][at] ^= 1;
            assert_eq!(decoded(&damaged), Err(BlockError::Unreadable(0)), "byte {at}");
        }
        let first_version = |block: &Vec<u8>| [&[1], &block[1 + CHECKSUM_DIGITS..]].concat();
        let former: Vec<_> = whole.iter().map(first_version).collect();
        assert_eq!(decoded(&former).unwrap(), metrics);
    }

    #[test]
    fn a_block_of_more_steps_than_any_is_noticed() {
        let block = Block { losses: vec![0.5; 5000], ..Block::default() };
        let bytes = [vec![1], postcard::to_stdvec(&block).unwrap()].concat();
        assert_eq!(decoded(&[bytes]), Err(BlockError::Inconsistent));
    }

    #[test]
    fn missing_cut_and_foreign_blocks_are_noticed() {
        let whole = blocks(&metrics(9000));
        assert_eq!(decoded(&whole[1..]), Err(BlockError::Inconsistent));
        let mut cut = whole.clone();
        cut[1].truncate(100);
        assert_eq!(decoded(&cut), Err(BlockError::Unreadable(1)));
        let mut foreign = whole;
        foreign[0][0] = 9;
        assert_eq!(decoded(&foreign), Err(BlockError::Unreadable(0)));
        assert_eq!(decoded(&[vec![]]), Err(BlockError::Unreadable(0)));
    }
}
