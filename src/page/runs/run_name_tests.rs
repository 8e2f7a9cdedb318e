use super::*;
use crate::library::{Origin, RunLabels, RunOwner, RunRecord, RunState};
use crate::page::words::{CHINESE, ENGLISH};
use crate::settings::{Augmentation, EngineChoice, OptimizerSettings, ScheduleSettings};

fn run(name: &str, started_at_ms: f64, config: TrainingConfig) -> Arc<RunSummary> {
    let record = RunRecord {
        run: name.to_owned(),
        config,
        engine: "CPU".to_owned(),
        origin: Origin::New,
        given: Vec::new(),
        data: None,
        corrections: 0,
        experiment: None,
        state: RunState::Stopped,
        started_at_ms,
        ended_at_ms: None,
        trained_ms: 0.0,
        steps: 10,
        steps_in_run: 10,
        steps_per_epoch: 10,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    };
    Arc::new(RunSummary { record, labels: RunLabels::default(), owner: RunOwner::AtRest })
}

fn named(config: TrainingConfig, words: &Words) -> String {
    name_with(&run("20260101_000000", 7.0, config), words, |at_ms| format!("at {at_ms}"))
}

const ADAM: OptimizerSettings = OptimizerSettings::Adam { betas: (0.9, 0.999), epsilon: 1e-8 };

#[test]
fn a_run_is_named_by_what_differs_from_the_tutorial_in_each_language() {
    let seeded = TrainingConfig { learning_rate: 0.01, seed: 3, ..TrainingConfig::default() };
    assert_eq!(named(seeded.clone(), &ENGLISH), "lr 0.01, seed 3");
    assert_eq!(named(seeded, &CHINESE), "学习率 0.01，种子 3");
    let adam = TrainingConfig { optimizer: ADAM, batch_size: 64, ..TrainingConfig::default() };
    assert_eq!(named(adam.clone(), &ENGLISH), "Adam, lr 0.001, batch 64");
    assert_eq!(named(adam, &CHINESE), "Adam，学习率 0.001，批大小 64");
    let cycle = ScheduleSettings::OneCycle { pct_start: 0.3 };
    let cycle = TrainingConfig { schedule: cycle, ..TrainingConfig::default() };
    assert_eq!(named(cycle, &ENGLISH), "one-cycle schedule");
}

#[test]
fn options_of_an_optimizer_are_told_unless_they_are_its_defaults() {
    let betas = OptimizerSettings::Adam { betas: (0.8, 0.999), epsilon: 1e-8 };
    let betas = TrainingConfig { optimizer: betas, ..TrainingConfig::default() };
    assert_eq!(named(betas, &ENGLISH), "Adam, lr 0.001, beta1 0.8");
    let nesterov = OptimizerSettings::Sgd { momentum: 0.9, dampening: 0.0, nesterov: true };
    let nesterov = TrainingConfig { optimizer: nesterov, ..TrainingConfig::default() };
    assert_eq!(named(nesterov, &ENGLISH), "nesterov");
}

#[test]
fn a_name_tells_four_settings_and_counts_the_others_unless_there_is_one() {
    let config = TrainingConfig {
        batch_size: 256,
        epochs: 2,
        learning_rate: 0.05,
        seed: 4,
        augmentation: Augmentation { flip: true, ..Augmentation::default() },
        keep_every: Some(60),
        ..TrainingConfig::default()
    };
    assert_eq!(named(config.clone(), &ENGLISH), "lr 0.05, batch 256, epochs 2, flip, +2");
    assert_eq!(named(config.clone(), &CHINESE), "学习率 0.05，批大小 256，轮次 2，随机翻转，+2");
    let five = TrainingConfig { keep_every: None, ..config };
    assert_eq!(named(five, &ENGLISH), "lr 0.05, batch 256, epochs 2, flip, seed 4");
}

#[test]
fn a_run_of_the_tutorial_is_named_by_its_start_whatever_its_engine() {
    let on_cpu = TrainingConfig { engine: EngineChoice::Cpu, ..TrainingConfig::default() };
    assert!(differing(&on_cpu).is_empty());
    assert_eq!(named(on_cpu, &ENGLISH), "at 7");
}

#[test]
fn the_persons_own_title_comes_before_all() {
    let mut titled = (*run("20260101_000000", 7.0, TrainingConfig::default())).clone();
    titled.labels.title = "Baseline".to_owned();
    assert_eq!(name_of(&titled, &ENGLISH), "Baseline");
}

#[test]
fn runs_side_by_side_never_share_a_name() {
    let seeded = |seed| TrainingConfig { seed, ..TrainingConfig::default() };
    let runs = [
        run("20260101_000001", 1.0, seeded(3)),
        run("20260101_000002", 2.0, seeded(3)),
        run("20260101_000003", 2.0, seeded(3)),
        run("20260101_000004", 2.0, seeded(4)),
        run("20260101_000005", 2.0, seeded(0)),
    ];
    let names = distinct_with(&runs, &ENGLISH, |at_ms| format!("at {at_ms}"));
    let expected =
        ["seed 3 (at 1)", "seed 3 (20260101_000002)", "seed 3 (20260101_000003)", "seed 4", "at 2"];
    assert_eq!(names, expected);
}
