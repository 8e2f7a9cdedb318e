//! What the network at hand says of every image of both splits, asked for part by part.

use std::sync::Arc;

use leptos::prelude::*;

use crate::insight::Evaluation;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::protocol::insight::{
    InsightCommand, InsightReply, KeptWeights, PART_IMAGES, SplitName, WeightsAt,
};

/// Images of both splits.
pub const ALL_IMAGES: usize = 70_000;

/// What is known so far.
#[derive(Clone, Copy)]
pub struct Judged {
    worker: InsightWorker,
    weights: Memo<Option<KeptWeights>>,
    /// Of the training and of the test split, each once all of it is known.
    pub splits: RwSignal<[Arc<Evaluation>; 2]>,
    /// The images of the split that is being judged, so far.
    part: RwSignal<Evaluation>,
    /// Why it does not go on.
    pub complaint: RwSignal<Option<Complaint>>,
    /// Counts the weights, so that an answer about others is not mixed in.
    generation: StoredValue<u32>,
    /// Whether both splits are known.
    is_over: RwSignal<bool>,
}

impl Judged {
    /// Judges with these weights, and anew with each that they change to.
    pub fn follow(worker: InsightWorker, weights: Memo<Option<KeptWeights>>) -> Self {
        let this = Self {
            worker,
            weights,
            splits: RwSignal::new(Default::default()),
            part: RwSignal::new(Evaluation::default()),
            complaint: RwSignal::new(None),
            generation: StoredValue::new(0),
            is_over: RwSignal::new(false),
        };
        Effect::new(move |_| {
            weights.track();
            this.again();
        });
        this
    }

    /// Begins from the start.
    pub fn again(self) {
        self.generation.update_value(|generation| *generation += 1);
        self.splits.set(Default::default());
        self.part.set(Evaluation::default());
        self.complaint.set(None);
        self.is_over.set(false);
        if let Some(weights) = self.weights.get_untracked() {
            // The smaller split first, so that there is something to see soon.
            self.ask(self.generation.get_value(), weights.at, SplitName::Test);
        }
    }

    /// Images that have been judged.
    pub fn done(self) -> usize {
        let known =
            self.splits.with(|splits| splits.iter().map(|split| split.len()).sum::<usize>());
        known + self.part.with(Evaluation::len)
    }

    /// The share of all images, 0 to 1.
    pub fn share(self) -> f64 {
        (self.done() as f64 / ALL_IMAGES as f64).min(1.0)
    }

    /// Whether every image has been judged.
    pub fn is_complete(self) -> bool {
        self.is_over.get()
    }

    fn ask(self, generation: u32, weights: WeightsAt, split: SplitName) {
        let from = self.part.with_untracked(Evaluation::len) as u32;
        let command = InsightCommand::EvaluatePart { weights: weights.clone(), split, from };
        self.worker.ask(&command, move |outcome| {
            // The section may have been closed, and then nothing more is asked for.
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match outcome {
                Ok(InsightReply::Evaluation(found)) => self.add(generation, weights, split, found),
                Ok(_) => self.complaint.set(Some(wrong_answer())),
                Err(complaint) => self.complaint.set(Some(complaint)),
            }
        });
    }

    fn add(self, generation: u32, weights: WeightsAt, split: SplitName, found: Evaluation) {
        let is_last = found.len() < PART_IMAGES as usize;
        self.part.update(|part| part.append(found));
        if is_last {
            let whole = self.part.try_update(std::mem::take).map(Arc::new).unwrap_or_default();
            let at = usize::from(split == SplitName::Test);
            self.splits.update(|splits| splits[at] = whole);
        }
        match (is_last, split) {
            (true, SplitName::Train) => self.is_over.set(true),
            (true, SplitName::Test) => self.ask(generation, weights, SplitName::Train),
            (false, _) => self.ask(generation, weights, split),
        }
    }
}
