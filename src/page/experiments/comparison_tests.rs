#![allow(clippy::unwrap_used)]
use super::*;
use crate::experiment::{Choice, Experiment, Findings, Preset, Table};
use crate::history::EpochMetrics;
use crate::page::experiments::kept::KeptExperiment;
use crate::page::experiments::results::Results;
use crate::settings::TrainingConfig;

fn planned(experiment: Experiment) -> (Plan, Outcome) {
    planned_with(experiment, |_| Some(RunEnd::Completed))
}

/// The experiment with runs that ended as this says of their numbers, each with one epoch.
fn planned_with(experiment: Experiment, end: impl Fn(u32) -> Option<RunEnd>) -> (Plan, Outcome) {
    let kept = KeptExperiment {
        experiment,
        started_at_ms: 0.0,
        fell_behind: Vec::new(),
        data: None,
        on_gpu: false,
        corrections: None,
        classes: Some(10),
    };
    let runs = kept.experiment.runs().unwrap();
    let mut results = Results::default();
    for run in &runs.runs {
        results.ended(run.number, RunEnd::Stopped);
        let metrics = EpochMetrics {
            epoch: 1,
            step: 100,
            train_loss: 0.5,
            valid_loss: 0.1 * f64::from(run.combination + 1),
            valid_accuracy: 0.8,
        };
        results.finished_epoch(run.number, metrics, 0.0);
        match end(run.number) {
            Some(end) => results.ended(run.number, end),
            None => results.reopened(run.number),
        }
    }
    let all = results.all();
    let table = Table::new(&runs, &all);
    let findings = Findings::of(&runs, &table, &all, 10);
    let id = kept.id();
    (Plan { kept, id, runs }, Outcome { table, findings, results, classes: 10 })
}

#[test]
fn axes_are_logarithmic_where_the_values_are_and_choices_have_their_names() {
    let base = TrainingConfig { batch_size: 600, ..TrainingConfig::default() };
    let scales = |preset: Preset| {
        let (plan, outcome) = planned(preset.experiment(&base));
        compared(&plan, &outcome).settings.into_iter().map(|it| it.scale).collect::<Vec<_>>()
    };
    assert_eq!(scales(Preset::LearningRates), [Scale::Logarithmic]);
    assert_eq!(scales(Preset::Momenta), [Scale::Linear]);
    let optimizers = scales(Preset::Optimizers);
    assert!(
        matches!(&optimizers[0], Scale::Categories(names) if names.len() == 6 && names[0] == "SGD")
    );
    assert_eq!(optimizers[1], Scale::Linear, "two values are not wide apart");
}

#[test]
fn every_run_stands_at_its_combination_with_what_it_measured() {
    let (plan, outcome) = planned(Preset::LearningRates.experiment(&TrainingConfig::default()));
    let compared = compared(&plan, &outcome);
    assert_eq!(compared.combinations.len(), 7);
    assert!(compared.combinations.iter().all(|it| it.runs.len() == 3));
    let third = &compared.combinations[2];
    assert_eq!(third.at, [0.001]);
    assert!((third.runs[0].measured[0].unwrap() - 0.3).abs() < 1e-12);
    assert_eq!(third.runs[2].measured[1], Some(0.8));
    assert_eq!(third.runs[0].fate, Fate::Counts);
}

#[test]
fn curves_have_a_group_for_each_combination_that_passes_and_end_where_a_run_diverged() {
    let base = TrainingConfig { batch_size: 600, ..TrainingConfig::default() };
    let (plan, mut outcome) = planned(Preset::LearningRates.experiment(&base));
    outcome.results.ended(1, RunEnd::Diverged { step: 100 });
    let (measure, along) = (Measure::ValidationLoss, Along::Epochs);
    let curves = curves(&plan, &outcome, measure, along, 60_000, |combination| combination < 2);
    assert_eq!(curves.groups.len(), 2);
    let first = &curves.groups[0];
    assert_eq!((first.order, first.runs.len()), (Some(0.0001), 3));
    assert_eq!(first.runs[1].points, [(1.0, 0.1)], "100 steps of 600 images are an epoch");
    assert!(first.runs[0].points[1].1.is_nan());
}

