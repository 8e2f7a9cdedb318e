//! The results and the experiment as files.

use leptos::prelude::*;

use super::plan::{Plan, Standing};
use super::results::Results;
use super::state::Experiments;
use super::table::state_word;
use super::word;
use crate::experiment::{Row, RunResult, results_csv};
use crate::page::browser::download;
use crate::page::insight::{Cell, csv};
use crate::settings::Field;

/// The table as CSV: a line a combination, in the order of the combinations.
pub fn csv_of(experiments: Experiments) -> Option<String> {
    let (plan, outcome) = (experiments.plan.get_untracked()?, experiments.outcome.get_untracked()?);
    let is_at_work = untrack(|| !matches!(experiments.standing(), Standing::Idle | Standing::Done));
    let fields: Vec<Field> = plan.kept.experiment.axes.iter().map(|axis| axis.field).collect();
    let mut heads: Vec<&str> = fields.iter().map(|field| field.key()).collect();
    heads.extend([
        "seeds_planned",
        "seeds_done",
        "state",
        "valid_loss_mean",
        "valid_loss_least",
        "valid_loss_most",
        "valid_loss_deviation",
        "valid_accuracy_mean",
        "valid_accuracy_deviation",
        "diverged",
        "fell_behind",
        "failed",
    ]);
    let line = |row: &Row| {
        let text = |field: &Field| {
            let found = row.varied.iter().find(|it| it.0 == *field);
            Cell::text(found.map_or("", |(_, text)| text.as_str()))
        };
        let mut cells: Vec<Cell> = fields.iter().map(text).collect();
        let (loss, accuracy) = (row.valid_loss, row.valid_accuracy);
        cells.extend([
            Cell::Whole(row.seeds_planned.into()),
            Cell::Whole(row.seeds_done.into()),
            Cell::text(state_word(row.state, is_at_work)),
            Cell::Number(loss.map(|it| it.mean)),
            Cell::Number(loss.map(|it| it.least)),
            Cell::Number(loss.map(|it| it.most)),
            Cell::Number(loss.and_then(|it| it.deviation)),
            Cell::Number(accuracy.map(|it| it.mean)),
            Cell::Number(accuracy.and_then(|it| it.deviation)),
            Cell::Whole(row.ended.diverged.into()),
            Cell::Whole(row.ended.halved.into()),
            Cell::Whole(row.ended.failed.into()),
        ]);
        cells
    };
    let lines: Vec<Vec<Cell>> = outcome.table.rows.iter().map(line).collect();
    Some(csv(&heads, &lines))
}

/// The results of the runs that have ended, a line each, as the terminal writes and reads them.
fn lines_of(plan: &Plan, results: &Results) -> String {
    let all = results.all();
    let ended = all.iter().filter(|result| result.end.is_some());
    let line = |result: &RunResult| Some(result.to_line(&plan.id, plan.runs.get(result.number)?));
    ended.filter_map(line).collect()
}

/// The buttons that save the results of every run as CSV and as JSON, and the experiment as the terminal reads it.
#[component]
pub fn SaveFiles(experiments: Experiments) -> impl IntoView {
    let save = move |name: &str, text: String| {
        if let Err(error) = download(name, text.as_bytes()) {
            let browser_text = crate::page::browser::words_of(&error);
            let failure = crate::page::session::PageFailure::NoDownload { browser_text };
            experiments.trouble.set(Some(super::plan::Trouble::Failed(failure.into())));
        }
    };
    let both = move || experiments.plan.get_untracked().zip(experiments.outcome.get_untracked());
    let save_csv = move |_| {
        if let Some((plan, outcome)) = both() {
            let results = outcome.results.all();
            save("results.csv", results_csv(&plan.kept.experiment, &plan.runs, &results));
        }
    };
    let save_lines = move |_| {
        if let Some((plan, outcome)) = both() {
            save("results.jsonl", lines_of(&plan, &outcome.results));
        }
    };
    let save_experiment = move |_| {
        if let Some(plan) = experiments.plan.get_untracked() {
            save("experiment.json", plan.kept.experiment.to_json());
        }
    };
    view! {
        <button type="button" class="quiet" data-testid="experiment-runs-csv" on:click=save_csv>
            {word(|words| words.save_runs_csv())}
        </button>
        <button type="button" class="quiet" data-testid="experiment-json" on:click=save_lines>
            {word(|words| words.save_runs_json())}
        </button>
        <button type="button" class="quiet" data-testid="experiment-file" on:click=save_experiment>
            {word(|words| words.save_experiment())}
        </button>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::experiment::{Lines, Preset, RunEnd};
    use crate::page::experiments::kept::KeptExperiment;
    use crate::protocol::{EpochMetrics, Progress, RunOverview};
    use crate::settings::TrainingConfig;

    #[test]
    fn the_file_of_results_is_what_the_terminal_reads_also_of_a_run_that_was_resumed() {
        let kept = KeptExperiment {
            experiment: Preset::LearningRates.experiment(&TrainingConfig::default()),
            started_at_ms: 0.0,
            fell_behind: Vec::new(),
            data: None,
            on_gpu: false,
            corrections: None,
            classes: Some(10),
        };
        let plan = Plan::of(kept).unwrap();
        let mut results = Results::default();
        for number in 1..=3 {
            // It goes on from the middle, with the losses of so far.
            let overview = RunOverview {
                run: format!("run {number}"),
                config: plan.runs.get(number).unwrap().config.clone(),
                corrections: 0,
                data: None,
                steps_per_epoch: 100,
                steps_in_run: 200,
                step: 99,
                losses: vec![1.0; 99],
                reports: Vec::new(),
                epochs: Vec::new(),
            };
            results.began(number, &overview, 0.0);
            let progress = Progress {
                epoch: 2,
                step: 200,
                losses: vec![0.5; 101],
                reports: Vec::new(),
                images_per_second: 1.0,
                seconds_left: None,
            };
            results.progressed(number, &progress, 10.0);
            let metrics = EpochMetrics {
                epoch: 1,
                step: 100,
                train_loss: 0.5,
                valid_loss: 0.4,
                valid_accuracy: 0.8,
            };
            results.finished_epoch(number, metrics, 20.0);
        }
        results.ended(1, RunEnd::Completed);
        results.ended(2, RunEnd::Diverged { step: 200 });
        let file = lines_of(&plan, &results);
        assert!(file.contains("\"settings\":{\"lr\":\"0.0001\"}"), "{file}");
        let mut lines = Lines::default();
        lines.read(file.as_bytes(), &plan.id, &plan.runs).unwrap();
        let ended: Vec<RunResult> = results.all().into_iter().take(2).collect();
        assert_eq!(lines.results, ended, "the third has not ended");
    }
}
