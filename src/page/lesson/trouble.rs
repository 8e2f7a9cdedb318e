//! What went wrong in a step.

use leptos::prelude::*;

use super::word;
use crate::page::insight::ShownImages;
use crate::page::session::Complaint;
use crate::page::words::words;

/// That the first images are on their way, or why some have not come, with a button to ask for them again.
#[component]
pub fn ImagesState(images: ShownImages) -> impl IntoView {
    view! {
        <Show when=move || images.is_first_awaited()>
            <p class="note" role="status" data-testid="lesson-images-load">
                {word(|words| words.loading_images())}
            </p>
        </Show>
        <Trouble complaint=images.complaint again=move |()| images.again() />
    }
}

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
