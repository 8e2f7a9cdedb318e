//! Which weights are looked at, with which they are compared, and what both say of the test images.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::dataset::DataSetIdentity;
use crate::insight::Evaluation;
use crate::page::session::{Complaint, InsightWorker, address_of_own, wrong_answer};
use crate::protocol::insight::{
    InsightCommand, InsightReply, KeptWeights, NamedRun, OwnSetAt, SplitName, WeightsAt,
};

/// What was asked for: nothing yet, the answer, or why there is none.
type Known<T> = Option<Result<T, Complaint>>;

/// A run, and weights of it.
#[derive(Clone, Copy)]
pub struct Side {
    /// The run; `None` for none.
    pub run: RwSignal<Option<String>>,
    /// The weights that the visitor has picked; `None` for the newest, whichever they are.
    pub picked: RwSignal<Option<WeightsAt>>,
    /// The weights that are kept of the run, in the order of their steps.
    pub kept: RwSignal<Known<Vec<KeptWeights>>>,
    /// Those that count: what was picked, as long as it is kept, or else the newest.
    pub weights: Memo<Option<KeptWeights>>,
    /// How many readings are under way, so that they never pile up, and whether another must follow.
    reading: StoredValue<(bool, bool)>,
}

/// The runs, two sides of a comparison, and what their weights say of the test images.
#[derive(Clone, Copy)]
pub struct Validation {
    worker: InsightWorker,
    /// The runs, newest first; `None` until the library has been read.
    pub runs: RwSignal<Known<Vec<NamedRun>>>,
    /// What is looked at.
    pub now: Side,
    /// What that is compared with.
    pub other: Side,
    known: RwSignal<BTreeMap<WeightsAt, Known<Arc<Evaluation>>>>,
}

impl Side {
    fn new() -> Self {
        let (run, picked) = (RwSignal::new(None), RwSignal::new(None));
        let kept = RwSignal::new(None);
        let weights = Memo::new(move |_| {
            let picked = picked.get();
            kept.with(|kept: &Known<Vec<KeptWeights>>| {
                let kept = kept.as_ref()?.as_ref().ok()?;
                let found = kept.iter().find(|it| Some(&it.at) == picked.as_ref());
                found.or(kept.last()).cloned()
            })
        });
        Self { run, picked, kept, weights, reading: StoredValue::new((false, false)) }
    }

    /// Looks at another run, by its newest weights, or at none.
    pub fn look_at(self, run: Option<String>) {
        self.picked.set(None);
        self.kept.set(None);
        self.run.set(run);
    }
}

impl Validation {
    /// Looks at the newest weights of this run, and of each that it changes to.
    pub fn follow(worker: InsightWorker, run: RwSignal<Option<String>>) -> Self {
        let this = Self {
            worker,
            runs: RwSignal::new(None),
            now: Side::new(),
            other: Side::new(),
            known: RwSignal::new(BTreeMap::new()),
        };
        Effect::new(move |_| this.now.look_at(run.get()));
        for side in [this.now, this.other] {
            Effect::new(move |_| {
                if side.run.with(Option::is_some) {
                    this.read_weights(side);
                }
            });
            Effect::new(move |_| {
                if let Some(weights) = side.weights.get() {
                    this.evaluate(weights);
                }
            });
        }
        // What is compared with may have been deleted, and another data set has other images.
        Effect::new(move |_| {
            let Some((other, comparable)) = this.other.run.get().zip(this.comparable()) else {
                return;
            };
            if !comparable.iter().any(|run| run.run == other) {
                this.other.look_at(None);
            }
        });
        Effect::new(move |_| match worker.change.get() {
            Some(run) => {
                let is_known = this.runs.with_untracked(|runs| {
                    let runs = runs.as_ref().and_then(|runs| runs.as_ref().ok());
                    runs.is_some_and(|runs| runs.iter().any(|it| it.run == run))
                });
                let sides = [this.now, this.other];
                let concerned = sides
                    .into_iter()
                    .filter(|side| side.run.get_untracked().as_ref() == Some(&run));
                concerned.for_each(|side| this.read_weights(side));
                if !is_known {
                    this.read_runs();
                }
            }
            None => {
                this.read_runs();
                this.read_weights(this.now);
                this.read_weights(this.other);
            }
        });
        this
    }

    /// What the weights of a side say, and whose weights these are; `None` while that is not known.
    pub fn shown(self, side: Side) -> Option<(KeptWeights, Arc<Evaluation>)> {
        let weights = side.weights.get()?;
        let evaluation = self.evaluation_of(&weights.at)?.ok()?;
        Some((weights, evaluation))
    }

    /// The runs that may be compared with what is looked at: those on the same data set; `None` while that is not listed.
    pub fn comparable(self) -> Option<Vec<NamedRun>> {
        let now = self.now.run.get();
        self.runs.with(|runs| comparable(runs.as_ref()?.as_ref().ok()?, now.as_deref()?))
    }

    /// The data set of the run that is looked at, if it is one of one's own; of the run before while that is not known.
    pub fn own(self) -> Memo<Option<DataSetIdentity>> {
        let Self { now, runs, .. } = self;
        Memo::new(move |before: Option<&Option<DataSetIdentity>>| {
            let of_weights = now.weights.with(|it| it.as_ref().map(|it| it.own.clone()));
            let listed = runs.with(|runs| {
                let name = now.run.get()?;
                let runs = runs.as_ref()?.as_ref().ok()?;
                runs.iter().find(|run| run.run == name).map(|run| run.own.clone())
            });
            listed.or(of_weights).or_else(|| before.cloned()).flatten()
        })
    }

