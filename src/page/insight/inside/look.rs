//! What is looked at: the newest step of the run that trains, or else weights of the library; and what was seen before.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::training::{Doing, RunInTraining};
use crate::insight::{Histogram, Inside, LayerInside};
use crate::page::browser::now_ms;
use crate::page::insight::validation::Validation;
use crate::page::insight::{ShownImage, ShownImages};
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::protocol::insight::{InsightCommand, InsightReply, SeenStep, SplitName, WeightsAt};
use crate::protocol::{Failure, decode};

/// The shortest time between two steps that are looked at.
const LOOK_EVERY_MS: f64 = 1500.0;
/// A step that is looked at holds the run up for longer than another, and drawing it keeps a processor busy that the run
/// may need. So many times as long as both it then trains undisturbed, so that it loses less than a twentieth of its speed.
const UNDISTURBED: f64 = 25.0;
/// The longest time between two steps that are looked at, however long drawing takes.
const LOOK_WITHIN_MS: f64 = 15_000.0;
/// So many steps are kept to be drawn; of more, every second one goes.
pub const MOST_POINTS: usize = 24;

/// A step that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The step, from 1.
    pub step: u64,
    /// What was inside.
    pub layers: Vec<LayerInside>,
}

/// What is inside, and after which step.
type Known = (Option<u64>, Arc<Inside>);

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Look {
    worker: InsightWorker,
    validation: Validation,
    pub images: ShownImages,
    training: RunInTraining,
    /// What the run that is looked at does; nothing, unless it is the one that trains.
    pub doing: Memo<Doing>,
    /// The chosen test image.
    pub index: RwSignal<u32>,
    /// The newest step that was looked at.
    pub seen: RwSignal<Option<Arc<SeenStep>>>,
    /// The same as it came.
    bytes: StoredValue<Vec<u8>>,
    /// Whether the visitor asked for it.
    pub is_by_button: RwSignal<bool>,
    /// What is inside, and after which step unless these are weights of the library.
    inside: RwSignal<Option<Result<Known, Complaint>>>,
    /// The steps that were looked at, oldest first.
    pub points: RwSignal<Vec<Point>>,
    /// The weights' distributions after each epoch that is kept, for a run.
    pub epochs: RwSignal<BTreeMap<u32, Vec<Histogram>>>,
    /// Why the last step could not be taken, as a text for the visitor.
    pub refused: RwSignal<Option<String>>,
    /// Whether an answer is due, and whether something else has been asked since.
    due: StoredValue<(bool, bool)>,
    /// Whether a step is being taken, or the next one waits for its time.
    is_following: StoredValue<bool>,
    /// How long drawing took the last time, in milliseconds.
    drawn_ms: StoredValue<f64>,
    /// Whether epochs are being read.
    is_reading: StoredValue<bool>,
    /// Counts the runs that were looked at, so that late answers about another one are not taken for this one's.
    generation: StoredValue<u32>,
}

impl Look {
    pub fn new(
        worker: InsightWorker,
        validation: Validation,
        images: ShownImages,
        training: RunInTraining,
    ) -> Self {
        let doing = Memo::new(move |_| {
            training.run.with(|(run, doing)| {
                let is_looked_at = validation.now.run.with(|now| now.is_some() && now == run);
                if is_looked_at { *doing } else { Doing::Nothing }
            })
        });
        let this = Self {
            worker,
            validation,
            images,
            training,
            doing,
            index: RwSignal::new(0),
            seen: RwSignal::new(None),
            bytes: StoredValue::new(Vec::new()),
            is_by_button: RwSignal::new(false),
            inside: RwSignal::new(None),
            points: RwSignal::new(Vec::new()),
            epochs: RwSignal::new(BTreeMap::new()),
            refused: RwSignal::new(None),
            due: StoredValue::new((false, false)),
            is_following: StoredValue::new(false),
            drawn_ms: StoredValue::new(0.0),
            is_reading: StoredValue::new(false),
            generation: StoredValue::new(0),
        };
        Effect::new(move |_| {
            let doing = doing.get();
            if doing != Doing::Paused {
                this.refused.set(None);
            }
            if doing == Doing::Training {
                this.follow();
            }
        });
        Effect::new(move |_| {
            this.seen.track();
            doing.track();
            validation.now.weights.track();
            this.image().track();
            this.ask();
        });
        Effect::new(move |before: Option<Option<String>>| {
            let run = validation.now.run.get();
            if before.flatten() != run {
                this.forget();
            }
            validation.now.kept.track();
            this.read_epochs();
            run
        });
        this
    }

