//! What the chart of reports says of itself: how many batches a point stands for, and when the first
//! comes.

use crate::page::format::whole;
use crate::protocol::{LossReport, RunOverview};

/// The words of the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportWords {
    /// Beside its heading.
    pub heading: String,
    /// For screen readers.
    pub title: String,
    /// While it has no point.
    pub empty: String,
}

/// The words for a run, or for none.
pub fn report_words(run: Option<&RunOverview>) -> ReportWords {
    let lengths = run.map(|run| (run.steps_per_epoch, run.steps_in_run));
    let each = each(lengths.map(|lengths| lengths.0));
    let empty = match lengths {
        Some((steps_per_epoch @ 1.., steps_in_run)) => {
            let interval = LossReport::interval(steps_per_epoch);
            let first = whole(interval);
            if steps_in_run < interval {
                let steps = whole(steps_in_run);
                format!("This run ends after {steps} batches; a point needs {first}.")
            } else {
                format!("The first point comes at step {first}.")
            }
        }
        _ => format!(
            "One point for each {} batches, or each epoch that has fewer.",
            LossReport::STEPS
        ),
    };
    ReportWords {
        heading: format!("mean of {each}"),
        title: format!("Mean training loss of {each}"),
        empty,
    }
}

/// What a point stands for.
fn each(steps_per_epoch: Option<u64>) -> String {
    let most = LossReport::STEPS;
    match steps_per_epoch {
        Some(1) => "each epoch, which is one batch".to_owned(),
        Some(steps @ 1..LossReport::STEPS) => format!("the {steps} batches of each epoch"),
        Some(1..) => format!("each {most} batches"),
        _ => format!("each {most} batches, or of each epoch that has fewer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::TrainingConfig;

    fn words(steps_per_epoch: u64, steps_in_run: u64) -> ReportWords {
        report_words(Some(&RunOverview {
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

    #[test]
    fn the_heading_says_what_a_point_is_the_mean_of() {
        assert_eq!(words(15_000, 75_000).heading, "mean of each 1000 batches");
        assert_eq!(words(1_000, 1_000).heading, "mean of each 1000 batches");
        assert_eq!(words(938, 938).heading, "mean of the 938 batches of each epoch");
        assert_eq!(words(1, 5).heading, "mean of each epoch, which is one batch");
        assert_eq!(words(938, 938).title, "Mean training loss of the 938 batches of each epoch");
    }

    #[test]
    fn an_empty_chart_says_when_its_first_point_comes_or_that_none_will() {
        assert_eq!(words(15_000, 75_000).empty, "The first point comes at step 1,000.");
        assert_eq!(words(938, 938).empty, "The first point comes at step 938.");
        let never = "This run ends after 400 batches; a point needs 1,000.";
        assert_eq!(words(15_000, 400).empty, never);
        let never = "This run ends after 40 batches; a point needs 938.";
        assert_eq!(words(938, 40).empty, never);
    }

    #[test]
    fn without_a_run_both_are_said() {
        let words = report_words(None);
        assert_eq!(words.heading, "mean of each 1000 batches, or of each epoch that has fewer");
        assert_eq!(words.empty, "One point for each 1000 batches, or each epoch that has fewer.");
    }
}
