//! A config wherever it is stored or sent: a map of its settings' keys to their words, with every setting
//! that applies. Earlier builds left out what stood at its default; such maps are read with the defaults of then.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Field, SettingsDraft, TrainingConfig};
use crate::text;

/// Keys that the first version of the checkpoint file had for settings.
const FORMER_KEYS: [(&str, Field); 2] =
    [("batch_size", Field::BatchSize), ("learning_rate", Field::LearningRate)];
/// Letters of an unknown key that an error names.
const MOST_NAMED: usize = 40;

impl Serialize for TrainingConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let draft = SettingsDraft::from(self);
        // Extended and not collected, which would sort first: such code weighs on the page.
        let mut words = BTreeMap::new();
        words.extend(draft.every_pair());
        words.serialize(serializer)
    }
}

/// A setting's word. In JSON it may also be a number: the first version of the checkpoint file wrote numbers as numbers.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = if from.is_human_readable() {
            from.deserialize_any(WordVisitor)
        } else {
            from.deserialize_str(WordVisitor)
        };
        word.map(Self)
    }
}

/// Reads a word. Nothing else is kept, however much of it there is.
struct WordVisitor;

impl Visitor<'_> for WordVisitor {
    type Value = String;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a word or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

/// Reads the map of settings into the draft.
struct Settings;

impl<'de> Visitor<'de> for Settings {
    type Value = TrainingConfig;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut pairs = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            // A setting that this build does not know would make another run than the one that was saved.
            let Some(field) = known(&key) else {
                let key = text::line(&key, MOST_NAMED);
                return Err(A::Error::custom(format!("{key} is no setting of this build")));
            };
            pairs.insert(field.key(), entries.next_value::<Word>()?.0);
        }
        let mut draft = SettingsDraft::default();
        draft.set_pairs(pairs.iter().map(|(key, word)| (*key, word.as_str())));
        draft.check().map_err(|errors| {
            let mistakes = errors.iter().map(|(field, error)| format!("{}: {error}", field.key()));
            A::Error::custom(mistakes.collect::<Vec<_>>().join("; "))
        })
    }
}

fn known(key: &str) -> Option<Field> {
    let former = || FORMER_KEYS.iter().find(|former| former.0 == key).map(|former| former.1);
    Field::with_key(key).or_else(former)
}