    /// What is inside, if it is known.
    pub fn inside(self) -> Option<Arc<Inside>> {
        self.inside.with(|inside| Some(Arc::clone(&inside.as_ref()?.as_ref().ok()?.1)))
    }

    /// After which step that is; `None` for weights of the library.
    pub fn inside_step(self) -> Option<u64> {
        self.inside.with(|inside| inside.as_ref()?.as_ref().ok()?.0)
    }

    /// Why it is not known, if something went wrong.
    pub fn complaint(self) -> Option<Complaint> {
        self.inside.with(|inside| inside.as_ref()?.as_ref().err().cloned())
    }

    /// Whether the run that trains is looked at; otherwise these are weights of the library.
    pub fn is_live(self) -> bool {
        self.doing.get() != Doing::Nothing && self.seen.with(Option::is_some)
    }

    /// Which weights of the library are looked at.
    pub fn weights(self) -> Option<WeightsAt> {
        self.validation.now.weights.with(|weights| weights.as_ref().map(|it| it.at.clone()))
    }

    /// The index of the test image whose feature maps are shown: the chosen one, or the last if there are not so many.
    pub fn index(self) -> u32 {
        self.index.get().min(self.images.test_images.get().saturating_sub(1))
    }

    /// The image whose feature maps are shown, once it is there.
    pub fn image(self) -> ShownImage {
        self.images.track();
        self.images.image(SplitName::Test, self.index())
    }

    /// Has the run take a single step and stay paused.
    pub fn step_once(self) {
        self.training.observe(true, move |outcome| {
            // The place may have been left meanwhile.
            let _ = self.refused.try_set(outcome.as_ref().err().cloned());
            self.take(outcome, true);
        });
    }

    /// Looks at a step now and then as long as the run trains and the page is seen.
    fn follow(self) {
        if self.is_following.try_get_value() != Some(false) {
            return;
        }
        self.is_following.set_value(true);
        let again = move |wait_ms: f64| {
            Timeout::new(wait_ms as u32, move || {
                if self.is_following.try_set_value(false).is_none()
                    && self.doing.try_get_untracked() == Some(Doing::Training)
                {
                    self.follow();
                }
            })
            .forget();
        };
        if document().hidden() {
            return again(LOOK_EVERY_MS);
        }
        self.training.observe(false, move |outcome| {
            // A run that has just ended, or whose worker has, is told of elsewhere.
            let took_ms = self.take(outcome, false);
            let busy_ms = took_ms + self.drawn_ms.try_get_value().unwrap_or_default();
            again((busy_ms * UNDISTURBED).clamp(LOOK_EVERY_MS, LOOK_WITHIN_MS));
        });
    }

    /// Takes over a step; returns how long it held up the run, in milliseconds.
    fn take(self, outcome: Result<Option<Vec<u8>>, String>, is_by_button: bool) -> f64 {
        let Ok(Some(bytes)) = outcome else { return 0.0 };
        match decode::<SeenStep>(&bytes) {
            Ok(seen) => {
                let took_ms = seen.took_ms;
                let _ = self.bytes.try_set_value(bytes);
                let _ = self.is_by_button.try_set(is_by_button);
                let _ = self.seen.try_set(Some(Arc::new(seen)));
                took_ms
            }
            Err(error) => {
                let _ = self.inside.try_set(Some(Err(Failure::NotUnderstood(error).into())));
                0.0
            }
        }
    }

