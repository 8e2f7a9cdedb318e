//! `cargo xtask bench browser --workers`: what an experiment gains from more workers, and what each costs.

use super::options::BrowserOptions;
use super::{BenchError, tools};
use crate::places::Places;
use crate::process;
use crate::say;
use serde_json::Value;

/// Trains experiments on each number of workers, in rounds, and shows the medians.
pub fn compare(places: &Places, options: &BrowserOptions) -> Result<(), BenchError> {
    say::heading("Experiments on more and more workers");
    let folder = tempfile::tempdir().map_err(BenchError::Temporary)?;
    let out = folder.path().join("report.json");
    let mut node = tools::script(places, "workers.mjs", &out)?;
    let counts: Vec<String> = options.workers.iter().map(ToString::to_string).collect();
    node.args(["--workers", &counts.join(","), "--adapter", &options.adapter]);
    process::run(node.args(["--rounds", &options.common.rounds.to_string()]))?;

    let mut report = tools::read(&out)?;
    report["commit"] = tools::commit(places).into();
    println!("\n{}", table(&report)?);
    match &options.common.json {
        Some(path) => tools::write(path, &format!("{report:#}\n")),
        None => Ok(()),
    }
}

/// The report as a table in Markdown. A core for each worker would leave the page's thread busy for the last column's share.
fn table(report: &Value) -> Result<String, BenchError> {
    let all = report["workers"].as_array().filter(|all| !all.is_empty());
    let all = all.ok_or(BenchError::Content)?;
    let of = |row: &Value, name: &str| row[name].as_f64();
    let mut lines = vec![
        "| workers | runs a minute | against the first | MB | longest task of the page | page's thread a run | busy with a core for each |".to_owned(),
        "|---|---|---|---|---|---|---|".to_owned(),
    ];
    let first = all.first().and_then(|row| of(row, "runsAMinute"));
    for row in all {
        let (workers, rate) =
            of(row, "workers").zip(of(row, "runsAMinute")).ok_or(BenchError::Content)?;
        let ratio = first.map_or_else(|| "–".to_owned(), |first| format!("{:.2}", rate / first));
        let megabytes = told(of(row, "rendererBytes"), |bytes| format!("{:.0}", bytes / 1e6));
        let longest = told(of(row, "longestTaskMs"), |ms| format!("{ms:.0} ms"));
        let (main, worker) = (of(row, "mainMsARun"), of(row, "workerMsARun"));
        let share = main.zip(worker).map(|(main, worker)| workers * main / worker);
        let busy = told(share, |share| format!("{:.1} %", 100.0 * share));
        let main = told(main, |ms| format!("{ms:.0} ms"));
        lines.push(format!(
            "| {workers:.0} | {rate:.1} | {ratio} | {megabytes} | {longest} | {main} | {busy} |"
        ));
    }
    Ok(lines.join("\n"))
}

fn told(number: Option<f64>, text: impl FnOnce(f64) -> String) -> String {
    number.map_or_else(|| "–".to_owned(), text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn each_number_of_workers_is_a_row_compared_with_the_first() {
        let row = |workers: u32, rate: f64| {
            json!({"workers": workers, "runsAMinute": rate, "rendererBytes": 3e8, "longestTaskMs": 49.6,
                   "mainMsARun": 40.0, "workerMsARun": 4000.0})
        };
        let table = table(&json!({"workers": [row(1, 10.0), row(2, 18.0)]})).unwrap();
        assert!(table.ends_with("| 2 | 18.0 | 1.80 | 300 | 50 ms | 40 ms | 2.0 % |"), "{table}");
        assert_eq!(table.lines().count(), 4);
    }

    #[test]
    fn what_the_system_does_not_tell_is_not_claimed() {
        let row =
            json!({"workers": 1, "runsAMinute": 10.0, "rendererBytes": null, "longestTaskMs": 0});
        let table = table(&json!({"workers": [row]})).unwrap();
        assert!(table.ends_with("| 1 | 10.0 | 1.00 | – | 0 ms | – | – |"), "{table}");
        assert!(super::table(&json!({"workers": []})).is_err());
    }
}
