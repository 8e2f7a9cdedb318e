#![allow(clippy::unwrap_used)]
use super::*;
use crate::experiment::{Experiment, Findings, Preset, Table};
use crate::history::EpochMetrics;
use crate::page::experiments::kept::KeptExperiment;
use crate::page::experiments::results::Results;
use crate::settings::TrainingConfig;

fn planned(experiment: Experiment) -> (Plan, Outcome) {
    let kept = KeptExperiment {
        experiment,
        started_at_ms: 0.0,
        fell_behind: Vec::new(),
        data: None,
        on_gpu: false,
    };
    let runs = kept.experiment.runs().unwrap();
    let mut results = Results::default();
    for run in &runs.runs {
        results.ended(run.number, RunEnd::Completed);
        let metrics = EpochMetrics {
            epoch: 1,
            step: 100,
            train_loss: 0.5,
            valid_loss: 0.1 * f64::from(run.combination + 1),
            valid_accuracy: 0.8,
        };
        results.finished_epoch(run.number, metrics, 0.0);
    }
    let all = results.all();
    let table = Table::new(&runs, &all);
    let findings = Findings::of(&runs, &table, &all, 10);
    let id = kept.id();
    (Plan { kept, id, runs }, Outcome { table, findings, results })
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
    assert!(!third.runs[0].has_diverged);
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
