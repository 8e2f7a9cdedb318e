//! What went wrong, what was kept, what to do next.

use leptos::prelude::*;

use super::session::{Notice, Remedy, Session};
use super::words::{say, words};

/// Messages, one below the other; nothing while there is nothing to say.
#[component]
pub fn Messages(session: Session) -> impl IntoView {
    // The live region exists before its first message: screen readers only announce changes.
    view! {
        <div class="messages" aria-live="polite">
            <Show when=move || session.notices.with(|notices| !notices.is_empty())>
                <div data-testid="error-message">
                    <For
                        each=move || session.notices.get()
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
    let Notice { id, what, remedy } = notice;
    let what = StoredValue::new(what);
    let told = move || what.with_value(|what| words().failures.told(what));
    view! {
        <div class="message">
            <div>
                <p class="message-happened">{move || told().happened}</p>
                <p>{move || told().kept} " " {move || told().next}</p>
            </div>
            <div class="message-actions">
                {remedy.map(|remedy| view! { <RemedyButton session remedy /> })}
                <button type="button" class="quiet" on:click=move |_| session.dismiss(id)>
                    {say(|words| words.failures.dismiss())}
                </button>
            </div>
        </div>
    }
}

#[component]
fn RemedyButton(session: Session, remedy: Remedy) -> impl IntoView {
    let testid = match remedy {
        Remedy::RetryData => "retry-data",
        Remedy::Resume(_) => "resume-last",
        Remedy::RestartWorker => "restart-worker",
        Remedy::Reload => "reload",
    };
    let label = {
        let remedy = remedy.clone();
        move || words().failures.remedy(&remedy)
    };
    let offered = {
        let remedy = remedy.clone();
        // A run can be resumed once its checkpoint is listed by the new worker.
        move || match &remedy {
            Remedy::Resume(name) => {
                let stored = session.checkpoints.get();
                !session.is_busy()
                    && !session.is_measuring()
                    && stored.iter().any(|stored| stored.name == *name && !stored.finished)
            }
            _ => true,
        }
    };
    view! {
        <Show when=offered>
            <button
                type="button"
                data-testid=testid
                on:click={
                    let remedy = remedy.clone();
                    move |_| session.remedy(remedy.clone())
                }
            >
                {label.clone()}
            </button>
        </Show>
    }
}
