//! Experiments in the terminal, run as a user runs them: on two thousand images of the real data set, so that a run takes
//! a second.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use atelier::checkpoint::file::read_arrays;
use atelier::exchange::archive::Archive;
use atelier::exchange::bundle::Bundle;
use atelier::exchange::experiment::ExperimentArchive;
use atelier::exchange::import::{Contents, read};
use atelier::experiment::Experiment;
use atelier::history::CheckpointRole;
use serde_json::Value;
use tempfile::TempDir;

/// Images of each split.
const IMAGES: [usize; 2] = [2000, 400];

/// The files of a small data set, by their names.
fn small_data() -> &'static [(&'static str, Vec<u8>)] {
    static FILES: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let dataset = common::dataset();
        let idx = |shape: &[usize], elements: &[u8]| {
            let mut file = vec![0, 0, 8, shape.len() as u8];
            shape.iter().for_each(|size| file.extend((*size as u32).to_be_bytes()));
            file.extend(elements);
            file
        };
        let [train, test] =
            [(&dataset.train, IMAGES[0]), (&dataset.test, IMAGES[1])].map(|(split, images)| {
                let pixels = idx(&[images, 28, 28], &split.pixels()[..images * 784]);
                (pixels, idx(&[images], &split.labels()[..images]))
            });
        vec![
            ("train-images-idx3-ubyte", train.0),
            ("train-labels-idx1-ubyte", train.1),
            ("t10k-images-idx3-ubyte", test.0),
            ("t10k-labels-idx1-ubyte", test.1),
        ]
    })
}

/// A folder with the small data set.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    for (name, bytes) in small_data() {
        std::fs::write(folder.path().join("data").join(name), bytes).unwrap();
    }
    folder
}

fn program(folder: &Path, flags: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_train"));
    command.current_dir(folder).args(flags.split_whitespace());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, flags: &str) -> Output {
    program(folder, flags).output().unwrap()
}

