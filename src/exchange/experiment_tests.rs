#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use pollster::block_on;

use super::*;
use crate::checkpoint::Snapshot;
use crate::exchange::import::{Contents, read};
use crate::experiment::{Axis, Choice};
use crate::history::EpochMetrics;
use crate::library::TimeMark;
use crate::settings::{Field, TrainingConfig};

async fn no_turn(_: usize) {}

fn experiment() -> Experiment {
    Experiment {
        name: "Rates".to_owned(),
        base: TrainingConfig::default(),
        axes: vec![Axis::list(Field::LearningRate, ["0.1", "0.2"])],
        seeds: vec![0, 1],
        choice: Choice::Grid,
        halving: None,
    }
}

fn history() -> History {
    let epoch =
        EpochMetrics { epoch: 1, step: 3, train_loss: 0.5, valid_loss: 0.4, valid_accuracy: 0.8 };
    History { losses: vec![2.3, 0.1, 1.7], reports: Vec::new(), epochs: vec![epoch] }
}

fn packed(planned: &PlannedRun, end: &RunEnd) -> Vec<u8> {
    packed_on(planned, end, None)
}

fn packed_on(planned: &PlannedRun, end: &RunEnd, data: Option<&DataSetIdentity>) -> Vec<u8> {
    let history = history();
    let snapshot = Snapshot {
        history: history.clone(),
        ..Snapshot::beginning_on(data.cloned(), planned.config.clone())
    };
    let checkpoint = Checkpoint {
        run: "20260102_030405".to_owned(),
        engine: "CPU".to_owned(),
        saved_at_ms: 1.5,
        snapshot,
    };
    let run = EndedRun {
        planned,
        experiment: "Rates",
        id: "0123456789abcdef",
        name: "20260102_030405",
        engine: "CPU",
        data,
        end,
        why: "the loss of step 4 is NaN",
        from_to_ms: (1.0, 2.0),
        trained_ms: 12.5,
        steps: (3, 6),
        history: &history,
        timeline: &Timeline::of([TimeMark { step: 3, ms: 12.5 }]),
        checkpoints: vec![(CheckpointRole::Last, checkpoint)],
    };
    block_on(write_run(run, &no_turn)).unwrap()
}

