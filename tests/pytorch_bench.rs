//! PyTorch's side of the benchmark computes what it is timed for.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// How far losses may be apart that different versions of PyTorch compute.
const APART: f64 = 1e-5;

#[test]
fn pytorchs_benchmark_trains_on_the_sites_shards_and_gives_the_losses_that_peers_are_held_to() {
    // `cargo xtask test` sets it, unless there is no Python.
    let Some(python) = std::env::var_os("ATELIER_PYTHON") else {
        eprintln!("ATELIER_PYTHON is not set: PyTorch's benchmark was left out");
        return;
    };
    let import = Command::new(&python).args(["-c", "import torch"]).output().unwrap();
    if !import.status.success() {
        assert!(std::env::var_os("ATELIER_NEEDS_TORCH").is_none(), "torch cannot be imported");
        eprintln!("there is no PyTorch: its benchmark was left out");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench");
    let script = folder.join("pytorch.py");
    let output = Command::new(python)
        .arg(script)
        .args(["--batches", "64,512", "--losses", "20"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    type Losses = BTreeMap<String, Vec<f64>>;
    let found: Losses = serde_json::from_slice(&output.stdout).unwrap();
    let expected: Losses =
        serde_json::from_slice(&std::fs::read(folder.join("pytorch.json")).unwrap()).unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (batch, expected) in expected {
        assert_eq!(found[&batch].len(), expected.len());
        for (step, (found, expected)) in found[&batch].iter().zip(expected).enumerate() {
            assert!(
                (found - expected).abs() <= APART * expected,
                "batches of {batch}, step {step}: {found} instead of {expected}"
            );
        }
    }
}
