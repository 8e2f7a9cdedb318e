//! What a visitor may choose about a run: plain data, checked before it goes anywhere.
//!
//! A [`SettingsDraft`] holds the text of the form's fields, right or wrong; [`SettingsDraft::check`]
//! turns it into a [`TrainingConfig`] or says what is wrong with each field. Both sides of the worker
//! boundary and the address bar share these types.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where the arithmetic happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineChoice {
    /// WebGPU on real hardware where there is some, the CPU otherwise.
    #[default]
    Auto,
    /// Burn's wgpu backend on WebGPU, software adapters included.
    WebGpu,
    /// Burn's flex backend: wasm SIMD in a browser, native SIMD elsewhere.
    Cpu,
}

impl EngineChoice {
    /// Every choice, in the order in which the form offers them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::WebGpu, Self::Cpu];

    /// The word used in links, in `<option value>` and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::WebGpu => "webgpu",
            Self::Cpu => "cpu",
        }
    }
}

/// Everything that decides a run: with the same config, the CPU engine gives the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    /// The engine asked for.
    pub engine: EngineChoice,
    /// Images a step, 1 to [`Self::MAX_BATCH_SIZE`].
    pub batch_size: usize,
    /// Passes over the training set, 1 to [`Self::MAX_EPOCHS`].
    pub epochs: usize,
    /// Step size of SGD, above 0 and at most 10.
    pub learning_rate: f64,
    /// SGD's momentum, 0 (none) to below 1.
    pub momentum: f64,
    /// Seed of the initial weights and of every epoch's order.
    pub seed: u64,
}

impl TrainingConfig {
    /// The largest batch offered: beyond it a tab runs out of memory before it gains speed.
    pub const MAX_BATCH_SIZE: usize = 4096;
    /// The longest run offered.
    pub const MAX_EPOCHS: usize = 1000;
}

impl Default for TrainingConfig {
    /// The tutorial's run: batches of 4, 5 epochs, SGD at 0.001 with momentum 0.9.
    fn default() -> Self {
        Self {
            engine: EngineChoice::Auto,
            batch_size: 4,
            epochs: 5,
            learning_rate: 0.001,
            momentum: 0.9,
            seed: 0,
        }
    }
}

/// One field of the settings form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// [`TrainingConfig::engine`]
    Engine,
    /// [`TrainingConfig::batch_size`]
    BatchSize,
    /// [`TrainingConfig::epochs`]
    Epochs,
    /// [`TrainingConfig::learning_rate`]
    LearningRate,
    /// [`TrainingConfig::momentum`]
    Momentum,
    /// [`TrainingConfig::seed`]
    Seed,
}

impl Field {
    /// Every field, in the form's order.
    pub const ALL: [Self; 6] = [
        Self::Engine,
        Self::BatchSize,
        Self::Epochs,
        Self::LearningRate,
        Self::Momentum,
        Self::Seed,
    ];

    /// The field's key in a link.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::BatchSize => "batch",
            Self::Epochs => "epochs",
            Self::LearningRate => "lr",
            Self::Momentum => "momentum",
            Self::Seed => "seed",
        }
    }
}

/// What is wrong with a field, in words for the person who filled it in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FieldError {
    /// The engine is none of the words offered.
    #[error("choose auto, webgpu or cpu")]
    Engine,
    /// Not a whole number in the range.
    #[error("enter a whole number from {least} to {most}")]
    Whole {
        /// The smallest value allowed.
        least: u64,
        /// The largest value allowed.
        most: u64,
    },
    /// Not a number above 0 and up to 10.
    #[error("enter a number above 0, at most 10")]
    LearningRate,
    /// Not a number from 0 to below 1.
    #[error("enter a number from 0 to below 1")]
    Momentum,
}

/// The form's fields as text, exactly as typed or as the link had them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsDraft {
    texts: [String; Field::ALL.len()],
}

impl Default for SettingsDraft {
    fn default() -> Self {
        Self::from(&TrainingConfig::default())
    }
}

impl From<&TrainingConfig> for SettingsDraft {
    fn from(config: &TrainingConfig) -> Self {
        let mut draft = Self { texts: Default::default() };
        draft.set(Field::Engine, config.engine.as_str());
        draft.set(Field::BatchSize, &config.batch_size.to_string());
        draft.set(Field::Epochs, &config.epochs.to_string());
        draft.set(Field::LearningRate, &config.learning_rate.to_string());
        draft.set(Field::Momentum, &config.momentum.to_string());
        draft.set(Field::Seed, &config.seed.to_string());
        draft
    }
}

impl SettingsDraft {
    /// The text of one field.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        &self.texts[field as usize]
    }

    /// Replaces the text of one field.
    pub fn set(&mut self, field: Field, text: &str) {
        text.trim().clone_into(&mut self.texts[field as usize]);
    }

    /// The config that the fields spell, or every field's mistake.
    ///
    /// # Errors
    /// One [`FieldError`] for each field that cannot be used, in the form's order.
    pub fn check(&self) -> Result<TrainingConfig, Vec<(Field, FieldError)>> {
        let mut errors = Vec::new();
        let mut keep = |field, error| errors.push((field, error));
        let config = TrainingConfig {
            engine: or_note(parse_engine(self.get(Field::Engine)), Field::Engine, &mut keep),
            batch_size: or_note(
                parse_whole(self.get(Field::BatchSize), 1, TrainingConfig::MAX_BATCH_SIZE as u64),
                Field::BatchSize,
                &mut keep,
            ) as usize,
            epochs: or_note(
                parse_whole(self.get(Field::Epochs), 1, TrainingConfig::MAX_EPOCHS as u64),
                Field::Epochs,
                &mut keep,
            ) as usize,
            learning_rate: or_note(
                parse_real(self.get(Field::LearningRate), |rate| rate > 0.0 && rate <= 10.0)
                    .ok_or(FieldError::LearningRate),
                Field::LearningRate,
                &mut keep,
            ),
            momentum: or_note(
                parse_real(self.get(Field::Momentum), |momentum| (0.0..1.0).contains(&momentum))
                    .ok_or(FieldError::Momentum),
                Field::Momentum,
                &mut keep,
            ),
            seed: or_note(parse_whole(self.get(Field::Seed), 0, u64::MAX), Field::Seed, &mut keep),
        };
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// The mistake in one field, if there is one.
    #[must_use]
    pub fn error_of(&self, field: Field) -> Option<FieldError> {
        let errors = self.check().err()?;
        errors.into_iter().find_map(|(at, error)| (at == field).then_some(error))
    }
}

