#![allow(clippy::unwrap_used)]

use super::*;

fn base() -> TrainingConfig {
    TrainingConfig { batch_size: 64, seed: 5, ..TrainingConfig::default() }
}

fn read(link: &str) -> Experiment {
    Experiment::from_link(link, &base()).unwrap_or_else(|wrong| unreachable!("{link}: {wrong:?}"))
}

#[test]
fn a_link_is_an_experiment_and_back() {
    let links = [
        "lr:0.0001..0.1~7~log;momentum:0,0.9;seeds:0,1;sample:20~3;halving:1~3",
        "batch:1..8~8;seeds:5",
        "clip:,1;seeds:0,1,2",
        "optimizer:sgd,adam;schedule:constant,one-cycle;nesterov:0,1;seeds:5",
        "seeds:0,1,2,3,4,5,6,7,8,9",
        "eps:1e-10..1e-6~3~log;optimizer:adam;seeds:18446744073709551615",
    ];
    for link in links {
        assert_eq!(read(link).to_link(), link);
        assert_eq!(read(link).base, base());
    }
}

#[test]
fn what_may_be_left_out_has_its_usual_meaning() {
    let experiment = read("lr:0.1,0.2");
    assert_eq!((experiment.seeds, experiment.choice), (vec![5], Choice::Grid));
    assert_eq!(read("seeds:0..2").seeds, [0, 1, 2]);
    assert_eq!(read("seeds:7..7").seeds, [7]);
    let sample = Choice::Sample { combinations: 2, seed: 0 };
    assert_eq!(read("lr:0.1,0.2;sample:2").choice, sample);
    assert_eq!(read("").axes, []);
}

#[test]
fn a_preset_is_its_word() {
    for preset in Preset::ALL {
        let experiment = read(preset.as_str());
        assert_eq!(experiment, preset.experiment(&base()));
        let renamed = Experiment { name: "mine".to_owned(), ..experiment };
        assert_eq!(renamed.to_link(), preset.as_str());
        let other = Experiment { seeds: vec![9], ..renamed };
        assert_ne!(other.to_link(), preset.as_str());
        assert_eq!(read(&other.to_link()).runs(), other.runs());
    }
}

#[test]
fn no_character_needs_to_be_escaped_in_a_query() {
    let link = "lr:0.0001..0.1~7~log;optimizer:sgd,adam;seeds:0,1;sample:20~3;halving:1~3";
    let is_plain = |letter: char| {
        // RFC 3986: what a query takes, without what parts pairs or means a space in forms.
        letter.is_ascii_alphanumeric() || "-._~!$'()*,;:@/?".contains(letter)
    };
    assert!(read(link).to_link().chars().all(is_plain));
}

#[test]
fn what_is_not_understood_is_named() {
    for part in [
        "lr",
        "cutmix:1",
        "lr:0.1..",
        "lr:0.1..1~x",
        "lr:0.1..1",
        "lr:0.1..1~3~cubic",
        "lr:0.1..1~3~log~9",
        "seeds:a",
        "seeds:3..1",
        "seeds:",
        "sample:x",
        "halving:1",
        "seed..",
    ] {
        let found = Experiment::from_link(&format!("momentum:0;{part}"), &base());
        assert_eq!(found, Err(vec![Mistake::Link { part: part.to_owned() }]));
    }
    let twice = Experiment::from_link("lr:1;lr:2", &base());
    assert_eq!(twice, Err(vec![Mistake::Link { part: "lr:2".to_owned() }]));
    let field = Field::LearningRate;
    let wrong = Experiment::from_link("lr:", &base()).unwrap_err();
    assert!(matches!(&wrong[..], [Mistake::Value { field: at, .. }] if *at == field));
    assert_eq!(Experiment::from_link("seed:1,2", &base()), Err(vec![Mistake::SeedVaried]));
}

#[test]
fn a_link_of_any_length_is_read_to_a_limit() {
    let many: Vec<String> = (1..100_000).map(|number| number.to_string()).collect();
    let many = many.join(",");
    let found = Experiment::from_link(&format!("steps:{many}"), &base()).unwrap_err();
    assert_eq!(found, [Mistake::TooManyValues { field: Field::Steps, found: 1001 }]);
    let found = Experiment::from_link(&format!("seeds:{many}"), &base()).unwrap_err();
    assert_eq!(found, [Mistake::TooManySeeds { found: 11 }]);
    let found = Experiment::from_link("seeds:0..18446744073709551615", &base()).unwrap_err();
    assert_eq!(found, [Mistake::TooManySeeds { found: 11 }]);
    let axes = Field::ALL.map(|field| format!("{}:1", field.key())).join(";");
    let found = Experiment::from_link(&axes, &base()).unwrap_err();
    assert!(found.contains(&Mistake::TooManyAxes { found: 4 }), "{found:?}");
    let long = "x".repeat(100_000);
    let found = Experiment::from_link(&format!("lr:{long};{long}"), &base()).unwrap_err();
    assert!(found.iter().all(|mistake| mistake.to_string().len() < 200));
}
