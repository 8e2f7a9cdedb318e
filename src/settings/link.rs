//! Links: a configuration in a URL's query.

use super::{Field, LinkMistake, OptimizerKind, Preset, SettingsDraft, TrainingConfig, parse_flag};
use crate::text;

/// No link of ours has nearly as many settings; looking for what each unknown one may have meant takes time.
const MOST_PAIRS: usize = 200;

/// The longest text that is no address, in characters: no number needs nearly as many digits. One that was cut is none.
const MOST_TEXT: usize = 100;

/// Keys whose texts are addresses, or as long.
const LONG: [&str; 3] = ["init", "order", EXPERIMENT];
/// The key of an experiment.
const EXPERIMENT: &str = "experiment";

/// The configuration and the requests of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkSettings {
    /// The form's fields: the link's where it gives them, otherwise the preset's or the tutorial's.
    pub draft: SettingsDraft,
    /// Whether to start as soon as the page can, without a click.
    pub autostart: bool,
    /// Address of a safetensors file with the weights to begin with.
    pub initial_weights: Option<String>,
    /// Address of a JSON file with the batches to train on, as lists of training images' indices (from 0).
    pub order: Option<String>,
    /// An experiment over these settings, at most [`text::MOST_ADDRESS`] characters, not checked yet.
    pub experiment: Option<String>,
    /// What in the link is not understood, each once. The rest is in the draft all the same.
    pub mistakes: Vec<LinkMistake>,
}

impl LinkSettings {
    /// Reads the decoded key–value pairs of a link's query. Unknown keys and values change nothing and are
    /// listed among the mistakes.
    ///
    /// ```
    /// use atelier::settings::LinkSettings;
    ///
    /// // ?optimizer=adamw&batch=64&speed=fast
    /// let link = LinkSettings::from_pairs([("optimizer", "adamw"), ("batch", "64"), ("speed", "fast")]);
    /// let config = link.draft.check().expect("every value is in its range");
    /// assert_eq!((config.batch_size, config.weight_decay), (64, 0.01), "AdamW's default");
    /// assert_eq!(link.mistakes.len(), 1, "no setting is called speed");
    /// ```
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut known, mut mistakes) = (Vec::new(), Vec::new());
        for (key, text) in pairs.into_iter().take(MOST_PAIRS) {
            let key = text::line(key, text::MOST_NAME);
            let is_long = LONG.contains(&key.as_str());
            let text = text::line(text, if is_long { text::MOST_ADDRESS } else { MOST_TEXT });
            match LinkMistake::of(&key, &text) {
                None => known.push((key, text)),
                Some(mistake) if mistakes.contains(&mistake) => {}
                Some(mistake) => mistakes.push(mistake),
            }
        }
        let pairs = known;
        let pairs = || pairs.iter().map(|(key, text)| (key.as_str(), text.as_str()));
        let value = |key: &str| pairs().rev().find(|pair| pair.0 == key).map(|pair| pair.1);
        let given = |key: &str| value(key).filter(|text| !text.is_empty()).map(str::to_owned);
        let preset = value("preset").and_then(Preset::named);
        let mut draft = preset.map_or_else(SettingsDraft::default, |preset| {
            preset.in_draft(&SettingsDraft::default())
        });
        draft.set_pairs(pairs());
        Self {
            draft,
            autostart: value("autostart").and_then(parse_flag) == Some(true),
            initial_weights: given("init"),
            order: given("order"),
            experiment: given(EXPERIMENT),
            mistakes,
        }
    }
}

