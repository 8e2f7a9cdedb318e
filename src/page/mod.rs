//! The page: what the visitor sees and touches. It never links Burn; all work is the worker's.

mod benchmark;
mod browser;
mod charts;
mod classifier;
mod clipboard;
mod data_panel;
mod engine_names;
mod format;
mod header;
mod library;
mod link;
mod messages;
mod progress;
mod readouts;
mod run_controls;
mod session;
mod settings_form;
mod tab_title;
mod theme;

use leptos::mount::mount_to_body;
use leptos::prelude::*;

use benchmark::Benchmark;
use charts::Charts;
use classifier::Classifier;
use data_panel::DataPanel;
use header::Header;
use library::Library;
use link::Given;
use messages::Messages;
use progress::RunProgress;
use readouts::Readouts;
use run_controls::RunControls;
use session::Session;
use settings_form::SettingsForm;

/// Puts the page into the document, in place of what stood there while it loaded.
pub fn mount() {
    if let Some(placeholder) = document().get_element_by_id("placeholder") {
        placeholder.remove();
    }
    mount_to_body(App);
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let asked = link::read();
    let session = Session::open();
    tab_title::follow(session);
    let cases = link::cases();
    let draft = RwSignal::new(asked.draft.clone());
    let given = Given { initial_weights: asked.initial_weights, order: asked.order };
    let given = RwSignal::new(given);
    if asked.autostart {
        match asked.draft.check() {
            // What the rest would have changed is not known: it may not be the run that was meant.
            Ok(_) if !asked.mistakes.is_empty() => {}
            Ok(config) => session.start(given.with_untracked(|given| given.run(config))),
            Err(_) => session.tell(link::bad_link(), None),
        }
    }
    // After the start, which takes earlier messages off the page.
    if !asked.mistakes.is_empty() {
        session.tell(link::not_understood(&asked.mistakes, asked.autostart), None);
    }
    if !cases.unknown.is_empty() {
        session.tell(link::unknown_cases(&cases.unknown), None);
    }
    view! {
        <Header session draft />
        <main class="workbench" class:has-run=move || session.run.with(Option::is_some)>
            <Messages session />
            <section class="rail" aria-label="Run and settings">
                <div class="rail-inner">
                    <RunControls session draft given />
                    <RunProgress session />
                    <SettingsForm session draft given autostart=asked.autostart />
                </div>
            </section>
            <section class="results" aria-label="Results">
                <Readouts session />
                <Charts session />
            </section>
            <Classifier session />
            <DataPanel session draft />
            <Benchmark session draft asked=cases.known />
            <Library session draft />
        </main>
        <footer class="colophon">
            <p>
                "Everything runs in this tab: the data set is fetched once, training, checkpoints and "
                "pictures never leave this machine. Data: "
                <a href="https://github.com/zalandoresearch/fashion-mnist">"Fashion-MNIST"</a>
                " by Zalando Research, MIT licence."
            </p>
        </footer>
    }
}
