//! Images of both splits in a gallery that grows on request.

use leptos::prelude::*;

use crate::insight::EvaluatedImage;
use crate::page::insight::card::EvaluatedCard;
use crate::page::insight::{ShownImages, word};
use crate::page::words::{explore_words, insight_words};
use crate::protocol::insight::SplitName;

/// So many images are shown at first, and more with each press of the button.
const FIRST: usize = 60;

/// An image of a split.
pub type Explored = (SplitName, EvaluatedImage);

/// What tells images apart, and the same image with other weights.
pub const fn key_of((split, image): &Explored) -> (SplitName, u32, usize, u32, u32) {
    let (confidence, loss) = (image.confidence.to_bits(), image.loss.to_bits());
    (*split, image.index, image.predicted, confidence, loss)
}

/// The images; `name` is what the gallery is called for tests.
#[component]
pub fn ImageList(
    images: ShownImages,
    #[prop(into)] all: Signal<Vec<Explored>>,
    name: &'static str,
) -> impl IntoView {
    let most = RwSignal::new(FIRST);
    Effect::new(move |_| {
        all.track();
        most.set(FIRST);
    });
    let shown = move || all.with(|all| all.iter().take(most.get()).copied().collect::<Vec<_>>());
    let left = Memo::new(move |_| all.with(Vec::len).saturating_sub(most.get()));
    view! {
        <ul class="gallery" data-testid=format!("{name}-gallery")>
            <For each=shown key=key_of let((split, image))>
                <ExploredImage images split image />
            </For>
        </ul>
        <Show when=move || all.with(Vec::is_empty)>
            <p class="note">{word(|words| words.no_images())}</p>
        </Show>
        <Show when=move || { left.get() > 0 }>
            <button type="button" data-testid=format!("{name}-more")
                on:click=move |_| most.update(|most| *most = most.saturating_add(FIRST))>
                {move || insight_words().show_more(left.get())}
            </button>
        </Show>
    }
}

/// An image with its class, the prediction, the loss and where it is.
#[component]
pub fn ExploredImage(
    images: ShownImages,
    split: SplitName,
    image: EvaluatedImage,
) -> impl IntoView {
    view! {
        <EvaluatedCard images split image testid="explored">
            <p class="note">{move || explore_words().split_name(split)}</p>
        </EvaluatedCard>
    }
}