fn sweep(folder: &Path, flags: &str) -> Output {
    run(folder, &format!("sweep --data data {flags}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
}

fn assert_told(output: &Output, code: i32, words: &str) {
    assert_code(output, code);
    assert!(text(&output.stderr).contains(words), "{words}: {}", text(&output.stderr));
}

fn lines(path: &Path) -> Vec<String> {
    let file = std::fs::read_to_string(path).unwrap_or_default();
    file.lines().map(str::to_owned).collect()
}

/// What runs measured, by their numbers: all of their lines but the time, which differs.
fn measured(paths: &[PathBuf]) -> BTreeMap<u64, Value> {
    let mut found = BTreeMap::new();
    for line in paths.iter().flat_map(|path| lines(path)) {
        let mut line: Value = serde_json::from_str(&line).unwrap();
        line.as_object_mut().unwrap().remove("trained_ms");
        let number = line["number"].as_u64().unwrap();
        assert!(found.insert(number, line).is_none(), "run {number} stands there twice");
    }
    found
}

fn results(folder: &Path, out: &str) -> BTreeMap<u64, Value> {
    measured(&[folder.join(out).join("results.jsonl")])
}

/// The runs in an experiment's archive.
fn bundles(path: &Path) -> Vec<Bundle> {
    let bytes = std::fs::read(path).unwrap();
    pollster::block_on(async {
        let archive = Archive::open(&bytes).unwrap();
        let mut archive = ExperimentArchive::open(archive, &async |_| ()).await.unwrap();
        let mut bundles = Vec::new();
        for number in 1..=archive.runs.runs.len() as u32 {
            bundles.extend(archive.run(number, &async |_| ()).await.unwrap());
        }
        bundles
    })
}

const QUICK: &str = "--engine cpu --batch 100 --epochs 2";

#[test]
fn a_run_of_a_sweep_measures_the_bits_that_train_measures() {
    let folder = folder();
    let settings = "--engine cpu --batch 50 --epochs 2 --flip --schedule cosine";
    let flags = format!("{settings} --lr 0.02,0.05 --seed 3..4 --jobs 2 --name Rates --out out");
    let output = sweep(folder.path(), &flags);
    assert_code(&output, 0);
    assert!(text(&output.stdout).contains("Best: lr=0.05"), "{}", text(&output.stdout));
    // How many runs and how long, from measured speed, is told before the first of them.
    let told = text(&output.stderr);
    let before = told.split("1/4: run ").next().unwrap();
    assert!(before.contains("with 2 seeds: 4 runs") && before.contains("About "), "{told}");
    assert!(before.contains(" at batches of 50\n"), "{told}");
    let bundles = bundles(&folder.path().join("out/experiment.zip"));
    assert_eq!(bundles.len(), 4);
    let results = results(folder.path(), "out");
    // All combinations with the first seed, then all with the second.
    for (number, lr, seed) in [(1, "0.02", 3), (4, "0.05", 4)] {
        let alone = format!(
            "--data data {settings} --lr {lr} --seed {seed} --losses l.json --save w.safetensors --best b.safetensors"
        );
        assert_code(&run(folder.path(), &alone), 0);
        let path = |name: &str| folder.path().join(name);
        let json: Value = serde_json::from_slice(&std::fs::read(path("l.json")).unwrap()).unwrap();
        assert_eq!(results[&number]["epochs"], json["epochs"]);
        assert_eq!(results[&number]["seed"].as_u64(), Some(seed));
        let Bundle { record, labels, metrics, checkpoints } = &bundles[number as usize - 1];
        let losses: Vec<f64> = metrics.history.losses.iter().copied().map(f64::from).collect();
        assert_eq!(losses, common::numbers(&json["losses"]));
        assert_eq!(json["settings"], serde_json::to_value(&record.config).unwrap());
        assert_eq!(
            (labels.title.as_str(), &labels.tags[..]),
            (format!("lr={lr} seed={seed}").as_str(), &["Rates".to_owned()][..])
        );
        for (role, file) in
            [(CheckpointRole::Last, "w.safetensors"), (CheckpointRole::Best, "b.safetensors")]
        {
            let (_, checkpoint) = checkpoints.iter().find(|it| it.0.role == role).unwrap();
            let expected = read_arrays(&std::fs::read(path(file)).unwrap()).unwrap();
            assert!(checkpoint.snapshot.inference_weights() == expected, "{file}");
        }
    }
}

#[test]
fn the_same_experiment_by_flags_and_by_its_file_is_the_same_runs() {
    let folder = folder();
    let flags = format!("{QUICK} --lr 0.001..0.1~2~log --momentum 0,0.9 --seed 0,7 --out by-flags");
    assert_code(&sweep(folder.path(), &flags), 0);
    assert_code(&sweep(folder.path(), "by-flags/experiment.json --jobs 1 --out by-file"), 0);
    let [by_flags, by_file] = ["by-flags", "by-file"].map(|out| results(folder.path(), out));
    assert_eq!(by_flags.len(), 8);
    assert_eq!(by_flags, by_file);
    let csv = std::fs::read_to_string(folder.path().join("by-file/results.csv")).unwrap();
    assert_eq!(csv.lines().count(), 9);
    assert!(csv.starts_with("number,combination,seed,lr,momentum,end,"), "{csv}");
    // A run's archive is one that the page imports by itself.
    let run = std::fs::read(folder.path().join("by-file/runs/000005.zip")).unwrap();
    let Contents::Run(run) = pollster::block_on(read(&run, &async |_| ())).unwrap() else {
        unreachable!("it is a run")
    };
    assert_eq!(run.record.config.seed, 7);
    // Another experiment, or the same on other data, does not mix with it.
    let other = sweep(folder.path(), &format!("{QUICK} --lr 0.5,0.6 --out by-file"));
    assert_told(&other, 2, "by-file is of another experiment");
    let data = common::data_folder();
    let other = run_on(folder.path(), &data, "by-flags/experiment.json --out by-file");
    assert_told(&other, 2, "of another data set");
    assert_eq!(results(folder.path(), "by-file"), by_file);
}

fn run_on(folder: &Path, data: &Path, flags: &str) -> Output {
    run(folder, &format!("sweep --data {} {flags}", data.display()))
}

/// Waits until `is_ready`, while the program runs.
fn wait_until(child: &mut Child, is_ready: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_ready() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too soon");
        assert!(begun.elapsed() < Duration::from_secs(120), "it takes too long");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn checkpoints(out: &Path) -> usize {
    let files = std::fs::read_dir(out.join("checkpoints"));
    files.map_or(0, |files| files.count())
}

const LONGER: &str = "--engine cpu --batch 50 --epochs 8 --lr 0.01,0.03 --seed 0..2";

#[cfg(unix)]
#[test]
fn a_sweep_that_was_killed_or_interrupted_goes_on_and_nothing_is_lost_or_run_twice() {
    let folder = folder();
    assert_code(&sweep(folder.path(), &format!("{LONGER} --jobs 2 --out whole")), 0);
    let whole = results(folder.path(), "whole");
    assert_eq!(whole.len(), 6);

    let out = folder.path().join("out");
    let file = out.join("results.jsonl");
    let flags = format!("sweep --data data {LONGER} --jobs 2 --out out");
    let mut child = program(folder.path(), &flags).spawn().unwrap();
    // Some have ended, and others have been saved.
    wait_until(&mut child, || !lines(&file).is_empty() && checkpoints(&out) > 0);
    child.kill().unwrap();
    child.wait().unwrap();
    let before = std::fs::read_to_string(&file).unwrap();
    assert!((1..6).contains(&before.lines().count()), "{before}");
    // As if the power had failed in the middle of a line, too.
    let torn = &lines(&folder.path().join("whole/results.jsonl"))[0][..100];
    std::fs::write(&file, format!("{before}{torn}")).unwrap();

    let mut child = program(folder.path(), &flags).spawn().unwrap();
    let count = before.lines().count();
    let goes_on = || {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        text.ends_with('\n') && text.lines().count() > count
    };
    wait_until(&mut child, || goes_on() && checkpoints(&out) > 0);
    let interrupted = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_told(&output, 130, "To continue");
    let between = std::fs::read_to_string(&file).unwrap();
    assert!(between.starts_with(&before), "lines that were whole are as they were");
    assert!(between.lines().count() < 6 && checkpoints(&out) > 0);

    let output = run(folder.path(), &flags);
    assert_told(&output, 0, "ended before");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with(&between));
    assert_eq!(results(folder.path(), "out"), whole);
    assert_eq!(checkpoints(&out), 0, "what has ended needs no state");
    assert_eq!(bundles(&out.join("experiment.zip")).len(), 6);
    // And once more there is nothing to do.
    let begun = std::fs::read(&file).unwrap();
    assert_code(&run(folder.path(), &flags), 0);
    assert_eq!(std::fs::read(&file).unwrap(), begun);
}

#[test]
fn parts_together_are_the_whole_and_gathering_tells_what_is_missing() {
    let folder = folder();
    let settings = format!("{QUICK} --momentum 0,0.5,0.9 --seed 0..1");
    assert_code(&sweep(folder.path(), &format!("{settings} --out whole")), 0);
    let part =
        |part: &str| format!("sweep --data data {settings} --share {part} --jobs 1 --out out");
    let mut first = program(folder.path(), &part("1/3")).spawn().unwrap();
    let out = folder.path().join("out");
    wait_until(&mut first, || out.join("experiment.json").exists());
    // While it runs, it is not run twice, neither as itself nor within the whole.
    let second = run(folder.path(), &part("3/3"));
    assert_told(&second, 0, "train sweep --collect out");
    assert_code(&first.wait_with_output().unwrap(), 0);

    let collected = run(folder.path(), "sweep --collect out");
    assert_told(&collected, 4, "Missing: 2 of 6 runs: 2, 5");
    assert!(!out.join("experiment.zip").exists());
    assert_code(&run(folder.path(), &part("2/3")), 0);
    let collected = run(folder.path(), "sweep --collect out");
    assert_code(&collected, 0);
    assert!(text(&collected.stdout).contains("Best: momentum="), "{}", text(&collected.stdout));

    let whole = results(folder.path(), "whole");
    assert_eq!(results(folder.path(), "out"), whole);
    let parts =
        ["1-of-3", "2-of-3", "3-of-3"].map(|part| out.join(format!("results-{part}.jsonl")));
    assert_eq!(measured(&parts), whole);
    let numbers: Vec<u64> = measured(&parts[..1]).into_keys().collect();
    assert_eq!(numbers, [1, 4]);
    assert_eq!(bundles(&out.join("experiment.zip")).len(), 6);
    // Another division finds all of it done.
    let other = run(folder.path(), &part("2/2"));
    assert_told(&other, 0, "Nothing is missing");
    let nowhere = run(folder.path(), "sweep --collect nowhere");
    assert_told(&nowhere, 2, "there is no experiment in nowhere");
}

#[cfg(unix)]
#[test]
fn two_processes_do_not_run_the_same_part() {
    let folder = folder();
    let flags = |part: &str| format!("sweep --data data {LONGER} {part} --jobs 1 --out out");
    let mut first = program(folder.path(), &flags("--share 1/2")).spawn().unwrap();
    let out = folder.path().join("out");
    wait_until(&mut first, || out.join("experiment.json").exists());
    for part in ["--share 1/2", "--share 1/3", ""] {
        let second = run(folder.path(), &flags(part));
        assert_told(&second, 1, "another process runs this experiment");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    // A process that is gone holds nothing, however it went.
    let mut next = program(folder.path(), &flags("--share 1/2")).spawn().unwrap();
    wait_until(&mut next, || checkpoints(&out) > 0);
    next.kill().unwrap();
    next.wait().unwrap();
}

#[test]
fn a_run_that_diverges_does_not_end_the_others() {
    let folder = folder();
    let flags =
        "--engine cpu --batch 100 --epochs 2 --momentum 0.99 --lr 10,0.02 --jobs 1 --out out";
    let output = sweep(folder.path(), flags);
    assert_code(&output, 0);
    let results = results(folder.path(), "out");
    assert!(results[&1]["end"]["diverged"]["step"].is_u64(), "{}", results[&1]);
    assert_eq!(results[&2]["end"], "completed");
    let told = text(&output.stdout);
    assert!(told.contains("1 run diverged: lr=10."), "{told}");
    assert_eq!(bundles(&folder.path().join("out/experiment.zip")).len(), 2);
    assert_code(&sweep(folder.path(), flags), 0);
    assert_eq!(lines(&folder.path().join("out/results.jsonl")).len(), 2, "it is not tried again");
}

#[test]
fn runs_that_fall_behind_stop_and_say_so() {
    let folder = folder();
    let flags = "--engine cpu --batch 100 --epochs 4 --lr 0.05,1e-6,1e-7 --halving 1,2 --jobs 1 --archive nothing --out out";
    let output = sweep(folder.path(), flags);
    assert_code(&output, 0);
    let results = results(folder.path(), "out");
    let ends: Vec<String> = results.values().map(|result| result["end"].to_string()).collect();
    let halved = r#"{"halved":{"epochs":1}}"#;
    assert_eq!(ends, [r#""completed""#, halved, halved]);
    assert!(text(&output.stdout).contains("2 runs stopped early because others were better"));
    assert!(!folder.path().join("out/experiment.zip").exists());
}

#[test]
fn what_cannot_be_run_is_refused_with_its_reason_and_nothing_is_written() {
    let folder = folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("garbage.json", "garbage");
    write("later.json", r#"{"atelier-experiment": 2}"#);
    write("unknown.json", r#"{"atelier-experiment": 1, "metric": "loss"}"#);
    write(
        "value.json",
        r#"{"atelier-experiment": 1, "axes": [{"setting": "lr", "values": [99]}]}"#,
    );
    write("seeds.json", r#"{"atelier-experiment": 1, "seeds": [1, 1]}"#);
    write(
        "nesterov.json",
        r#"{"atelier-experiment": 1, "axes": [{"setting": "momentum", "values": [0]}, {"setting": "nesterov", "values": [1]}]}"#,
    );
    for (flags, words) in [
        ("garbage.json", "garbage.json cannot be run: it is no experiment"),
        ("later.json", "it is of version 2"),
        ("unknown.json", "unknown field `metric`"),
        ("value.json", "lr cannot be \"99\": enter a number above 0, at most 10"),
        ("seeds.json", "seed 1 stands twice"),
        ("nesterov.json", "no combination of its values can be trained: nesterov"),
        ("gone.json", "gone.json cannot be read"),
        ("--lr 0.1,0.1", "lr has 0.1 twice"),
        ("--batch 1..4096~1000 --epochs 1..1000~1000", "at most 100000 are possible"),
        ("--halving 9,3 --lr 0.1,0.2", "first rung is after 9 epochs"),
    ] {
        let output = sweep(folder.path(), &format!("{flags} --out out"));
        assert_code(&output, 2);
        let told = text(&output.stderr);
        assert!(told.contains(words), "{flags}: {told}");
        assert!(!folder.path().join("out/results.jsonl").exists());
    }
    let experiment = Experiment::read(br#"{"atelier-experiment": 1, "seeds": [0, 1]}"#).unwrap();
    write("good.json", &experiment.to_json());
    std::fs::create_dir(folder.path().join("out")).unwrap();
    write("out/results.jsonl", "{}\n");
    let output = sweep(folder.path(), "good.json --out out");
    assert_told(&output, 2, "results.jsonl cannot be used: line 1 is no result");
    assert_eq!(std::fs::read_to_string(folder.path().join("out/results.jsonl")).unwrap(), "{}\n");
}