#[test]
fn figures_and_table_count_the_same_runs() {
    // Seven learning rates with three seeds each: runs 1, 8 and 15 are the first one's.
    let end = |number: u32| match number {
        1 | 2 => Some(RunEnd::Completed),
        8 => Some(RunEnd::Halved { epochs: 1 }),
        15 => Some(RunEnd::Stopped),
        9 => None,
        16 => Some(RunEnd::Diverged { step: 100 }),
        3 => Some(RunEnd::Failed { why: String::new() }),
        10 => Some(RunEnd::Halved { epochs: 1 }),
        17 => Some(RunEnd::Stopped),
        _ => Some(RunEnd::Halved { epochs: 1 }),
    };
    let (plan, outcome) =
        planned_with(Preset::LearningRates.experiment(&TrainingConfig::default()), end);
    let compared = compared(&plan, &outcome);
    for (row, combination) in outcome.table.rows.iter().zip(&compared.combinations) {
        for (metric, spread) in [row.valid_loss, row.valid_accuracy].into_iter().enumerate() {
            let summary = combination.summary(metric);
            assert_eq!(summary.measured, spread.map_or(0, |it| it.count as usize));
            let difference = summary.mean.unwrap() - spread.unwrap().mean;
            assert!(difference.abs() < 1e-12, "combination {}: {difference}", row.combination);
        }
    }
    let fates = |at: usize| compared.combinations[at].runs.iter().map(|run| run.fate);
    assert!(fates(0).eq([Fate::Counts, Fate::PassedOver, Fate::PassedOver]));
    assert!(fates(1).eq([Fate::Counts, Fate::Counts, Fate::Diverged]));
    assert!(fates(2).eq([Fate::PassedOver, Fate::PassedOver, Fate::Counts]));
    let under_way = compared.combinations[1].summary(0);
    assert_eq!((under_way.measured, under_way.pending), (1, 1), "it is awaited");
}

#[test]
fn along_epochs_nothing_is_placed_before_the_length_of_an_epoch_is_known() {
    let (plan, mut outcome) = planned(Preset::LearningRates.experiment(&TrainingConfig::default()));
    let by = |outcome: &Outcome, along, images| {
        curves(&plan, outcome, Measure::ValidationLoss, along, images, |_| true)
    };
    let groups = |along, images| by(&outcome, along, images).groups.len();
    assert_eq!((groups(Along::Epochs, 0), groups(Along::Steps, 0)), (0, 7));
    assert_eq!(groups(Along::Epochs, 60_000), 7);
    // A second epoch shows how long the first one was, whatever data set the page has.
    let second = EpochMetrics {
        epoch: 2,
        step: 150,
        train_loss: 0.5,
        valid_loss: 0.05,
        valid_accuracy: 0.8,
    };
    outcome.results.finished_epoch(1, second, 0.0);
    let shown = by(&outcome, Along::Epochs, 0);
    assert_eq!(shown.groups.len(), 1);
    assert_eq!(shown.groups[0].runs[0].points, [(1.0, 0.1), (1.5, 0.05)]);
}

#[test]
fn a_setting_of_which_one_value_means_off_lies_on_an_axis_of_choices() {
    let experiment = Experiment {
        axes: vec![Axis::list(Field::ClipNorm, ["", "0.5", "1"])],
        ..Preset::Momenta.experiment(&TrainingConfig::default())
    };
    let (plan, outcome) = planned(experiment);
    let compared = compared(&plan, &outcome);
    assert!(matches!(&compared.settings[0].scale, Scale::Categories(names) if names.len() == 3));
    let places: Vec<f64> = compared.combinations.iter().map(|it| it.at[0]).collect();
    assert_eq!(places, [0.0, 1.0, 2.0]);
}

/// With opt-level 0, as the tests are built; a visitor's build takes far less.
const MOST: std::time::Duration = std::time::Duration::from_millis(500);

#[test]
fn five_hundred_combinations_of_five_hundred_values_are_compared_and_drawn_at_once() {
    use crate::experiment::Scale as Spacing;
    use crate::page::figures::redraw_of_all;
    let range = |field, from, to| Axis {
        field,
        values: Values::Range { from, to, count: 1000, scale: Spacing::Linear },
    };
    let experiment = Experiment {
        axes: vec![range(Field::LearningRate, 0.001, 1.0), range(Field::Momentum, 0.0, 0.999)],
        seeds: vec![0],
        choice: Choice::Sample { combinations: 500, seed: 1 },
        ..Preset::Momenta.experiment(&TrainingConfig::default())
    };
    let (plan, outcome) = planned(experiment);
    assert_eq!(outcome.table.rows.len(), 500);
    let begun = std::time::Instant::now();
    let compared = compared(&plan, &outcome);
    let compare = begun.elapsed();
    let begun = std::time::Instant::now();
    redraw_of_all(&compared);
    let draw = begun.elapsed();
    assert!(compare < MOST && draw < MOST, "compared in {compare:?}, drawn in {draw:?}");
}
