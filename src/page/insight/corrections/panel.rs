//! All corrections: what they are, and what can be done with the list.

use std::sync::Arc;

use leptos::prelude::*;

use super::row::CorrectionRow;
use super::transfer::Transfer;
use crate::dataset::{Corrections, CorrectionsMistake, SplitName};
use crate::page::corrections::KeptCorrections;
use crate::page::insight::ShownImages;
use crate::page::words::{corrections_words, insight_words};

/// So many are listed at first, and more with each press of the button.
const FIRST: usize = 60;

/// The list.
#[component]
pub fn CorrectionsPanel(kept: KeptCorrections, images: ShownImages) -> impl IntoView {
    let most = RwSignal::new(FIRST);
    // What was removed last, until the list is removed again or the place is left.
    let removed = RwSignal::new(None::<Arc<Corrections>>);
    let mistake = RwSignal::new(None::<CorrectionsMistake>);
    let count = Memo::new(move |_| kept.list.with(|list| list.len()));
    let left = Memo::new(move |_| count.get().saturating_sub(most.get()));
    let shown =
        move || kept.list.with(|list| list.iter().take(most.get()).copied().collect::<Vec<_>>());
    let summary = move || {
        kept.list.with(|list| {
            let [training, validation] = SplitName::ALL.map(|split| list.left_out(split));
            let labels = list.len() - training - validation;
            corrections_words().summary(labels, training, validation)
        })
    };
    let remove_all = move |_| {
        let before = kept.list.get_untracked();
        if kept.change(|_| Ok(Corrections::default())).is_ok() {
            // What was removed before and not brought back is not lost either.
            let earlier = removed.get_untracked().and_then(|earlier| earlier.merged(&before).ok());
            removed.set(Some(earlier.map_or(before, Arc::new)));
        }
    };
    let bring_back = move |_| {
        if let Some(before) = removed.get_untracked() {
            // What has been corrected since counts.
            match kept.change(|now| before.merged(now)) {
                Ok(()) => {
                    removed.set(None);
                    mistake.set(None);
                }
                Err(error) => mistake.set(Some(error)),
            }
        }
    };
    view! {
        <p data-testid="corrections-summary" data-count=move || count.get().to_string()
            aria-live="polite">{summary}</p>
        <div class="correction-tools">
            <Transfer kept />
            <Show when=move || { count.get() > 0 }>
                <button type="button" data-testid="corrections-remove" on:click=remove_all>
                    {move || corrections_words().remove_all()}
                </button>
            </Show>
        </div>
        {move || removed.get().map(|before| {
            let count = before.len();
            view! {
                <p class="correction-removed" role="status">
                    {move || corrections_words().removed(count)} " "
                    <button type="button" data-testid="corrections-back" on:click=bring_back>
                        {move || corrections_words().bring_back()}
                    </button>
                </p>
            }
        })}
        {move || mistake.get().map(|mistake| view! {
            <p class="correction-mistake" role="alert">{move || corrections_words().mistake(&mistake)}</p>
        })}
        <ul class="correction-list">
            <For each=shown key=|it| *it let:correction>
                <CorrectionRow kept images correction />
            </For>
        </ul>
        <Show when=move || { left.get() > 0 }>
            <button type="button" data-testid="corrections-more"
                on:click=move |_| most.update(|most| *most = most.saturating_add(FIRST))>
                {move || insight_words().show_more(left.get())}
            </button>
        </Show>
    }
}
