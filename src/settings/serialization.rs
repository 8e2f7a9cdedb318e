//! A config wherever it is stored or sent: a map of its settings' keys to their words, with every setting
//! that applies. Earlier builds left out what stood at its default; such maps are read with the defaults of then.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Field, SettingsDraft, TrainingConfig};

/// Keys that the first version of the checkpoint file had for settings.
const FORMER_KEYS: [(&str, Field); 2] =
    [("batch_size", Field::BatchSize), ("learning_rate", Field::LearningRate)];

impl Serialize for TrainingConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let draft = SettingsDraft::from(self);
        // Extended and not collected, which would sort first: such code weighs on the page.
        let mut words = BTreeMap::new();
        words.extend(draft.every_pair());
        words.serialize(serializer)
    }
}

/// A word in JSON: the first version of the checkpoint file wrote numbers as numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Word {
    Text(String),
    Whole(u64),
    Real(f64),
}

impl Word {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Whole(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
        }
    }
}

impl<'de> Deserialize<'de> for TrainingConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words: BTreeMap<String, String> = if deserializer.is_human_readable() {
            let read = BTreeMap::<String, Word>::deserialize(deserializer)?;
            let mut words = BTreeMap::new();
            words.extend(read.into_iter().map(|(key, word)| (key, word.into_text())));
            words
        } else {
            BTreeMap::deserialize(deserializer)?
        };
        // A setting that this build does not know would make another run than the one that was saved.
        let known = |key: &str| match Field::with_key(key) {
            Some(field) => Some(field.key()),
            None => FORMER_KEYS.iter().find(|former| former.0 == key).map(|former| former.1.key()),
        };
        let mut pairs = Vec::with_capacity(words.len());
        for (key, text) in &words {
            let key = known(key)
                .ok_or_else(|| D::Error::custom(format!("{key} is no setting of this build")))?;
            pairs.push((key, text.as_str()));
        }
        let mut draft = SettingsDraft::default();
        draft.set_pairs(pairs.into_iter());
        draft.check().map_err(|errors| {
            let mistakes = errors.iter().map(|(field, error)| format!("{}: {error}", field.key()));
            D::Error::custom(mistakes.collect::<Vec<_>>().join("; "))
        })
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
    fn what_no_person_could_choose_is_refused() {
        for json in [r#"{"batch":"0"}"#, r#"{"lr":"NaN"}"#, r#"{"cutmix":"1"}"#, "[]", "7"] {
            assert!(serde_json::from_str::<TrainingConfig>(json).is_err(), "{json}");
        }
    }
}
