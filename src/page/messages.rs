//! What went wrong, what was kept, what to do next.

use leptos::prelude::*;

use super::clipboard::{self, Copied, CopiedNote};
use super::session::{Notice, Notices, Remedies, Remedy};
use super::words::{say, words};

/// The list of messages; empty while there are none.
#[component]
pub fn Messages(notices: Notices, remedies: Remedies) -> impl IntoView {
    // The live region exists before its first message: screen readers only announce changes.
    view! {
        <div class="messages" aria-live="polite">
            <Show when=move || notices.list.with(|notices| !notices.is_empty())>
                <div data-testid="error-message">
                    <For
                        each=move || notices.list.get()
                        key=|notice| notice.id
                        let:notice
                    >
                        <Message notices remedies notice />
                    </For>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Message(notices: Notices, remedies: Remedies, notice: Notice) -> impl IntoView {
    let (resumed_at, gives_up) = (notice.resumed_at(), notice.gives_up());
    let Notice { id, what, remedy } = notice;
    let what = StoredValue::new(what);
    let copied = RwSignal::new(Copied::No);
    let told = move || what.with_value(|what| words().failures.told(what));
    view! {
        <div class="message" data-testid=resumed_at.map(|_| "resumed") data-step=resumed_at>
            <div>
                <p class="message-happened">{move || told().happened}</p>
                <p>{move || told().kept} " " {move || told().next}</p>
                {gives_up.then(|| view! { <CopiedNote copied /> })}
            </div>
            <div class="message-actions">
                {gives_up.then(|| view! {
                    <button type="button" data-testid="report-copy"
                        on:click=move |_| clipboard::copy(remedies.report(), copied)>
                        {say(|words| words.failures.copy_report())}
                    </button>
                })}
                {remedy.map(|remedy| view! { <RemedyButton remedies remedy /> })}
                <button type="button" class="quiet" on:click=move |_| notices.dismiss(id)>
                    {say(|words| words.failures.dismiss())}
                </button>
            </div>
        </div>
    }
}

#[component]
fn RemedyButton(remedies: Remedies, remedy: Remedy) -> impl IntoView {
    let testid = match remedy {
        Remedy::RetryData => "retry-data",
        Remedy::Resume(_) => "resume-last",
        Remedy::GoOnWithCpu => "go-on-with-cpu",
        Remedy::RestartWorker => "restart-worker",
        Remedy::Reload => "reload",
    };
    let label = {
        let remedy = remedy.clone();
        move || words().failures.remedy(&remedy)
    };
    let offered = {
        let remedy = remedy.clone();
        move || remedies.can_do(&remedy)
    };
    view! {
        <Show when=offered>
            <button
                type="button"
                data-testid=testid
                on:click={
                    let remedy = remedy.clone();
                    move |_| remedies.carry_out(remedy.clone())
                }
            >
                {label.clone()}
            </button>
        </Show>
    }
}
