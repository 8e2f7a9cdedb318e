//! The presentation mode, for a projector: large type, and only the run, its curves, the pad and the answer.
//!
//! The class on the document's root does all of it (`www/styles/presentation.css`).

use leptos::prelude::*;

use super::link;
use super::words::{say, words};

const CLASS: &str = "presenting";

/// A button that enters and leaves the presentation mode, which a link can also ask for.
#[component]
pub fn PresentationToggle() -> impl IntoView {
    let presents = RwSignal::new(link::presents());
    Effect::new(move |_| {
        let root = document().document_element();
        // Only a class list without spaces can fail, and this one has none.
        let _ = root.map(|root| root.class_list().toggle_with_force(CLASS, presents.get()));
    });
    let switch = move |_| {
        presents.update(|presents| *presents = !*presents);
        link::write_presents(presents.get_untracked());
    };
    view! {
        <button
            type="button"
            class="icon-button present-toggle"
            data-testid="present"
            aria-pressed=move || presents.get().to_string()
            aria-label=say(|words| words.header.presentation())
            title=move || {
                let words = &words().header;
                if presents.get() { words.leave_presentation() } else { words.about_presentation() }
            }
            on:click=switch
        >
            <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5">
                <path d="M3 4.75h18M4.75 4.75v10.5h14.5V4.75M12 15.25v4M8.5 20.25l3.5-2.5 3.5 2.5" />
            </svg>
        </button>
    }
}
