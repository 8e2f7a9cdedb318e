//! By which labels validations are judged: those that were published, or the corrected ones.

use std::sync::Arc;

use leptos::prelude::*;

use crate::dataset::{SplitCorrections, SplitName};
use crate::page::corrections::KeptCorrections;
use crate::page::words::corrections_words;

/// The corrections of the test images, if validations are judged by them and there are any.
pub fn judge(
    kept: KeptCorrections,
    by_corrected: RwSignal<bool>,
) -> Memo<Option<Arc<SplitCorrections>>> {
    Memo::new(move |_| {
        let of_test = kept.list.with(|list| list.split(SplitName::Test));
        let counts = by_corrected.get() && of_test != SplitCorrections::default();
        counts.then(|| Arc::new(of_test))
    })
}

/// The choice, if any test image is corrected; above it, that the browser does not store the corrections, if so.
#[component]
pub fn JudgedBy(kept: KeptCorrections, by_corrected: RwSignal<bool>) -> impl IntoView {
    let has_any = Memo::new(move |_| {
        kept.list.with(|list| list.iter().any(|it| it.split == SplitName::Test))
    });
    let option = move |this: bool, testid: &'static str, label: fn() -> &'static str| {
        view! {
            <button type="button" class="quiet" data-testid=testid
                aria-pressed=move || (by_corrected.get() == this).to_string()
                on:click=move |_| by_corrected.set(this)>{label}</button>
        }
    };
    view! {
        <Show when=move || kept.is_unstored.get()>
            <p class="insight-failure" role="alert" data-testid="corrections-unstored">
                {move || corrections_words().unstored()}
            </p>
        </Show>
        <Show when=move || has_any.get()>
            <div class="insight-judged">
                <div class="presets" role="group" aria-labelledby="judged-by">
                    <span id="judged-by">{move || corrections_words().judged_by()}</span>
                    {option(false, "labels-published", || corrections_words().by_published())}
                    {option(true, "labels-corrected", || corrections_words().by_corrected())}
                </div>
                <p class="note">{move || corrections_words().about_judged_by()}</p>
            </div>
        </Show>
    }
}
