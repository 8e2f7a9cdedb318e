//! The page: everything that the visitor sees. It never links Burn; the worker does all heavy work.
//!
//! It has places ([`address`]), a room each: `train`, `understand`, `experiments`, `runs`, `lesson`.

mod address;
mod announcer;
mod autostart;
mod browser;
mod charts;
pub mod class_names;
mod clipboard;
mod corrections;
mod engine_badge;
mod engine_names;
mod experiments;
mod experiments_part;
mod figures;
mod first_view;
mod format;
mod header;
mod icon_toggle;
mod imported_experiments;
pub mod insight;
mod language_select;
mod later;
mod leaving;
pub mod lesson;
mod lesson_part;
mod link;
mod menu;
mod messages;
mod navigation;
mod part;
mod presentation;
mod progress_bar;
mod run_code;
mod runs;
mod session;
mod tab_title;
mod theme;
mod train;
mod understand;
mod words;

use corrections::NextCorrections;
use experiments_part::ExperimentsPart;
use leptos::mount::mount_to_body;
use leptos::prelude::*;
use lesson_part::LessonPart;
use wasm_bindgen_futures::spawn_local;

use crate::protocol::{Command, NewRun};
use crate::settings::{LinkMistake, SettingsDraft};
use address::{Address, MAIN_ID, Place, fragment};
use browser::next_task;
use header::Header;
use later::{Later, Turn};
use link::RunInputs;
use messages::Messages;
use runs::{Library, LibraryView, Undo};
use session::{PageFailure, Session};
use train::{DocumentationLink, Train};
use understand::Understand;
use words::{language, say, words};

/// From now on, a panic is shown to the visitor.
pub fn report_panics() {
    std::panic::set_hook(Box::new(browser::report_panic));
}

/// Mounts the page. The first view of `index.html` stays until there is as much to see. Session and page are made in tasks of
/// their own, since both take a while.
pub fn mount() {
    mount_to_body(|| {
        view! {
            <Later turn=Turn::FirstView>
                <Opened />
            </Later>
        }
    });
}

/// The page once its session is open.
#[component]
fn Opened() -> impl IntoView {
    let session = Session::open();
    view! {
        <Later turn=Turn::FirstView>
            <App session />
        </Later>
    }
}

/// The whole page. Its elements `offline-…` are those of `www/offline.js`.
#[component]
fn App(session: Session) -> impl IntoView {
    first_view::hand_over();
    let asked = link::read();
    let cases = link::cases();
    let had_fragment = !fragment().is_empty();
    let address = Address::follow();
    if !had_fragment && (!cases.known.is_empty() || !cases.unknown.is_empty()) {
        address.place.set(Place::Understand);
    }
    let experiment = asked.experiment.clone();
    if !had_fragment && experiment.is_some() {
        address.place.set(Place::Experiments);
    }
    let Session {
        notices, connection, run, shown, library, classifier, benchmark, remedies, ..
    } = session;
    language::follow();
    tab_title::follow(connection, run, benchmark);
    leaving::ask_before(connection, run, library);
    let draft = RwSignal::new(asked.draft.clone());
    let inputs = RwSignal::new(RunInputs::new(asked.initial_weights, asked.order));
    let corrections = NextCorrections::follow();
    shown.follow(address);
    let begin = move |again: Option<String>| match draft.with_untracked(SettingsDraft::check) {
        Ok(config) => {
            let data = session.data.own.get_untracked();
            let new = inputs.with_untracked(|inputs| inputs.run(config, corrections.taken(), data));
            match again {
                None => run.start(new),
                again => run.go_on_after_reload(Command::Start(Box::new(NewRun { again, ..new }))),
            }
        }
        Err(_) => notices.notify(PageFailure::LinkSettings, None),
    };
    // The run begins once the visitor has agreed to what the link asks for.
    let waiting = StoredValue::new(None);
    let begin_when_agreed = move |again| {
        if inputs.with_untracked(RunInputs::wait) {
            waiting.set_value(Some(again));
        } else {
            begin(again);
        }
    };
    let agreed = Callback::new(move |()| {
        if let Some(again) = waiting.try_update_value(Option::take).flatten() {
            begin(again);
        }
    });
    let concerns_the_run = asked.mistakes.iter().any(LinkMistake::may_concern_the_run);
    let begins = asked.autostart && !concerns_the_run;
    let has_experiment = experiment.is_some();
    let is_drawn = RwSignal::new(false);
    let show_page = move || {
        let start_was_pressed = first_view::take_away();
        is_drawn.set(true);
        let kept_from_starting = concerns_the_run && (asked.autostart || start_was_pressed);
        // The unknown part might have changed the run, so this may not be the run that was meant.
        if !kept_from_starting {
            if start_was_pressed {
                begin_when_agreed(None);
            } else if asked.autostart && !has_experiment {
                autostart::follow(address, run, library, shown, begin_when_agreed);
            }
        }
        // After the start, which dismisses earlier messages, and when those who listen to the page can hear it.
        spawn_local(async move {
            next_task().await;
            if !asked.mistakes.is_empty() {
                let mistakes = asked.mistakes;
                notices
                    .notify(PageFailure::LinkNotUnderstood { mistakes, kept_from_starting }, None);
            }
            if !cases.unknown.is_empty() {
                notices.notify(PageFailure::UnknownCases { words: cases.unknown }, None);
            }
        });
    };
    let is_at = move |place| Memo::new(move |_| address.place.get() == place);
    let (in_understand, in_runs) = (is_at(Place::Understand), is_at(Place::Runs));
    let in_experiments = is_at(Place::Experiments);
    let in_lesson = is_at(Place::Lesson);
    let link = StoredValue::new(experiment.map(|text| (text, begins)));
    // It goes on whichever place is open.
    let goes_on = experiments::was_running();
    let cases = StoredValue::new(cases.known);
    let library_view =
        LibraryView::new(library, run, classifier, benchmark, session.own_sets, draft);
    view! {
        <Header address connection run is_drawn />
        <main id=MAIN_ID tabindex="-1" hidden=move || !is_drawn.get()>
            <Messages notices remedies />
            <div class="messages news" aria-live="polite">
                <offline-notice></offline-notice>
            </div>
            <Undo library />
            <Train session address draft inputs corrections agreed autostart=asked.autostart />
            <Later turn=Turn::FirstView>
                <Show when=move || in_understand.get()>
                    <Understand session draft cases=cases.get_value() />
                </Show>
            </Later>
            <Later turn=Turn::FirstView>
                <Show when=move || in_experiments.get() || goes_on>
                    <ExperimentsPart session draft corrections link=link.get_value() is_open=in_experiments />
                </Show>
            </Later>
            <Later turn=Turn::FirstView>
                <Show when=move || in_lesson.get()>
                    <LessonPart session address draft />
                </Show>
            </Later>
            <Later turn=Turn::FirstView>
                <Show when=move || in_runs.get()>
                    <div class="place">
                        <Library view=library_view />
                    </div>
                </Show>
            </Later>
            // After all of this turn.
            <Later turn=Turn::FirstView>{show_page()}</Later>
        </main>
        // Last, so that nothing moves it.
        <Later turn=Turn::Last>
            <footer class="colophon">
                <p>{say(|words| words.page.all_stays_here())} " " {data_source} " " <DocumentationLink /></p>
                <offline-install
                    data-complete=move || session.data.is_complete().to_string()
                ></offline-install>
            </footer>
        </Later>
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