impl SettingsDraft {
    /// Sets the fields with these keys, in any order: optimizer and schedule first, since they change other
    /// fields' defaults. Ignores unknown keys.
    pub fn set_pairs<'a>(&mut self, pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) {
        let leads = |field: &Field| matches!(field, Field::Optimizer | Field::Schedule);
        for first in [true, false] {
            for (key, text) in pairs.clone() {
                if let Some(field) = Field::with_key(key).filter(|field| leads(field) == first) {
                    self.set(field, text);
                }
            }
        }
    }

    /// The keys and texts of every setting that applies, also of those that stand at their defaults: what is
    /// stored must not follow a default that changes.
    #[must_use]
    pub fn every_pair(&self) -> Vec<(&'static str, &str)> {
        let applying = Field::ALL.into_iter().filter(|&field| self.applies(field));
        applying.map(|field| (field.key(), self.get(field))).collect()
    }

    /// The keys and texts that describe the whole draft: the basic settings always, the others where they
    /// apply and differ from their defaults.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let said = |field: Field| match field {
            Field::Engine
            | Field::BatchSize
            | Field::Epochs
            | Field::LearningRate
            | Field::Seed => true,
            Field::Momentum if self.optimizer() == OptimizerKind::Sgd => true,
            _ => self.applies(field) && !self.is_default(field),
        };
        let fields = Field::ALL.into_iter().filter(|&field| said(field));
        fields.map(|field| (field.key(), self.get(field))).collect()
    }
}

