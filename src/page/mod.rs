//! The page: everything that the visitor sees. It never links Burn; the worker does all heavy work.

mod browser;
mod charts;
mod clipboard;
mod engine_names;
mod format;
mod header;
mod language_select;
mod link;
mod menu;
mod messages;
mod runs;
mod session;
mod tab_title;
mod theme;
mod train;
mod understand;
mod words;

use leptos::mount::mount_to_body;
use leptos::prelude::*;

use crate::settings::LinkMistake;
use charts::Charts;
use header::Header;
use link::RunInputs;
use messages::Messages;
use runs::{Library, LibraryView};
use session::{PageFailure, Session};
use train::classifier::Classifier;
use train::progress::RunProgress;
use train::readouts::Readouts;
use train::run_controls::RunControls;
use train::settings_form::SettingsForm;
use understand::benchmark::Benchmark;
use understand::data_panel::DataPanel;
use words::{language, say, words};

/// Mounts the page, replacing the placeholder shown while it loaded.
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
    let Session {
        notices,
        connection,
        machine,
        data,
        classifier,
        run,
        library,
        benchmark,
        remedies,
    } = Session::open();
    language::follow();
    tab_title::follow(connection, run, benchmark);
    let cases = link::cases();
    let draft = RwSignal::new(asked.draft.clone());
    let inputs = RunInputs { initial_weights: asked.initial_weights, order: asked.order };
    let inputs = RwSignal::new(inputs);
    if asked.autostart {
        match asked.draft.check() {
            // The unknown part might have changed the run, so this may not be the run that was meant.
            Ok(_) if asked.mistakes.iter().any(LinkMistake::may_concern_the_run) => {}
            Ok(config) => run.start(inputs.with_untracked(|inputs| inputs.run(config))),
            Err(_) => notices.notify(PageFailure::LinkSettings, None),
        }
    }
    // After the start, which dismisses earlier messages.
    if !asked.mistakes.is_empty() {
        let concerns_the_run = asked.mistakes.iter().any(LinkMistake::may_concern_the_run);
        let kept_from_starting = asked.autostart && concerns_the_run;
        let mistakes = asked.mistakes;
        notices.notify(PageFailure::LinkNotUnderstood { mistakes, kept_from_starting }, None);
    }
    if !cases.unknown.is_empty() {
        notices.notify(PageFailure::UnknownCases { words: cases.unknown }, None);
    }
    let library_view = LibraryView::new(library, run, classifier, benchmark, draft);
    view! {
        <Header connection machine run draft />
        <main class="workbench" class:has-run=move || run.figures.overview.with(Option::is_some)>
            <Messages notices remedies />
            <section class="rail" aria-label=say(|words| words.page.run_and_settings())>
                <div class="rail-inner">
                    <RunControls connection run benchmark draft inputs />
                    <RunProgress connection run />
                    <SettingsForm run machine draft inputs autostart=asked.autostart />
                </div>
            </section>
            <section class="results" aria-label=say(|words| words.page.results())>
                <Readouts figures=run.figures />
                <Charts figures=run.figures />
            </section>
            <Classifier connection data classifier />
            <DataPanel data draft />
            <Benchmark connection machine benchmark draft asked=cases.known />
            <Library view=library_view />
        </main>
        <footer class="colophon">
            <p>{say(|words| words.page.all_stays_here())} " " {data_source}</p>
        </footer>
    }
}

const DATA_SET: &str = "Fashion-MNIST";

/// The source of the data. The data set's name is a link, wherever the language places it.
fn data_source() -> impl IntoView {
    let sentence = words().page.data_source(DATA_SET);
    let (before, after) = sentence.split_once(DATA_SET).unwrap_or((sentence.as_str(), ""));
    view! {
        {before.to_owned()}
        <a href="https://github.com/zalandoresearch/fashion-mnist">{DATA_SET}</a>
        {after.to_owned()}
    }
}
