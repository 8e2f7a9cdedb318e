//! The masthead: name, places, the run in progress, language, presentation and theme.

use leptos::prelude::*;

use super::address::Address;
use super::announcer::Announcer;
use super::language_select::LanguageSelect;
use super::later::{Later, Turn};
use super::navigation::{Navigation, RunInSight};
use super::presentation::PresentationToggle;
use super::session::{Connection, CurrentRun};
use super::theme::ThemeToggle;
use super::words::say;

/// Name, places, the run in progress, language, presentation and theme; hidden while the first view is shown, as the
/// place below it is.
#[component]
pub fn Header(
    address: Address,
    connection: Connection,
    run: CurrentRun,
    is_drawn: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <header class="masthead" hidden=move || !is_drawn.get()>
            <h1 class="brand">{say(|words| words.header.name())}</h1>
            <Navigation address />
            <Later turn=Turn::FirstView>
                <div class="masthead-side">
                    <RunInSight address connection run />
                    <LanguageSelect />
                    <PresentationToggle />
                    <ThemeToggle />
                </div>
                <Announcer connection run />
            </Later>
        </header>
    }
}
