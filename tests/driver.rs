//! The training loop as its callers see it: what happens, in which order, and that the caller changes no bit.
#![allow(clippy::panic, clippy::unwrap_used)]

mod common;

use std::cell::Cell;
use std::time::Duration;

use atelier::checkpoint::Snapshot;
use atelier::dataset::{Dataset, Split};
use atelier::engine::native;
use atelier::history::{CheckpointRole, Ending};
use atelier::network::{Network, PIXELS};
use atelier::settings::{EngineChoice, TrainingConfig};
use atelier::training::{
    Backend, Driver, GpuComplaint, Health, Host, ObservedStep, RunEvent, Source, Trainer,
    TrainingError,
};
use burn::tensor::Device;
use pollster::block_on;

const IMAGES: usize = 42;
const STEPS_PER_EPOCH: u64 = 11;

/// A clock that advances by this many milliseconds at every reading.
struct Clock {
    now: Cell<f64>,
    look_ms: f64,
}

impl Clock {
    fn of(look_ms: f64) -> Self {
        Self { now: Cell::new(0.0), look_ms }
    }
}

impl Host for Clock {
    fn now_ms(&self) -> f64 {
        self.now.set(self.now.get() + self.look_ms);
        self.now.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.now.set(self.now.get() + duration.as_secs_f64() * 1e3);
    }
}

fn split(images: usize) -> Split {
    let pixels = (0..images * PIXELS).map(|at| (at * at / 7 + at * 3 + at / PIXELS * 17) as u8);
    let labels = (0..images).map(|image| (image % 10) as u8);
    Split::whole(pixels.collect(), labels.collect()).unwrap()
}

fn dataset() -> Dataset {
    Dataset { own: None, class_names: Vec::new(), train: split(IMAGES), test: split(20) }
}

fn driver(config: &TrainingConfig, clock: Clock) -> Driver<Clock> {
    let trainer = Trainer::new(config.clone(), IMAGES, Backend::FusedCpu).unwrap();
    Driver::new(trainer, &Backend::FusedCpu, Health::default(), clock)
}

fn next(driver: &mut Driver<Clock>, source: &impl Source) -> Result<RunEvent, TrainingError> {
    block_on(driver.advance(source))
}

/// Drives a run to its end, and returns everything that happened before it.
fn to_the_end(driver: &mut Driver<Clock>, source: &impl Source) -> (Vec<RunEvent>, Ending) {
    let mut happened = Vec::new();
    loop {
        match next(driver, source).unwrap() {
            RunEvent::Over(ending) => return (happened, ending),
            event => happened.push(event),
        }
    }
}

fn end_of(driver: &Driver<Clock>) -> Snapshot {
    block_on(driver.snapshot()).unwrap()
}

#[test]
fn an_epoch_is_steps_a_validation_and_checkpoints_in_this_order() {
    let config = common::config("batch=4&epochs=2&lr=0.01&keep-every=5");
    let mut driver = driver(&config, Clock::of(1.0));
    let (happened, ending) = to_the_end(&mut driver, &dataset());
    assert_eq!(ending, Ending::Completed);
    let words: Vec<String> = happened
        .iter()
        .map(|event| match event {
            RunEvent::StepsTaken(steps) => format!("{}:{}", steps.epoch, steps.step),
            RunEvent::Validating { done, total } => format!("{done} of {total}"),
            RunEvent::EpochEnded(epoch) => format!("end of {}", epoch.epoch),
            RunEvent::CheckpointDue(roles) => format!("{roles:?}"),
            RunEvent::ImagesAwaited | RunEvent::Over(_) => "?".to_owned(),
        })
        .filter(|word| !word.contains(':') || word.ends_with(":11") || word.ends_with("0"))
        .collect();
    let second_is_best = driver.trainer().history().newest_is_best();
    let last = if second_is_best { "[Last, Best]" } else { "[Last]" };
    assert_eq!(
        words,
        [
            "[Last, Kept]",
            "1:10",
            "[Last, Kept]",
            "1:11",
            "20 of 20",
            "end of 1",
            "[Last, Best]",
            "[Last, Kept]",
            "2:20",
            "[Last, Kept]",
            "20 of 20",
            "end of 2",
            last,
        ]
    );
}

