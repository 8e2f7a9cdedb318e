#![allow(clippy::unwrap_used)]
use super::*;

fn draft_with(field: Field, text: &str) -> SettingsDraft {
    let mut draft = SettingsDraft::default();
    for optimizer in OptimizerKind::ALL.map(OptimizerKind::as_str) {
        for schedule in ScheduleKind::ALL.map(ScheduleKind::as_str) {
            if !draft.applies(field) {
                draft.set(Field::Optimizer, optimizer);
                draft.set(Field::Schedule, schedule);
            }
        }
    }
    draft.set(field, text);
    draft
}

#[test]
fn the_untouched_form_is_the_tutorial() {
    let config = SettingsDraft::default().check().unwrap();
    assert_eq!(config, TrainingConfig::default());
    assert_eq!((config.batch_size, config.epochs, config.learning_rate), (4, 5, 0.001));
    let sgd = OptimizerSettings::Sgd { momentum: 0.9, dampening: 0.0, nesterov: false };
    assert_eq!(config.optimizer, sgd);
}

#[test]
fn fields_are_numbered_as_they_are_listed() {
    for (at, field) in Field::ALL.into_iter().enumerate() {
        assert_eq!(field as usize, at, "{field:?}");
        assert_eq!(Field::with_key(field.key()), Some(field));
    }
}

#[test]
fn the_defaults_of_every_optimizer_and_schedule_can_be_used() {
    for optimizer in OptimizerKind::ALL {
        for schedule in ScheduleKind::ALL {
            let mut draft = SettingsDraft::default();
            draft.set(Field::Optimizer, optimizer.as_str());
            draft.set(Field::Schedule, schedule.as_str());
            let config = draft.check().unwrap();
            assert_eq!((config.optimizer.kind(), config.schedule.kind()), (optimizer, schedule));
            assert_eq!(SettingsDraft::from(&config), draft, "{optimizer:?} {schedule:?}");
        }
    }
}

#[test]
fn another_optimizer_brings_its_own_defaults_and_leaves_the_rest() {
    let mut draft = SettingsDraft::default();
    draft.set(Field::BatchSize, "32");
    draft.set(Field::WeightDecay, "0.5");
    draft.set(Field::Optimizer, "rmsprop");
    assert_eq!(draft.get(Field::WeightDecay), "0");
    let shown = |draft: &SettingsDraft, field| draft.get(field).to_owned();
    assert_eq!(shown(&draft, Field::LearningRate), "0.01");
    assert_eq!(shown(&draft, Field::Alpha), "0.99");
    assert_eq!(shown(&draft, Field::Momentum), "0");
    draft.set(Field::Optimizer, "sgd");
    assert_eq!(shown(&draft, Field::Momentum), "0.9");
    assert_eq!(shown(&draft, Field::BatchSize), "32");
}

#[test]
fn every_bad_field_is_named_at_once() {
    let mut draft = SettingsDraft::default();
    for field in Field::ALL {
        draft.set(field, "garment");
    }
    let fields: Vec<_> = draft.check().unwrap_err().into_iter().map(|(at, _)| at).collect();
    let expected = Field::ALL.into_iter().filter(|field| draft.applies(*field));
    assert_eq!(fields, expected.collect::<Vec<_>>());
}

#[test]
fn a_field_that_does_not_apply_cannot_be_wrong() {
    let mut draft = SettingsDraft::default();
    draft.set(Field::Beta1, "garment");
    assert!(draft.check().is_ok());
    draft.set(Field::Optimizer, "adam");
    draft.set(Field::Beta1, "garment");
    assert!(draft.error_of(Field::Beta1).is_some());
}

#[test]
fn values_outside_their_range_are_refused() {
    let refused = [
        (Field::BatchSize, "0"),
        (Field::BatchSize, "4097"),
        (Field::BatchSize, "4.5"),
        (Field::BatchSize, ""),
        (Field::Epochs, "1001"),
        (Field::Steps, "0"),
        (Field::LearningRate, "0"),
        (Field::LearningRate, "-0.1"),
        (Field::LearningRate, "10.1"),
        (Field::LearningRate, "NaN"),
        (Field::LearningRate, "inf"),
        (Field::Momentum, "1"),
        (Field::Momentum, "-0.5"),
        (Field::Nesterov, "yes"),
        (Field::Beta2, "1"),
        (Field::Epsilon, "0"),
        (Field::WeightDecay, "1.1"),
        (Field::Gamma, "0"),
        (Field::StepSize, "0"),
        (Field::PctStart, "1"),
        (Field::ClipNorm, "0"),
        (Field::Patience, "0"),
        (Field::Shift, "9"),
        (Field::Erase, "1.5"),
        (Field::Seed, "-1"),
        (Field::Seed, "18446744073709551616"),
        (Field::Engine, "WebGPU"),
        (Field::Engine, ""),
        (Field::Optimizer, "lion"),
        (Field::Schedule, ""),
    ];
    for (field, text) in refused {
        assert!(draft_with(field, text).error_of(field).is_some(), "{field:?} took {text:?}");
    }
}

#[test]
fn values_at_the_edge_of_their_range_are_taken() {
    let taken = [
        (Field::BatchSize, "1"),
        (Field::BatchSize, "4096"),
        (Field::Steps, ""),
        (Field::Steps, "50"),
        (Field::LearningRate, "10"),
        (Field::LearningRate, "1e-6"),
        (Field::Momentum, "0"),
        (Field::Momentum, " 0.999 "),
        (Field::Nesterov, "true"),
        (Field::WeightDecay, "1"),
        (Field::Gamma, "1"),
        (Field::ClipNorm, ""),
        (Field::Patience, "1"),
        (Field::Shift, "8"),
        (Field::Erase, "1"),
        (Field::Seed, "18446744073709551615"),
    ];
    for (field, text) in taken {
        assert_eq!(draft_with(field, text).error_of(field), None, "{field:?} refused {text:?}");
    }
}

#[test]
fn fields_that_contradict_each_other_are_refused() {
    let mut draft = draft_with(Field::Nesterov, "1");
    assert_eq!(draft.error_of(Field::Nesterov), None);
    draft.set(Field::Dampening, "0.1");
    assert_eq!(draft.error_of(Field::Nesterov), Some(FieldError::Nesterov));
    draft.set(Field::Dampening, "0");
    draft.set(Field::Momentum, "0");
    assert_eq!(draft.error_of(Field::Nesterov), Some(FieldError::Nesterov));

    let mut draft = draft_with(Field::Minimum, "0.001");
    assert_eq!(draft.check().map(drop), Ok(()));
    draft.set(Field::Minimum, "0.0011");
    assert_eq!(draft.error_of(Field::Minimum), Some(FieldError::Minimum));
}

#[test]
fn errors_say_what_to_enter() {
    let says = |field, text| draft_with(field, text).error_of(field).unwrap().to_string();
    assert_eq!(says(Field::Engine, "abacus"), "choose auto, webgpu or cpu");
    assert_eq!(says(Field::BatchSize, "x"), "enter a whole number from 1 to 4096");
    assert_eq!(says(Field::LearningRate, "x"), "enter a number above 0, at most 10");
    assert_eq!(says(Field::Momentum, "x"), "enter a number from 0 to below 1");
    assert_eq!(says(Field::ClipNorm, "x"), "enter a number above 0, at most 1000000, or nothing");
}
