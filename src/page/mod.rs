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
mod words;

use leptos::mount::mount_to_body;
use leptos::prelude::*;

use crate::settings::LinkMistake;
use benchmark::Benchmark;
use charts::Charts;
use classifier::Classifier;
use data_panel::DataPanel;
use header::Header;
use library::Library;
use link::RunInputs;
use messages::Messages;
use progress::RunProgress;
use readouts::Readouts;
use run_controls::RunControls;
use session::{PageFailure, Session};
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
    let inputs = RunInputs { initial_weights: asked.initial_weights, order: asked.order };
    let inputs = RwSignal::new(inputs);
    if asked.autostart {
        match asked.draft.check() {
            // What the rest would have changed is not known: it may not be the run that was meant.
            Ok(_) if asked.mistakes.iter().any(LinkMistake::may_concern_the_run) => {}
            Ok(config) => session.start(inputs.with_untracked(|inputs| inputs.run(config))),
            Err(_) => session.notify(PageFailure::LinkSettings, None),
        }
    }
    // After the start, which takes earlier messages off the page.
    if !asked.mistakes.is_empty() {
        let concerns_the_run = asked.mistakes.iter().any(LinkMistake::may_concern_the_run);
        let kept_from_starting = asked.autostart && concerns_the_run;
        let mistakes = asked.mistakes;
        session.notify(PageFailure::LinkNotUnderstood { mistakes, kept_from_starting }, None);
    }
    if !cases.unknown.is_empty() {
        session.notify(PageFailure::UnknownCases { words: cases.unknown }, None);
    }
    view! {
        <Header session draft />
        <main class="workbench" class:has-run=move || session.run.with(Option::is_some)>
            <Messages session />
            <section class="rail" aria-label="Run and settings">
                <div class="rail-inner">
                    <RunControls session draft inputs />
                    <RunProgress session />
                    <SettingsForm session draft inputs autostart=asked.autostart />
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
