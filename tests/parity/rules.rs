//! Every optimizer's rule with every option: in float64 as PyTorch computes it, and on every path as in float64, within the
//! rounding of one step.

use std::cell::Cell;
use std::time::Duration;

use atelier::network::PARAMETERS;
use atelier::settings::TrainingConfig;
use atelier::state_dict::StateDict;
use atelier::training::{Driver, Health, Host};
use pollster::block_on;

use super::oracle::{Arrays, Fault, Oracle, slot_names};
use super::paths::{self, Path};
use crate::common;

/// What rounding to float32 changes at most, relative.
pub const UNIT: f64 = 1.0 / (1 << 24) as f64;

/// Steps that are looked at.
const STEPS: usize = 6;

/// A clock that stands still.
pub struct Clock(pub Cell<f64>);

impl Host for Clock {
    fn now_ms(&self) -> f64 {
        self.0.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.set(self.0.get() + duration.as_secs_f64() * 1e3);
    }
}

/// A step as a path took it.
struct Observed {
    before: Arrays,
    gradients: Arrays,
    after: Arrays,
    /// By slot; none before the first step.
    state_before: StateDict,
    state_after: StateDict,
}

fn arrays(from: &StateDict, name: impl Fn(&str) -> String) -> Arrays {
    let numbers = |name: &str| from[name].values.iter().copied().map(f64::from).collect();
    PARAMETERS.iter().map(|parameter| numbers(&name(parameter.name))).collect()
}

/// The slots in their order; zeros if there are none yet.
fn slots(state: &StateDict, config: &TrainingConfig) -> Vec<Arrays> {
    let zeros = || PARAMETERS.iter().map(|parameter| vec![0.0; parameter.len()]).collect();
    let read = |slot: &str| arrays(state, |name| format!("{slot}.{name}"));
    let names = slot_names(&config.optimizer).into_iter();
    names.map(|slot| if state.is_empty() { zeros() } else { read(slot) }).collect()
}

/// The settings of a rule, for a run whose learning rate changes from step to step.
fn config(settings: &str) -> TrainingConfig {
    common::config(&format!("{settings}&warm-up=3&seed=3&epochs=1"))
}

/// The first steps with these settings.
fn observe(path: &Path, settings: &str) -> Vec<Observed> {
    let trainer = path.seeded(config(settings));
    let clock = Clock(Cell::new(0.0));
    let mut driver = Driver::new(trainer, &path.backend, Health::default(), clock);
    let mut state_before = StateDict::new();
    let mut observed = Vec::new();
    for _ in 0..STEPS {
        let step = block_on(driver.observe(paths::dataset())).unwrap().unwrap();
        let state_after = block_on(driver.snapshot()).unwrap().optimizer;
        observed.push(Observed {
            before: arrays(&step.before, str::to_owned),
            gradients: arrays(&step.gradients, str::to_owned),
            after: arrays(&step.after, str::to_owned),
            state_before: std::mem::replace(&mut state_before, state_after.clone()),
            state_after,
        });
    }
    observed
}

/// The largest size of these numbers; infinite if one is none, which `f64::max` would pass over.
pub fn largest(array: impl IntoIterator<Item = f64>) -> f64 {
    let size = |number: f64| if number.is_nan() { f64::INFINITY } else { number.abs() };
    array.into_iter().map(size).fold(0.0, f64::max)
}

/// How far these steps are from the rule in float64, in shares of what rounding allows.
///
/// A weight is rounded at most three times on its way (decay, step, result), and there are at most 16 roundings on the way
/// to its change and to a number of the state, those of scalars included. Where a gradient and the decay that joins it cancel,
/// what is left is less exact than either, and rules that divide by it make that large: as large as it makes the change is allowed.
fn farthest(observed: &[Observed], settings: &str, fault: Option<Fault>) -> f64 {
    let config = config(settings);
    let steps_per_epoch = paths::TRAIN_IMAGES as u64 / config.batch_size as u64;
    let oracle = Oracle::new(&config, steps_per_epoch, fault);
    let mut farthest = 0.0f64;
    for (step, seen) in (1..).zip(observed) {
        let take = |nudge: f64| {
            let (mut weights, mut state) =
                (seen.before.clone(), slots(&seen.state_before, &config));
            oracle.step(step, &mut weights, &seen.gradients, &mut state, nudge);
            (weights, state)
        };
        let (weights, state) = take(0.0);
        let (less, more) = (take(-UNIT).0, take(UNIT).0);
        for (at, found) in seen.after.iter().enumerate() {
            let change = largest(weights[at].iter().zip(&seen.before[at]).map(|(a, b)| a - b));
            for (place, (expected, found)) in weights[at].iter().zip(found).enumerate() {
                let nudged = largest([less[at][place] - expected, more[at][place] - expected]);
                let allowed = UNIT * (3.0 * expected.abs() + 16.0 * change) + nudged;
                farthest = farthest.max(share(found - expected, allowed));
            }
        }
        for (expected, found) in state.iter().zip(slots(&seen.state_after, &config)) {
            for (expected, found) in expected.iter().zip(found) {
                let allowed = UNIT * 16.0 * largest(expected.iter().copied());
                let apart = largest(expected.iter().zip(found).map(|(a, b)| a - b));
                farthest = farthest.max(share(apart, allowed));
            }
        }
    }
    farthest
}