fn archive(experiment: &Experiment, results: &str, runs: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let to = Cursor::new(Vec::new());
    let mut writer = Writer::new(to, experiment, results.as_bytes()).unwrap();
    for (number, bytes) in runs {
        writer.add_run(*number, bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn line(experiment: &Experiment, number: u32) -> String {
    let result = RunResult::of(number, Some(RunEnd::Completed), &history(), 12.5);
    let runs = experiment.runs().unwrap();
    result.to_line(&experiment.identity(), runs.get(number).unwrap())
}

fn open(bytes: &[u8]) -> Result<ExperimentArchive<'_>, ExperimentError> {
    block_on(ExperimentArchive::open(Archive::open(bytes).unwrap(), &no_turn))
}

#[test]
fn an_archive_brings_the_experiment_its_results_and_its_runs() {
    let experiment = experiment();
    let runs = experiment.runs().unwrap();
    let third = packed(runs.get(3).unwrap(), &RunEnd::Completed);
    let bytes = archive(&experiment, &line(&experiment, 3), &[(3, third)]);
    assert!(is_experiment(&Archive::open(&bytes).unwrap()));
    let mut read = open(&bytes).unwrap();
    assert_eq!((&read.experiment, read.results.len()), (&experiment, 1));
    assert_eq!(read.results[0].number, 3);
    assert_eq!(read.numbers().unwrap(), [3]);
    let run = block_on(read.run(3, &no_turn)).unwrap().unwrap();
    assert_eq!(&run.record.config, &runs.get(3).unwrap().config);
    assert_eq!(run.labels.title, "lr=0.1 seed=1");
    assert_eq!(run.labels.tags, ["Rates"]);
    assert_eq!(run.metrics.history, history());
    assert_eq!((run.record.trained_ms, run.record.steps_in_run), (12.5, 6));
    assert_eq!(run.checkpoints.len(), 1);
    assert!(block_on(read.run(1, &no_turn)).unwrap().is_none());
}

#[test]
fn a_run_in_it_can_be_imported_by_itself_however_it_ended() {
    let runs = experiment().runs().unwrap();
    let ends = [
        (RunEnd::Completed, RunState::Ended(Ending::Completed)),
        (RunEnd::EarlyStopped, RunState::Ended(Ending::EarlyStopped)),
        (RunEnd::Halved { epochs: 1 }, RunState::Stopped),
        (RunEnd::Stopped, RunState::Stopped),
        (
            RunEnd::Diverged { step: 3 },
            RunState::Failed { why: "the loss of step 4 is NaN".to_owned(), diverged: true },
        ),
        (
            RunEnd::Failed { why: "no".to_owned() },
            RunState::Failed { why: "no".to_owned(), diverged: false },
        ),
    ];
    for (end, state) in ends {
        let bytes = packed(runs.get(1).unwrap(), &end);
        let Contents::Run(bundle) = block_on(read(&bytes, &no_turn)).unwrap() else {
            unreachable!("{end:?}")
        };
        assert_eq!(bundle.record.state, state);
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let experiment = experiment();
    let runs = experiment.runs().unwrap();
    let first = packed(runs.get(1).unwrap(), &RunEnd::Completed);
    let bytes = archive(&experiment, "", &[(2, first.clone())]);
    let mut read = open(&bytes).unwrap();
    let error = block_on(read.run(2, &no_turn)).unwrap_err();
    assert!(matches!(error, ExperimentError::OtherSettings(2)), "{error}");

    let other = Experiment { seeds: vec![7, 8], ..experiment.clone() };
    let bytes = archive(&other, &line(&experiment, 1), &[]);
    let error = open(&bytes).map(|_| ()).unwrap_err();
    let is_other = |error: &ExperimentError| {
        matches!(error, ExperimentError::Wrong { mistake: Mistake::OtherExperiment { .. }, .. })
    };
    assert!(is_other(&error), "{error}");

    let mut damaged = first;
    let middle = damaged.len() / 2;
    damaged.truncate(middle);
    let bytes = archive(&experiment, "", &[(1, damaged)]);
    let error = block_on(open(&bytes).unwrap().run(1, &no_turn)).unwrap_err();
    assert!(matches!(error, ExperimentError::Run { number: 1, .. }), "{error}");
}

#[test]
fn runs_that_were_trained_on_different_data_sets_are_no_experiment() {
    let experiment = experiment();
    let runs = experiment.runs().unwrap();
    let names = ["a", "b"].map(str::to_owned);
    let own = |digit: &str| DataSetIdentity::new("shapes", &digit.repeat(64), &names).unwrap();
    let pack = |number: u32, data: Option<&DataSetIdentity>| {
        (number, packed_on(runs.get(number).unwrap(), &RunEnd::Completed, data))
    };
    let data_of = |files: &[(u32, Vec<u8>)]| {
        let bytes = archive(&experiment, "", files);
        let mut read = open(&bytes).unwrap();
        let numbers = read.numbers().unwrap();
        block_on(read.data_of(&numbers, &no_turn))
    };
    assert_eq!(data_of(&[]).unwrap(), None);
    assert_eq!(data_of(&[pack(1, None), pack(2, None)]).unwrap(), None);
    let (one, other) = (own("1"), own("2"));
    let both = data_of(&[pack(1, Some(&one)), pack(4, Some(&one))]).unwrap();
    assert_eq!(both.as_deref(), Some(one.sha256()));
    for data in [None, Some(&other)] {
        let mixed = data_of(&[pack(1, Some(&one)), pack(2, Some(&one)), pack(3, data)]);
        assert!(matches!(mixed, Err(ExperimentError::OtherData(3))), "{mixed:?}");
    }
    let mixed = data_of(&[pack(1, None), pack(2, Some(&one))]);
    assert!(matches!(mixed, Err(ExperimentError::OtherData(2))), "{mixed:?}");
}

#[test]
fn a_run_counts_by_being_there_whatever_its_number_and_too_many_are_refused() {
    let seeds = Experiment { seeds: (0..10).collect(), ..experiment() };
    let many = Experiment { axes: vec![Axis::list(Field::BatchSize, 1..=1000)], ..seeds };
    let there = |first: u32, count: u32| -> Vec<(u32, Vec<u8>)> {
        (first..first + count).map(|number| (number, Vec::new())).collect()
    };
    let last = archive(&many, "", &there(9_001, 1_000));
    let numbers = open(&last).unwrap().numbers().unwrap();
    assert_eq!((numbers.len(), numbers[0], numbers[999]), (1_000, 9_001, 10_000));
    let too_many = archive(&many, "", &there(1, 9_001));
    let refused = open(&too_many).unwrap().numbers();
    assert!(matches!(refused, Err(ExperimentError::ManyRuns(9_001))), "{refused:?}");
}

#[test]
fn the_size_of_an_archive_is_known_before_it_is_written() {
    let experiment = experiment();
    let lines = line(&experiment, 3);
    let runs = [(1, vec![0; 1000]), (2, Vec::new()), (4, vec![7; 70_000])];
    let sizes = runs.iter().map(|(_, bytes)| bytes.len() as u64);
    let written = archive(&experiment, &lines, &runs);
    assert_eq!(size(&experiment, lines.len() as u64, sizes), written.len() as u64);
}

#[test]
fn an_experiment_that_makes_no_sense_is_refused() {
    let wrong = Experiment { seeds: Vec::new(), ..experiment() };
    let bytes = archive(&wrong, "", &[]);
    let error = open(&bytes).map(|_| ()).unwrap_err();
    assert!(matches!(error, ExperimentError::Wrong { mistake: Mistake::NoSeeds, .. }), "{error}");
    let bytes = archive(&experiment(), "garbage\n", &[]);
    let error = open(&bytes).map(|_| ()).unwrap_err();
    assert!(matches!(error, ExperimentError::Wrong { file: RESULTS, .. }), "{error}");
}
