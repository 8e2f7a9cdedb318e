#![allow(clippy::unwrap_used)]

use super::*;
use crate::settings::FieldError;

fn example() -> Experiment {
    let rates = Values::Range { from: 1e-4, to: 0.1, count: 7, scale: Scale::Logarithmic };
    Experiment {
        name: "Raten – 1".to_owned(),
        base: TrainingConfig { batch_size: 64, ..TrainingConfig::default() },
        axes: vec![
            Axis { field: Field::LearningRate, values: rates },
            Axis::list(Field::ClipNorm, ["", "1"]),
        ],
        seeds: vec![0, u64::MAX],
        choice: Choice::Sample { combinations: 9, seed: 4 },
        halving: Some(Halving { first: 1, factor: 3 }),
    }
}

#[test]
fn an_experiment_survives_its_file_and_the_protocol() {
    let experiment = example();
    let json = experiment.to_json();
    assert_eq!(Experiment::read(json.as_bytes()).unwrap(), experiment, "{json}");
    assert_eq!(serde_json::from_str::<Experiment>(&json).unwrap(), experiment);
    let bytes = postcard::to_stdvec(&experiment).unwrap();
    assert_eq!(postcard::from_bytes::<Experiment>(&bytes).unwrap(), experiment);
}

#[test]
fn a_file_that_a_person_writes_may_be_short() {
    let json = br#"{"atelier-experiment": 1,
        "axes": [{"setting": "lr", "values": [0.01, "0.1", 1e-3]},
                 {"setting": "nesterov", "values": [true, 0]},
                 {"setting": "momentum", "from": 0, "to": 0.9, "count": 4}]}"#;
    let read = Experiment::read(json).unwrap();
    assert_eq!((read.base, read.seeds), (TrainingConfig::default(), vec![0]));
    assert_eq!((read.choice, read.halving, read.name.as_str()), (Choice::Grid, None, ""));
    assert_eq!(read.axes[0].values(), ["0.01", "0.1", "0.001"]);
    assert_eq!(read.axes[1].values(), ["1", "0"]);
    assert_eq!(read.axes[2].values(), ["0", "0.3", "0.6", "0.9"]);
    let json = br#"{"atelier-experiment": 1, "base": {"batch": 64, "flip": true}}"#;
    assert_eq!(Experiment::read(json).unwrap().base.batch_size, 64);
}

#[test]
fn what_is_not_known_is_a_mistake_and_is_not_passed_over() {
    let json = |rest: &str| {
        let json = format!("{{\"atelier-experiment\": 1, {rest}}}");
        Experiment::read(json.as_bytes()).unwrap_err()
    };
    let says = |rest: &str, words: &str| match json(rest) {
        Mistake::Json { why } => assert!(why.contains(words), "{why}"),
        other => unreachable!("{other:?}"),
    };
    says(r#""metric": "loss""#, "unknown field `metric`");
    says(r#""axes": [{"setting": "lr", "values": [1], "step": 2}]"#, "unknown field `step`");
    says(r#""sample": {"combinations": 1, "of": 2}"#, "unknown field `of`");
    says(r#""seeds": [-1]"#, "-1");
    says(r#""axes": [{"setting": "lr", "values": [[1]]}]"#, "a text, a number");
    let field = Field::LearningRate;
    let key = "cutmix".to_owned();
    let unknown = Mistake::UnknownSetting { key };
    assert_eq!(json(r#""axes": [{"setting": "cutmix", "values": [1]}]"#), unknown);
    assert_eq!(json(r#""base": {"cutmix": 1}"#), unknown);
    assert_eq!(json(r#""axes": [{"setting": "lr"}]"#), Mistake::Shape { field });
    assert_eq!(
        json(r#""axes": [{"setting": "lr", "values": [1], "from": 2}]"#),
        Mistake::Shape { field }
    );
    assert_eq!(json(r#""base": {"seed": 1}"#), Mistake::SeedInBase);
    assert_eq!(json(r#""base": {"beta1": 0.5}"#), Mistake::NoEffect { field: Field::Beta1 });
    let wrong = vec![(field, FieldError::Value(field.kind()))];
    assert_eq!(json(r#""base": {"lr": 99}"#), Mistake::Base { wrong });
}

#[test]
fn a_later_version_is_named_and_not_misread() {
    let json = br#"{"atelier-experiment": 2, "optimizers": {}}"#;
    assert_eq!(Experiment::read(json), Err(Mistake::Version { found: 2 }));
    let json = br#"{"atelier-experiment": 0}"#;
    assert_eq!(Experiment::read(json), Err(Mistake::Version { found: 0 }));
    for json in ["", "[]", "7", "{}", "{\"atelier-experiment\": 1", "\u{0}"] {
        let error = Experiment::read(json.as_bytes()).unwrap_err();
        assert!(matches!(error, Mistake::Json { .. }), "{json}: {error:?}");
    }
}

#[test]
fn texts_of_any_length_are_cut() {
    let long = "x".repeat(10_000);
    let json = format!(
        "{{\"atelier-experiment\": 1, \"name\": \"{long}\", \"axes\": [{{\"setting\": \"lr\", \"values\": [\"{long}\"]}}]}}"
    );
    let read = Experiment::read(json.as_bytes()).unwrap();
    assert_eq!(read.name.chars().count(), text::MOST_NAME);
    let [Mistake::Value { text, .. }] = &read.check().unwrap_err()[..] else { unreachable!() };
    assert_eq!(text.chars().count(), Mistake::MOST_REPEATED);
    let json = format!("{{\"atelier-experiment\": 1, \"base\": {{\"{long}\": 1}}}}");
    let error = Experiment::read(json.as_bytes()).unwrap_err();
    assert!(error.to_string().chars().count() < 100, "{error}");
    let huge = vec![b' '; Experiment::MOST_BYTES + 1];
    assert!(matches!(Experiment::read(&huge), Err(Mistake::FileTooLarge { .. })));
}

#[test]
fn an_identity_follows_what_is_run_and_not_what_it_is_called() {
    let experiment = example();
    let identity = experiment.identity();
    assert_eq!(identity.len(), IDENTITY);
    let named = Experiment { name: "else".to_owned(), ..experiment.clone() };
    assert_eq!(named.identity(), identity);
    let reseeded = TrainingConfig { seed: 9, ..experiment.base.clone() };
    assert_eq!(Experiment { base: reseeded, ..experiment.clone() }.identity(), identity);
    let others = [
        Experiment { seeds: vec![u64::MAX, 0], ..experiment.clone() },
        Experiment { halving: None, ..experiment.clone() },
        Experiment { choice: Choice::Grid, ..experiment.clone() },
        Experiment { base: TrainingConfig::default(), ..experiment.clone() },
        Experiment { axes: experiment.axes[..1].to_vec(), ..experiment.clone() },
    ];
    for other in others {
        assert_ne!(other.identity(), identity, "{other:?}");
    }
    let values = |value: &str| {
        let axes = vec![Axis::list(Field::LearningRate, [value])];
        Experiment { axes, ..experiment.clone() }.identity()
    };
    assert_eq!(values("1e-2"), values("0.010"), "equal values are equal experiments");
}

/// Folders and links of earlier builds hold it.
#[test]
fn an_identity_never_changes_between_versions() {
    assert_eq!(example().identity(), "8dad8f48942dfd50");
}