impl TrainingConfig {
    /// The query of a link to this configuration, without the leading `?`.
    ///
    /// Every value is a plain number or word, so nothing needs escaping.
    #[must_use]
    pub fn to_query(&self) -> String {
        let draft = SettingsDraft::from(self);
        let pairs = draft.pairs().into_iter().map(|(key, text)| format!("{key}={text}"));
        pairs.collect::<Vec<_>>().join("&")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{EngineChoice, OptimizerSettings, ScheduleSettings};
    use super::*;

    fn link(query: &str) -> LinkSettings {
        LinkSettings::from_pairs(query.split('&').filter_map(|pair| pair.split_once('=')))
    }

    #[test]
    fn a_link_is_a_configuration_and_back() {
        let queries = [
            "engine=cpu&batch=64&epochs=1&lr=0.01&momentum=0.95&seed=42",
            "engine=webgpu&batch=8&epochs=2&steps=50&optimizer=adamw&lr=0.002&beta2=0.99&seed=1",
            "engine=auto&batch=4&epochs=9&optimizer=asgd&lr=0.01&t0=100&averaged=1&patience=3&seed=0",
            "engine=cpu&batch=4&epochs=5&lr=0.01&momentum=0.9&nesterov=1&weight-decay=0.0005\
             &schedule=one-cycle&pct-start=0.2&warm-up=100&clip=1&shift=2&flip=1&erase=0.25&seed=7",
        ];
        for query in queries {
            assert_eq!(link(query).draft.check().unwrap().to_query(), query);
        }
        let config = link(queries[0]).draft.check().unwrap();
        assert_eq!((config.engine, config.seed), (EngineChoice::Cpu, 42));
        assert_eq!(config.schedule, ScheduleSettings::Constant);
    }

    #[test]
    fn the_order_of_a_links_keys_does_not_matter() {
        let config = link("lr=0.02&eps=1e-7&optimizer=adagrad").draft.check().unwrap();
        assert_eq!(config.learning_rate, 0.02);
        let expected = OptimizerSettings::Adagrad { learning_rate_decay: 0.0, epsilon: 1e-7 };
        assert_eq!(config.optimizer, expected);
    }

    #[test]
    fn a_preset_gives_what_the_link_does_not_say() {
        let config = link("batch=32&preset=quick&engine=cpu").draft.check().unwrap();
        let quick = Preset::Quick.config();
        assert_eq!(config, TrainingConfig { batch_size: 32, engine: EngineChoice::Cpu, ..quick });
        assert_eq!(link("preset=tutorial").draft, SettingsDraft::default());
        assert_eq!(link("preset=slow").draft, SettingsDraft::default());
    }

    #[test]
    fn weights_and_order_may_come_from_files() {
        let settings = link("init=reference/init.safetensors&order=order.json");
        assert_eq!(settings.initial_weights.as_deref(), Some("reference/init.safetensors"));
        assert_eq!(settings.order.as_deref(), Some("order.json"));
        assert_eq!(link("init=").initial_weights, None);
    }

    #[test]
    fn an_experiment_is_taken_as_it_is_and_is_no_unknown_key() {
        let settings = link("experiment=lr:0.1,0.2;seeds:0,1&batch=64&autostart=1");
        assert_eq!(settings.experiment.as_deref(), Some("lr:0.1,0.2;seeds:0,1"));
        assert_eq!((settings.mistakes.len(), settings.autostart), (0, true));
        assert_eq!(settings.draft, link("batch=64").draft);
        assert_eq!(link("experiment=").experiment, None);
        assert_eq!(link("batch=64").experiment, None);
        let key = |key: &str, nearest| LinkMistake::Key { key: key.to_owned(), nearest };
        assert_eq!(link("experment=a").mistakes, [key("experment", Some("experiment"))]);
        let long = link(&format!("experiment={}", "9,".repeat(100_000))).experiment.unwrap();
        assert_eq!(long.chars().count(), text::MOST_ADDRESS);
    }

    #[test]
    fn autostart_is_off_unless_the_link_says_so() {
        assert!(!link("batch=8").autostart);
        assert!(!link("autostart=0").autostart);
        assert!(link("autostart=1").autostart);
    }

    #[test]
    fn unknown_keys_in_a_link_change_nothing_and_are_told_once() {
        let settings = link("utm_source=mail&cutmix=1&Batch=9&Batch=8&epochs=3");
        assert_eq!(settings.draft, link("epochs=3").draft);
        let key = |key: &str, nearest| LinkMistake::Key { key: key.to_owned(), nearest };
        assert_eq!(settings.mistakes, [key("cutmix", None), key("Batch", Some("batch"))]);
        assert_eq!(link("bench=cpu-fused-4&init=a&order=b&autostart=0&lr=no").mistakes, []);
    }

    #[test]
    fn a_link_of_any_length_is_read_to_a_limit() {
        let long = "9".repeat(100_000);
        let settings = link(&format!(
            "lr={long}&epochs=3&batch=\u{202e}8&init={long}&{long}=1&optimizer={long}"
        ));
        let texts = settings.mistakes.iter().map(|mistake| match mistake {
            LinkMistake::Key { key: text, .. } | LinkMistake::Word { word: text, .. } => text,
        });
        let given = settings.initial_weights.iter().chain(texts);
        let all: Vec<&str> =
            given.map(String::as_str).chain([settings.draft.get(Field::LearningRate)]).collect();
        let lengths = all.iter().map(|text| text.chars().count());
        let expected = [text::MOST_ADDRESS, text::MOST_NAME, MOST_TEXT, MOST_TEXT];
        assert_eq!(lengths.collect::<Vec<_>>(), expected);
        assert!(all.iter().all(|text| text.ends_with('…')));
        assert!(settings.draft.error_of(Field::LearningRate).is_some());
        assert_eq!(settings.draft.get(Field::Epochs), "3");
        assert_eq!(settings.draft.get(Field::BatchSize), "8");
        assert!(settings.draft.check().is_err(), "a number that was cut is none");
        let many: Vec<String> = (0..100_000).map(|at| format!("key{at}=1")).collect();
        assert_eq!(link(&many.join("&")).mistakes.len(), MOST_PAIRS);
    }

    #[test]
    fn an_unknown_word_for_a_choice_is_told_and_the_choice_keeps_its_default() {
        let settings = link("optimizer=lion&momentum=0.5&engine=abacus&preset=slow&autostart=yes");
        assert_eq!(settings.draft, link("momentum=0.5").draft);
        assert!(!settings.autostart && settings.draft.check().is_ok());
        let told = settings.mistakes.iter().map(|mistake| match mistake {
            LinkMistake::Word { key, word, offered } => {
                assert!(!offered.contains(&word.as_str()) && offered.len() > 1);
                format!("{key}={word}")
            }
            LinkMistake::Key { key, .. } => key.clone(),
        });
        let expected = ["optimizer=lion", "engine=abacus", "preset=slow", "autostart=yes"];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        // What a preset brings is kept as well.
        let quick = link("preset=quick&optimizer=lion").draft;
        assert_eq!(quick, link("preset=quick").draft);
    }
}
