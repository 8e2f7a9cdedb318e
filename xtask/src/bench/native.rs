//! `cargo xtask bench native`: compares the terminal's trainer with PyTorch on this machine's CPU.

use super::options::NativeOptions;
use super::{BenchError, table, tools};
use crate::places::{Places, on_path};
use crate::process;
use crate::say;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

/// The trainer's backends on the CPU.
const WAYS: [&str; 2] = ["fused", "general"];

/// The results of one case over all rounds.
#[derive(Clone, Debug, Default, PartialEq)]
struct Case {
    engine: String,
    steps_ms: Vec<f64>,
    images_per_second: Vec<f64>,
}

/// By batch size and name.
type Cases = BTreeMap<(usize, String), Case>;

/// Measures both in alternation and shows the results.
pub fn compare(places: &Places, options: &NativeOptions) -> Result<(), BenchError> {
    say::heading("The terminal's trainer and PyTorch");
    let mut build = process::clean("cargo");
    build.current_dir(&places.root);
    process::run(build.args(["build", "--release", "--locked", "--bin", "train"]))?;
    let pytorch = python_with_torch(places);
    if let Err(why) = &pytorch {
        say::step(&format!("PyTorch is left out: {why}"));
    }
    let mut cases = Cases::new();
    for round in 1..=options.rounds {
        for batch in &options.batches {
            say::step(&format!("round {round} of {}, batches of {batch}", options.rounds));
            note(&mut cases, &ours(places, *batch)?)?;
            if let Ok(python) = &pytorch {
                note(&mut cases, &theirs(places, python, *batch)?)?;
            }
        }
    }
    println!("\n{}", shown(&cases));
    match &options.json {
        Some(path) => {
            let report = json!({ "commit": tools::commit(places), "results": as_json(&cases) });
            tools::write(path, &format!("{report:#}\n"))
        }
        None => Ok(()),
    }
}

fn ours(places: &Places, batch: usize) -> Result<String, BenchError> {
    let cases = WAYS.map(|way| format!("cpu-{way}-{batch}")).join(",");
    let mut train = process::clean("cargo");
    train.current_dir(&places.root).args(["run", "--release", "--locked", "--quiet"]);
    train.args(["--bin", "train", "--", "bench", "--cases", &cases, "--json"]);
    Ok(process::capture(&mut train)?)
}

fn theirs(places: &Places, python: &Path, batch: usize) -> Result<String, BenchError> {
    let mut script = process::clean(&python.to_string_lossy());
    script.current_dir(&places.root).arg(tools::folder(places).join("pytorch.py"));
    script.args(["--threads", "1", "--batches", &batch.to_string()]);
    Ok(process::capture(&mut script)?)
}

/// A Python that can import torch, or the reason why there is none.
fn python_with_torch(places: &Places) -> Result<PathBuf, String> {
    let told = env::var_os("ATELIER_PYTHON").filter(|path| !path.is_empty()).map(PathBuf::from);
    let python = told.or_else(|| on_path("python3"));
    let python = python.ok_or("there is no python3; ATELIER_PYTHON may name one")?;
    let mut ask = process::clean(&python.to_string_lossy());
    ask.current_dir(&places.root).args(["-c", "import torch"]);
    match process::capture(&mut ask) {
        Ok(_) => Ok(python),
        Err(_) => Err(format!("{} cannot import torch", python.display())),
    }
}

/// Adds what a contestant printed, a line of JSON for each case.
fn note(cases: &mut Cases, printed: &str) -> Result<(), BenchError> {
    for line in printed.lines().filter(|line| line.starts_with('{')) {
        let case = serde_json::from_str::<Value>(line).map_err(|_| BenchError::Content)?;
        let known = || {
            let name = case["case"].as_str()?;
            let batch = name.rsplit('-').next()?.parse().ok()?;
            let (step, images) = (&case["step_ms"], &case["images_per_second"]);
            Some((batch, name.to_owned(), step.as_f64()?, images.as_f64()?))
        };
        let (batch, name, step, images) = known().ok_or(BenchError::Content)?;
        let entry = cases.entry((batch, name)).or_default();
        entry.engine = case["engine"].as_str().unwrap_or_default().to_owned();
        entry.steps_ms.push(step);
        entry.images_per_second.push(images);
    }
    Ok(())
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = |at: usize| sorted.get(at).copied().unwrap_or(f64::NAN);
    f64::midpoint(middle(sorted.len().saturating_sub(1) / 2), middle(sorted.len() / 2))
}

fn pytorch_step(cases: &Cases, batch: usize) -> Option<f64> {
    let case = cases.get(&(batch, format!("pytorch-{batch}")))?;
    Some(median(&case.steps_ms))
}

fn shown(cases: &Cases) -> String {
    let row = |((batch, name), case): (&(usize, String), &Case)| {
        let step = median(&case.steps_ms);
        let least = case.steps_ms.iter().copied().fold(f64::INFINITY, f64::min);
        let times = pytorch_step(cases, *batch).map(|theirs| table::brief(theirs / step));
        vec![
            format!("{name} ({})", case.engine),
            table::brief(step),
            table::brief(least),
            table::brief(median(&case.images_per_second)),
            times.unwrap_or_else(|| "–".to_owned()),
        ]
    };
    let rows: Vec<_> = cases.iter().map(row).collect();
    table::columns(&["", "ms/step", "best", "images/s", "times PyTorch"], &rows)
}

fn as_json(cases: &Cases) -> Value {
    let case = |((batch, name), case): (&(usize, String), &Case)| {
        let step = median(&case.steps_ms);
        json!({
            "case": name, "batch": batch, "engine": case.engine, "step_ms": step,
            "images_per_second": median(&case.images_per_second), "rounds_ms": case.steps_ms,
            "times_pytorch": pytorch_step(cases, *batch).map(|theirs| theirs / step),
        })
    };
    cases.iter().map(case).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rounds_are_gathered_and_set_against_pytorch() {
        let mut cases = Cases::new();
        for step in [0.4, 0.6, 0.5] {
            let line = format!(
                "{{\"case\":\"cpu-fused-4\",\"engine\":\"CPU\",\"step_ms\":{step},\"images_per_second\":8000}}"
            );
            note(&mut cases, &format!("warming up\n{line}\n")).unwrap();
        }
        note(&mut cases, r#"{"case":"pytorch-4","step_ms":1.0,"images_per_second":4000}"#).unwrap();
        let report = as_json(&cases);
        assert_eq!(
            (&report[0]["step_ms"], &report[0]["times_pytorch"]),
            (&json!(0.5), &json!(2.0))
        );
        assert!(shown(&cases).contains("cpu-fused-4 (CPU)"));
        assert!(note(&mut cases, "{\"case\":\"cpu-fused-4\"}").is_err());
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[4.0, 1.0])), (2.0, 2.5));
    }
}
