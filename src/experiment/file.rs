//! An experiment as a file: JSON that a person can read and change.
//!
//! ```json
//! {
//!   "atelier-experiment": 1,
//!   "name": "Learning rates",
//!   "base": { "batch": "64", "epochs": "5" },
//!   "axes": [
//!     { "setting": "lr", "from": 0.0001, "to": 0.1, "count": 7, "scale": "logarithmic" },
//!     { "setting": "momentum", "values": ["0", "0.9"] }
//!   ],
//!   "seeds": [0, 1, 2],
//!   "sample": { "combinations": 10, "seed": 0 },
//!   "halving": { "first": 1, "factor": 3 }
//! }
//! ```
//!
//! Settings go by their keys in links. Only the first line is mandatory: a base lacks what the tutorial's run has too, seeds
//! are 0 alone, a scale is linear, and without a sample the whole grid is run.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Axis, Choice, Experiment, Halving, Mistake, Scale, Values};
use crate::checksum::sha256_hex;
use crate::settings::{Field, SettingsDraft, TrainingConfig};
use crate::text;

/// The digits of an identity: enough that no two experiments of a person have the same.
const IDENTITY: usize = 16;

impl Experiment {
    /// The version of the file that is written here; earlier ones are read too.
    pub const VERSION: u32 = 1;
    /// The largest file that is read, in bytes: three axes of a thousand values take less.
    pub const MOST_BYTES: usize = 256 << 10;

    /// Reads a file. Nothing in it is passed over: what is not known is a mistake. Whether the experiment makes sense is for
    /// [`Self::check`].
    ///
    /// ```
    /// use atelier::experiment::Experiment;
    ///
    /// let json = br#"{
    ///   "atelier-experiment": 1,
    ///   "axes": [{ "setting": "lr", "from": 0.001, "to": 0.1, "count": 3, "scale": "logarithmic" }],
    ///   "seeds": [0, 1]
    /// }"#;
    /// let experiment = Experiment::read(json).expect("the file is right");
    /// let runs = experiment.runs().expect("and makes sense").runs;
    /// let rates: Vec<f64> = runs.iter().map(|run| run.config.learning_rate).collect();
    /// assert_eq!(rates, [0.001, 0.01, 0.1, 0.001, 0.01, 0.1], "all with the first seed, then all with the second");
    /// ```
    ///
    /// # Errors
    /// One mistake.
    pub fn read(json: &[u8]) -> Result<Self, Mistake> {
        if json.len() > Self::MOST_BYTES {
            let (found, most) = (json.len() as u64, Self::MOST_BYTES as u64);
            return Err(Mistake::FileTooLarge { found, most });
        }
        let wrong =
            |error: serde_json::Error| Mistake::Json { why: text::quote(&error.to_string()) };
        // First, because a later version may look different otherwise.
        let Version { version } = serde_json::from_slice(json).map_err(wrong)?;
        if version == 0 || version > Self::VERSION {
            return Err(Mistake::Version { found: version });
        }
        serde_json::from_slice::<Document>(json).map_err(wrong)?.try_into()
    }

    /// The file, in lines that a person can read.
    #[must_use]
    pub fn to_json(&self) -> String {
        let document = Document::from(self);
        // Maps of texts and numbers that are finite cannot fail.
        let json = serde_json::to_string_pretty(&document).unwrap_or_default();
        format!("{json}\n")
    }

    /// What tells experiments apart, whatever they are called: 16 hexadecimal digits. Two with the same have the same runs
    /// under the same numbers.
    #[must_use]
    pub fn identity(&self) -> String {
        let document = Document::from(&Self { name: String::new(), ..self.clone() });
        let json = serde_json::to_vec(&document).unwrap_or_default();
        let mut digits = sha256_hex(&json);
        digits.truncate(IDENTITY);
        digits
    }

    /// The same of its runs on a data set of one's own, by the SHA-256 of that; [`Self::identity`] for the tutorial's.
    #[must_use]
    pub fn identity_on(&self, data: Option<&str>) -> String {
        let identity = self.identity();
        data.map_or_else(
            || identity.clone(),
            |data| {
                let mut digits = sha256_hex(format!("{identity}{data}").as_bytes());
                digits.truncate(IDENTITY);
                digits
            },
        )
    }
}

/// What every version begins with.
#[derive(Deserialize)]
struct Version {
    #[serde(rename = "atelier-experiment")]
    version: u32,
}

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "atelier-experiment")]
    version: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default)]
    base: BTreeMap<String, Word>,
    #[serde(default)]
    axes: Vec<AxisEntry>,
    #[serde(default = "one_seed")]
    seeds: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sample: Option<SampleEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    halving: Option<HalvingEntry>,
}

fn one_seed() -> Vec<u64> {
    vec![0]
}

/// A setting that varies: by values or by a range.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AxisEntry {
    setting: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Word>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<ScaleWord>,
}

/// A scale's word.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ScaleWord {
    Linear,
    Logarithmic,
}

/// A random sample.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleEntry {
    combinations: u32,
    #[serde(default)]
    seed: u64,
}

/// Successive halving.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HalvingEntry {
    first: u32,
    factor: u32,
}

/// A setting's text; a person may also write a number or a truth value.
#[derive(Clone, Serialize)]
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WordVisitor).map(Self)
    }
}

