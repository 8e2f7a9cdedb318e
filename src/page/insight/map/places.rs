//! Where the images lie: by principal components at once, by t-SNE on request.

use std::sync::Arc;

use leptos::prelude::*;

use super::plane::Point;
use crate::insight::Evaluation;
use crate::page::browser::now_ms;
use crate::page::insight::explore::left_of;
use crate::page::insight::held::HeldWeights;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::page::words::explore_words;
use crate::protocol::insight::{Embedding, InsightCommand, InsightNews, InsightReply, WeightsAt};

/// Rounds of t-SNE: 250 in which groups form, and as many again in which they take shape.
const ROUNDS: u32 = 500;

/// The places, which are kept when the section is closed.
#[derive(Clone, Copy)]
pub struct Places {
    worker: InsightWorker,
    /// For t-SNE, which holds its thread.
    helper: InsightWorker,
    /// The weights that count.
    pub held: HeldWeights,
    /// Whose places were asked for last.
    asked_for: StoredValue<Option<WeightsAt>>,
    /// Whose places are known.
    of: StoredValue<Option<WeightsAt>>,
    embedding: RwSignal<Option<Arc<Embedding>>>,
    neighbours: RwSignal<Option<Arc<Vec<Point>>>>,
    /// Whether those by t-SNE are to be shown, if they are there.
    pub by_neighbours: RwSignal<bool>,
    /// Whether an answer is awaited.
    is_placing: RwSignal<bool>,
    /// When t-SNE began, while it goes on.
    began_ms: RwSignal<Option<f64>>,
    /// Why the places are not known.
    pub complaint: RwSignal<Option<Complaint>>,
    /// Why there are none by t-SNE.
    pub arranging_complaint: RwSignal<Option<Complaint>>,
    /// Counts what was asked for, so that an answer about others is not taken.
    asked: StoredValue<u32>,
    /// The same for t-SNE, of which the other answer knows nothing.
    arranged: StoredValue<u32>,
}

impl Places {
    /// Nothing is asked for yet.
    pub fn new(worker: InsightWorker, held: HeldWeights) -> Self {
        let helper = InsightWorker::new();
        on_cleanup(move || helper.end());
        Self {
            worker,
            helper,
            held,
            asked_for: StoredValue::new(None),
            of: StoredValue::new(None),
            embedding: RwSignal::new(None),
            neighbours: RwSignal::new(None),
            by_neighbours: RwSignal::new(false),
            is_placing: RwSignal::new(false),
            began_ms: RwSignal::new(None),
            complaint: RwSignal::new(None),
            arranging_complaint: RwSignal::new(None),
            asked: StoredValue::new(0),
            arranged: StoredValue::new(0),
        }
    }

    /// Asks for the places by the weights that are held, and anew when others are, for as long as the section is open.
    pub fn follow(self) {
        self.held.follow();
        Effect::new(move |_| {
            let at = self.held.weights.get().map(|weights| weights.at);
            if self.asked_for.get_value() != at {
                self.ask(at);
            }
        });
    }

    /// Asks again, by the newest weights.
    pub fn again(self) {
        self.held.renew();
        self.ask(self.held.weights.get_untracked().map(|weights| weights.at));
    }

    /// What is known of other weights stays until the answer has come.
    fn ask(self, at: Option<WeightsAt>) {
        self.asked.update_value(|asked| *asked += 1);
        self.asked_for.set_value(at.clone());
        self.complaint.set(None);
        self.is_placing.set(at.is_some());
        let Some(weights) = at else { return self.show(None, None) };
        let asked = self.asked.get_value();
        self.worker.ask(&InsightCommand::Embedding { weights: weights.clone() }, move |outcome| {
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            self.is_placing.set(false);
            match outcome {
                Ok(InsightReply::Embedding(found)) => {
                    self.show(Some(weights), Some(Arc::new(found)));
                }
                Ok(_) => self.complaint.set(Some(wrong_answer())),
                Err(complaint) => self.complaint.set(Some(complaint)),
            }
        });
    }

    /// These are the places; those by t-SNE were others'.
    fn show(self, of: Option<WeightsAt>, embedding: Option<Arc<Embedding>>) {
        self.cancel();
        self.arranging_complaint.set(None);
        self.of.set_value(of);
        self.neighbours.set(None);
        self.embedding.set(embedding);
    }

    /// Begins t-SNE.
    pub fn find_neighbours(self) {
        let Some(weights) = self.of.get_value() else { return };
        self.cancel();
        self.arranging_complaint.set(None);
        self.began_ms.set(Some(now_ms()));
        let arranged = self.arranged.get_value();
        let command = InsightCommand::Neighbours { weights, epochs: ROUNDS };
        self.helper.ask(&command, move |outcome| {
            if self.arranged.try_get_value() != Some(arranged) {
                return;
            }
            // It holds the images once more.
            self.cancel();
            match outcome {
                Ok(InsightReply::Neighbours(points)) => {
                    self.neighbours.set(Some(Arc::new(points)));
                    self.by_neighbours.set(true);
                }
                Ok(_) => self.arranging_complaint.set(Some(wrong_answer())),
                Err(complaint) => self.arranging_complaint.set(Some(complaint)),
            }
        });
    }

    /// Ends t-SNE, if it goes on.
    pub fn cancel(self) {
        self.arranged.update_value(|arranged| *arranged += 1);
        self.began_ms.set(None);
        self.helper.news.set(None);
        self.helper.cancel();
    }

    /// Whether there are weights at hand.
    pub fn has_weights(self) -> bool {
        self.held.weights.with(Option::is_some)
    }

    /// Whether places are being computed by other means than t-SNE.
    pub fn is_placing(self) -> bool {
        self.is_placing.get()
    }

    /// Whether there are places.
    pub fn has_places(self) -> bool {
        self.embedding.with(Option::is_some)
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
