//! A config wherever it is stored or sent: a map of its settings' keys to their words.

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
        draft.pairs().into_iter().collect::<BTreeMap<_, _>>().serialize(serializer)
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
            let words = BTreeMap::<String, Word>::deserialize(deserializer)?;
            words.into_iter().map(|(key, word)| (key, word.into_text())).collect()
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
    use super::super::{EngineChoice, OptimizerSettings, Preset};
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
    fn what_no_person_could_choose_is_refused() {
        for json in [r#"{"batch":"0"}"#, r#"{"lr":"NaN"}"#, r#"{"cutmix":"1"}"#, "[]", "7"] {
            assert!(serde_json::from_str::<TrainingConfig>(json).is_err(), "{json}");
        }
    }
}