#[test]
fn losses_are_told_once_each_and_in_order() {
    let config = common::config("batch=4&epochs=2&lr=0.01");
    let mut driver = driver(&config, Clock::of(1.0));
    let (happened, _) = to_the_end(&mut driver, &dataset());
    let told: Vec<f32> = happened
        .iter()
        .flat_map(|event| match event {
            RunEvent::StepsTaken(steps) => steps.losses.clone(),
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(told, driver.trainer().history().losses);
    assert_eq!(told.len() as u64, 2 * STEPS_PER_EPOCH);
}

#[test]
fn how_fast_the_clock_goes_changes_no_bit() {
    let config = common::config("batch=4&epochs=3&optimizer=adam&shift=1&keep-every=4&seed=3");
    let mut ends = [0.1, 30.0, 9_000.0].map(|look_ms| {
        let mut driver = driver(&config, Clock::of(look_ms));
        to_the_end(&mut driver, &dataset());
        end_of(&driver)
    });
    let [quick, slow, slowest] = &mut ends;
    assert!(quick == slow && slow == slowest, "whoever drives a run gets the same bits");
}

#[test]
fn the_newest_state_is_saved_now_and_then_and_before_a_validation() {
    let config = common::config("batch=4&epochs=1&lr=0.01");
    let mut driver = driver(&config, Clock::of(9_000.0));
    let last = RunEvent::CheckpointDue(vec![CheckpointRole::Last]);
    let (happened, _) = to_the_end(&mut driver, &dataset());
    let validation =
        happened.iter().position(|event| matches!(event, RunEvent::Validating { .. })).unwrap();
    assert_eq!(happened[validation - 1], last, "a validation may take long");
    assert!(happened[..validation - 1].contains(&last), "a crash loses little");
}

/// A data set of which nothing, or everything, has arrived.
struct Arriving(Dataset, Cell<bool>);

impl Source for Arriving {
    fn look<T>(&self, look: impl FnOnce(&Dataset) -> T) -> Option<T> {
        self.1.get().then(|| look(&self.0))
    }
}

#[test]
fn a_run_waits_for_images_and_goes_on_when_they_have_come() {
    let config = common::config("batch=4&epochs=1&lr=0.01");
    let arriving = Arriving(dataset(), Cell::new(false));
    let mut waiting = driver(&config, Clock::of(1.0));
    assert_eq!(next(&mut waiting, &arriving), Ok(RunEvent::ImagesAwaited));
    assert_eq!(next(&mut waiting, &arriving), Ok(RunEvent::ImagesAwaited));
    arriving.1.set(true);
    to_the_end(&mut waiting, &arriving);
    let mut driver = driver(&config, Clock::of(1.0));
    to_the_end(&mut driver, &dataset());
    assert!(end_of(&waiting) == end_of(&driver));
}

#[test]
fn a_divergence_is_told_after_the_good_steps_before_it() {
    // Clipping does not affect the decay: every step makes the weights nine times as large.
    let config = common::config("batch=4&epochs=50&lr=10&momentum=0&weight-decay=1&clip=1e-6");
    let mut driver = driver(&config, Clock::of(0.01));
    let mut told = 0;
    let error = loop {
        match next(&mut driver, &dataset()) {
            Ok(RunEvent::StepsTaken(steps)) => told = steps.step,
            Ok(RunEvent::CheckpointDue(_)) => {
                // Weights that are not finite are not saved.
                let saved = block_on(driver.checkpoint("run", "CPU", 0.0));
                let diverged = TrainingError::WeightsNotFinite { step: told };
                assert!(saved.is_ok() || saved == Err(diverged));
            }
            Ok(RunEvent::Over(_)) => panic!("it did not diverge"),
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    let history = driver.trainer().history();
    assert_eq!(history.losses.len() as u64, told, "all that was told is in the history");
    match error {
        TrainingError::NotFinite { step, .. } => assert_eq!(step, told + 1),
        TrainingError::ValidationNotFinite { epoch, .. } => {
            assert_eq!(epoch as usize, history.epochs.len() + 1);
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_divergence_that_was_not_told_yet_is_no_state_to_save() {
    let config = common::config("batch=4&epochs=50&lr=10&momentum=0&weight-decay=1&clip=1e-6");
    let mut driver = driver(&config, Clock::of(0.01));
    let failure = loop {
        match next(&mut driver, &dataset()) {
            Ok(RunEvent::Over(_)) => panic!("it did not diverge"),
            Ok(_) => {}
            Err(error) => break error,
        }
        let saved = block_on(driver.snapshot());
        if driver.is_ending() {
            let error = next(&mut driver, &dataset()).unwrap_err();
            // As text, because NaN equals nothing.
            let why = saved.err().map(|error| error.to_string());
            assert_eq!(why, Some(error.to_string()), "the divergence is why");
            break error;
        }
    };
    assert!(failure.is_divergence(), "{failure}");
}

#[test]
fn a_gpu_that_complains_ends_the_run_and_nothing_of_it_is_saved() {
    let config = common::config("batch=4&epochs=1&lr=0.01");
    let trainer = Trainer::new(config, IMAGES, Backend::FusedCpu).unwrap();
    let health = Health::default();
    let mut driver = Driver::new(trainer, &Backend::FusedCpu, health.clone(), Clock::of(1.0));
    assert!(matches!(next(&mut driver, &dataset()), Ok(RunEvent::StepsTaken(_))));
    let complaint = GpuComplaint::Reported("the device was lost".into());
    health.report(complaint.clone());
    let told = driver.trainer().history().losses.len();
    let complaint = TrainingError::Gpu(complaint);
    assert_eq!(next(&mut driver, &dataset()), Err(complaint.clone()));
    assert_eq!(block_on(driver.checkpoint("run", "GPU", 0.0)), Err(complaint));
    assert_eq!(driver.trainer().history().losses.len(), told);
}

/// Every snapshot of a run, of which each step in `observed` (from 1) is observed, and these steps.
fn observing(query: &str, backend: &Backend, observed: &[u64]) -> (Snapshot, Vec<ObservedStep>) {
    let config = common::config(query);
    block_on(backend.compile(Network::TUTORIAL, &config)).unwrap();
    let trainer = Trainer::new(config, IMAGES, backend.clone()).unwrap();
    let mut driver = Driver::new(trainer, backend, Health::default(), Clock::of(1000.0));
    let mut seen = Vec::new();
    loop {
        if observed.contains(&(driver.trainer().steps_taken() + 1))
            && let Some(step) = block_on(driver.observe(&dataset())).unwrap()
        {
            seen.push(step);
        } else if let RunEvent::Over(_) = next(&mut driver, &dataset()).unwrap() {
            return (end_of(&driver), seen);
        }
    }
}

fn looking_at_steps_changes_nothing(backend: &Backend) {
    let query = "batch=4&epochs=2&lr=0.01&optimizer=adam&flip=1&shift=2&schedule=cosine";
    let (alone, _) = observing(query, backend, &[]);
    let (looked_at, seen) = observing(query, backend, &[1, 2, 7, 11, 12, 20]);
    assert_eq!(looked_at, alone);
    let steps: Vec<_> = seen.iter().map(|step| step.taken.step).collect();
    assert_eq!(steps, [1, 2, 7, 11, 12, 20], "the first of an epoch and the last are seen, too");
    assert!(seen.iter().all(|step| step.taken.losses.len() == 1));
    assert_eq!(seen[0].after, seen[1].before);
    assert_eq!(seen[3].indices.len(), 2, "42 images are ten batches of 4 and one of 2");
}

#[test]
fn a_run_whose_steps_are_observed_computes_the_same() {
    looking_at_steps_changes_nothing(&Backend::FusedCpu);
}

#[test]
fn the_same_holds_for_burns_operations_and_for_a_gpu() {
    looking_at_steps_changes_nothing(&Backend::General(Device::flex()));
    // Burn creates only one device in a program, so this is the only test here that opens one.
    match block_on(native::open(EngineChoice::WebGpu)) {
        Ok(engine) => looking_at_steps_changes_nothing(&engine.backend),
        Err(error) => {
            eprintln!("a GPU is not looked at: {error}");
            assert!(std::env::var_os("ATELIER_NEEDS_GPU").is_none(), "{error}");
        }
    }
}

#[test]
fn an_observed_step_of_plain_descent_goes_down_its_gradient() {
    let query = "batch=4&epochs=1&lr=0.01&momentum=0";
    let (_, seen) = observing(query, &Backend::FusedCpu, &[3]);
    let ObservedStep { before, gradients, after, images, indices, .. } = &seen[0];
    for (name, gradient) in gradients {
        let moved = before[name].values.iter().zip(&after[name].values);
        for ((before, after), gradient) in moved.zip(&gradient.values) {
            assert_eq!(*after, before - 0.01_f32 * gradient, "{name}");
        }
    }
    assert_eq!(gradients.len(), 10);
    let (pixels, labels) = images.bytes();
    assert_eq!(labels, indices.iter().map(|index| (index % 10) as u8).collect::<Vec<_>>());
    assert_eq!(pixels.len(), 4 * PIXELS);
}

#[test]
fn an_observed_step_that_diverges_ends_the_run_with_the_same_error() {
    let config = common::config("batch=4&epochs=50&lr=10&momentum=0&weight-decay=1&clip=1e-6");
    let mut driver = driver(&config, Clock::of(1.0));
    let error = loop {
        match block_on(driver.observe(&dataset())) {
            Ok(Some(_)) => {}
            Ok(None) => match next(&mut driver, &dataset()) {
                Ok(RunEvent::Over(_)) => panic!("it did not diverge"),
                Ok(_) => {}
                Err(error) => break error,
            },
            Err(error) => {
                assert!(driver.is_ending());
                break next(&mut driver, &dataset())
                    .inspect_err(|told| {
                        assert_eq!(told.to_string(), error.to_string());
                    })
                    .unwrap_err();
            }
        }
    };
    assert!(error.is_divergence(), "{error}");
}
