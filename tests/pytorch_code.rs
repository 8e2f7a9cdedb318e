//! The scripts for PyTorch, run by PyTorch as they are downloaded, against the runs here; and their results taken back in.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use atelier::checkpoint::Snapshot;
use atelier::dataset::own::Validation;
use atelier::dataset::{Correction, Corrections, Dataset, Split, SplitName};
use atelier::exchange::code::exact::{self, Beginning};
use atelier::exchange::code::{EXACT_FILE, notebook, script};
use atelier::exchange::pytorch::read_state_dict;
use atelier::exchange::tensorboard::{ScriptRun, read_run};
use atelier::history::{CheckpointRole, History};
use atelier::library::{CodeRequest, ProgramData};
use atelier::network::{PIXELS, initial_weights};
use atelier::settings::{OptimizerKind, ScheduleKind, TrainingConfig};
use atelier::state_dict::StateDict;
use atelier::terminal::load;
use atelier::training::{Backend, Driver, Health, Host, RunEvent, Trainer};
use pollster::block_on;
use tempfile::TempDir;

/// The first images of either split: 30 batches of 8.
const IMAGES: [usize; 2] = [240, 60];
/// The first losses agree to within this share of themselves: rounding has not grown yet.
const FIRST_LOSSES: (usize, f64) = (10, 1e-5);
/// A run with a loss further off has strayed: somewhere a rectifier or a maximum fell the other way, as it does in PyTorch itself
/// when it rounds differently.
const STRAYED: f64 = 1e-3;
/// At most this share of the runs may stray, and none of them further than this.
const MAY_STRAY: (f64, f64) = (0.25, 0.1);
/// At least half of the runs stay within this.
const MEDIAN: f64 = 1e-5;

/// A clock that stands still, so that nothing is saved in between.
struct StandingClock;

impl Host for StandingClock {
    fn now_ms(&self) -> f64 {
        0.0
    }

    async fn sleep(&self, _: Duration) {}
}

/// A run whose script is compared with it.
struct Case {
    name: String,
    snapshot: Snapshot,
    as_notebook: bool,
    /// The data set of one's own that it trains on, which lies in the folder `data` then.
    own: Option<Dataset>,
}

impl Case {
    fn of(name: &str, query: &str) -> Self {
        let snapshot = Snapshot::beginning(common::config(query));
        Self { name: name.to_owned(), snapshot, as_notebook: false, own: None }
    }

    /// The script with what it needs, in a folder of its own.
    fn write(&self, folder: &Path, data: &Path) -> PathBuf {
        self.write_of(IMAGES[0], folder, data)
    }

    /// The same for a training set of so many images.
    fn write_of(&self, images: usize, folder: &Path, data: &Path) -> PathBuf {
        let folder = folder.join(&self.name);
        fs::create_dir_all(&folder).unwrap();
        let corrects = !self.snapshot.corrections.is_empty();
        let config = &self.snapshot.config;
        let data_set = match &self.own {
            Some(own) => {
                let identity = own.own.clone().unwrap();
                ProgramData::Own { identity, training_images: own.train.len() as u32 }
            }
            None => ProgramData::Tutorial { corrects },
        };
        let request = CodeRequest { config: config.clone(), data: data_set, exact: true };
        if self.as_notebook {
            fs::write(folder.join("atelier.ipynb"), notebook(&request)).unwrap();
        } else {
            fs::write(folder.join("atelier.py"), script(&request)).unwrap();
        }
        let exact = exact::write(Beginning {
            config,
            network: self.snapshot.network(),
            images,
            corrections: &self.snapshot.corrections,
            weights: Some(self.snapshot.weights.clone()),
            batches: self.snapshot.order.clone(),
        });
        fs::write(folder.join(EXACT_FILE), exact.unwrap()).unwrap();
        if self.own.is_none() {
            link(data, &folder.join("data"));
        }
        folder
    }

    /// The same run here, with the weights that validated best.
    fn train(&self, dataset: &Dataset) -> (History, StateDict) {
        let dataset = self.own.as_ref().unwrap_or(dataset);
        let trainer =
            Trainer::resume(self.snapshot.clone(), dataset.train.len(), Backend::FusedCpu);
        let (health, mut best) = (Health::default(), None);
        let mut driver = Driver::new(trainer.unwrap(), &Backend::FusedCpu, health, StandingClock);
        loop {
            match block_on(driver.advance(dataset)).unwrap() {
                RunEvent::Over(_) => break,
                RunEvent::CheckpointDue(roles) if roles.contains(&CheckpointRole::Best) => {
                    best = Some(block_on(driver.inference_weights()).unwrap());
                }
                _ => {}
            }
        }
        (driver.trainer().history().clone(), best.unwrap())
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) {
    std::os::unix::fs::symlink(from, to).unwrap();
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) {
    let raw = "FashionMNIST/raw";
    fs::create_dir_all(to.join(raw)).unwrap();
    for file in fs::read_dir(from.join(raw)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(raw).join(file.file_name())).unwrap();
    }
}

