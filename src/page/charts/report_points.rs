//! What the chart of reports says about itself: how many batches a point averages, and when the first
//! appears.

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
    /// There is no run: every this many batches, or each epoch if it has fewer.
    NoRun {
        /// How many.
        most: u64,
    },
}

/// When the first point appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPoint {
    /// At this step.
    At {
        /// From 1.
        step: u64,
    },
    /// Never, because the run is too short.
    Never {
        /// Steps of the run.
        steps: u64,
        /// Steps that a point needs.
        needed: u64,
    },
    /// There is no run: after this many batches, or an epoch if it has fewer.
    NoRun {
        /// How many.
        most: u64,
    },
}

/// The chart's points, for a run or for none.
pub fn report_points(run: Option<&RunOverview>) -> (ReportPoint, FirstPoint) {
    let most = LossReport::STEPS;
    let lengths = run.map(|run| (run.steps_per_epoch, run.steps_in_run));
    let Some((steps_per_epoch @ 1.., steps)) = lengths else {
        return (ReportPoint::NoRun { most }, FirstPoint::NoRun { most });
    };
    let point = match steps_per_epoch {
        1 => ReportPoint::EpochOfOne,
        batches if batches < most => ReportPoint::Epoch { batches },
        _ => ReportPoint::Batches { most },
    };
    let needed = LossReport::interval(steps_per_epoch);
    let first = if steps < needed {
        FirstPoint::Never { steps, needed }
    } else {
        FirstPoint::At { step: needed }
    };
    (point, first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::ENGLISH;
    use crate::settings::TrainingConfig;

    fn points(steps_per_epoch: u64, steps_in_run: u64) -> (ReportPoint, FirstPoint) {
        report_points(Some(&RunOverview {
            run: String::new(),
            config: TrainingConfig::default(),
            steps_per_epoch,
            steps_in_run,
            step: 0,
            losses: Vec::new(),
            reports: Vec::new(),
            epochs: Vec::new(),
        }))
    }

    fn heading(point: ReportPoint) -> String {
        ENGLISH.charts.mean_of(point)
    }

    fn empty(first: FirstPoint) -> String {
        ENGLISH.charts.first_point(first)
    }

    #[test]
    fn the_heading_says_what_a_point_is_the_mean_of() {
        let of = |steps_per_epoch, steps| points(steps_per_epoch, steps).0;
        assert_eq!(heading(of(15_000, 75_000)), "mean of every 1000 batches");
        assert_eq!(heading(of(1_000, 1_000)), "mean of every 1000 batches");
        assert_eq!(heading(of(938, 938)), "mean of the 938 batches of each epoch");
        assert_eq!(heading(of(1, 5)), "mean of each epoch, which is one batch");
        let title = ENGLISH.charts.mean_training_loss_of(of(938, 938));
        assert_eq!(title, "Mean training loss of the 938 batches of each epoch");
    }

    #[test]
    fn an_empty_chart_says_when_its_first_point_comes_or_that_none_will() {
        let says = |steps_per_epoch, steps| empty(points(steps_per_epoch, steps).1);
        assert_eq!(says(15_000, 75_000), "The first point appears at step 1,000.");
        assert_eq!(says(938, 938), "The first point appears at step 938.");
        let never = "This run ends after 400 batches; a point needs 1,000.";
        assert_eq!(says(15_000, 400), never);
        let never = "This run ends after 40 batches; a point needs 938.";
        assert_eq!(says(938, 40), never);
    }

    #[test]
    fn without_a_run_both_are_said() {
        let (point, first) = report_points(None);
        let expected = "mean of every 1000 batches, or of each epoch if it has fewer";
        assert_eq!(heading(point), expected);
        let expected = "One point per 1000 batches, or per epoch if it has fewer.";
        assert_eq!(empty(first), expected);
    }
}
