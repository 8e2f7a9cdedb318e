//! What stands beside a step: PyTorch's program for it, and where this project does the same.

use leptos::prelude::*;

use super::code::{program, sites};
use super::step::Step;
use super::word;
use crate::page::browser::address_of;
use crate::page::clipboard::{self, Copied, CopiedNote};
use crate::page::words::{lesson_words, words};

/// The program, and the places in this project.
#[component]
pub fn Beside(step: Step) -> impl IntoView {
    let copied = RwSignal::new(Copied::No);
    let places = sites(step).iter().map(|(file, name)| {
        view! { <li><code>{*file}</code> " " <code class="lesson-item">{*name}</code></li> }
    });
    view! {
        <aside class="lesson-beside" aria-label=move || lesson_words().in_pytorch()>
            <div class="lesson-head">
                <h3>{word(|words| words.in_pytorch())}</h3>
                <button type="button" class="quiet" data-testid="lesson-copy"
                    on:click=move |_| clipboard::copy(program(step).to_owned(), copied)>
                    {move || words().code.copy()}
                </button>
            </div>
            <CopiedNote copied />
            <Show when=move || step.previous().is_some()>
                <p class="note" data-testid="lesson-builds-on">{word(|words| words.builds_on())}</p>
            </Show>
            <pre tabindex="0" role="region" lang="en" data-testid="lesson-code"
                aria-label=word(|words| words.in_pytorch())><code>{program(step)}</code></pre>
            <h3>{word(|words| words.in_this_project())}</h3>
            <ul class="lesson-places" data-testid="lesson-places">{places.collect_view()}</ul>
            <p class="note">
                <a href=address_of("source/atelier.tar.gz") download="atelier.tar.gz">
                    {word(|words| words.source_code())}
                </a>
            </p>
        </aside>
    }
}