    /// Why nothing can be shown, if something went wrong.
    pub fn complaint(self) -> Option<Complaint> {
        let of_runs = self.runs.with(|runs| runs.as_ref()?.as_ref().err().cloned());
        let of_side = |side: Side| {
            let of_list = side.kept.with(|kept| kept.as_ref()?.as_ref().err().cloned());
            of_list.or_else(|| self.evaluation_of(&side.weights.get()?.at)?.err())
        };
        of_runs.or_else(|| of_side(self.now)).or_else(|| of_side(self.other))
    }

    /// Tries again what went wrong.
    pub fn try_again(self) {
        self.known.update(|known| known.retain(|_, known| !matches!(known, Some(Err(_)))));
        self.read_runs();
        for side in [self.now, self.other] {
            self.read_weights(side);
            if let Some(weights) = side.weights.get_untracked() {
                self.evaluate(weights);
            }
        }
    }

    fn evaluation_of(self, at: &WeightsAt) -> Known<Arc<Evaluation>> {
        self.known.with(|known| known.get(at).cloned().flatten())
    }

    fn read_runs(self) {
        self.worker.ask(&InsightCommand::Runs, move |outcome| {
            let runs = outcome.and_then(|reply| match reply {
                InsightReply::Runs(runs) => Ok(runs),
                _ => Err(wrong_answer()),
            });
            keep_the_better(self.runs, runs);
        });
    }

    /// Reads which weights are kept of a side's run. Of readings that are asked for during another, one follows.
    fn read_weights(self, side: Side) {
        let Some(run) = side.run.get_untracked() else { return };
        let waits = side.reading.try_update_value(|(is_under_way, is_outdated)| {
            *is_outdated = *is_under_way;
            std::mem::replace(is_under_way, true)
        });
        if waits != Some(false) {
            return;
        }
        self.worker.ask(&InsightCommand::Weights { run: run.clone() }, move |outcome| {
            let kept = outcome.and_then(|reply| match reply {
                InsightReply::Weights(kept) => Ok(kept),
                _ => Err(wrong_answer()),
            });
            let outdated =
                side.reading.try_update_value(std::mem::take).map(|(_, outdated)| outdated);
            if side.run.try_get_untracked().flatten() == Some(run) {
                keep_the_better(side.kept, kept);
            }
            if outdated == Some(true) {
                self.read_weights(side);
            }
        });
    }

    fn evaluate(self, KeptWeights { at, own, .. }: KeptWeights) {
        let is_new = self.known.try_update(|known| {
            let is_new = !known.contains_key(&at);
            known.entry(at.clone()).or_default();
            is_new
        });
        if is_new != Some(true) {
            return;
        }
        let command = InsightCommand::Evaluate {
            weights: at.clone(),
            own: own.as_ref().map(own_set_at),
            split: SplitName::Test,
        };
        self.worker.ask(&command, move |outcome| {
            let evaluation = outcome.and_then(|reply| match reply {
                InsightReply::Evaluation(evaluation) => Ok(Arc::new(evaluation)),
                _ => Err(wrong_answer()),
            });
            // The place may have been left meanwhile.
            let _ = self.known.try_update(|known| known.insert(at, Some(evaluation)));
        });
    }
}

/// Where the images of a data set of one's own are.
pub fn own_set_at(own: &DataSetIdentity) -> OwnSetAt {
    OwnSetAt { url: address_of_own(own.sha256()), title: own.title() }
}

/// The runs on the data set of this one, itself included; `None` if it is not listed.
fn comparable(runs: &[NamedRun], with: &str) -> Option<Vec<NamedRun>> {
    let sha256 = |run: &NamedRun| run.own.as_ref().map(|own| own.sha256().to_owned());
    let own = sha256(runs.iter().find(|run| run.run == with)?);
    Some(runs.iter().filter(|run| sha256(run) == own).cloned().collect())
}

/// Keeps an answer, unless it is the same as before, or a failure after which what was read before is of more use.
fn keep_the_better<T: PartialEq + Send + Sync + 'static>(
    signal: RwSignal<Known<T>>,
    outcome: Result<T, Complaint>,
) {
    let is_needed = signal.try_with_untracked(|before| match (before, &outcome) {
        (Some(Ok(_)), Err(_)) => false,
        (Some(Ok(before)), Ok(now)) => before != now,
        _ => true,
    });
    // The place may have been left meanwhile.
    if is_needed == Some(true) {
        signal.set(Some(outcome));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_runs_on_the_same_data_set_are_compared() {
        let own = |digit: &str| {
            let names = ["cup".to_owned(), "hat".to_owned()];
            DataSetIdentity::new("set", &digit.repeat(64), &names).ok()
        };
        let run = |run: &str, own| NamedRun { run: run.to_owned(), title: String::new(), own };
        let runs = [run("a", None), run("b", own("1")), run("c", own("2")), run("d", own("1"))];
        let names = |with| {
            let found = comparable(&runs, with)?;
            Some(found.into_iter().map(|it| it.run).collect::<Vec<_>>())
        };
        assert_eq!(names("b"), Some(vec!["b".to_owned(), "d".to_owned()]));
        assert_eq!(names("a"), Some(vec!["a".to_owned()]));
        assert_eq!(names("just begun"), None, "its data set is not known yet");
    }
}
