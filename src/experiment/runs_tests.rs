#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::experiment::{Halving, Scale, Values};
use crate::settings::OptimizerSettings;

fn experiment(axes: Vec<Axis>, seeds: &[u64]) -> Experiment {
    Experiment {
        name: "test".to_owned(),
        base: TrainingConfig::default(),
        axes,
        seeds: seeds.to_vec(),
        choice: Choice::Grid,
        halving: None,
    }
}

fn texts(run: &PlannedRun) -> Vec<&str> {
    run.varied.iter().map(|varied| varied.1.as_str()).collect()
}

#[test]
fn all_combinations_come_with_the_first_seed_before_any_with_the_second() {
    let axes = vec![
        Axis::list(Field::LearningRate, [0.1, 0.2]),
        Axis::list(Field::Momentum, ["0", "0.5", "0.9"]),
    ];
    let runs = experiment(axes, &[7, 3]).runs().unwrap();
    assert_eq!((runs.combinations, runs.runs.len()), (6, 12));
    let first: Vec<Vec<&str>> = runs.runs.iter().take(6).map(texts).collect();
    let expected = [
        ["0.1", "0"],
        ["0.1", "0.5"],
        ["0.1", "0.9"],
        ["0.2", "0"],
        ["0.2", "0.5"],
        ["0.2", "0.9"],
    ];
    assert_eq!(first, expected);
    for (place, run) in runs.runs.iter().enumerate() {
        assert_eq!(run.number as usize, place + 1);
        assert_eq!(run.combination as usize, place % 6);
        assert_eq!(run.config.seed, if place < 6 { 7 } else { 3 });
        assert_eq!(runs.get(run.number), Some(run));
    }
    assert_eq!((runs.get(0), runs.get(13)), (None, None));
    assert!(are_distinct(&runs));
}

#[test]
fn without_varied_settings_only_the_seeds_differ() {
    let runs = experiment(Vec::new(), &[0, 1, 2]).runs().unwrap();
    let seeds: Vec<u64> = runs.runs.iter().map(|run| run.config.seed).collect();
    assert_eq!((runs.combinations, seeds), (1, vec![0, 1, 2]));
}

#[test]
fn another_optimizer_brings_its_defaults_and_keeps_what_the_base_sets() {
    let mut experiment =
        experiment(vec![Axis::list(Field::Optimizer, ["sgd", "rmsprop", "adamw"])], &[0]);
    let configs = |experiment: &Experiment| -> Vec<TrainingConfig> {
        experiment.runs().unwrap().runs.into_iter().map(|run| run.config).collect()
    };
    let [sgd, rmsprop, adamw] = configs(&experiment).try_into().unwrap();
    assert_eq!(sgd, TrainingConfig::default());
    // The tutorial's learning rate is the default of SGD alone.
    assert_eq!((rmsprop.learning_rate, adamw.learning_rate), (0.01, 0.001));
    assert_eq!(adamw.weight_decay, 0.01);

    experiment.base.learning_rate = 0.05;
    experiment.base.batch_size = 64;
    experiment.base.optimizer =
        OptimizerSettings::Sgd { momentum: 0.5, dampening: 0.0, nesterov: true };
    let [sgd, rmsprop, adamw] = configs(&experiment).try_into().unwrap();
    assert_eq!(sgd, experiment.base);
    for config in [&rmsprop, &adamw] {
        assert_eq!((config.learning_rate, config.batch_size), (0.05, 64));
    }
    let OptimizerSettings::RmsProp { momentum, alpha, .. } = rmsprop.optimizer else {
        unreachable!("the second combination is RMSprop's")
    };
    // It has a momentum too, and keeps the base's.
    assert_eq!((momentum, alpha), (0.5, 0.99));
}

#[test]
fn a_varied_value_wins_over_defaults_and_base_whatever_the_order_of_the_axes() {
    let rates = Axis::list(Field::LearningRate, ["0.2"]);
    let optimizers = Axis::list(Field::Optimizer, ["rmsprop"]);
    for axes in [vec![rates.clone(), optimizers.clone()], vec![optimizers, rates]] {
        let mut experiment = experiment(axes, &[0]);
        experiment.base.learning_rate = 0.05;
        assert_eq!(experiment.runs().unwrap().runs[0].config.learning_rate, 0.2);
    }
}

