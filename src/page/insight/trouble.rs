//! What went wrong in this part.

use leptos::prelude::*;

use crate::page::session::{Complaint, Remedy};
use crate::page::words::{say, words};

/// What went wrong, with a button to try again; `testid` and `again_testid` are what both are called for tests.
#[component]
pub fn Trouble(
    #[prop(into)] complaint: Signal<Option<Complaint>>,
    again: Callback<()>,
    #[prop(optional)] testid: Option<&'static str>,
    #[prop(optional)] again_testid: Option<&'static str>,
) -> impl IntoView {
    move || {
        complaint.get().map(|complaint| {
            let told = move || {
                let told = words().failures.told(&complaint);
                format!("{} {} {}", told.happened, told.kept, told.next)
            };
            view! {
                <div class="insight-failure" role="alert" data-testid=testid>
                    <p>{told}</p>
                    <button type="button" data-testid=again_testid on:click=move |_| again.run(())>
                        {say(|words| words.failures.remedy(&Remedy::RetryData))}
                    </button>
                </div>
            }
        })
    }
}
