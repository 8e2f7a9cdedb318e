//! What went wrong in a step.

use leptos::prelude::*;

use super::word;
use crate::page::session::Complaint;
use crate::page::words::words;

/// What went wrong, with a button to try again.
#[component]
pub fn Trouble(
    #[prop(into)] complaint: Signal<Option<Complaint>>,
    #[prop(into)] again: Callback<()>,
) -> impl IntoView {
    move || {
        complaint.get().map(|complaint| {
            let told = move || {
                let told = words().failures.told(&complaint);
                format!("{} {} {}", told.happened, told.kept, told.next)
            };
            view! {
                <div class="lesson-failure" role="alert" data-testid="lesson-failure">
                    <p>{told}</p>
                    <button type="button" on:click=move |_| again.run(())>
                        {word(|words| words.again())}
                    </button>
                </div>
            }
        })
    }
}
