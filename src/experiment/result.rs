//! What a run of an experiment measured.

use serde::{Deserialize, Serialize};

use crate::history::{Ending, EpochMetrics, History, best_of};

/// How a run of an experiment ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunEnd {
    /// It took all of its steps.
    Completed,
    /// Its validation loss no longer fell, and its settings end it then.
    EarlyStopped,
    /// It fell behind the others at a rung.
    Halved {
        /// Epochs that it had finished, at least 1.
        epochs: u32,
    },
    /// Its numbers were no longer finite.
    Diverged {
        /// Steps before that.
        step: u64,
    },
    /// A person stopped it.
    Stopped,
    /// It could not start or go on.
    Failed {
        /// Why, in the words of the program that trained it.
        why: String,
    },
}

impl RunEnd {
    /// The word for it in tables.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::EarlyStopped => "early-stopped",
            Self::Halved { .. } => "halved",
            Self::Diverged { .. } => "diverged",
            Self::Stopped => "stopped",
            Self::Failed { .. } => "failed",
        }
    }

    /// Whether it ended as its settings say.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Completed | Self::EarlyStopped)
    }

    /// Whether its best epoch says something of its settings: it neither diverged nor failed.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !matches!(self, Self::Diverged { .. } | Self::Failed { .. })
    }
}

impl From<Ending> for RunEnd {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Completed => Self::Completed,
            Ending::EarlyStopped => Self::EarlyStopped,
        }
    }
}

/// A point of a training curve: the mean loss of some steps in a row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u64, f32)", into = "(u64, f32)")]
pub struct CurvePoint {
    /// The last of these steps, counted over the run from 1.
    pub step: u64,
    /// Their mean loss, a finite number.
    pub loss: f32,
}

impl From<(u64, f32)> for CurvePoint {
    fn from((step, loss): (u64, f32)) -> Self {
        Self { step, loss }
    }
}

impl From<CurvePoint> for (u64, f32) {
    fn from(point: CurvePoint) -> Self {
        (point.step, point.loss)
    }
}

/// What a run of an experiment measured so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// The run's number, from 1.
    pub number: u32,
    /// How it ended; `None` while it is under way.
    pub end: Option<RunEnd>,
    /// Steps taken.
    pub steps: u64,
    /// Milliseconds of training and validation, without pauses.
    pub trained_ms: f64,
    /// Every finished epoch.
    pub epochs: Vec<EpochMetrics>,
    /// Its training losses, at most [`Self::MOST_POINTS`] points.
    pub curve: Vec<CurvePoint>,
}

impl RunResult {
    /// The most points of a curve.
    pub const MOST_POINTS: usize = 32;

    /// The result of a run with this history.
    #[must_use]
    pub fn of(number: u32, end: Option<RunEnd>, history: &History, trained_ms: f64) -> Self {
        Self {
            number,
            end,
            steps: history.losses.len() as u64,
            trained_ms,
            epochs: history.epochs.clone(),
            curve: Self::curve_of(&history.losses),
        }
    }

    /// Losses of all steps, reduced to means of as many steps each.
    #[must_use]
    pub fn curve_of(losses: &[f32]) -> Vec<CurvePoint> {
        let steps = losses.len().div_ceil(Self::MOST_POINTS).max(1);
        let ends = losses.chunks(steps).scan(0, |taken, chunk| {
            *taken += chunk.len() as u64;
            let sum: f64 = chunk.iter().copied().map(f64::from).sum();
            Some(CurvePoint { step: *taken, loss: (sum / chunk.len() as f64) as f32 })
        });
        // A number that is not finite could not be read back from JSON.
        ends.filter(|point| point.loss.is_finite()).collect()
    }

    /// The epoch with the lowest validation loss, by which runs are compared.
    #[must_use]
    pub fn best(&self) -> Option<&EpochMetrics> {
        best_of(&self.epochs)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_curve_has_few_points_whose_means_cover_every_step() {
        let losses: Vec<f32> = (0..1000).map(|step| 2.0 - step as f32 / 1000.0).collect();
        let curve = RunResult::curve_of(&losses);
        assert_eq!(curve.len(), RunResult::MOST_POINTS);
        assert_eq!(curve.last().map(|point| point.step), Some(1000));
        assert_eq!(curve[0].step, 32);
        assert!((curve[0].loss - 1.9845).abs() < 1e-4);
        assert_eq!(RunResult::curve_of(&losses[..3]).len(), 3);
        assert_eq!(RunResult::curve_of(&[]), []);
        assert_eq!(RunResult::curve_of(&[f32::NAN, 1.0]).len(), 1);
    }

    #[test]
    fn a_result_survives_json_and_the_protocol_with_every_end() {
        let ends = [
            Some(RunEnd::Completed),
            Some(RunEnd::EarlyStopped),
            Some(RunEnd::Halved { epochs: 3 }),
            Some(RunEnd::Diverged { step: 7 }),
            Some(RunEnd::Stopped),
            Some(RunEnd::Failed { why: "disk".to_owned() }),
            None,
        ];
        for end in ends {
            let epoch = EpochMetrics {
                epoch: 1,
                step: 2,
                train_loss: 0.1 + 0.2,
                valid_loss: 1e-300,
                valid_accuracy: 1.0 / 3.0,
            };
            let history =
                History { losses: vec![0.3, 0.1], epochs: vec![epoch], ..History::default() };
            let result = RunResult::of(9, end, &history, 12.5);
            let json = serde_json::to_string(&result).unwrap();
            assert_eq!(serde_json::from_str::<RunResult>(&json).unwrap(), result, "{json}");
            let bytes = postcard::to_stdvec(&result).unwrap();
            assert_eq!(postcard::from_bytes::<RunResult>(&bytes).unwrap(), result);
        }
    }
}
