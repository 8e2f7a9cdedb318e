//! What the network at hand says of every image of both splits, asked for part by part.

use std::sync::Arc;

use leptos::prelude::*;

use super::filter::Ordered;
use crate::insight::Evaluation;
use crate::page::insight::held::HeldWeights;
use crate::page::insight::validation::Side;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::protocol::insight::{InsightCommand, InsightReply, PART_IMAGES, SplitName, WeightsAt};

/// Images of both splits.
pub const ALL_IMAGES: usize = 70_000;

/// What is known so far.
#[derive(Clone, Copy)]
pub struct Judged {
    worker: InsightWorker,
    /// The weights that judge.
    pub held: HeldWeights,
    /// Of the training and of the test split, what is shown: each once all of it is known, or both as other weights said
    /// until these have said all.
    pub splits: RwSignal<[Arc<Ordered>; 2]>,
    /// The same by the weights that are judging.
    coming: RwSignal<[Arc<Ordered>; 2]>,
    /// The images of the split that is being judged, so far.
    part: RwSignal<Evaluation>,
    /// Whether images are being judged.
    pub is_judging: RwSignal<bool>,
    /// Why it does not go on.
    pub complaint: RwSignal<Option<Complaint>>,
    /// Counts the weights, so that an answer about others is not mixed in.
    generation: StoredValue<u32>,
    /// Whether both splits are shown.
    is_over: RwSignal<bool>,
}

impl Judged {
    /// Judges with the weights of this side, and anew with others that the visitor chooses.
    pub fn follow(worker: InsightWorker, side: Side) -> Self {
        let this = Self {
            worker,
            held: HeldWeights::new(side),
            splits: RwSignal::new(Default::default()),
            coming: RwSignal::new(Default::default()),
            part: RwSignal::new(Evaluation::default()),
            is_judging: RwSignal::new(false),
            complaint: RwSignal::new(None),
            generation: StoredValue::new(0),
            is_over: RwSignal::new(false),
        };
        this.held.follow();
        Effect::new(move |_| {
            this.held.weights.track();
            this.begin();
        });
        this
    }

    /// Begins from the start, with the newest weights.
    pub fn again(self) {
        // The effect above begins, even if they are the same.
        self.held.renew();
    }

    fn begin(self) {
        self.generation.update_value(|generation| *generation += 1);
        self.coming.set(Default::default());
        self.part.set(Evaluation::default());
        self.complaint.set(None);
        let weights = self.held.weights.get_untracked();
        self.is_judging.set(weights.is_some());
        match weights {
            // The smaller split first, so that there is something to see soon.
            Some(weights) => self.ask(self.generation.get_value(), weights.at, SplitName::Test),
            None => {
                self.splits.set(Default::default());
                self.is_over.set(false);
            }
        }
    }

    fn fail(self, complaint: Complaint) {
        self.is_judging.set(false);
        self.complaint.set(Some(complaint));
    }

    /// Images that have been judged.
    pub fn done(self) -> usize {
        let known =
            self.coming.with(|splits| splits.iter().map(|split| split.len()).sum::<usize>());
        known + self.part.with(Evaluation::len)
    }

    /// The share of all images, 0 to 1.
    pub fn share(self) -> f64 {
        (self.done() as f64 / ALL_IMAGES as f64).min(1.0)
    }

    /// Whether every image is shown.
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
                Ok(_) => self.fail(wrong_answer()),
                Err(complaint) => self.fail(complaint),
            }
        });
    }

    fn add(self, generation: u32, weights: WeightsAt, split: SplitName, found: Evaluation) {
        let is_last = found.len() < PART_IMAGES as usize;
        self.part.update(|part| part.append(found));
        if is_last {
            let whole = self.part.try_update(std::mem::take).map(Ordered::new).map(Arc::new);
            let at = usize::from(split == SplitName::Test);
            self.coming.update(|splits| splits[at] = whole.unwrap_or_default());
            let is_all = split == SplitName::Train;
            // Until all is known, what other weights said of all of it is of more use.
            if is_all || !self.is_over.get_untracked() {
                self.splits.set(self.coming.get_untracked());
            }
            if is_all {
                self.is_over.set(true);
                return self.is_judging.set(false);
            }
        }
        // After the test split comes the other one.
        self.ask(generation, weights, if is_last { SplitName::Train } else { split });
    }
}
