//! An experiment's archive by what is in it: the experiment, lines of results, and the description and the metrics of a run.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::exchange::archive::Archive;
use atelier::exchange::experiment::ExperimentArchive;
use atelier::experiment::Experiment;
use atelier_fuzz::{bounded_with_runs, no_turn, pack, parts};
use pollster::block_on;

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let mut next = || parts.next().unwrap_or_default();
    let (experiment, lines, number, described, metrics) = (next(), next(), next(), next(), next());
    // The experiment's identity, where the seed has zeros.
    let identity = Experiment::read(experiment).map_or_else(|_| String::new(), |it| it.identity());
    let lines = String::from_utf8_lossy(lines).replace(&"0".repeat(16), &identity);
    let run = pack::archive(&[("run.json", described), ("metrics.json", metrics)], false);
    let name = format!("runs/{}.zip", String::from_utf8_lossy(number));
    let files = [
        ("experiment.json", experiment),
        ("results.jsonl", lines.as_bytes()),
        (name.as_str(), &run),
    ];
    let file = pack::archive(&files, input.len().is_multiple_of(16));
    bounded_with_runs(&file, || {
        let Ok(archive) = Archive::open(&file) else { return };
        let Ok(mut archive) = block_on(ExperimentArchive::open(archive, &no_turn)) else { return };
        assert!(archive.results.len() <= archive.runs.runs.len());
        let Ok(numbers) = archive.numbers() else { return };
        assert!(numbers.len() <= 1);
        for number in &numbers {
            if let Ok(run) = block_on(archive.run(*number, &no_turn)) {
                let run = run.expect("it is in the archive");
                assert!(run.metrics.history.is_consistent());
            }
        }
        let _ = block_on(archive.data_of(&numbers, &no_turn));
    });
});