fn first(split: &Split, images: usize) -> Split {
    let pixels = split.pixels()[..images * PIXELS].to_vec();
    Split::whole(pixels, split.labels()[..images].to_vec()).unwrap()
}

/// The first real images.
fn dataset() -> Dataset {
    let Dataset { train, test, .. } = common::dataset();
    let [train, test] = [first(&train, IMAGES[0]), first(&test, IMAGES[1])];
    Dataset { own: None, class_names: Vec::new(), train, test }
}

/// The images as torchvision finds them once it has unpacked the official files.
fn write_idx(dataset: &Dataset, folder: &Path) {
    let raw = folder.join("FashionMNIST/raw");
    fs::create_dir_all(&raw).unwrap();
    for (name, split) in [("train", &dataset.train), ("t10k", &dataset.test)] {
        let number = |number: usize| (number as u32).to_be_bytes();
        let sizes = [number(split.len()), number(28), number(28)].concat();
        let images = [&[0, 0, 8, 3], &sizes[..], split.pixels()].concat();
        let labels = [&[0, 0, 8, 1], &number(split.len())[..], split.labels()].concat();
        fs::write(raw.join(format!("{name}-images-idx3-ubyte")), images).unwrap();
        fs::write(raw.join(format!("{name}-labels-idx1-ubyte")), labels).unwrap();
    }
}

/// Both presets; each optimizer with each schedule, once with warm-up, clipping and its options; averaging, an end in the middle
/// of an epoch, early stopping; and what a run may be given.
fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::of("preset-tutorial", "epochs=1&seed=3"),
        Case::of("preset-quick", "preset=quick&epochs=8&seed=4"),
        Case::of("averaged", "optimizer=asgd&t0=10&averaged=1&batch=8&epochs=2&lambd=0.001"),
        Case::of("steps", "batch=8&epochs=5&steps=50&lr=0.01&schedule=cosine&seed=5"),
        Case::of("patience", "batch=8&epochs=9&lr=1e-12&momentum=0&patience=2&seed=6"),
    ];
    let options = |optimizer| match optimizer {
        OptimizerKind::Sgd => "&nesterov=1&weight-decay=0.01&lr=0.01",
        OptimizerKind::Asgd => "&alpha=0.9&lambd=0.01&weight-decay=0.01",
        OptimizerKind::Adagrad => "&lr-decay=0.01&weight-decay=0.01",
        OptimizerKind::Adam => "&beta1=0.8&beta2=0.99&eps=1e-4&weight-decay=0.01",
        OptimizerKind::AdamW => "&beta1=0.8&beta2=0.99&eps=1e-4",
        OptimizerKind::RmsProp => "&alpha=0.9&momentum=0.5&centered=1&lr=0.0003&eps=1e-4",
    };
    for (at, optimizer) in OptimizerKind::ALL.into_iter().enumerate() {
        for (of, schedule) in ScheduleKind::ALL.into_iter().enumerate() {
            let words = (optimizer.as_str(), schedule.as_str());
            // Their usual rates are for larger batches: with them, some runs leave the range in which rounding stays small.
            let rate = match optimizer {
                OptimizerKind::RmsProp => "&lr=0.0005",
                OptimizerKind::Adagrad => "&lr=0.003",
                _ => "",
            };
            let query = format!(
                "optimizer={}&schedule={}&batch=8&epochs=2&seed={}{rate}",
                words.0,
                words.1,
                at * 10 + of
            );
            let name = format!("{}-{}", words.0, words.1);
            cases.push(Case::of(&name, &query));
            if of == at % 5 {
                let query = format!("{query}{}&warm-up=9&clip=0.5", options(optimizer));
                cases.push(Case::of(&format!("{name}-options"), &query));
            }
        }
    }
    let mut corrected = Case::of("corrected", "batch=8&epochs=2&lr=0.01&seed=7");
    let correction = |index, label| Correction { split: SplitName::Train, index, label };
    let test = Correction { split: SplitName::Test, index: 3, label: None };
    let list = vec![correction(0, None), correction(7, Some(3)), correction(200, None), test];
    corrected.snapshot.corrections = Corrections::try_from(list).unwrap();
    cases.push(corrected);
    let mut given = Case::of("given", "epochs=3&lr=0.01");
    given.snapshot.weights = initial_weights(99);
    given.snapshot.order = Some((0..20).map(|at| vec![at, at * 7 % 240, 239 - at]).collect());
    given.snapshot.order.as_mut().unwrap()[4].pop();
    cases.push(given);
    let mut notebook = Case::of("notebook", "batch=8&epochs=2&lr=0.01&seed=8");
    notebook.as_notebook = true;
    cases.push(notebook);
    cases
}

