//! Where the images lie: by principal components at once, by t-SNE on request.

use std::sync::Arc;

use leptos::prelude::*;

use super::plane::Point;
use crate::insight::Evaluation;
use crate::page::browser::now_ms;
use crate::page::insight::explore::left_of;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::page::words::explore_words;
use crate::protocol::insight::{
    Embedding, InsightCommand, InsightNews, InsightReply, KeptWeights, WeightsAt,
};

/// Rounds of t-SNE: 250 in which groups form, and as many again in which they take shape.
const ROUNDS: u32 = 500;

/// The places, which are kept when the section is closed.
#[derive(Clone, Copy)]
pub struct Places {
    worker: InsightWorker,
    /// For t-SNE, which holds its thread.
    helper: InsightWorker,
    weights: Memo<Option<KeptWeights>>,
    /// Whose places they are.
    of: StoredValue<Option<WeightsAt>>,
    embedding: RwSignal<Option<Arc<Embedding>>>,
    neighbours: RwSignal<Option<Arc<Vec<Point>>>>,
    /// Whether those by t-SNE are to be shown, if they are there.
    pub by_neighbours: RwSignal<bool>,
    /// When t-SNE began, while it goes on.
    began_ms: RwSignal<Option<f64>>,
    /// What went wrong.
    pub complaint: RwSignal<Option<Complaint>>,
    /// Counts what was asked for, so that an answer about others is not taken.
    generation: StoredValue<u32>,
}

impl Places {
    /// Nothing is asked for yet.
    pub fn new(worker: InsightWorker, weights: Memo<Option<KeptWeights>>) -> Self {
        let helper = InsightWorker::new();
        on_cleanup(move || helper.end());
        Self {
            worker,
            helper,
            weights,
            of: StoredValue::new(None),
            embedding: RwSignal::new(None),
            neighbours: RwSignal::new(None),
            by_neighbours: RwSignal::new(false),
            began_ms: RwSignal::new(None),
            complaint: RwSignal::new(None),
            generation: StoredValue::new(0),
        }
    }

    /// Asks for the places by the weights at hand, and anew whenever these change, for as long as the section is open.
    pub fn follow(self) {
        Effect::new(move |_| {
            let at = self.weights.get().map(|weights| weights.at);
            if self.of.get_value() != at {
                self.ask(at);
            }
        });
    }

    /// Asks again.
    pub fn again(self) {
        self.ask(self.weights.get_untracked().map(|weights| weights.at));
    }

    fn ask(self, at: Option<WeightsAt>) {
        self.cancel();
        self.of.set_value(at.clone());
        self.embedding.set(None);
        self.neighbours.set(None);
        self.complaint.set(None);
        let Some(weights) = at else { return };
        let generation = self.generation.get_value();
        self.worker.ask(&InsightCommand::Embedding { weights }, move |outcome| {
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match outcome {
                Ok(InsightReply::Embedding(found)) => self.embedding.set(Some(Arc::new(found))),
                Ok(_) => self.fail(wrong_answer()),
                Err(complaint) => self.fail(complaint),
            }
        });
    }

    /// Begins t-SNE.
    pub fn find_neighbours(self) {
        let Some(weights) = self.of.get_value() else { return };
        self.cancel();
        self.complaint.set(None);
        self.began_ms.set(Some(now_ms()));
        let generation = self.generation.get_value();
        let command = InsightCommand::Neighbours { weights, epochs: ROUNDS };
        self.helper.ask(&command, move |outcome| {
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match outcome {
                Ok(InsightReply::Neighbours(points)) => {
                    self.neighbours.set(Some(Arc::new(points)));
                    self.by_neighbours.set(true);
                    // It holds the images once more.
                    self.cancel();
                }
                Ok(_) => self.fail(wrong_answer()),
                Err(complaint) => self.fail(complaint),
            }
        });
    }

    /// Ends t-SNE, if it goes on.
    pub fn cancel(self) {
        self.generation.update_value(|generation| *generation += 1);
        self.began_ms.set(None);
        self.helper.news.set(None);
        self.helper.cancel();
    }

    fn fail(self, complaint: Complaint) {
        self.cancel();
        self.of.set_value(None);
        self.complaint.set(Some(complaint));
    }

    /// Whether there are weights at hand.
    pub fn has_weights(self) -> bool {
        self.weights.with(Option::is_some)
    }

    /// Whether t-SNE goes on.
    pub fn is_arranging(self) -> bool {
        self.began_ms.with(Option::is_some)
    }

    /// Whether the places by t-SNE are there.
    pub fn has_neighbours(self) -> bool {
        self.neighbours.with(Option::is_some)
    }

    /// The share of t-SNE's rounds that are done, 0 to 1.
    pub fn share(self) -> f64 {
        match self.helper.news.get() {
            Some(InsightNews::Embedded { done, total }) => {
                f64::from(done) / f64::from(total.max(1))
            }
            _ => 0.0,
        }
    }

    /// How far t-SNE is.
    pub fn state(self) -> Option<String> {
        let took = now_ms() - self.began_ms.get()?;
        Some(explore_words().arranging(left_of(self.share(), took)))
    }

    /// What the network says of the images.
    pub fn evaluation(self) -> Memo<Option<Arc<Evaluation>>> {
        Memo::new(move |_| {
            self.embedding.with(|it| it.as_ref().map(|it| Arc::new(it.evaluation.clone())))
        })
    }

    /// The share of the variance along the two components, 0 to 1.
    pub fn variance(self) -> Option<[f64; 2]> {
        self.embedding.with(|it| it.as_ref().map(|it| it.principal.variance))
    }

    /// Where the images are; empty until that is known.
    pub fn points(self) -> Memo<Arc<Vec<Point>>> {
        Memo::new(move |_| {
            if self.by_neighbours.get()
                && let Some(points) = self.neighbours.get()
            {
                return points;
            }
            let principal =
                self.embedding.with(|it| it.as_ref().map(|it| it.principal.points.clone()));
            Arc::new(principal.unwrap_or_default())
        })
    }
}
