//! Labels that are likely wrong, by a cross-validation that a button starts.

use std::sync::Arc;

use leptos::prelude::*;

use super::doubts::{Doubt, doubts_csv, doubts_of};
use super::status::left_of;
use super::told;
use crate::insight::{Doubted, Suspect};
use crate::network::CLASS_NAMES;
use crate::page::browser::now_ms;
use crate::page::insight::card::ImageCard;
use crate::page::insight::facts::Facts;
use crate::page::insight::save::Save;
use crate::page::insight::trouble::Trouble;
use crate::page::insight::{ShownImages, word};
use crate::page::progress_bar::ProgressBar;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::page::words::{explore_words, insight_words, words};
use crate::protocol::insight::{Fold, InsightCommand, InsightNews, InsightReply};

/// Parts of the training images.
const PARTS: u8 = 5;
/// How often each network sees its images: on more, the search takes longer and finds hardly other labels.
const EPOCHS: u32 = 1;
/// From which the parts are drawn, so that the search finds the same again.
const SEED: u64 = 1911;
/// So many images are shown at first, and more with each press of the button.
const FIRST: usize = 60;

/// The search, which goes on when its section is closed.
#[derive(Clone, Copy)]
pub struct Search {
    worker: InsightWorker,
    trainer: InsightWorker,
    /// The part that is being judged, while the search goes on.
    part: RwSignal<Option<u8>>,
    began_ms: StoredValue<f64>,
    /// What was found.
    found: RwSignal<Option<Arc<Vec<Doubt>>>>,
    /// For which share of the training images the networks predict their label.
    agreement: RwSignal<Option<f64>>,
    complaint: RwSignal<Option<Complaint>>,
    /// Counts searches, so that an answer to a cancelled one is not taken.
    generation: StoredValue<u32>,
}

impl Search {
    /// Not begun. `worker` judges images; for the training a worker of its own is started.
    pub fn new(worker: InsightWorker) -> Self {
        let trainer = InsightWorker::trainer();
        on_cleanup(move || trainer.end());
        Self {
            worker,
            trainer,
            part: RwSignal::new(None),
            began_ms: StoredValue::new(0.0),
            found: RwSignal::new(None),
            agreement: RwSignal::new(None),
            complaint: RwSignal::new(None),
            generation: StoredValue::new(0),
        }
    }

    fn begin(self) {
        self.cancel();
        self.began_ms.set_value(now_ms());
        self.found.set(None);
        self.train(0);
    }

    fn cancel(self) {
        self.generation.update_value(|generation| *generation += 1);
        self.part.set(None);
        self.complaint.set(None);
        self.trainer.cancel();
    }

    fn train(self, part: u8) {
        self.part.set(Some(part));
        self.trainer.news.set(None);
        let fold = Fold { seed: SEED, part, parts: PARTS };
        let generation = self.generation.get_value();
        self.trainer.train_without(fold, EPOCHS, move |outcome| {
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match outcome {
                Ok(weights) => self.judge(fold, weights, generation),
                Err(complaint) => self.fail(complaint),
            }
        });
    }

    fn judge(self, fold: Fold, weights: Vec<u8>, generation: u32) {
        let command = InsightCommand::HeldOut { weights, fold };
        self.worker.ask(&command, move |outcome| {
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match outcome {
                Ok(InsightReply::Doubted(None)) => self.train(fold.part + 1),
                Ok(InsightReply::Doubted(Some(found))) => self.finish(&found),
                Ok(_) => self.fail(wrong_answer()),
                Err(complaint) => self.fail(complaint),
            }
        });
    }

    fn finish(self, found: &Doubted) {
        self.agreement.set(Some(found.agreement));
        self.found.set(Some(Arc::new(doubts_of(found))));
        // It holds the images once more.
        self.cancel();
    }

    fn fail(self, complaint: Complaint) {
        self.cancel();
        self.complaint.set(Some(complaint));
    }

