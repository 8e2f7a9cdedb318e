//! The way from place to place.

use leptos::prelude::*;

use super::address::{Address, Place, link_to_run};
use super::session::{Connection, CurrentRun};
use super::words::{say, words};

/// The links to the places.
#[component]
pub fn Navigation(address: Address) -> impl IntoView {
    let link = move |place: Place| {
        view! {
            <li>
                <a href=move || address.link_to(place)
                    data-testid=format!("place-{}", place.as_str())
                    aria-current=move || (address.place.get() == place).then_some("page")>
                    {move || words().page.place(place)}
                </a>
            </li>
        }
    };
    view! {
        <nav class="places" aria-label=say(|words| words.page.places())>
            <ul>{Place::ALL.map(link).collect_view()}</ul>
        </nav>
    }
}

/// The current run in one line, which leads to it, while another place is open.
#[component]
pub fn RunInSight(address: Address, connection: Connection, run: CurrentRun) -> impl IntoView {
    let elsewhere = Memo::new(move |_| address.place.get() != Place::Train && run.is_busy());
    let line = move || {
        let percent = (run.figures.share_done() * 100.0).floor();
        words().page.run_in_sight(connection.status.get(), percent)
    };
    view! {
        <Show when=move || elsewhere.get()>
            <a class="run-in-sight" data-testid="run-in-sight"
                href=move || link_to_run(run.figures.name().as_deref())>
                <span class="lamp" data-status=move || connection.status.get().as_str()
                    aria-hidden="true"></span>
                {line}
            </a>
        </Show>
    }
}