/// Reads a word, cut to what a mistake repeats: no setting's text is nearly as long.
struct WordVisitor;

impl Visitor<'_> for WordVisitor {
    type Value = String;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a text, a number, true or false")
    }

    fn visit_str<E>(self, given: &str) -> Result<String, E> {
        Ok(text::line(given, Mistake::MOST_REPEATED))
    }

    fn visit_bool<E>(self, given: bool) -> Result<String, E> {
        Ok(u8::from(given).to_string())
    }

    fn visit_u64<E>(self, given: u64) -> Result<String, E> {
        Ok(given.to_string())
    }

    fn visit_i64<E>(self, given: i64) -> Result<String, E> {
        Ok(given.to_string())
    }

    fn visit_f64<E>(self, given: f64) -> Result<String, E> {
        Ok(given.to_string())
    }
}

impl From<&Experiment> for Document {
    fn from(experiment: &Experiment) -> Self {
        let base = SettingsDraft::from(&experiment.base);
        let pairs = base.every_pair().into_iter();
        let pairs = pairs.filter(|(key, _)| *key != Field::Seed.key());
        let words = pairs.map(|(key, word)| (key.to_owned(), Word(word.to_owned())));
        Self {
            version: Experiment::VERSION,
            name: experiment.name.clone(),
            base: words.collect(),
            axes: experiment.axes.iter().map(AxisEntry::from).collect(),
            seeds: experiment.seeds.clone(),
            sample: match experiment.choice {
                Choice::Grid => None,
                Choice::Sample { combinations, seed } => Some(SampleEntry { combinations, seed }),
            },
            halving: experiment
                .halving
                .map(|Halving { first, factor }| HalvingEntry { first, factor }),
        }
    }
}

impl From<&Axis> for AxisEntry {
    fn from(axis: &Axis) -> Self {
        let setting = axis.field.key().to_owned();
        match axis.values {
            Values::List(_) => {
                let values = Some(axis.values().into_iter().map(Word).collect());
                Self { setting, values, ..Self::default() }
            }
            Values::Range { from, to, count, scale } => Self {
                setting,
                // Zero may have a sign, which means nothing.
                from: Some(from + 0.0),
                to: Some(to + 0.0),
                count: Some(count),
                scale: Some(match scale {
                    Scale::Linear => ScaleWord::Linear,
                    Scale::Logarithmic => ScaleWord::Logarithmic,
                }),
                ..Self::default()
            },
        }
    }
}

impl TryFrom<Document> for Experiment {
    type Error = Mistake;

    fn try_from(document: Document) -> Result<Self, Mistake> {
        if document.base.contains_key(Field::Seed.key()) {
            return Err(Mistake::SeedInBase);
        }
        let choice = |SampleEntry { combinations, seed }| Choice::Sample { combinations, seed };
        Ok(Self {
            name: text::line(&document.name, text::MOST_NAME),
            base: base(&document.base)?,
            axes: document.axes.into_iter().map(Axis::try_from).collect::<Result<_, _>>()?,
            seeds: document.seeds,
            choice: document.sample.map(choice).unwrap_or_default(),
            halving: document
                .halving
                .map(|HalvingEntry { first, factor }| Halving { first, factor }),
        })
    }
}

fn field_of(key: &str) -> Result<Field, Mistake> {
    let key_of = |key: &str| text::line(key, Mistake::MOST_REPEATED);
    Field::with_key(key).ok_or_else(|| Mistake::UnknownSetting { key: key_of(key) })
}

fn base(words: &BTreeMap<String, Word>) -> Result<TrainingConfig, Mistake> {
    let fields: Vec<Field> = words.keys().map(|key| field_of(key)).collect::<Result<_, _>>()?;
    let mut draft = SettingsDraft::default();
    draft.set_pairs(words.iter().map(|(key, word)| (key.as_str(), word.0.as_str())));
    if let Some(field) = fields.into_iter().find(|field| !draft.applies(*field)) {
        return Err(Mistake::NoEffect { field });
    }
    draft.check().map_err(|wrong| Mistake::Base { wrong })
}

impl TryFrom<AxisEntry> for Axis {
    type Error = Mistake;

    fn try_from(entry: AxisEntry) -> Result<Self, Mistake> {
        let field = field_of(&entry.setting)?;
        let values = match entry {
            AxisEntry {
                values: Some(words),
                from: None,
                to: None,
                count: None,
                scale: None,
                ..
            } => Values::List(words.into_iter().map(|word| word.0).collect()),
            AxisEntry {
                values: None,
                from: Some(from),
                to: Some(to),
                count: Some(count),
                scale,
                ..
            } => {
                let scale = match scale {
                    None | Some(ScaleWord::Linear) => Scale::Linear,
                    Some(ScaleWord::Logarithmic) => Scale::Logarithmic,
                };
                Values::Range { from, to, count, scale }
            }
            _ => return Err(Mistake::Shape { field }),
        };
        Ok(Self { field, values })
    }
}

impl Serialize for Experiment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return Document::from(self).serialize(serializer);
        }
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Experiment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            return Document::deserialize(from)?.try_into().map_err(D::Error::custom);
        }
        Self::read(String::deserialize(from)?.as_bytes()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
