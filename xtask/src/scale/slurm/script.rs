//! The script of `docs/scale` by itself, with a `train` and a `scontrol` that only write down what is asked of them.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Saves for a while once it is asked to end, as `train` does; or ends with `$CODE` at once, if there is one.
const TRAIN: &str = "\
[ -z \"${CODE:-}\" ] || exit \"$CODE\"
trap 'sleep 0.5; echo saved; exit 130' TERM
echo trains
while :; do sleep 0.05; done
";

fn program(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/bash\n{text}")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What is written and asked until the script ends, with its exit code. It gets `signal` once it trains.
fn told(signal: Option<&str>, code: &str, restarts: &str) -> (String, Option<i32>) {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    program(folder.path(), "train", TRAIN);
    program(folder.path(), "scontrol", "echo \"scontrol $*\"\n");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/scale/slurm.sbatch");
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args([script, "experiment.json", "results", "4"]).env("PATH", path);
    for (name, value) in [
        ("SLURM_JOB_ID", "17"),
        ("SLURM_ARRAY_TASK_ID", "2"),
        ("SLURM_ARRAY_TASK_MAX", "4"),
        ("SLURM_CPUS_PER_TASK", "1"),
        ("SLURM_RESTART_COUNT", restarts),
        ("CODE", code),
    ] {
        command.env(name, value);
    }
    let output = fs::File::create(&log).unwrap();
    command.stdout(output.try_clone().unwrap()).stderr(output).stdin(Stdio::null());
    let mut child = command.spawn().unwrap();
    let so_far = || fs::read_to_string(&log).unwrap();
    if let Some(signal) = signal {
        let started = Instant::now();
        while !so_far().contains("trains") {
            assert!(started.elapsed() < Duration::from_secs(60), "{}", so_far());
            std::thread::sleep(Duration::from_millis(10));
        }
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
    let status = child.wait().unwrap();
    (so_far().lines().skip(1).map(|line| format!("{line}\n")).collect(), status.code())
}

#[test]
fn a_share_whose_time_is_up_is_saved_and_then_started_again_once() {
    let (told, code) = told(Some("-USR1"), "", "0");
    assert_eq!(told, "trains\nsaved\nscontrol requeue 17\n");
    assert_eq!(code, Some(130));
}

#[test]
fn what_may_go_better_next_time_is_started_again_but_not_for_ever() {
    for (code, restarts, asks) in [
        ("0", "0", false),
        ("1", "0", true),
        ("1", "19", true),
        ("1", "20", false),
        ("2", "0", false),
        ("137", "0", true),
        ("130", "0", false),
    ] {
        let expected = if asks { "scontrol requeue 17\n" } else { "" };
        assert_eq!(told(None, code, restarts), (expected.to_owned(), code.parse().ok()), "{code}");
    }
}
