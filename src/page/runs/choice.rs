//! Which runs are shown, and in what order. Pure functions without a browser.

use std::cmp::Ordering;
use std::sync::Arc;

use super::recipe::recipe;
use super::run_name::{differing, name_of};
use crate::library::{RunState, RunSummary};
use crate::page::words::Words;

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    ValidationLoss,
    Accuracy,
    Longest,
    Title,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 6] = [
        Self::Newest,
        Self::Oldest,
        Self::ValidationLoss,
        Self::Accuracy,
        Self::Longest,
        Self::Title,
    ];

    /// The stable identifier of this order.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::ValidationLoss => "loss",
            Self::Accuracy => "accuracy",
            Self::Longest => "steps",
            Self::Title => "name",
        }
    }

    /// Compares runs by themselves or, if they are sorted by name, by these names.
    fn compare(
        self,
        (a, a_name): (&RunSummary, &str),
        (b, b_name): (&RunSummary, &str),
    ) -> Ordering {
        let by_age = || a.record.run.cmp(&b.record.run);
        let best = |run: &RunSummary| run.record.best;
        match self {
            Self::Newest => by_age().reverse(),
            Self::Oldest => by_age(),
            // Runs without an epoch come last.
            Self::ValidationLoss => {
                let loss = |run| best(run).map_or(f64::INFINITY, |best| best.valid_loss);
                loss(a).total_cmp(&loss(b))
            }
            Self::Accuracy => {
                let accuracy = |run| best(run).map_or(-1.0, |best| best.valid_accuracy);
                accuracy(b).total_cmp(&accuracy(a))
            }
            Self::Longest => b.record.steps.cmp(&a.record.steps),
            Self::Title => a_name.cmp(b_name),
        }
    }
}

/// Which kind of run is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    All,
    /// Finished runs.
    Ended,
    /// Runs that were stopped or interrupted, have failed, or are in progress.
    Unended,
    /// Runs with this tag.
    Tag(String),
}

/// What the visitor chose to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Words that must all occur in a run's name, note, tags, settings, state or experiment.
    pub search: String,
    /// The kind of run.
    pub kind: Kind,
    /// The sort order.
    pub order: Order,
}

impl Choice {
    /// The names of the matching runs, in order. The search covers the text that the page shows of each run.
    pub fn of(&self, runs: &[Arc<RunSummary>], words: &Words) -> Vec<String> {
        let sought: Vec<String> = self.search.split_whitespace().map(str::to_lowercase).collect();
        let is_chosen = |run: &&Arc<RunSummary>| {
            self.is_of_kind(run) && (sought.is_empty() || has_all(&sought, run, words))
        };
        let order = self.order;
        let name = |run: &RunSummary| match order {
            Order::Title => name_of(run, words).to_lowercase(),
            _ => String::new(),
        };
        // Inserted and not sorted: code that sorts weighs a kilobyte a type.
        let mut chosen: Vec<(&Arc<RunSummary>, String)> = Vec::new();
        for run in runs.iter().filter(is_chosen) {
            let name = name(run);
            let is_before = |(other, other_name): &(&Arc<RunSummary>, String)| {
                let by_age = || run.record.run.cmp(&other.record.run);
                order.compare((other, other_name), (run, &name)).then_with(by_age).is_lt()
            };
            chosen.insert(chosen.partition_point(is_before), (run, name));
        }
        chosen.into_iter().map(|(run, _)| run.record.run.clone()).collect()
    }

    fn is_of_kind(&self, run: &RunSummary) -> bool {
        let ended = matches!(run.record.state, RunState::Ended(_));
        match &self.kind {
            Kind::All => true,
            Kind::Ended => ended,
            Kind::Unended => !ended && run.record.state != RunState::Weights,
            Kind::Tag(tag) => run.labels.tags.contains(tag),
        }
    }
}

