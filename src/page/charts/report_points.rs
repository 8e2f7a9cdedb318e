//! What a point of the chart of reports is the mean of.

use crate::protocol::{LossReport, RunOverview};

/// What each point is the mean of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportPoint {
    /// Each epoch, which is one batch.
    EpochOfOne,
    /// Each epoch, all of its batches.
    Epoch {
        /// How many.
        batches: u64,
    },
    /// Every this many batches.
    Batches {
        /// How many.
        most: u64,
    },
    /// The length of the epochs is unknown: every this many batches, or each epoch if it has fewer.
    Unknown {
        /// How many.
        most: u64,
    },
}

/// The chart's points of a run.
pub fn report_point(run: Option<&RunOverview>) -> ReportPoint {
    let most = LossReport::STEPS;
    match run.map_or(0, |run| run.steps_per_epoch) {
        0 => ReportPoint::Unknown { most },
        1 => ReportPoint::EpochOfOne,
        batches if batches < most => ReportPoint::Epoch { batches },
        _ => ReportPoint::Batches { most },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::ENGLISH;
    use crate::settings::TrainingConfig;

    fn point(steps_per_epoch: u64) -> ReportPoint {
        report_point(Some(&RunOverview {
            run: String::new(),
            config: TrainingConfig::default(),
            corrections: 0,
            data: None,
            steps_per_epoch,
            steps_in_run: 75_000,
            step: 0,
            losses: Vec::new(),
            reports: Vec::new(),
            epochs: Vec::new(),
        }))
    }

    #[test]
    fn the_heading_says_what_a_point_is_the_mean_of() {
        let heading = |steps_per_epoch| ENGLISH.charts.mean_of(point(steps_per_epoch));
        assert_eq!(heading(15_000), "mean of every 1000 batches");
        assert_eq!(heading(1_000), "mean of every 1000 batches");
        assert_eq!(heading(938), "mean of the 938 batches of each epoch");
        assert_eq!(heading(1), "mean of each epoch, which is one batch");
        assert_eq!(heading(0), "mean of every 1000 batches, or of each epoch if it has fewer");
        let title = ENGLISH.charts.mean_training_loss_of(point(938));
        assert_eq!(title, "Mean training loss of the 938 batches of each epoch");
    }
}
