//! An experiment as a file with its runs, lines of results, and an experiment in a link.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::experiment::{Experiment, Lines, Preset};
use atelier::settings::TrainingConfig;
use atelier_fuzz::{bounded_with_runs, parts};

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let mut next = || parts.next().unwrap_or_default();
    let (file, lines, link) = (next(), next(), next());
    let base = TrainingConfig::default();
    let known = Preset::Momenta.experiment(&base);
    let runs = known.runs().expect("it stands ready");
    bounded_with_runs(input, || {
        if let Ok(experiment) = Experiment::read(file)
            && experiment.check().is_ok()
        {
            let again = Experiment::read(experiment.to_json().as_bytes()).expect("it was read");
            assert_eq!(again.identity(), experiment.identity());
            check_runs(&experiment);
        }
        if let Ok(experiment) = Experiment::from_link(&String::from_utf8_lossy(link), &base) {
            let again = Experiment::from_link(&experiment.to_link(), &base).expect("it was read");
            assert_eq!(again.identity(), experiment.identity());
            check_runs(&experiment);
        }
        let mut read = Lines::default();
        if read.read(lines, &known.identity(), &runs).is_ok() {
            assert!(read.whole <= lines.len() as u64 && read.results.len() <= runs.runs.len());
        }
    });
});

/// Runs are numbered from 1, each combination once with each seed, and settings are such that a run can have them.
fn check_runs(experiment: &Experiment) {
    let Ok(runs) = experiment.runs() else { return };
    assert_eq!(runs.runs.len(), runs.combinations as usize * experiment.seeds.len());
    assert!((1..).zip(&runs.runs).all(|(number, run)| run.number == number));
    assert!(runs.runs.len() as u64 <= Experiment::MOST_RUNS);
    let is_possible =
        |config: &TrainingConfig| config.batch_size > 0 && config.learning_rate.is_finite();
    assert!(runs.runs.iter().all(|run| is_possible(&run.config)));
}
