//! Which weights are looked at, and what they say of the test images.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::insight::Evaluation;
use crate::page::session::{Complaint, InsightWorker};
use crate::protocol::insight::{InsightCommand, InsightReply, RunWeights, SplitName, WeightsAt};

/// What is known of weights: nothing yet, what they say, or why that is not known.
type Known = Option<Result<Arc<Evaluation>, Complaint>>;

/// The runs with their weights, those that are looked at, and what they say of the test images.
#[derive(Clone, Copy)]
pub struct Validation {
    worker: InsightWorker,
    /// The runs, newest first; `None` until the library has been read.
    pub runs: RwSignal<Option<Result<Vec<RunWeights>, Complaint>>>,
    /// The weights that are looked at.
    pub chosen: RwSignal<Option<WeightsAt>>,
    /// Those that they are compared with.
    pub compared: RwSignal<Option<WeightsAt>>,
    /// The run at hand.
    run: RwSignal<Option<String>>,
    known: RwSignal<BTreeMap<WeightsAt, Known>>,
}

impl Validation {
    /// Looks at the newest weights of this run, and of each that it changes to.
    pub fn follow(worker: InsightWorker, run: RwSignal<Option<String>>) -> Self {
        let this = Self {
            worker,
            runs: RwSignal::new(None),
            chosen: RwSignal::new(None),
            compared: RwSignal::new(None),
            run,
            known: RwSignal::new(BTreeMap::new()),
        };
        Effect::new(move |_| {
            worker.changes.track();
            this.read_runs();
        });
        Effect::new(move |_| {
            run.track();
            this.chosen.set(None);
            this.compared.set(None);
            this.choose_newest();
        });
        for which in [this.chosen, this.compared] {
            Effect::new(move |_| {
                if let Some(at) = which.get() {
                    this.evaluate(at);
                }
            });
        }
        this
    }

    /// What the weights that are looked at say; `None` while that is not known.
    pub fn shown(self) -> Option<Arc<Evaluation>> {
        self.evaluation_of(self.chosen)?.ok()
    }

    /// As [`Self::shown`], of those that they are compared with.
    pub fn other(self) -> Option<Arc<Evaluation>> {
        self.evaluation_of(self.compared)?.ok()
    }

    /// Why nothing can be shown, if something went wrong.
    pub fn complaint(self) -> Option<Complaint> {
        let of_runs = self.runs.with(|runs| runs.as_ref()?.as_ref().err().cloned());
        let of_weights = || {
            [self.chosen, self.compared]
                .into_iter()
                .find_map(|which| self.evaluation_of(which)?.err())
        };
        of_runs.or_else(of_weights)
    }

    /// Tries again what went wrong.
    pub fn try_again(self) {
        self.known.update(|known| known.retain(|_, known| !matches!(known, Some(Err(_)))));
        self.read_runs();
        for at in [self.chosen, self.compared].into_iter().filter_map(|which| which.get_untracked())
        {
            self.evaluate(at);
        }
    }

    fn evaluation_of(self, which: RwSignal<Option<WeightsAt>>) -> Known {
        let at = which.get()?;
        self.known.with(|known| known.get(&at).cloned().flatten())
    }

    fn read_runs(self) {
        self.worker.ask(&InsightCommand::Runs, move |outcome| {
            let runs = match outcome {
                Ok(InsightReply::Runs(runs)) => Ok(runs),
                Ok(_) => return,
                Err(complaint) => Err(complaint),
            };
            if self.runs.try_set(Some(runs)).is_none() {
                self.choose_newest();
            }
        });
    }

    /// Looks at the newest weights of the run at hand, or of the newest run, unless weights were chosen.
    fn choose_newest(self) {
        if self.chosen.with_untracked(Option::is_some) {
            return;
        }
        let newest = self.runs.with_untracked(|runs| {
            let runs = runs.as_ref()?.as_ref().ok()?;
            let wanted = self.run.get_untracked();
            let run = runs.iter().find(|it| Some(&it.run) == wanted.as_ref());
            let run = if wanted.is_some() { run } else { run.or(runs.first()) };
            Some(run?.kept.last()?.at.clone())
        });
        if newest.is_some() {
            self.chosen.set(newest);
        }
    }

    fn evaluate(self, at: WeightsAt) {
        let is_new = self.known.try_update(|known| {
            let is_new = !known.contains_key(&at);
            known.entry(at.clone()).or_default();
            is_new
        });
        if is_new != Some(true) {
            return;
        }
        let command = InsightCommand::Evaluate { weights: at.clone(), split: SplitName::Test };
        self.worker.ask(&command, move |outcome| {
            let evaluation = match outcome {
                Ok(InsightReply::Evaluation(evaluation)) => Ok(Arc::new(evaluation)),
                Ok(_) => return,
                Err(complaint) => Err(complaint),
            };
            // The place may have been left meanwhile.
            let _ = self.known.try_update(|known| known.insert(at, Some(evaluation)));
        });
    }
}