#[test]
fn what_is_no_recipe_is_left_out_with_its_reason() {
    let axes =
        vec![Axis::list(Field::Momentum, ["0", "0.9"]), Axis::list(Field::Nesterov, ["0", "1"])];
    let runs = experiment(axes, &[0, 1]).runs().unwrap();
    assert_eq!((runs.combinations, runs.runs.len()), (3, 6));
    let [left_out] = &runs.left_out[..] else { unreachable!("{:?}", runs.left_out) };
    let named: Vec<&str> = left_out.varied.iter().map(|varied| varied.1.as_str()).collect();
    assert_eq!(named, ["0", "1"]);
    let wrong = vec![(Field::Nesterov, FieldError::Nesterov)];
    assert_eq!(left_out.why, Reason::Invalid(wrong));

    let only = vec![Axis::list(Field::Momentum, ["0"]), Axis::list(Field::Nesterov, ["1"])];
    let wrong = Mistake::NoRuns { field: Field::Nesterov, why: FieldError::Nesterov };
    assert_eq!(experiment(only, &[0]).runs(), Err(vec![wrong]));
}

#[test]
fn where_a_setting_has_no_effect_its_values_are_one_run() {
    let axes = vec![
        Axis::list(Field::Optimizer, ["sgd", "adam"]),
        Axis::list(Field::Momentum, ["0", "0.5", "0.9"]),
    ];
    let runs = experiment(axes, &[0]).runs().unwrap();
    let found: Vec<Vec<&str>> = runs.runs.iter().map(texts).collect();
    assert_eq!(found, [vec!["sgd", "0"], vec!["sgd", "0.5"], vec!["sgd", "0.9"], vec!["adam"]]);
    assert!(are_distinct(&runs));
    let reasons: Vec<&Reason> = runs.left_out.iter().map(|left_out| &left_out.why).collect();
    assert_eq!(reasons, [&Reason::NoEffect(Field::Momentum); 2]);

    let mut idle = experiment(vec![Axis::list(Field::Beta1, ["0.5", "0.9"])], &[0]);
    assert_eq!(idle.check(), Err(vec![Mistake::NoEffect { field: Field::Beta1 }]));
    idle.axes.push(Axis::list(Field::Optimizer, ["adam"]));
    assert_eq!(idle.check(), Ok(()));
}

fn large(choice: Choice) -> Experiment {
    let rates = Values::Range { from: 1e-4, to: 1e-1, count: 1000, scale: Scale::Linear };
    let momenta = Values::Range { from: 0.0, to: 0.9, count: 1000, scale: Scale::Linear };
    let decay = Values::Range { from: 0.0, to: 0.1, count: 1000, scale: Scale::Linear };
    let axes = vec![
        Axis { field: Field::LearningRate, values: rates },
        Axis { field: Field::Momentum, values: momenta },
        Axis { field: Field::WeightDecay, values: decay },
    ];
    Experiment { choice, ..experiment(axes, &[0, 1]) }
}

#[test]
fn a_grid_that_is_too_large_is_refused_before_it_is_made() {
    let mistake = Mistake::TooManyRuns { found: 2_000_000_000 };
    assert_eq!(large(Choice::Grid).runs(), Err(vec![mistake]));
    let mistake = Mistake::TooManyRuns { found: 100_002 };
    let choice = Choice::Sample { combinations: 50_001, seed: 0 };
    assert_eq!(large(choice).runs(), Err(vec![mistake]));
}

#[test]
fn a_sample_of_a_large_grid_is_as_many_as_asked_for_and_none_twice() {
    let runs = large(Choice::Sample { combinations: 5_000, seed: 1 }).runs().unwrap();
    assert_eq!((runs.combinations, runs.runs.len()), (5_000, 10_000));
    assert!(are_distinct(&runs));
    let mean: f64 = runs.runs.iter().map(|run| run.config.learning_rate).sum::<f64>() / 10_000.0;
    // 0.05 expected; five standard deviations are 0.002.
    assert!((mean - 0.05).abs() < 0.002, "{mean}");
}

#[test]
fn the_same_seed_draws_the_same_sample_in_every_version() {
    // Files name a seed: these numbers are part of their format.
    let first: Vec<u64> = Draw::new(0, 1_000_000_000).take(5).collect();
    let again: Vec<u64> = Draw::new(0, 1_000_000_000).take(5).collect();
    assert_eq!(first, again);
    assert_eq!(first, [767_523_289, 534_219_002, 841_196_775, 682_894_100, 676_027_013]);
    let other: Vec<u64> = Draw::new(1, 1_000_000_000).take(5).collect();
    assert_ne!(first, other);
}

#[test]
fn a_sample_larger_than_the_grid_is_the_whole_grid() {
    let axes = vec![Axis::list(Field::LearningRate, [0.1, 0.2, 0.3])];
    let choice = Choice::Sample { combinations: 1000, seed: 5 };
    let runs = Experiment { choice, ..experiment(axes, &[0]) }.runs().unwrap();
    let mut rates: Vec<f64> = runs.runs.iter().map(|run| run.config.learning_rate).collect();
    rates.sort_by(f64::total_cmp);
    assert_eq!(rates, [0.1, 0.2, 0.3]);
}

