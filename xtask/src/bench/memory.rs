//! `cargo xtask bench browser --memory`: checks that memory does not grow in a long run.

use super::figures::Memory;
use super::options::BrowserOptions;
use super::{BenchError, table, tools};
use crate::places::Places;
use crate::process;
use crate::say;
use serde_json::{Value, json};

/// The largest ratio of a run's memory at its end to that after its first 1,000 steps.
const MOST: f64 = 1.05;

/// Trains through the page and shows memory early and late in the run.
pub fn watch(places: &Places, options: &BrowserOptions) -> Result<(), BenchError> {
    say::heading("Memory of a long run in the browser");
    let folder = tempfile::tempdir().map_err(BenchError::Temporary)?;
    let out = folder.path().join("report.json");
    let mut node = tools::script(places, "memory.mjs", &out)?;
    node.args(["--steps", &options.steps.to_string(), "--adapter", &options.adapter]);
    process::run(node.args(["--engines", &options.engines.join(",")]))?;

    let mut report = tools::read(&out)?;
    report["commit"] = tools::commit(places).into();
    let runs = report["runs"].as_array_mut().ok_or(BenchError::Content)?;
    for run in runs {
        let (early, late) = (Memory::read(&run["early"]), Memory::read(&run["late"]));
        let steps = |moment: &str| run[moment]["step"].as_u64().unwrap_or(0);
        let engine = run["engine"].as_str().unwrap_or("unknown");
        println!("\n    {engine}: step {} and step {}", steps("early"), steps("late"));
        println!("{}", table::growth(&early, &late));
        let ratio = early.resident().zip(late.resident()).map(|(early, late)| late / early);
        say::step(&verdict(ratio));
        run["ratio"] = ratio.map_or(Value::Null, |ratio| json!(ratio));
    }
    match &options.common.json {
        Some(path) => tools::write(path, &format!("{report:#}\n")),
        None => Ok(()),
    }
}

fn verdict(ratio: Option<f64>) -> String {
    match ratio {
        None => "this system does not tell the memory of processes".to_owned(),
        Some(ratio) if ratio <= MOST => format!("met: {ratio:.3} is within {MOST}"),
        Some(ratio) => format!("MISSED: {ratio:.3} is above {MOST}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_judged_only_where_it_is_known() {
        assert!(verdict(Some(1.05)).starts_with("met") && verdict(Some(0.8)).starts_with("met"));
        assert!(verdict(Some(1.06)).starts_with("MISSED"));
        assert!(verdict(None).contains("does not tell"));
    }
}
