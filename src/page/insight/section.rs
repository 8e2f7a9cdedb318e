//! A section of the part that costs nothing until it is opened.

use leptos::ev::Targeted;
use leptos::prelude::*;
use web_sys::{Event, HtmlDetailsElement};

use super::{Word, word};

/// A section with a title and a sentence about it. What it holds is made when it is opened, and taken away when it is
/// closed, so that nothing is computed for a section that nobody sees.
#[component]
pub fn Section(
    title: Word,
    about: Word,
    testid: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let toggle =
        move |event: Targeted<Event, HtmlDetailsElement>| is_open.set(event.target().open());
    view! {
        <details class="panel insight insight-section" data-testid=testid on:toggle:target=toggle>
            <summary>
                <h2>{word(title)}</h2>
                <span class="note">{word(about)}</span>
            </summary>
            <Show when=move || is_open.get()>
                <div class="insight-section-body">{children()}</div>
            </Show>
        </details>
    }
}
