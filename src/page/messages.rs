//! What went wrong, what was kept, what to do next.

use leptos::prelude::*;

use super::session::{Notice, Remedy, Session};

/// Messages, one below the other; nothing while there is nothing to say.
#[component]
pub fn Messages(session: Session) -> impl IntoView {
    // The live region exists before its first message: screen readers only announce changes.
    view! {
        <div class="messages" aria-live="polite">
            <Show when=move || session.notices.list.with(|notices| !notices.is_empty())>
                <div data-testid="error-message">
                    <For
                        each=move || session.notices.list.get()
                        key=|notice| notice.id
                        let:notice
                    >
                        <Message session notice />
                    </For>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Message(session: Session, notice: Notice) -> impl IntoView {
    let Notice { id, failure, remedy } = notice;
    view! {
        <div class="message">
            <div>
                <p class="message-happened">{failure.happened}</p>
                <p>{failure.kept} " " {failure.next}</p>
            </div>
            <div class="message-actions">
                {remedy.map(|remedy| view! { <RemedyButton session remedy /> })}
                <button type="button" class="quiet" on:click=move |_| session.notices.dismiss(id)>
                    "Dismiss"
                </button>
            </div>
        </div>
    }
}

#[component]
fn RemedyButton(session: Session, remedy: Remedy) -> impl IntoView {
    let (label, testid) = match remedy {
        Remedy::RetryData => ("Try again", "retry-data"),
        Remedy::Resume(_) => ("Resume the run", "resume-last"),
        Remedy::RestartWorker => ("Start the worker again", "restart-worker"),
        Remedy::Reload => ("Reload", "reload"),
    };
    let offered = {
        let remedy = remedy.clone();
        move || session.remedies.can_do(&remedy)
    };
    view! {
        <Show when=offered>
            <button
                type="button"
                data-testid=testid
                on:click={
                    let remedy = remedy.clone();
                    move |_| session.remedies.carry_out(remedy.clone())
                }
            >
                {label}
            </button>
        </Show>
    }
}
