#![allow(clippy::unwrap_used, clippy::panic)]
use proptest::prelude::*;

use super::*;
use crate::exchange::code::{Given, command_line};
use crate::settings::{EngineChoice, OptimizerKind};

fn parsed(line: &str) -> Result<TrainOptions, String> {
    let words = std::iter::once("train").chain(line.split_whitespace());
    let matches = command().try_get_matches_from(words).map_err(|error| error.to_string())?;
    options(&matches).map_err(|error| error.to_string())
}

fn config_in(line: &str) -> TrainingConfig {
    match parsed(line).unwrap().start {
        Start::New { config, .. } => *config,
        Start::Resume(_) => panic!("{line} resumes"),
    }
}

#[test]
fn without_flags_it_is_the_tutorial() {
    assert_eq!(config_in(""), TrainingConfig::default());
    assert_eq!(config_in("--preset tutorial"), TrainingConfig::default());
    assert_eq!(parsed("").unwrap().data, PathBuf::from("www/data"));
}

#[test]
fn flags_are_the_keys_of_links() {
    let config = config_in(
        "--engine wgpu --batch 32 --epochs 2 --optimizer adamw --lr 0.002 --weight-decay 0.1 \
         --schedule cosine --flip --shift 2 --seed 9",
    );
    let query = "engine=webgpu&batch=32&epochs=2&optimizer=adamw&lr=0.002&weight-decay=0.1\
                 &schedule=cosine&shift=2&flip=1&seed=9";
    assert_eq!(config.to_query(), query);
    assert_eq!(config_in("--engine cpu").engine, EngineChoice::Cpu);
}

#[test]
fn flags_change_a_preset() {
    let quick = Preset::Quick.config();
    let changed = config_in("--preset quick --epochs 3");
    assert_eq!(changed, TrainingConfig { epochs: 3, ..quick });
}

#[test]
fn steps_take_as_many_epochs_as_they_need() {
    let config = config_in("--steps 123456");
    assert_eq!((config.steps, config.epochs), (Some(123_456), TrainingConfig::MAX_EPOCHS));
    let both = config_in("--steps 5 --epochs 2");
    assert_eq!((both.steps, both.epochs), (Some(5), 2), "whichever comes first");
}

#[test]
fn a_given_order_is_taken_once() {
    assert_eq!(config_in("--order o.json").epochs, 1);
    assert_eq!(config_in("--order o.json --epochs 4").epochs, 4);
    assert_eq!(config_in("--order o.json --steps 7").steps, Some(7));
}

#[test]
fn every_wrong_flag_is_named_with_what_to_enter() {
    let error = parsed("--lr -1 --batch 0 --optimizer adam").unwrap_err();
    assert!(error.contains("--lr: enter a number above 0, at most 10"), "{error}");
    assert!(error.contains("--batch: enter a whole number from 1 to 4096"), "{error}");
    let error = parsed("--optimizer lion").unwrap_err();
    assert!(error.contains("sgd, asgd, adagrad, adam, adamw, rmsprop"), "{error}");
    assert!(parsed("--learning-rate 1").is_err() && parsed("--preset best").is_err());
}

#[test]
fn a_flag_without_effect_is_refused() {
    let error = parsed("--optimizer adam --momentum 0.5").unwrap_err();
    assert!(error.contains("--momentum has no effect with optimizer adam"), "{error}");
    assert_eq!(config_in("--optimizer adam").optimizer.kind(), OptimizerKind::Adam);
}

/// The words of a line as a POSIX shell splits it, of which only single quotes and a backslash outside them matter here.
fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            '\\' if !quoted => word.get_or_insert_default().extend(letters.next()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

fn start_in(line: &str) -> Start {
    let matches = command().try_get_matches_from(shell_words(line)).unwrap();
    options(&matches).unwrap_or_else(|error| panic!("{line}: {error}")).start
}

/// A draft with any texts that its fields take.
fn drafts() -> impl Strategy<Value = SettingsDraft> {
    let places = proptest::collection::vec((0..Field::ALL.len(), 0..4_usize), 0..12);
    places.prop_map(|places| {
        let mut draft = SettingsDraft::default();
        let chosen = places.iter().map(|(at, of)| (Field::ALL[*at], *of));
        let leads = |field: Field| matches!(field, Field::Optimizer | Field::Schedule);
        let (first, then): (Vec<_>, Vec<_>) = chosen.partition(|(field, _)| leads(*field));
        for (field, of) in first.into_iter().chain(then) {
            let text = match field.kind() {
                Kind::Choice(words) => words[of % words.len()],
                Kind::Flag => ["0", "1"][of % 2],
                Kind::Whole { optional: true, .. } | Kind::Real { optional: true, .. } => {
                    ["", "1", "2", "7"][of]
                }
                Kind::Whole { .. } => ["1", "3", "5", "8"][of],
                Kind::Real { .. } => ["0.25", "0.5", "1e-7", "0.9"][of],
            };
            draft.set(field, text);
        }
        draft
    })
}

proptest! {
    #[test]
    fn the_line_that_is_shown_for_a_run_starts_that_run(draft in drafts(), quick: bool) {
        let draft = if quick { Preset::Quick.in_draft(&draft) } else { draft };
        let Ok(config) = draft.check() else { return Ok(()) };
        let line = command_line(&config, &Given::default());
        match start_in(&line) {
            Start::New { config: parsed, .. } => prop_assert_eq!(*parsed, config, "{}", line),
            Start::Resume(_) => panic!("{line} resumes"),
        }
    }
}

#[test]
fn the_line_names_every_file_that_the_run_is_given() {
    let name = |name: &str| Some(name.to_owned());
    let given = Given {
        init: name("it's mine.safetensors"),
        order: name("order.json"),
        corrections: name("c.json"),
        data: None,
    };
    let line = command_line(&Preset::Quick.config(), &given);
    let expected = Start::New {
        config: Box::new(Preset::Quick.config()),
        init: Some("it's mine.safetensors".into()),
        order: Some("order.json".into()),
        corrections: Some("c.json".into()),
    };
    assert_eq!(start_in(&line), expected);
    let own = Given { data: name("data"), ..Given::default() };
    assert!(command_line(&TrainingConfig::default(), &own).contains("--data data"));
}

#[test]
fn a_resumed_run_brings_its_own_settings() {
    assert_eq!(parsed("--resume a").unwrap().start, Start::Resume("a".into()));
    for flag in ["--lr 1", "--preset quick", "--init w", "--order o", "--corrections c", "--flip"] {
        assert!(parsed(&format!("--resume a {flag}")).is_err(), "{flag}");
    }
    assert!(parsed("--resume a --save b --losses c --tensorboard d").is_ok());
}
