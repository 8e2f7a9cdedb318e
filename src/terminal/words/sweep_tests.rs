#![allow(clippy::unwrap_used)]

use super::*;
use crate::experiment::{Axis, Choice};
use crate::history::EpochMetrics;
use crate::settings::{Field, TrainingConfig};

fn experiment() -> Experiment {
    Experiment {
        name: "Rates".to_owned(),
        base: TrainingConfig::default(),
        axes: vec![Axis::list(Field::LearningRate, ["0.1", "0.01"])],
        seeds: vec![0, 1],
        choice: Choice::Grid,
        halving: None,
    }
}

fn told(results: &[RunResult]) -> String {
    let experiment = experiment();
    let runs = experiment.runs().unwrap();
    let table = Table::new(&runs, results);
    let found = Findings::of(&runs, &table, results, 10);
    conclusion(&experiment, &table, &found)
}

fn result(number: u32, end: RunEnd, valid_loss: f64) -> RunResult {
    let epoch =
        EpochMetrics { epoch: 1, step: 1, train_loss: 0.5, valid_loss, valid_accuracy: 0.8 };
    let (end, epochs) = (Some(end), vec![epoch]);
    RunResult { number, end, steps: 1, trained_ms: 1500.0, epochs, curve: Vec::new() }
}

#[test]
fn numbers_in_a_row_are_told_together_and_not_all_of_many() {
    assert_eq!(missing(&[3], 9), "Missing: 1 of 9 runs: 3");
    assert_eq!(missing(&[1, 2, 3, 7, 9, 10], 12), "Missing: 6 of 12 runs: 1–3, 7, 9–10");
    let odd: Vec<u32> = (0..100_000).map(|at| 2 * at + 1).collect();
    let told = missing(&odd, 200_000);
    assert!(told.len() < 200 && told.ends_with("and 99980 more groups"), "{told}");
}

#[test]
fn the_best_is_told_first_with_what_the_difference_is_worth() {
    let done = |number, loss| result(number, RunEnd::Completed, loss);
    let clear = told(&[done(1, 0.50), done(2, 0.30), done(3, 0.52), done(4, 0.31)]);
    let lines: Vec<&str> = clear.lines().collect();
    assert!(lines[1].starts_with("lr=0.01   2/2"), "{clear}");
    assert!(lines[1].contains("0.3050 ± 0.0071  0.3000 to 0.3100   0.8000    done"), "{clear}");
    assert!(lines[2].starts_with("lr=0.1 "), "{clear}");
    assert!(
        lines[3].contains("0.2050 below the next, lr=0.1: more than the seeds spread"),
        "{clear}"
    );
    let unclear = told(&[done(1, 0.31), done(2, 0.30), done(3, 0.52), done(4, 0.50)]);
    assert!(unclear.contains("so the two are not told apart"), "{unclear}");
}

#[test]
fn without_a_spread_the_sentence_says_of_what_only_one_run_is_finished() {
    let done = |number, loss| result(number, RunEnd::Completed, loss);
    let unknown = "how far seeds spread is unknown.";
    let each = told(&[done(1, 0.31), done(2, 0.30)]);
    assert!(each.contains(&format!("with only one finished run of each, {unknown}")), "{each}");
    assert!(each.contains("Missing: 2 of 4 runs."), "{each}");
    // Runs 1 and 3 have a rate of 0.1, 2 and 4 one of 0.01.
    let of_best = told(&[done(1, 0.31), done(2, 0.30), done(3, 0.32)]);
    assert!(of_best.contains(&format!("finished run of lr=0.01, {unknown}")), "{of_best}");
    let diverged = result(3, RunEnd::Diverged { step: 1 }, 9.0);
    let of_next = told(&[done(1, 0.31), done(2, 0.30), diverged, done(4, 0.29)]);
    assert!(of_next.contains(&format!("finished run of lr=0.1, {unknown}")), "{of_next}");
}

#[test]
fn what_went_wrong_is_told_with_its_settings() {
    let found = told(&[
        result(1, RunEnd::Diverged { step: 1 }, 2.3),
        result(2, RunEnd::Completed, 0.3),
        result(3, RunEnd::Failed { why: "no".to_owned() }, 2.3),
        result(4, RunEnd::Halved { epochs: 1 }, 0.9),
    ]);
    for words in [
        "1 run diverged: lr=0.1.",
        "1 run failed: lr=0.1.",
        "1 run stopped early because others were better.",
        "with nothing to compare it with.",
    ] {
        assert!(found.contains(words), "{words}: {found}");
    }
    let nothing = told(&[]);
    assert!(nothing.contains("there is nothing to compare"), "{nothing}");
}

#[test]
fn an_experiment_is_told_before_it_starts_with_what_is_left_out() {
    let mut experiment = experiment();
    experiment.axes = vec![
        Axis::list(Field::Momentum, ["0", "0.9"]),
        Axis::list(Field::Nesterov, ["0", "1"]),
        Axis::list(Field::Optimizer, ["sgd", "adam"]),
    ];
    let told = plan(&experiment, &experiment.runs().unwrap());
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "Experiment Rates: 4 combinations, each with 2 seeds: 8 runs");
    assert_eq!(lines[1], "Left out as the same as others, since a setting has no effect: 3");
    assert!(
        lines[2].starts_with("Left out: momentum=0 nesterov=1 optimizer=sgd: nesterov: "),
        "{told}"
    );
}

#[test]
fn how_long_it_takes_is_told_with_the_speed_it_was_measured_by() {
    let speed = |batch_size, images_per_second| Speed { batch_size, images_per_second };
    let on_cpu = vec![speed(4, 38_000.4), speed(64, 45_000.0)];
    let estimate = Estimate { seconds: 754.0, on_cpu, on_gpu: vec![speed(64, 9e5)] };
    let told = takes(Some(&estimate), false);
    let expected = "About 13 min, as just measured: images a second of one run on the CPU 38000 at batches of 4, \
                    45000 at batches of 64; on the GPU 900000 at batches of 64";
    assert_eq!(told, expected);
    assert!(takes(Some(&estimate), true).starts_with("At most about 13 min,"));
    assert_eq!(takes(None, false), "How long that takes could not be measured.");
    let told = [0.2, 89.0, 91.0, 7_000.0, 792_000.0].map(duration);
    assert_eq!(told, ["1 s", "89 s", "2 min", "117 min", "220 h"]);
}

#[test]
fn a_run_that_ended_is_a_line() {
    let runs = experiment().runs().unwrap();
    let line = ended(&runs.runs[1], &result(2, RunEnd::Completed, 0.3), 3, 4);
    let expected =
        "3/4: run 2, lr=0.01 seed=0: completed, best valid 0.3000, accuracy 0.8000, 1.5 s";
    assert_eq!(line, expected);
}
