//! The manifest of `docs/scale` fits the schemas of Kubernetes, and its pods train every share once. Nothing of it needs a
//! cluster or a network.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The oldest version that knows all its fields, as the manifest says, and the newest that the package has.
const VERSIONS: [&str; 2] = ["1.29.0", "1.37.0"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest() -> String {
    fs::read_to_string(repository().join("docs/scale/kubernetes.yaml")).unwrap()
}

/// What the schemas say of a manifest; prints a note and returns `None` where they are missing.
fn check(manifest: &str) -> Option<Output> {
    // `cargo xtask test` sets it, unless there is no Python.
    let Some(python) = std::env::var_os("ATELIER_PYTHON") else {
        eprintln!("ATELIER_PYTHON is not set: the manifest was not checked");
        return None;
    };
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("manifest.yaml");
    fs::write(&path, manifest).unwrap();
    let mut command = Command::new(python);
    command.arg(repository().join("tests/python/check_kubernetes.py")).arg(path).args(VERSIONS);
    let output = command.output().unwrap();
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    Some(output)
}

/// The manifest's job.
fn job() -> Option<Value> {
    let output = check(&manifest())?;
    assert!(output.status.success());
    let documents: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    Some(documents.into_iter().find(|document| document["kind"] == "Job").unwrap())
}

#[test]
fn the_manifest_fits_the_schemas_of_the_oldest_and_the_newest_kubernetes() {
    if let Some(output) = check(&manifest()) {
        assert!(output.status.success());
    }
}

#[test]
fn an_unknown_field_a_wrong_type_or_a_missing_field_is_refused_by_the_schemas() {
    for (right, wrong, named) in [
        ("backoffLimitPerIndex", "backofLimitPerIndex", "backofLimitPerIndex"),
        ("completions: 64", "completions: all", "completions"),
        ("            status: \"True\"\n", "", "status"),
        ("          image:", "          picture:", "picture"),
    ] {
        let broken = manifest().replace(right, wrong);
        assert_ne!(broken, manifest(), "{right}");
        let Some(output) = check(&broken) else { return };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(named), "{wrong}: {said}");
    }
}

#[test]
fn a_share_that_fails_is_tried_again_by_itself_and_never_beside_its_own_pod() {
    let Some(job) = job() else { return };
    let spec = &job["spec"];
    assert_eq!(spec["completionMode"], "Indexed");
    assert!(spec["backoffLimitPerIndex"].as_u64().is_some_and(|limit| limit > 0));
    // Together with backoffLimitPerIndex, the server takes nothing else.
    assert_eq!(spec["template"]["spec"]["restartPolicy"], "Never");
    assert_eq!(spec["podReplacementPolicy"], "Failed");
    // A wrong file would be wrong again; all other exit codes count as tries.
    let rules: Vec<Value> =
        serde_json::from_value(spec["podFailurePolicy"]["rules"].clone()).unwrap();
    let rules = rules.iter().filter(|rule| rule["onExitCodes"].is_object());
    let codes: Vec<(&Value, &Value)> =
        rules.map(|rule| (&rule["action"], &rule["onExitCodes"]["values"])).collect();
    let wrong = serde_json::json!([2]);
    assert_eq!(codes, [(&Value::from("FailIndex"), &wrong)]);
    let resources = &spec["template"]["spec"]["containers"][0]["resources"];
    for amount in ["cpu", "memory"] {
        assert!(
            resources["requests"][amount].is_string() && resources["limits"][amount].is_string()
        );
    }
}

/// Runs the container's own command for every index, with a `train` that prints what it is given.
#[cfg(unix)]
#[test]
fn the_indices_from_0_train_the_shares_from_1_each_once() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(job) = job() else { return };
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let words =
        |field: &str| -> Vec<String> { serde_json::from_value(container[field].clone()).unwrap() };
    let folder = TempDir::new().unwrap();
    let train = folder.path().join("train");
    fs::write(&train, "#!/bin/sh\necho \"$@\"\n").unwrap();
    fs::set_permissions(&train, fs::Permissions::from_mode(0o755)).unwrap();
    let line = [words("command"), words("args")].concat();
    let count = job["spec"]["completions"].as_u64().unwrap();
    let shares: BTreeSet<String> = (0..count)
        .map(|index| {
            let mut command = Command::new(&line[0]);
            command.args(&line[1..]).current_dir(&folder);
            command.env("JOB_COMPLETION_INDEX", index.to_string());
            for variable in container["env"].as_array().unwrap() {
                let part = |name: &str| variable[name].as_str().unwrap().to_owned();
                command.env(part("name"), part("value"));
            }
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let said = String::from_utf8(output.stdout).unwrap();
            let words: Vec<&str> = said.split_whitespace().collect();
            assert_eq!(words[..3], ["sweep", "experiment.json", "--share"], "{said}");
            words[3].to_owned()
        })
        .collect();
    assert_eq!(shares, (1..=count).map(|share| format!("{share}/{count}")).collect());
}