/// A run on the first images in three classes, with the folder of shards that the terminal writes for it in `folder`.
fn on_own_classes(dataset: &Dataset, folder: &Path) -> Case {
    let in_three = |split: &Split| {
        let labels = split.labels().iter().map(|label| label % 3).collect();
        Split::whole(split.pixels().to_vec(), labels).unwrap()
    };
    let [train, test] = [&dataset.train, &dataset.test].map(in_three);
    let three = Dataset { own: None, class_names: Vec::new(), train, test };
    let own = folder.join("own");
    write_idx(&three, &own);
    let names = r#"{"name": "\"it's\" \\ three", "classes": ["\"\"\"", "{x}", "帽子 🧢"]}"#;
    let files = own.join("FashionMNIST/raw");
    fs::write(files.join("classes.json"), names).unwrap();
    fs::create_dir_all(folder.join("own-classes")).unwrap();
    let written = Command::new(env!("CARGO_BIN_EXE_train"))
        .current_dir(folder.join("own-classes"))
        .args(["--write-data", "data", "--data"])
        .arg(files)
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let path = folder.join("own-classes/data");
    let own = load(&path, Validation::default()).unwrap().dataset;
    let config = common::config("batch=8&epochs=2&lr=0.01&seed=9");
    let snapshot = Snapshot::beginning_on(own.own.clone(), config);
    Case { snapshot, own: Some(own), ..Case::of("own-classes", "") }
}

/// Runs the scripts below a folder; whether it could.
fn run_all(folder: &Path) -> bool {
    // `cargo xtask test` sets it, unless there is no Python.
    let Some(python) = std::env::var_os("ATELIER_PYTHON") else {
        eprintln!("ATELIER_PYTHON is not set: the scripts were left out");
        return false;
    };
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/run_scripts.py");
    let output = Command::new(python).arg(runner).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() == Some(77) {
        eprint!("{said}");
        assert!(std::env::var_os("ATELIER_NEEDS_TORCH").is_none(), "{said}");
        return false;
    }
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    true
}

/// The file of events directly in the run's folder.
fn events(folder: &Path) -> PathBuf {
    let run = fs::read_dir(folder.join("runs")).unwrap().next().unwrap().unwrap().path();
    let files = fs::read_dir(run).unwrap().map(|file| file.unwrap().path());
    files.into_iter().find(|file| file.is_file()).unwrap()
}

/// How far the script's losses are from the run's, and what else differs.
fn compare(case: &Case, ours: &History, theirs: &ScriptRun) -> f64 {
    let name = &case.name;
    assert_eq!(theirs.config, case.snapshot.config, "{name}");
    assert_eq!(theirs.corrections as usize, case.snapshot.corrections.len(), "{name}");
    assert!(theirs.engine.starts_with("PyTorch 2.") && theirs.engine.ends_with("(cpu)"));
    let History { losses, reports, epochs } = &theirs.metrics.history;
    assert_eq!(losses.len(), ours.losses.len(), "{name}");
    let mut farthest = 0.0_f64;
    for (step, (one, other)) in ours.losses.iter().zip(losses).enumerate() {
        let (one, other) = (f64::from(*one), f64::from(*other));
        let distance = (one - other).abs();
        let (count, share) = FIRST_LOSSES;
        assert!(step >= count || distance <= share * one, "{name}, step {step}: {one}, {other}");
        assert!(distance <= MAY_STRAY.1, "{name}, step {step}: {one}, {other}");
        farthest = farthest.max(distance);
    }
    let most = if farthest > STRAYED { MAY_STRAY.1 } else { STRAYED };
    let near = |one: f64, other: f64| (one - other).abs() <= most;
    assert_eq!(reports.len(), ours.reports.len(), "{name}");
    for (one, other) in ours.reports.iter().zip(reports) {
        assert!(one.step == other.step && near(one.mean_loss, other.mean_loss), "{name}");
    }
    assert_eq!(epochs.len(), ours.epochs.len(), "{name}");
    for (one, other) in ours.epochs.iter().zip(epochs) {
        assert_eq!((one.epoch, one.step), (other.epoch, other.step), "{name}");
        assert!(near(one.train_loss, other.train_loss), "{name}: {one:?}, {other:?}");
        assert!(near(one.valid_loss, other.valid_loss), "{name}: {one:?}, {other:?}");
        // One image may fall the other way, or several of a run that has strayed.
        let images = (one.valid_accuracy - other.valid_accuracy).abs() * IMAGES[1] as f64;
        assert!(images < 1.5 || farthest > STRAYED, "{name}: {one:?}, {other:?}");
    }
    farthest
}

