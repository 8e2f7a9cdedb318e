//! Images of the test split that are nearly the same as one of the training split: who is tested on them is tested on what
//! was learnt by heart.

use leptos::prelude::*;

use super::doubts::{differing, pairs_csv, sort_pairs};
use super::told;
use crate::page::insight::card::ImageCard;
use crate::page::insight::facts::Facts;
use crate::page::insight::images::TEST_IMAGES;
use crate::page::insight::save::Save;
use crate::page::insight::trouble::Trouble;
use crate::page::insight::{ShownImages, word};
use crate::page::progress_bar::ProgressBar;
use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::page::words::{explore_words, insight_words};
use crate::protocol::insight::{InsightCommand, InsightReply, NearPair, PART_IMAGES, SplitName};

/// The largest distance of the pixels. Of 300 test images, half have none within 868, and 15 one within this.
const WITHIN: f32 = 500.0;
/// So many pairs are shown at first, and more with each press of the button.
const FIRST: usize = 30;

/// The search, which goes on when its section is closed.
#[derive(Clone, Copy)]
pub struct Comparison {
    worker: InsightWorker,
    /// Test images looked at, while the search goes on.
    done: RwSignal<Option<u32>>,
    /// Whether all of them have been.
    is_over: RwSignal<bool>,
    pairs: RwSignal<Vec<NearPair>>,
    complaint: RwSignal<Option<Complaint>>,
    /// Counts searches, so that an answer to a cancelled one is not taken.
    generation: StoredValue<u32>,
}

impl Comparison {
    /// Not begun.
    pub fn new(worker: InsightWorker) -> Self {
        Self {
            worker,
            done: RwSignal::new(None),
            is_over: RwSignal::new(false),
            pairs: RwSignal::new(Vec::new()),
            complaint: RwSignal::new(None),
            generation: StoredValue::new(0),
        }
    }

    fn begin(self) {
        self.pairs.set(Vec::new());
        self.complaint.set(None);
        self.is_over.set(false);
        self.generation.update_value(|generation| *generation += 1);
        self.ask(0);
    }

    fn cancel(self) {
        self.generation.update_value(|generation| *generation += 1);
        self.done.set(None);
    }

    fn ask(self, from: u32) {
        self.done.set(Some(from));
        let generation = self.generation.get_value();
        let command = InsightCommand::Nearest { from, within: WITHIN };
        self.worker.ask(&command, move |outcome| {
            // The place may have been left, or the search been cancelled.
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match outcome {
                Ok(InsightReply::Nearest { searched, pairs }) => {
                    self.pairs.update(|all| {
                        all.extend(pairs);
                        sort_pairs(all);
                    });
                    if searched < PART_IMAGES {
                        self.done.set(None);
                        self.is_over.set(true);
                    } else {
                        self.ask(from + searched);
                    }
                }
                Ok(_) => self.fail(wrong_answer()),
                Err(complaint) => self.fail(complaint),
            }
        });
    }

    fn fail(self, complaint: Complaint) {
        self.done.set(None);
        self.complaint.set(Some(complaint));
    }
}

/// The search and the pairs that it found.
#[component]
pub fn Duplicates(comparison: Comparison, images: ShownImages, facts: Facts) -> impl IntoView {
    let Comparison { done, is_over, pairs, complaint, .. } = comparison;
    let most = RwSignal::new(FIRST);
    let shown =
        move || pairs.with(|pairs| pairs.iter().take(most.get()).copied().collect::<Vec<_>>());
    let left = move || pairs.with(Vec::len).saturating_sub(most.get());
    let csv = move |()| Some(pairs.with_untracked(|pairs| pairs_csv(pairs)));
    let is_searching = move || done.with(Option::is_some);
    let share = move || f64::from(done.get().unwrap_or_default()) / f64::from(TEST_IMAGES);
    view! {
        <section class="explorer-part" data-testid="duplicates" aria-labelledby="duplicates-title"
            data-found=move || is_over.get().then(|| pairs.with(Vec::len).to_string())>
            <h3 id="duplicates-title">{word(|words| words.duplicates())}</h3>
            <p class="note">{move || explore_words().about_duplicates(WITHIN)}</p>
            <div class="gallery-tools">
                <button type="button" data-testid="find-duplicates" disabled=is_searching
                    on:click=move |_| comparison.begin()>
                    {told(|words| words.find_duplicates())}
                </button>
                <Show when=is_searching>
                    <button type="button" data-testid="cancel-duplicates" on:click=move |_| comparison.cancel()>
                        {told(|words| words.cancel())}
                    </button>
                </Show>
            </div>
            <Show when=is_searching>
                <ProgressBar label=told(|words| words.progress()) share />
            </Show>
            <p class="note" data-testid="duplicates-state" aria-live="polite">
                {move || is_over.get().then(|| {
                    pairs.with(|pairs| explore_words().pairs_found(pairs.len(), differing(pairs)))
                })}
            </p>
            <Trouble complaint again=Callback::new(move |()| comparison.begin()) />
            <ul class="pairs">
                <For each=shown key=|pair| (pair.test, pair.train) let:pair>
                    <Pair images pair />
                </For>
            </ul>
            <Show when=move || { left() > 0 }>
                <button type="button" data-testid="duplicates-more"
                    on:click=move |_| most.update(|most| *most = most.saturating_add(FIRST))>
                    {move || insight_words().show_more(left())}
                </button>
            </Show>
            <Show when=move || is_over.get()>
                <Save file_name=facts.names("duplicates") name="duplicates" title=|words| words.duplicates() csv />
            </Show>
        </section>
    }
}

/// Both images beside each other.
#[component]
fn Pair(images: ShownImages, pair: NearPair) -> impl IntoView {
    let NearPair { test, train, labels, distance } = pair;
    let image = |split: SplitName, index: u32, label: u8| {
        view! {
            <ImageCard images split index label=label.into() testid="duplicate-image">
                <p class="note">{move || explore_words().image_of(split, index)}</p>
            </ImageCard>
        }
    };
    view! {
        <li data-testid="duplicate" data-test=test.to_string() data-train=train.to_string()
            data-distance=distance.to_string()
            data-differs=(labels[0] != labels[1]).to_string()>
            <p class="note">{move || explore_words().distance(distance)}</p>
            <ul class="pair">
                {image(SplitName::Test, test, labels[0])}
                {image(SplitName::Train, train, labels[1])}
            </ul>
        </li>
    }
}