    /// Asks what is inside, unless an answer is due; then it is asked once more afterwards.
    pub fn ask(self) {
        let index = self.index.get_untracked();
        let is_live = untrack(move || self.is_live());
        let step = self.seen.with_untracked(|seen| Some(seen.as_ref()?.step)).filter(|_| is_live);
        let image = self.image().get_untracked();
        let known = self.inside.with_untracked(|known| Some(known.as_ref()?.as_ref().ok()?.0));
        if image.is_none() && known == Some(step) {
            // What is shown stays until the other image is there.
            return;
        }
        // Without an image there are no feature maps, and everything else is there.
        let image = image.map(|image| image.to_vec()).unwrap_or_default();
        let command = match (step, untrack(move || self.weights())) {
            (Some(_), _) => InsightCommand::InsideStep { seen: self.bytes.get_value(), image },
            (None, Some(weights)) => InsightCommand::Inside { weights, image },
            (None, None) => {
                self.outdate();
                return self.inside.set(None);
            }
        };
        let waits = self.due.try_update_value(|(is_due, is_outdated)| {
            *is_outdated = *is_due;
            std::mem::replace(is_due, true)
        });
        if waits != Some(false) {
            return;
        }
        let generation = self.generation.get_value();
        self.worker.ask(&command, move |outcome| {
            let inside = outcome.and_then(|reply| match reply {
                InsightReply::Inside(inside) => Ok((step, Arc::from(inside))),
                _ => Err(wrong_answer()),
            });
            let outdated = self.due.try_update_value(std::mem::take).map(|(_, outdated)| outdated);
            let is_of_run = self.generation.try_get_value() == Some(generation);
            if is_of_run && self.index.try_get_untracked() == Some(index) {
                if let Ok((Some(step), inside)) = &inside {
                    self.remember(*step, inside);
                }
                let begun = now_ms();
                let _ = self.inside.try_set(Some(inside));
                // What was drawn is on the screen when the frame after it begins.
                request_animation_frame(move || {
                    request_animation_frame(move || {
                        let _ = self.drawn_ms.try_set_value(now_ms() - begun);
                    });
                });
            }
            if outdated == Some(true) {
                self.ask();
            }
        });
    }

    /// What is being asked is not wanted any more.
    fn outdate(self) {
        self.generation.update_value(|generation| *generation = generation.wrapping_add(1));
    }

    /// Keeps what was seen in a step to be drawn over time.
    fn remember(self, step: u64, inside: &Inside) {
        let _ = self.points.try_update(|points| {
            match points.last() {
                Some(last) if last.step == step => return,
                // The run went on from an earlier state.
                Some(last) if last.step > step => points.clear(),
                _ => {}
            }
            points.push(Point { step, layers: inside.layers.clone() });
            thin(points);
        });
    }

    /// Forgets what was seen of another run.
    fn forget(self) {
        self.outdate();
        self.points.set(Vec::new());
        self.epochs.set(BTreeMap::new());
        self.seen.set(None);
    }

    /// Reads the distributions of the weights after those epochs that are not known yet; one reading at a time.
    fn read_epochs(self) {
        let Some(run) = self.validation.now.run.get_untracked() else { return };
        if self.is_reading.try_get_value() != Some(false) {
            return;
        }
        self.is_reading.set_value(true);
        let known = self.epochs.with_untracked(|epochs| epochs.keys().copied().collect());
        let command = InsightCommand::EpochHistograms { run: run.clone(), except: known };
        self.worker.ask(&command, move |outcome| {
            if self.is_reading.try_set_value(false).is_some() {
                return;
            }
            let is_of_run = self.validation.now.run.get_untracked().as_ref() == Some(&run);
            // What goes wrong with the library, the choice of the weights says.
            if let Ok(InsightReply::EpochHistograms(epochs)) = outcome {
                let has_more = !epochs.is_empty();
                if has_more && is_of_run {
                    self.epochs.update(|known| known.extend(epochs));
                }
                // Others may have come meanwhile.
                if has_more || !is_of_run {
                    self.read_epochs();
                }
            }
        });
    }
}

/// Drops every second one if there are too many; the newest stays.
pub fn thin<T>(points: &mut Vec<T>) {
    if points.len() > MOST_POINTS {
        let count = points.len();
        let mut at = 0;
        points.retain(|_| {
            at += 1;
            (count - at).is_multiple_of(2)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_points_every_second_goes_and_the_newest_stays() {
        let mut points: Vec<_> = (1..=24).map(|step| Point { step, layers: Vec::new() }).collect();
        thin(&mut points);
        assert_eq!(points.len(), 24);
        points.push(Point { step: 25, layers: Vec::new() });
        thin(&mut points);
        let steps: Vec<_> = points.iter().map(|point| point.step).collect();
        assert_eq!(steps, (1..=25).step_by(2).collect::<Vec<_>>());
    }
}