impl<'de> Deserialize<'de> for TrainingConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Settings)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Augmentation, EngineChoice, OptimizerSettings, Preset, ScheduleSettings};
    use super::*;

    fn configs() -> [TrainingConfig; 3] {
        let asgd = OptimizerSettings::Asgd {
            lambd: 1e-4,
            alpha: 0.75,
            average_from: 10.0,
            averaged: true,
        };
        [
            TrainingConfig { seed: u64::MAX, ..TrainingConfig::default() },
            Preset::Quick.config(),
            TrainingConfig { optimizer: asgd, clip_norm: Some(0.1), ..TrainingConfig::default() },
        ]
    }

    #[test]
    fn a_config_survives_json_and_the_protocol() {
        for config in configs() {
            let json = serde_json::to_string(&config).unwrap();
            assert_eq!(serde_json::from_str::<TrainingConfig>(&json).unwrap(), config, "{json}");
            let bytes = postcard::to_stdvec(&config).unwrap();
            assert_eq!(postcard::from_bytes::<TrainingConfig>(&bytes).unwrap(), config);
        }
    }

    #[test]
    fn a_config_of_the_first_version_is_read() {
        let json = r#"{"engine":"cpu","batch_size":64,"epochs":1,"learning_rate":0.01,
            "momentum":0.5,"seed":18446744073709551615}"#;
        let expected = TrainingConfig {
            engine: EngineChoice::Cpu,
            batch_size: 64,
            epochs: 1,
            learning_rate: 0.01,
            optimizer: OptimizerSettings::Sgd { momentum: 0.5, dampening: 0.0, nesterov: false },
            seed: u64::MAX,
            ..TrainingConfig::default()
        };
        assert_eq!(serde_json::from_str::<TrainingConfig>(json).unwrap(), expected);
    }

    #[test]
    fn every_setting_that_applies_is_stored() {
        for (config, applying) in [
            (TrainingConfig::default(), 20),
            (
                TrainingConfig {
                    schedule: ScheduleSettings::Exponential { gamma: 0.5 },
                    ..TrainingConfig::default()
                },
                21,
            ),
        ] {
            let stored = serde_json::to_value(&config).unwrap();
            let stored = stored.as_object().unwrap();
            let draft = SettingsDraft::from(&config);
            let missing = Field::ALL
                .into_iter()
                .filter(|&field| draft.applies(field) != stored.contains_key(field.key()));
            assert_eq!(missing.collect::<Vec<_>>(), []);
            assert_eq!(stored.len(), applying);
        }
    }

    /// Should a default change, reading must still begin with the former ones.
    #[test]
    fn what_earlier_builds_left_out_keeps_its_meaning() {
        let read = |more: &str| {
            let json = format!(
                r#"{{"batch":"4","engine":"auto","epochs":"1","lr":"0.001","seed":"0"{more}}}"#
            );
            serde_json::from_str::<TrainingConfig>(&json).unwrap()
        };
        let plain = TrainingConfig {
            engine: EngineChoice::Auto,
            batch_size: 4,
            epochs: 1,
            steps: None,
            optimizer: OptimizerSettings::Sgd { momentum: 0.9, dampening: 0.0, nesterov: false },
            learning_rate: 0.001,
            weight_decay: 0.0,
            schedule: ScheduleSettings::Constant,
            warm_up_steps: 0,
            clip_norm: None,
            patience: None,
            augmentation: Augmentation { shift: 0, flip: false, erase: 0.0 },
            seed: 0,
            keep_every: None,
            keep: 5,
        };
        assert_eq!(read(r#","momentum":"0.9""#), plain);
        let betas = (0.9, 0.999);
        for (name, optimizer, weight_decay) in [
            (
                "asgd",
                OptimizerSettings::Asgd {
                    lambd: 1e-4,
                    alpha: 0.75,
                    average_from: 1e6,
                    averaged: false,
                },
                0.0,
            ),
            (
                "adagrad",
                OptimizerSettings::Adagrad { learning_rate_decay: 0.0, epsilon: 1e-10 },
                0.0,
            ),
            ("adam", OptimizerSettings::Adam { betas, epsilon: 1e-8 }, 0.0),
            ("adamw", OptimizerSettings::AdamW { betas, epsilon: 1e-8 }, 0.01),
            (
                "rmsprop",
                OptimizerSettings::RmsProp {
                    alpha: 0.99,
                    epsilon: 1e-8,
                    momentum: 0.0,
                    centered: false,
                },
                0.0,
            ),
        ] {
            let expected = TrainingConfig { optimizer, weight_decay, ..plain.clone() };
            assert_eq!(read(&format!(r#","optimizer":"{name}""#)), expected, "{name}");
        }
        for (name, schedule) in [
            ("step", ScheduleSettings::Step { step_size: 1, gamma: 0.1 }),
            ("exponential", ScheduleSettings::Exponential { gamma: 0.9 }),
            ("cosine", ScheduleSettings::Cosine { minimum: 0.0 }),
            ("one-cycle", ScheduleSettings::OneCycle { pct_start: 0.3 }),
        ] {
            let expected = TrainingConfig { schedule, ..plain.clone() };
            assert_eq!(read(&format!(r#","schedule":"{name}""#)), expected, "{name}");
        }
    }

    #[test]
    fn an_error_does_not_repeat_a_key_of_any_length() {
        let json = format!("{{\"\u{202e}{}\":\"1\"}}", "a".repeat(100_000));
        let error = serde_json::from_str::<TrainingConfig>(&json).unwrap_err().to_string();
        assert!(error.starts_with("aaa") && error.contains('…') && error.len() < 200, "{error}");
    }

    #[test]
    fn what_no_person_could_choose_is_refused() {
        for json in [r#"{"batch":"0"}"#, r#"{"lr":"NaN"}"#, r#"{"cutmix":"1"}"#, "[]", "7"] {
            assert!(serde_json::from_str::<TrainingConfig>(json).is_err(), "{json}");
        }
    }
}
