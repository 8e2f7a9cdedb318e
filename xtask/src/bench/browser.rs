//! `cargo xtask bench browser`: compares the page with other libraries in the same browser.

use super::figures::{self, Figure};
use super::options::BrowserOptions;
use super::{BenchError, bars, plot, table, tools};
use crate::places::Places;
use crate::process;
use crate::say;
use serde_json::{Value, json};

/// Measures all contestants and shows the results.
pub fn compare(places: &Places, options: &BrowserOptions) -> Result<(), BenchError> {
    say::heading("Atelier and others in the browser");
    let folder = tempfile::tempdir().map_err(BenchError::Temporary)?;
    let out = folder.path().join("report.json");
    let mut node = tools::script(places, "bench.mjs", &out)?;
    node.args([
        "--batches",
        &options.common.batches_in_a_word(),
        "--rounds",
        &options.common.rounds.to_string(),
    ]);
    node.args(["--only", &options.only.join(","), "--adapter", &options.adapter]);
    process::run(&mut node)?;

    let mut report = tools::read(&out)?;
    let figures = figures::read(&report).ok_or(BenchError::Content)?;
    let ratios = ratios(&figures);
    let bars = bars::all(&figures);
    report["commit"] = tools::commit(places).into();
    report["ratios"] = ratios.iter().map(Ratio::as_json).collect();
    report["bars"] = bars::as_json(&bars);

    show(&report, &figures, &ratios);
    if options.bars {
        println!("\n    Bars\n{}", bars::table(&bars));
    }
    if let Some(path) = &options.plot {
        let drawn = plot::draw(&figures, &caption(&report)).map_err(BenchError::Plot)?;
        tools::write(path, &drawn)?;
    }
    if let Some(path) = &options.common.json {
        tools::write(path, &format!("{report:#}\n"))?;
    }
    Ok(())
}

fn show(report: &Value, figures: &[Figure], ratios: &[Ratio]) {
    println!();
    for line in circumstances(report) {
        say::step(&line);
    }
    for batch in figures::batches(figures) {
        let group: Vec<_> = figures.iter().filter(|figure| figure.batch == batch).collect();
        println!("\n    Batches of {batch}\n{}\n", table::speed(&group));
        println!("    Per step, and memory\n{}", table::costs(&group));
        for figure in &group {
            if let Some(why) = &figure.missing {
                say::step(&format!("{}: {why}", figure.label));
            }
        }
        for ratio in ratios.iter().filter(|ratio| ratio.batch == batch) {
            say::step(&ratio.sentence());
        }
    }
    println!();
    for note in report["notes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        say::step(&format!("note: {note}"));
    }
}

/// The machine and the browser of the measurements, a line each.
fn circumstances(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
    let (machine, adapter) = (&report["machine"], &report["adapter"]);
    let memory = machine["memoryBytes"].as_f64().map(|bytes| bytes / f64::from(1 << 30));
    let parts = ["vendor", "architecture", "device", "description"].map(|part| &adapter[part]);
    let adapter = parts.iter().filter_map(|part| part.as_str()).filter(|part| !part.is_empty());
    let adapter = adapter.collect::<Vec<_>>().join(" ");
    let adapter = if adapter.is_empty() { "none".to_owned() } else { adapter };
    let versions = report["versions"].as_object().into_iter().flatten();
    let versions = versions.map(|(name, version)| format!("{name} {}", text(version)));
    vec![
        format!(
            "machine: {}, {} cores, {:.1} GiB, {}, load before {:.1}",
            text(&machine["cpu"]),
            machine["cores"],
            memory.unwrap_or(0.0),
            text(&machine["system"]),
            machine["load"].as_f64().unwrap_or(0.0),
        ),
        format!("browser: {}, WebGPU adapter: {adapter}", text(&report["browser"])),
        format!("peers: {}", versions.collect::<Vec<_>>().join(", ")),
        format!("Atelier at {}, {}", text(&report["commit"]), text(&report["date"])),
    ]
}

fn caption(report: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let date = text(&report["date"]);
    format!(
        "Training a step on {}, {}, adapter {}, {}",
        text(&report["machine"]["cpu"]),
        text(&report["browser"]),
        text(&report["adapter"]["architecture"]),
        date.split('T').next().unwrap_or_default(),
    )
}

/// How many times as fast as a peer Atelier's fastest backend is.
#[derive(Clone, Debug, PartialEq)]
struct Ratio {
    batch: u64,
    ours: String,
    peer: String,
    times: f64,
}

impl Ratio {
    fn sentence(&self) -> String {
        format!("{}: {} times as quick as {}", self.ours, table::brief(self.times), self.peer)
    }

    fn as_json(&self) -> Value {
        let Self { batch, ours, peer, times } = self;
        json!({ "batch": batch, "ours": ours, "peer": peer, "times": times })
    }
}

fn ratios(figures: &[Figure]) -> Vec<Ratio> {
    let step = |figure: &Figure| figure.measured.as_ref().map(|measured| measured.step_ms);
    let (ours, peers): (Vec<_>, Vec<_>) =
        figures.iter().partition(|figure| figure.family == "atelier");
    let ratio = |peer: &&Figure| {
        let same_batch = ours.iter().filter(|own| own.batch == peer.batch);
        let timed = same_batch.filter_map(|own| Some((step(own)?, own)));
        let (best_ms, best) = timed.min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(Ratio {
            batch: peer.batch,
            ours: best.label.clone(),
            peer: peer.label.clone(),
            times: step(peer)? / best_ms,
        })
    };
    peers.iter().filter_map(ratio).collect()
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::quick;
    use super::*;

    #[test]
    fn the_quickest_of_ours_is_set_against_each_peer() {
        let figures = [
            quick("webgpu-fused", "atelier", 4, 2.0),
            quick("cpu-fused", "atelier", 4, 0.5),
            quick("jaxjs-wasm", "jaxjs", 4, 20.0),
            quick("jaxjs-wasm", "jaxjs", 64, 300.0),
        ];
        let ratios = ratios(&figures);
        assert_eq!(ratios.len(), 1);
        assert_eq!((ratios[0].ours.as_str(), ratios[0].times), ("cpu-fused", 40.0));
        assert_eq!(ratios[0].sentence(), "cpu-fused: 40.0 times as quick as jaxjs-wasm");
    }

    #[test]
    fn a_report_without_circumstances_is_still_shown() {
        assert_eq!(circumstances(&json!({})).len(), 4);
        assert!(caption(&json!({ "browser": "Chromium 1" })).contains("Chromium 1"));
    }
}