    /// The share of the search that is done, 0 to 1.
    fn share(self) -> f64 {
        let Some(part) = self.part.get() else { return 0.0 };
        let of_part = match self.trainer.news.get() {
            Some(InsightNews::Trained { done, total }) => f64::from(done) / f64::from(total.max(1)),
            _ => 0.0,
        };
        (f64::from(part) + of_part) / f64::from(PARTS)
    }

    fn state(self) -> Option<String> {
        let part = self.part.get()?;
        let left = left_of(self.share(), now_ms() - self.began_ms.get_value());
        Some(explore_words().training_part(part + 1, PARTS, left))
    }
}

/// The search and what it found.
#[component]
pub fn Suspects(search: Search, images: ShownImages, facts: Facts) -> impl IntoView {
    let most = RwSignal::new(FIRST);
    let found = search.found;
    let shown = move || {
        let first = |found: &Arc<Vec<Doubt>>| found.iter().take(most.get()).copied().collect();
        found.with(|found| found.as_ref().map(first)).unwrap_or_else(Vec::<Doubt>::new)
    };
    let left =
        move || found.with(|it| it.as_ref().map_or(0, |it| it.len())).saturating_sub(most.get());
    let csv = move |()| found.with_untracked(|found| found.as_ref().map(|it| doubts_csv(it)));
    let is_searching = move || search.part.with(Option::is_some);
    view! {
        <section class="explorer-part" data-testid="suspects" aria-labelledby="suspects-title"
            data-found=move || found.with(|it| it.as_ref().map(|it| it.len().to_string()))>
            <h3 id="suspects-title">{word(|words| words.suspects())}</h3>
            <p class="note">{told(|words| words.about_suspects())}</p>
            <div class="gallery-tools">
                <button type="button" data-testid="find-suspects" disabled=is_searching
                    on:click=move |_| search.begin()>
                    {told(|words| words.find_suspects())}
                </button>
                <Show when=is_searching>
                    <button type="button" data-testid="cancel-suspects" on:click=move |_| search.cancel()>
                        {told(|words| words.cancel())}
                    </button>
                </Show>
            </div>
            <Show when=is_searching>
                <ProgressBar label=told(|words| words.progress()) share=move || search.share() />
            </Show>
            <p class="note" data-testid="suspects-state">
                <span>{move || search.state()}</span>
                // How far it is changes often; the end is announced.
                <span aria-live="polite">{move || found.with(|found| {
                    let found = found.as_ref()?;
                    let train = found.iter().filter(|(split, _)| split.as_str() == "train").count();
                    let agreement = search.agreement.get().unwrap_or_default();
                    Some(explore_words().suspects_found(train, found.len() - train, agreement))
                })}</span>
            </p>
            <Trouble complaint=search.complaint again=Callback::new(move |()| search.begin()) />
            <ul class="gallery">
                <For each=shown key=|(split, it)| (*split, it.index) let((split, suspect))>
                    <SuspectLabel images split suspect />
                </For>
            </ul>
            <Show when=move || { left() > 0 }>
                <button type="button" data-testid="suspects-more"
                    on:click=move |_| most.update(|most| *most = most.saturating_add(FIRST))>
                    {move || insight_words().show_more(left())}
                </button>
            </Show>
            <Show when=move || found.with(Option::is_some)>
                <Save file_name=facts.names("suspects") name="suspects" title=|words| words.suspects() csv />
            </Show>
        </section>
    }
}

/// An image with its label, the likely one, and how sure that is.
#[component]
fn SuspectLabel(
    images: ShownImages,
    split: crate::protocol::insight::SplitName,
    suspect: Suspect,
) -> impl IntoView {
    let Suspect { index, label, likely, score } = suspect;
    let likely = usize::from(likely);
    view! {
        <ImageCard images split index label=label.into() testid="suspect-label"
            attr:data-score=score.to_string() attr:data-likely=CLASS_NAMES.get(likely).copied()>
            <p class="mistake-predicted">
                {move || explore_words().likely(words().classifier.class_name(likely))}
            </p>
            <p class="note">{move || explore_words().score(score, index)}</p>
            <p class="note">{move || explore_words().split_name(split)}</p>
        </ImageCard>
    }
}
