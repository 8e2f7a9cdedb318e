//! Undoing a deletion.

use leptos::prelude::*;

use crate::page::session::LibraryState;
use crate::page::words::{say, words};

/// Says what was deleted and offers to restore it, for as long as that is possible.
#[component]
pub fn Undo(library: LibraryState) -> impl IntoView {
    view! {
        <div class="messages" aria-live="polite">
            <For each=move || library.deleted.get() key=|deleted| deleted.id let:deleted>
                <p class="undo" data-testid="undo-bar">
                    <span>{move || words().library.deleted(&deleted.what)}</span>
                    <button type="button" data-testid="undo-deletion"
                        on:click=move |_| library.undo_deletion(deleted.id)>
                        {say(|words| words.library.undo())}
                    </button>
                </p>
            </For>
        </div>
    }
}