fn or_note<T: Default>(
    parsed: Result<T, FieldError>,
    field: Field,
    note: &mut impl FnMut(Field, FieldError),
) -> T {
    parsed.unwrap_or_else(|error| {
        note(field, error);
        T::default()
    })
}

fn parse_engine(text: &str) -> Result<EngineChoice, FieldError> {
    EngineChoice::ALL.into_iter().find(|engine| engine.as_str() == text).ok_or(FieldError::Engine)
}

fn parse_whole(text: &str, least: u64, most: u64) -> Result<u64, FieldError> {
    text.parse()
        .ok()
        .filter(|value| (least..=most).contains(value))
        .ok_or(FieldError::Whole { least, most })
}

fn parse_real(text: &str, allowed: impl Fn(f64) -> bool) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite() && allowed(*value))
}

/// What a link asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkSettings {
    /// The form's fields: the link's where it has them, the tutorial's elsewhere.
    pub draft: SettingsDraft,
    /// Start as soon as the page can, without a click.
    pub autostart: bool,
}

impl LinkSettings {
    /// Reads the decoded key and value pairs of a link's query. Unknown keys are left alone.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut settings = Self::default();
        for (key, value) in pairs {
            if key == "autostart" {
                settings.autostart = value == "1" || value == "true";
            } else if let Some(field) = Field::ALL.into_iter().find(|field| field.key() == key) {
                settings.draft.set(field, value);
            }
        }
        settings
    }
}

impl TrainingConfig {
    /// The query of a link to this configuration, without the leading `?`.
    ///
    /// Every value is a plain number or word, so nothing needs escaping.
    #[must_use]
    pub fn to_query(&self) -> String {
        let draft = SettingsDraft::from(self);
        let pairs = Field::ALL.map(|field| format!("{}={}", field.key(), draft.get(field)));
        pairs.join("&")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft_with(field: Field, text: &str) -> SettingsDraft {
        let mut draft = SettingsDraft::default();
        draft.set(field, text);
        draft
    }

    #[test]
    fn the_untouched_form_is_the_tutorial() {
        let config = SettingsDraft::default().check().unwrap();
        assert_eq!(config, TrainingConfig::default());
        assert_eq!(
            (config.batch_size, config.epochs, config.learning_rate, config.momentum),
            (4, 5, 0.001, 0.9)
        );
    }

    #[test]
    fn a_link_is_a_configuration_and_back() {
        let query = "engine=cpu&batch=64&epochs=1&lr=0.01&momentum=0.95&seed=42";
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let config = LinkSettings::from_pairs(pairs).draft.check().unwrap();
        assert_eq!(config.engine, EngineChoice::Cpu);
        assert_eq!(config.seed, 42);
        assert_eq!(config.to_query(), query);
    }

    #[test]
    fn autostart_is_off_unless_the_link_says_so() {
        assert!(!LinkSettings::from_pairs([("batch", "8")]).autostart);
        assert!(!LinkSettings::from_pairs([("autostart", "0")]).autostart);
        assert!(LinkSettings::from_pairs([("autostart", "1")]).autostart);
    }

    #[test]
    fn unknown_keys_in_a_link_change_nothing() {
        let settings = LinkSettings::from_pairs([("utm_source", "mail"), ("Batch", "9")]);
        assert_eq!(settings, LinkSettings::default());
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let mut draft = SettingsDraft::default();
        for field in Field::ALL {
            draft.set(field, "garment");
        }
        let fields: Vec<_> = draft.check().unwrap_err().into_iter().map(|(at, _)| at).collect();
        assert_eq!(fields, Field::ALL);
    }

    #[test]
    fn values_outside_their_range_are_refused() {
        let refused = [
            (Field::BatchSize, "0"),
            (Field::BatchSize, "4097"),
            (Field::BatchSize, "4.5"),
            (Field::Epochs, "1001"),
            (Field::LearningRate, "0"),
            (Field::LearningRate, "-0.1"),
            (Field::LearningRate, "10.1"),
            (Field::LearningRate, "NaN"),
            (Field::LearningRate, "inf"),
            (Field::Momentum, "1"),
            (Field::Momentum, "-0.5"),
            (Field::Seed, "-1"),
            (Field::Seed, "18446744073709551616"),
            (Field::Engine, "WebGPU"),
            (Field::Engine, ""),
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
            (Field::LearningRate, "10"),
            (Field::LearningRate, "1e-6"),
            (Field::Momentum, "0"),
            (Field::Momentum, " 0.999 "),
            (Field::Seed, "18446744073709551615"),
        ];
        for (field, text) in taken {
            assert_eq!(draft_with(field, text).error_of(field), None, "{field:?} refused {text:?}");
        }
    }
}