#[test]
fn an_exact_script_gives_the_losses_of_the_run_here_and_its_results_come_back() {
    let (folder, dataset, mut cases) = (TempDir::new().unwrap(), dataset(), cases());
    cases.push(on_own_classes(&dataset, folder.path()));
    let data = folder.path().join("images");
    write_idx(&dataset, &data);
    let folders: Vec<PathBuf> = cases.iter().map(|case| case.write(folder.path(), &data)).collect();
    if !run_all(folder.path()) {
        return;
    }
    let mut distances = Vec::new();
    for (case, folder) in cases.iter().zip(folders) {
        let (history, best) = case.train(&dataset);
        let run = read_run(&fs::read(events(&folder)).unwrap()).unwrap();
        let farthest = compare(case, &history, &run);
        println!("{}: {} steps, within {farthest:.1e}", case.name, history.losses.len());
        distances.push((farthest, case.name.as_str()));
        let epoch = run.metrics.history.best_epoch().unwrap().epoch;
        let model = folder.join(format!("model_{}_{epoch}.pt", run.run));
        let saved = read_state_dict(&fs::read(model).unwrap()).unwrap();
        assert_eq!(run.data, case.snapshot.data, "{}", case.name);
        case.snapshot.network().check(&saved).unwrap();
        if farthest <= STRAYED && history.best_epoch().unwrap().epoch == epoch {
            for (name, array) in &best {
                let pairs = array.values.iter().zip(&saved[name].values);
                let farthest = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(farthest < 2e-3, "{}: {name} within {farthest}", case.name);
            }
        }
    }
    distances.sort_by(|one, other| one.0.total_cmp(&other.0));
    let stayed = distances.partition_point(|(farthest, _)| *farthest <= STRAYED);
    println!("{} of {} runs strayed", distances.len() - stayed, distances.len());
    assert!(distances[distances.len() / 2].0 <= MEDIAN, "{distances:?}");
    assert!(stayed as f64 >= (1.0 - MAY_STRAY.0) * distances.len() as f64, "{distances:?}");
    let names: Vec<&str> = distances[..stayed].iter().map(|(_, name)| *name).collect();
    for kind in OptimizerKind::ALL.map(|kind| format!("{}-", kind.as_str())) {
        assert!(names.iter().any(|name| name.starts_with(&kind)), "all of {kind} strayed");
    }
    for kind in ScheduleKind::ALL.map(|kind| format!("-{}", kind.as_str())) {
        assert!(names.iter().any(|name| name.contains(&kind)), "all of {kind} strayed");
    }
}

/// `tests/browser/pytorch-round-trip.test.mjs` imports what this writes, and compares it with a run in the browser.
#[test]
#[ignore = "writes tests/fixtures/pytorch/run"]
fn the_fixture_of_an_exact_run_in_pytorch_is_made_anew() {
    let case = Case::of("run", "engine=cpu&batch=4096&epochs=2&lr=0.05&seed=9");
    let (folder, dataset) = (TempDir::new().unwrap(), common::dataset());
    let data = folder.path().join("images");
    write_idx(&dataset, &data);
    let written = case.write_of(dataset.train.len(), folder.path(), &data);
    assert!(run_all(folder.path()));
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pytorch/run");
    fs::create_dir_all(&to).unwrap();
    for file in fs::read_dir(&to).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    let events = fs::read(events(&written)).unwrap();
    let run = read_run(&events).unwrap();
    fs::write(to.join("events.out.tfevents.1"), events).unwrap();
    let best = run.metrics.history.best_epoch().unwrap().epoch;
    let model = format!("model_{}_{best}.pt", run.run);
    fs::copy(written.join(&model), to.join(model)).unwrap();
}

#[test]
fn a_script_for_a_training_with_augmentation_says_that_its_draws_differ() {
    let config: TrainingConfig = common::config("shift=2&flip=1&erase=0.25");
    let request = CodeRequest { config, data: ProgramData::PUBLISHED, exact: true };
    assert!(script(&request).contains("PyTorch draws other random numbers"));
    assert!(notebook(&request).contains("PyTorch draws other random numbers"));
}
