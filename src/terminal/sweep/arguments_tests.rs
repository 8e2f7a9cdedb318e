#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::settings::{EngineChoice, OptimizerKind};

fn parsed(line: &str) -> Result<SweepTask, String> {
    let words = std::iter::once("sweep").chain(line.split_whitespace());
    let matches =
        common_command().try_get_matches_from(words).map_err(|error| error.to_string())?;
    task(&matches).map_err(|error| error.to_string())
}

/// With the flags that `arguments` hands over.
fn common_command() -> Command {
    let preset = Arg::new("preset").long("preset");
    let data = Arg::new("data")
        .long("data")
        .value_parser(value_parser!(PathBuf))
        .default_value("www/data");
    let share = Arg::new("valid-share").long("valid-share").value_parser(value_parser!(f64));
    let seed = Arg::new("valid-seed").long("valid-seed").value_parser(value_parser!(u64));
    command(vec![preset, data, share, seed])
}

fn options(line: &str) -> SweepOptions {
    match parsed(&format!("--out o {line}")) {
        Ok(SweepTask::Run(options)) => *options,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn several_values_vary_a_setting_and_one_sets_it() {
    let SweepOptions { experiment, .. } =
        options("--lr 0.001,0.01 --seed 0..4 --batch 64 --momentum 0..0.9~4 --name Rates");
    assert_eq!((experiment.seeds.len(), experiment.base.batch_size), (5, 64));
    let values: Vec<_> = experiment.axes.iter().map(Axis::values).collect();
    assert_eq!(values, [vec!["0.001", "0.01"], vec!["0", "0.3", "0.6", "0.9"]]);
    assert_eq!(experiment.name, "Rates");
    assert_eq!(experiment.runs().unwrap().runs.len(), 40);
    assert_eq!(options("--seed 3,5").experiment.seeds, [3, 5]);
    assert_eq!(options("--seed 7 --lr 0.1,0.2").experiment.seeds, [7]);
}

#[test]
fn sample_halving_share_jobs_and_archive_are_as_given() {
    let options = options(
        "--lr 0.0001..0.1~7~log --sample 3 --sample-seed 9 --halving 1,3 --share 2/8 --jobs 4 --archive nothing",
    );
    assert_eq!(options.experiment.choice, Choice::Sample { combinations: 3, seed: 9 });
    assert_eq!(options.experiment.halving, Some(Halving { first: 1, factor: 3 }));
    assert_eq!(options.share, Some(Share { index: 2, of: 8 }));
    assert_eq!((options.jobs, options.keeps), (Some(4), Keeps::Nothing));
}

#[test]
fn engines_and_optimizers_may_vary() {
    let SweepOptions { experiment, .. } =
        options("--engine cpu,wgpu --optimizer adam,adamw --beta1 0.8");
    assert_eq!(experiment.axes[0].values(), ["cpu", "webgpu"]);
    assert_eq!(experiment.base.optimizer.kind(), OptimizerKind::Adam);
    let runs = experiment.runs().unwrap();
    assert_eq!((runs.runs.len(), runs.runs[2].config.engine), (4, EngineChoice::WebGpu));
}

#[test]
fn steps_take_as_many_epochs_as_they_need() {
    let runs = options("--steps 10,20").experiment.runs().unwrap();
    let configs: Vec<_> =
        runs.runs.iter().map(|run| (run.config.steps, run.config.epochs)).collect();
    assert_eq!(configs, [(Some(10), 1000), (Some(20), 1000)]);
}

#[test]
fn every_wrong_flag_is_named_with_what_to_enter() {
    for (line, words) in [
        ("--out o --seed 4..1", "--seed: enter seeds as"),
        ("--out o --lr 1..2", "--lr: enter values as"),
        ("--out o --lr 0.1,99", "lr cannot be \"99\""),
        ("--out o --lr 99", "--lr: enter a number above 0"),
        ("--out o --beta1 0.5,0.6", "beta1 has no effect"),
        ("--out o --seed 0..20", "at most 10"),
        ("--out o --share 3/2", "I from 1 to N"),
        ("--out o --halving 1", "FIRST,FACTOR"),
        ("--out o --jobs 0", "--jobs"),
        ("--lr 0.1,0.2", "--out"),
        ("--collect d --out o", "cannot be used with"),
        ("e.json --out o --lr 0.1,0.2", "cannot be used with"),
        ("e.json --out o", "e.json cannot be read"),
    ] {
        let error = parsed(line).unwrap_err();
        assert!(error.contains(words), "{line}: {error}");
    }
    assert_eq!(parsed("--collect d"), Ok(SweepTask::Collect(PathBuf::from("d"))));
}