#[test]
fn a_sample_draws_on_for_what_cannot_be_run() {
    let axes =
        vec![Axis::list(Field::Momentum, ["0", "0.9"]), Axis::list(Field::Nesterov, ["0", "1"])];
    for seed in 0..20 {
        let choice = Choice::Sample { combinations: 3, seed };
        let runs = Experiment { choice, ..experiment(axes.clone(), &[0]) }.runs().unwrap();
        assert_eq!(runs.combinations, 3);
    }
}

#[test]
fn a_draw_favours_no_number() {
    let mut firsts = [0_u32; 10];
    for seed in 0..10_000 {
        let drawn: Vec<u64> = Draw::new(seed, 10).collect();
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..10), "{drawn:?}");
        firsts[drawn[3] as usize] += 1;
    }
    // 1000 expected; five standard deviations are 150.
    assert!(firsts.iter().all(|count| (850..1150).contains(count)), "{firsts:?}");
}

#[test]
fn what_is_wrong_with_an_experiment_is_all_named_at_once() {
    let mut wrong = experiment(vec![Axis::list(Field::LearningRate, [0.1])], &[1, 1]);
    wrong.axes.push(Axis::list(Field::LearningRate, [0.2]));
    wrong.choice = Choice::Sample { combinations: 0, seed: 0 };
    wrong.halving = Some(Halving { first: 0, factor: 9 });
    let expected = vec![
        Mistake::Twice { field: Field::LearningRate },
        Mistake::SameSeed { seed: 1 },
        Mistake::SampleOfNone,
        Mistake::HalvingFirst,
        Mistake::HalvingFactor { found: 9 },
    ];
    assert_eq!(wrong.check(), Err(expected));
    let many = [Field::LearningRate, Field::Momentum, Field::BatchSize, Field::Epochs];
    let many = many.map(|field| Axis::list(field, ["1"])).to_vec();
    let found = experiment(many, &[]).check().unwrap_err();
    assert_eq!(found[0], Mistake::TooManyAxes { found: 4 });
    assert!(found.contains(&Mistake::NoSeeds));
    let seeds: Vec<u64> = (0..11).collect();
    let found = experiment(Vec::new(), &seeds).check();
    assert_eq!(found, Err(vec![Mistake::TooManySeeds { found: 11 }]));
}

#[test]
fn a_first_rung_that_no_run_comes_past_is_a_mistake() {
    let halving = Some(Halving { first: 5, factor: 3 });
    let mut experiment = Experiment { halving, ..experiment(Vec::new(), &[0]) };
    let mistake = Mistake::HalvingIdle { first: 5, epochs: 5 };
    assert_eq!(experiment.check(), Err(vec![mistake]));
    experiment.axes.push(Axis::list(Field::Epochs, [2, 10]));
    assert_eq!(experiment.check(), Ok(()));
}

#[test]
fn the_images_of_all_runs_are_those_of_their_epochs_or_steps() {
    let axes = vec![Axis::list(Field::Steps, ["", "10"])];
    let runs = experiment(axes, &[0, 1]).runs().unwrap();
    assert_eq!(runs.images(1000), 2 * (5 * 1000 + 10 * 4));
}

proptest! {
    #[test]
    fn runs_are_distinct_numbered_in_order_and_the_same_when_made_again(
        rates in prop::collection::hash_set(1_u32..1000, 1..6),
        optimizers in prop::sample::subsequence(vec!["sgd", "asgd", "adagrad", "adam", "adamw", "rmsprop"], 1..6),
        momenta in prop::collection::hash_set(0_u32..99, 1..4),
        seeds in prop::collection::hash_set(0_u64..1000, 1..5),
        sample in prop::option::of((1_u32..40, 0_u64..9)),
    ) {
        let axes = vec![
            Axis::list(Field::LearningRate, rates.iter().map(|rate| f64::from(*rate) / 1000.0)),
            Axis::list(Field::Optimizer, optimizers),
            Axis::list(Field::Momentum, momenta.iter().map(|momentum| f64::from(*momentum) / 100.0)),
        ];
        let seeds: Vec<u64> = seeds.into_iter().collect();
        let choice = sample.map_or(Choice::Grid, |(combinations, seed)| Choice::Sample { combinations, seed });
        let experiment = Experiment { choice, ..experiment(axes, &seeds) };
        if let Ok(runs) = experiment.runs() {
            prop_assert!(are_distinct(&runs));
            prop_assert_eq!(runs.runs.len(), runs.combinations as usize * seeds.len());
            prop_assert!(runs.runs.iter().zip(1..).all(|(run, number)| run.number == number));
            prop_assert_eq!(&experiment.runs().unwrap(), &runs);
            let read = Experiment::read(experiment.to_json().as_bytes()).unwrap();
            prop_assert_eq!(read.runs().unwrap(), runs);
        }
    }
}
