//! The terminal's trainer, run as a user runs it.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use atelier::checkpoint::file::read_arrays;
use atelier::checkpoint::read_checkpoint;
use atelier::state_dict::StateDict;
use tempfile::TempDir;

/// The program in a folder of its own, with the real data set.
fn train(folder: &Path, flags: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_train"));
    let data = common::data_folder();
    command.current_dir(folder).arg("--data").arg(data).args(flags.split_whitespace());
    command
}

fn run(folder: &Path, flags: &str) -> Output {
    train(folder, flags).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_code(output: &Output, code: i32) {
    let words = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words}");
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn given() -> String {
    let (init, order) = (fixture("init.safetensors"), fixture("order.json"));
    format!("--engine cpu --init {} --order {}", init.display(), order.display())
}

fn arrays(path: &Path) -> StateDict {
    read_arrays(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn given_weights_over_a_given_order_print_pytorchs_losses() {
    let folder = TempDir::new().unwrap();
    let flags =
        format!("{} --steps 60 --losses out/losses.json --save weights.safetensors", given());
    let output = run(folder.path(), &flags);
    assert_code(&output, 0);
    let printed: Vec<f64> =
        text(&output.stdout).lines().map(|line| line.parse().unwrap()).collect();
    let runs = common::json("given.json")["runs"].as_array().unwrap().clone();
    let run = runs.iter().find(|run| run["optimizer"] == "sgd_momentum").unwrap();
    let expected = common::numbers(&run["losses"]);
    assert_eq!(printed.len(), expected.len());
    for (step, (loss, expected)) in printed.iter().zip(&expected).enumerate() {
        // As docs/faithfulness.md says: the first strictly, later ones unless a run has strayed, which none of PyTorch's does.
        let allowed = if step < 10 { 1e-5 * expected } else { 1e-3 };
        assert!((loss - expected).abs() < allowed, "step {step}: {loss} instead of {expected}");
    }
    let json = std::fs::read(folder.path().join("out/losses.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(common::numbers(&json["losses"]), printed);
    assert!(json["validation"]["loss"].as_f64().unwrap() > 0.0);
    let weights = arrays(&folder.path().join("weights.safetensors"));
    let names: Vec<_> = weights.keys().cloned().collect();
    let expected: Vec<_> = common::state_dict("sgd.safetensors").into_keys().collect();
    assert_eq!(names, expected, "PyTorch's names and no others");
}

#[test]
fn an_epoch_is_a_line_in_the_tutorials_form() {
    let folder = TempDir::new().unwrap();
    let output = run(folder.path(), "--engine cpu --batch 512 --epochs 1 --lr 0.05");
    assert_code(&output, 0);
    let line = text(&output.stdout);
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[..4], ["EPOCH", "1:", "LOSS", "train"], "{line}");
    assert_eq!(words[5], "valid");
    let loss: f64 = words[6].trim_end_matches(',').parse().unwrap();
    assert!(loss < 1.5, "{line}");
}

#[test]
fn averaged_weights_leave_the_run_on_request() {
    let folder = TempDir::new().unwrap();
    let asgd = "--optimizer asgd --lr 0.05 --t0 5 --steps 40";
    let plain = format!("{} {asgd} --save plain.safetensors", given());
    let averaged = format!("{} {asgd} --averaged --save averaged.safetensors", given());
    for flags in [plain, averaged] {
        assert_code(&run(folder.path(), &flags), 0);
    }
    let [plain, averaged] = ["plain", "averaged"]
        .map(|name| arrays(&folder.path().join(format!("{name}.safetensors"))));
    assert_eq!(plain.len(), averaged.len());
    assert!(plain != averaged);
}

/// Waits until `ready`, then interrupts the program as `Ctrl-C` does.
fn interrupt_after(mut child: Child, ready: impl Fn() -> bool) -> Output {
    let begun = Instant::now();
    while !ready() && begun.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(20));
        assert!(child.try_wait().unwrap().is_none(), "it ended too soon");
    }
    std::thread::sleep(Duration::from_millis(700));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    child.wait_with_output().unwrap()
}

#[test]
fn checkpoints_at_a_rhythm_give_way_to_newer_ones_and_resume_to_the_same_bits() {
    let folder = TempDir::new().unwrap();
    let flags = format!(
        "{} --steps 70 --keep-every 20 --keep 2 --checkpoint run.safetensors --save end.safetensors",
        given()
    );
    assert_code(&run(folder.path(), &flags), 0);
    let path = |name: &str| folder.path().join(name);
    let there = |step: u32| path(&format!("run_step{step}.safetensors")).exists();
    assert_eq!([20, 40, 60].map(there), [false, true, true]);
    let kept = read_checkpoint(&std::fs::read(path("run_step40.safetensors")).unwrap()).unwrap();
    assert_eq!(kept.snapshot.history.losses.len(), 40);
    let resumed = "--resume run_step40.safetensors --save resumed.safetensors";
    assert_code(&run(folder.path(), resumed), 0);
    assert_eq!(arrays(&path("resumed.safetensors")), arrays(&path("end.safetensors")));

    // Checkpoints kept before the run was resumed count; those of another run do not.
    let again = "--resume run_step40.safetensors --checkpoint run.safetensors";
    std::fs::copy(path("run_step60.safetensors"), path("run_step10.safetensors")).unwrap();
    std::fs::remove_file(path("run_step60.safetensors")).unwrap();
    assert_code(&run(folder.path(), again), 0);
    assert_eq!([10, 40, 60].map(there), [false, true, true]);
    // Runs are named after the second in which they start.
    std::thread::sleep(Duration::from_millis(1100));
    let other = format!(
        "{} --steps 50 --seed 4 --keep-every 20 --keep 1 --checkpoint run.safetensors",
        given()
    );
    assert_code(&run(folder.path(), &other), 0);
    assert_eq!([20, 40, 60].map(there), [false, true, true]);

    let output = run(folder.path(), "--keep-every 20");
    assert_code(&output, 2);
    assert!(text(&output.stderr).contains("--checkpoint"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_is_saved_and_resumes_to_the_same_bits() {
    let folder = TempDir::new().unwrap();
    let settings = "--engine cpu --batch 64 --epochs 2 --lr 0.02 --seed 3 --flip";
    let whole = format!("{settings} --save whole.safetensors");
    assert_code(&run(folder.path(), &whole), 0);

    let flags = format!("{settings} --checkpoint run.safetensors");
    let mut command = train(folder.path(), &flags);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let written = folder.path().join("run.safetensors");
    // After the first epoch's checkpoint, in the middle of the second.
    let has_an_epoch = || {
        let checkpoint = std::fs::read(&written).ok().and_then(|file| read_checkpoint(&file).ok());
        checkpoint.is_some_and(|checkpoint| !checkpoint.snapshot.history.epochs.is_empty())
    };
    let output = interrupt_after(child, has_an_epoch);
    assert_code(&output, 130);
    let words = text(&output.stderr);
    assert!(words.contains("train --resume run.safetensors"), "{words}");
    let stopped = read_checkpoint(&std::fs::read(&written).unwrap()).unwrap();
    let steps = stopped.snapshot.history.losses.len();
    assert!((939..1_876).contains(&steps), "{steps}");

    let resumed = run(folder.path(), "--resume run.safetensors --save resumed.safetensors");
    assert_code(&resumed, 0);
    let weights = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(weights("resumed.safetensors") == weights("whole.safetensors"));
}

#[test]
fn wrong_flags_and_files_are_named_and_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("garbage"), "garbage").unwrap();
    let pickle = fixture("order.json");
    let cases = [
        ("--lr fast".to_owned(), "--lr: enter a number above 0, at most 10"),
        ("--optimizer lion".to_owned(), "possible values: sgd"),
        ("--beta1 0.9".to_owned(), "--beta1 has no effect with optimizer sgd"),
        ("--speed 9".to_owned(), "unexpected argument '--speed'"),
        ("--init gone".to_owned(), "gone cannot be read"),
        ("--init garbage".to_owned(), "garbage cannot be used: not a whole safetensors file"),
        (format!("--init {}", pickle.display()), "cannot be used: not a whole safetensors file"),
        ("--order garbage".to_owned(), "garbage is not a list of batches"),
        ("--resume garbage".to_owned(), "garbage cannot be used"),
        (
            format!("--resume {}", fixture("init.safetensors").display()),
            "the file holds no run, only arrays",
        ),
    ];
    for (flags, words) in cases {
        // A resumed run brings its own engine.
        let engine = if flags.contains("--resume") { "" } else { "--engine cpu" };
        let output = run(folder.path(), &format!("{flags} {engine} --save out.safetensors"));
        assert_code(&output, 2);
        let said = text(&output.stderr);
        assert!(said.contains(words), "{flags}: {said}");
        assert!(!folder.path().join("out.safetensors").exists());
    }
    let mut elsewhere = Command::new(env!("CARGO_BIN_EXE_train"));
    let output = elsewhere.current_dir(folder.path()).output().unwrap();
    assert_code(&output, 2);
    assert!(text(&output.stderr).contains("cargo xtask data"));
}

#[test]
fn a_diverging_run_ends_with_its_step_and_keeps_the_last_good_state() {
    let folder = TempDir::new().unwrap();
    // Clipping does not affect the decay: every step makes the weights larger by a twentieth.
    let flags = "--engine cpu --batch 512 --lr 2.05 --momentum 0 --weight-decay 1 --clip 1e-6 --epochs 9 \
                 --checkpoint good.safetensors --save out.safetensors --losses l.json";
    let output = run(folder.path(), flags);
    assert_code(&output, 3);
    let words = text(&output.stderr);
    assert!(
        words.contains("the loss of step") && words.contains("is in good.safetensors"),
        "{words}"
    );
    assert!(!folder.path().join("out.safetensors").exists());
    let good = std::fs::read(folder.path().join("good.safetensors")).unwrap();
    let good = read_checkpoint(&good).unwrap().snapshot.history;
    assert!(!good.epochs.is_empty() && good.losses.len() == good.epochs.len() * 118);
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("l.json")).unwrap()).unwrap();
    // The curve is complete, whether a step or the validation after it revealed the divergence.
    assert!(common::numbers(&json["losses"]).len() >= good.losses.len());
}

#[cfg(unix)]
#[test]
fn a_run_whose_results_nobody_reads_is_saved_and_ends() {
    let folder = TempDir::new().unwrap();
    let mut child = train(folder.path(), &format!("{} --steps 100000", given()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_code(&output, 130);
    let saved = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    assert!(read_checkpoint(&std::fs::read(saved).unwrap()).is_ok());
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_in_words() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let flags = format!("{} --steps 2 --save file/weights.safetensors", given());
    let output = run(folder.path(), &flags);
    assert_code(&output, 1);
    assert!(text(&output.stderr).contains("file/weights.safetensors cannot be written"));
}

#[test]
fn the_final_weights_are_written_as_an_onnx_model_that_names_its_run() {
    let folder = TempDir::new().unwrap();
    let flags = "--engine cpu --batch 64 --steps 5 --seed 3 --onnx out/model.onnx";
    let output = run(folder.path(), flags);
    assert_code(&output, 0);
    assert!(!text(&output.stderr).contains("not saved"), "{}", text(&output.stderr));
    let model = std::fs::read(folder.path().join("out/model.onnx")).unwrap();
    let words = String::from_utf8_lossy(&model);
    for word in ["Ankle Boot", "class_names", "settings", "batch=64", "fc3.weight"] {
        assert!(words.contains(word), "the model lacks {word:?}");
    }
}

/// Reads the files back with Python's `tensorboard`, if it is installed.
#[test]
fn event_files_hold_the_tutorials_tags() {
    let folder = TempDir::new().unwrap();
    let flags = "--engine cpu --batch 512 --epochs 2 --lr 0.05 --tensorboard logs --losses l.json";
    assert_code(&run(folder.path(), flags), 0);
    let logs = folder.path().join("logs");
    for name in
        ["", "Training vs. Validation Loss_Training", "Training vs. Validation Loss_Validation"]
    {
        let files = std::fs::read_dir(logs.join(name)).unwrap();
        let events = files.filter(|file| {
            file.as_ref().unwrap().file_name().to_string_lossy().contains("tfevents")
        });
        assert_eq!(events.count(), 1, "{name}");
    }
    // `cargo xtask test` sets it, unless there is no Python.
    let Some(python) = std::env::var_os("ATELIER_PYTHON") else {
        eprintln!("ATELIER_PYTHON is not set: the event files were not read back");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/read_events.py");
    let read = Command::new(&python).arg(script).arg(&logs).output().unwrap();
    assert!(read.status.success(), "{}", text(&read.stderr));
    let read: serde_json::Value = serde_json::from_slice(&read.stdout).unwrap();
    let json = std::fs::read(folder.path().join("l.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let curve = |folder: &str, tag: &str| read[folder][tag].as_array().unwrap().clone();
    let reports = curve("", "Loss/train");
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0][0].as_u64(), Some(118));
    let both = "Training vs. Validation Loss";
    for (name, key) in [("Training", "train_loss"), ("Validation", "valid_loss")] {
        for (at, point) in curve(&format!("{both}_{name}"), both).iter().enumerate() {
            assert_eq!(point[0].as_u64(), Some(at as u64 + 1));
            let expected = json["epochs"][at][key].as_f64().unwrap();
            assert!((point[1].as_f64().unwrap() - expected).abs() < 1e-6);
        }
    }
}