fn has_all(sought: &[String], run: &RunSummary, words: &Words) -> bool {
    let (labels, record) = (&run.labels, &run.record);
    let experiment = record.experiment.as_ref().map_or("", |experiment| &experiment.name);
    let text = [
        experiment,
        &record.run,
        &name_of(run, words),
        &labels.note,
        &labels.tags.join(" "),
        &words.library.brief_settings(&differing(&record.config), 0),
        &words.library.settings(&recipe(&record.config)),
        &words.library.state(&record.state, run.owner, record.steps),
        &record.engine,
    ];
    let text = text.map(|part| part.to_lowercase()).join("\n");
    sought.iter().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Ending, EpochMetrics};
    use crate::library::{Origin, RunLabels, RunOwner, RunRecord};
    use crate::page::words::ENGLISH;
    use crate::settings::TrainingConfig;

    fn run(name: &str, loss: Option<f64>, state: RunState, tag: &str) -> Arc<RunSummary> {
        let best = loss.map(|valid_loss| EpochMetrics {
            epoch: 1,
            step: 10,
            train_loss: 0.5,
            valid_loss,
            valid_accuracy: 1.0 - valid_loss,
        });
        let record = RunRecord {
            run: name.to_owned(),
            config: TrainingConfig { batch_size: name.len() + 16, ..TrainingConfig::default() },
            engine: "CPU".to_owned(),
            origin: Origin::New,
            given: Vec::new(),
            data: None,
            corrections: 0,
            experiment: None,
            state,
            started_at_ms: 0.0,
            ended_at_ms: None,
            trained_ms: 0.0,
            steps: 10,
            steps_in_run: 10,
            steps_per_epoch: 10,
            epochs: 1,
            best,
            newest: best,
            sparkline: Vec::new(),
        };
        let labels = RunLabels { tags: vec![tag.to_owned()], ..RunLabels::default() };
        Arc::new(RunSummary { record, labels, owner: RunOwner::AtRest })
    }

    fn runs() -> Vec<Arc<RunSummary>> {
        vec![
            run("20260101_000001", Some(0.4), RunState::Ended(Ending::Completed), "wide"),
            run("20260101_000003", None, RunState::Stopped, "wide"),
            run("20260101_000002", Some(0.3), RunState::Ended(Ending::EarlyStopped), "narrow"),
        ]
    }

    fn seconds(choice: &Choice) -> Vec<String> {
        choice.of(&runs(), &ENGLISH).into_iter().map(|name| name[14..].to_owned()).collect()
    }

    #[test]
    fn runs_come_newest_first_or_best_first_and_without_an_epoch_last() {
        let by = |order| seconds(&Choice { order, ..Choice::default() });
        assert_eq!(by(Order::Newest), ["3", "2", "1"]);
        assert_eq!(by(Order::Oldest), ["1", "2", "3"]);
        assert_eq!(by(Order::ValidationLoss), ["2", "1", "3"]);
        assert_eq!(by(Order::Accuracy), ["2", "1", "3"]);
    }

    #[test]
    fn all_words_must_occur_somewhere() {
        let with =
            |search: &str| seconds(&Choice { search: search.to_owned(), ..Choice::default() });
        assert_eq!(with("WIDE batch"), ["3", "1"]);
        assert_eq!(with("wide stopped"), ["3"]);
        assert_eq!(with("wide adamw"), [""; 0]);
    }

    #[test]
    fn runs_sorted_by_name_are_sorted_by_what_the_list_shows() {
        let titled = |title: &str, run: Arc<RunSummary>| {
            let labels = RunLabels { title: title.to_owned(), ..RunLabels::default() };
            Arc::new(RunSummary { labels, ..(*run).clone() })
        };
        let [first, second, third] = runs().try_into().expect("three runs");
        let runs = [titled("Alpha", first), second, titled("beta", third)];
        let choice = Choice { order: Order::Title, ..Choice::default() };
        let sorted = choice.of(&runs, &ENGLISH);
        assert_eq!(sorted, ["20260101_000001", "20260101_000003", "20260101_000002"]);
    }

    #[test]
    fn kinds_are_told_by_state_and_tag() {
        let of = |kind| seconds(&Choice { kind, ..Choice::default() });
        assert_eq!(of(Kind::Ended), ["2", "1"]);
        assert_eq!(of(Kind::Unended), ["3"]);
        assert_eq!(of(Kind::Tag("narrow".to_owned())), ["2"]);
    }
}
