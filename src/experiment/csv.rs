//! Results as a table for other programs.

use std::fmt::Write as _;

use super::{Experiment, RunResult, Runs};

/// A table with a line a run, by RFC 4180: its number, its combination (from 0), its seed, each varied setting (empty where
/// it has no effect), how it ended (empty while it is under way), epochs, steps, milliseconds of training, and the epoch with the
/// lowest validation loss with that loss and its accuracy (0 to 1). Results of runs that the experiment does not have are
/// passed over.
#[must_use]
pub fn results_csv<'a>(
    experiment: &Experiment,
    runs: &Runs,
    results: impl IntoIterator<Item = &'a RunResult>,
) -> String {
    let mut csv = String::from("number,combination,seed");
    let fields: Vec<_> = experiment.axes.iter().map(|axis| axis.field).collect();
    for field in &fields {
        csv.push(',');
        csv.push_str(field.key());
    }
    csv.push_str(",end,epochs,steps,trained_ms,best_epoch,valid_loss,valid_accuracy\r\n");
    for result in results {
        let Some(run) = runs.get(result.number) else { continue };
        // Writing to a String cannot fail, and no value of a setting has a comma.
        let _ = write!(csv, "{},{},{}", run.number, run.combination, run.config.seed);
        for field in &fields {
            let varied = run.varied.iter().find(|varied| varied.0 == *field);
            csv.push(',');
            csv.push_str(varied.map_or("", |varied| varied.1.as_str()));
        }
        let end = result.end.as_ref().map_or("", |end| end.as_str());
        let (epochs, steps, ms) = (result.epochs.len(), result.steps, result.trained_ms);
        let _ = write!(csv, ",{end},{epochs},{steps},{ms:.0}");
        let _ = match result.best() {
            Some(best) => {
                let (epoch, loss, accuracy) = (best.epoch, best.valid_loss, best.valid_accuracy);
                write!(csv, ",{epoch},{loss},{accuracy}\r\n")
            }
            None => write!(csv, ",,,\r\n"),
        };
    }
    csv
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::{Axis, Choice, RunEnd};
    use crate::history::EpochMetrics;
    use crate::settings::{Field, TrainingConfig};

    #[test]
    fn every_result_is_a_line_with_its_settings_and_its_best_epoch() {
        let experiment = Experiment {
            name: String::new(),
            base: TrainingConfig::default(),
            axes: vec![
                Axis::list(Field::Optimizer, ["sgd", "adam"]),
                Axis::list(Field::Momentum, ["0.5"]),
            ],
            seeds: vec![7],
            choice: Choice::Grid,
            halving: None,
        };
        let runs = experiment.runs().unwrap();
        let epoch = |epoch, valid_loss| EpochMetrics {
            epoch,
            step: 10,
            train_loss: 0.5,
            valid_loss,
            valid_accuracy: 0.75,
        };
        let of = |number, end, epochs| RunResult {
            number,
            end,
            steps: 20,
            trained_ms: 1234.6,
            epochs,
            curve: Vec::new(),
        };
        let results = [
            of(1, Some(RunEnd::Completed), vec![epoch(1, 0.5), epoch(2, 0.25)]),
            of(2, Some(RunEnd::Diverged { step: 20 }), Vec::new()),
            of(3, None, Vec::new()),
        ];
        let expected = "number,combination,seed,optimizer,momentum,end,epochs,steps,trained_ms,\
                        best_epoch,valid_loss,valid_accuracy\r\n\
                        1,0,7,sgd,0.5,completed,2,20,1235,2,0.25,0.75\r\n\
                        2,1,7,adam,,diverged,0,20,1235,,,\r\n";
        assert_eq!(results_csv(&experiment, &runs, &results), expected);
    }
}