fn share(difference: f64, allowed: f64) -> f64 {
    match difference {
        0.0 => 0.0,
        difference if difference.is_finite() => difference.abs() / allowed,
        _ => f64::INFINITY,
    }
}

#[test]
fn what_is_no_number_is_farther_than_any() {
    assert_eq!(largest([1.0, f64::NAN, 2.0]), f64::INFINITY);
    assert_eq!(share(f64::NAN, 1.0), f64::INFINITY);
    assert_eq!((largest([-3.0, 2.0]), share(-3.0, 2.0), share(0.0, 0.0)), (3.0, 1.5, 0.0));
}

fn nested(value: &serde_json::Value) -> Arrays {
    value.as_array().unwrap().iter().map(common::numbers).collect()
}

/// The settings that `make_parity.py` lists: every option of every rule.
fn every_rule() -> Vec<String> {
    let answers = common::json("rules.json");
    let settings = |answer: &serde_json::Value| answer["settings"].as_str().unwrap().to_owned();
    answers["rules"].as_array().unwrap().iter().map(settings).collect()
}

#[test]
fn the_rules_in_float64_are_pytorchs() {
    let answers = common::json("rules.json");
    for answer in answers["rules"].as_array().unwrap() {
        let settings = answer["settings"].as_str().unwrap();
        let config = common::config(settings);
        let oracle = Oracle::new(&config, 100, None);
        let mut parameters = nested(&answers["before"]);
        let zeros: Arrays = parameters.iter().map(|array| vec![0.0; array.len()]).collect();
        let mut slots = vec![zeros; slot_names(&config.optimizer).len()];
        let steps = answers["gradients"].as_array().unwrap();
        for ((step, gradients), expected) in
            (1..).zip(steps).zip(answer["after"].as_array().unwrap())
        {
            oracle.step(step, &mut parameters, &nested(gradients), &mut slots, 0.0);
            assert_same(&parameters, &nested(expected), &format!("{settings}, step {step}"));
        }
        if answer["average"].is_array() {
            assert_same(&slots[0], &nested(&answer["average"]), settings);
        }
    }
}

fn assert_same(found: &Arrays, expected: &Arrays, what: &str) {
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        let same = (found - expected).abs() <= 1e-12 * expected.abs().max(1.0);
        assert!(same, "{what}: {found} instead of {expected}");
    }
}

#[test]
fn a_step_of_every_rule_is_float64s_within_rounding() {
    let mut wrong = Vec::new();
    for path in paths::all() {
        let mut most = 0.0f64;
        for settings in every_rule() {
            let share = farthest(&observe(&path, &settings), &settings, None);
            if share > 1.0 {
                wrong.push(format!("{}: {settings}: {share:.1}", path.name));
            }
            most = most.max(share);
        }
        println!("{}: at most {most:.2} of what rounding allows", path.name);
    }
    assert!(wrong.is_empty(), "more than rounding allows, by so many times: {wrong:#?}");
}

/// Mistakes, each with settings in which it shows.
const FAULTS: [(Fault, &[&str]); 11] = [
    (
        Fault::LargeEpsilon,
        &["optimizer=adagrad", "optimizer=adam", "optimizer=adamw", "optimizer=rmsprop"],
    ),
    (
        Fault::EpsilonInsideRoot,
        &["optimizer=adagrad", "optimizer=adam", "optimizer=adamw", "optimizer=rmsprop"],
    ),
    (
        Fault::SmallDecay,
        &[
            "momentum=0&lr=0.01&weight-decay=0.01",
            "lr=0.005&nesterov=1&weight-decay=0.0005",
            "optimizer=asgd&weight-decay=0.01",
            "optimizer=adagrad&weight-decay=0.01",
            "optimizer=adam&weight-decay=0.01",
            "optimizer=adamw",
            "optimizer=rmsprop&weight-decay=0.01",
        ],
    ),
    (Fault::CoupledDecay, &["optimizer=adamw"]),
    (Fault::DecoupledDecay, &["optimizer=adam&weight-decay=0.01"]),
    (Fault::NoBiasCorrection, &["optimizer=adam", "optimizer=adamw"]),
    (Fault::LateBiasCorrection, &["optimizer=adam", "optimizer=adamw"]),
    (Fault::DampedFirstStep, &["dampening=0.1"]),
    (Fault::ClippedSeparately, &["clip=0.5"]),
    (Fault::EarlyStepSize, &["optimizer=asgd"]),
    (Fault::NoCentring, &["optimizer=rmsprop&centered=1&eps=0.001"]),
];

#[test]
fn a_wrong_epsilon_decay_correction_or_clipping_is_noticed() {
    for path in paths::all() {
        for (fault, recipes) in FAULTS {
            for settings in recipes {
                let observed = observe(&path, settings);
                let right = farthest(&observed, settings, None);
                assert!(right <= 1.0, "{}: {settings}: {right}", path.name);
                let share = farthest(&observed, settings, Some(fault));
                println!("{}: {fault:?} with {settings}: {share:.0}", path.name);
                assert!(share > 2.0, "{}: {fault:?} with {settings}: {share}", path.name);
            }
        }
    }
}
