//! What a run came to, or that it has stopped learning, and what to try next.

mod suggestion;
mod tutorial;
mod verdict;

use std::time::Duration;

use leptos::prelude::*;

pub use self::suggestion::Suggestion;
pub use self::tutorial::{Comparison, Place};
pub use self::verdict::{Cause, Collapse, End, Verdict};

use self::verdict::{TrainedOn, verdict};
use super::run_controls::START_ID;
use crate::dataset::DataSetIdentity;
use crate::page::browser::focus_id;
use crate::page::session::{CurrentRun, RunFigures};
use crate::page::words::{say, words};
use crate::protocol::RunOverview;
use crate::settings::SettingsDraft;

/// What a run came to once it has ended; before, that it is near chance. Empty otherwise.
///
/// `figures` are the run's, `run` says whether a run is in progress, so that none can be started, and the
/// suggestions fill `draft`.
#[component]
pub fn Outcome(
    figures: RunFigures,
    run: CurrentRun,
    draft: RwSignal<SettingsDraft>,
) -> impl IntoView {
    let said = Memo::new(move |_| {
        let (ending, dead) = (figures.ending.get(), figures.dead_units.get());
        figures.overview.with(|overview| {
            let RunOverview { config, corrections, data, .. } = overview.as_ref()?;
            // PyTorch's runs are of the tutorial's data set as published.
            let on = TrainedOn {
                is_published: *corrections == 0 && data.is_none(),
                classes: DataSetIdentity::classes_for(data.as_ref()),
            };
            figures.with_curves(|curves| verdict(config, on, ending, curves, dead.as_ref()))
        })
    });
    let fill = Fill { figures, run, draft };
    move || {
        said.get().map(|said| match said {
            Verdict::Ended(end) => view! { <Ended end fill /> }.into_any(),
            Verdict::Collapsed(collapse) => view! { <Collapsed collapse fill /> }.into_any(),
            Verdict::NotYet { accuracy, chance, next } => view! {
                <div class="outcome outcome-warns" data-testid="slow-notice" role="status">
                    <p>{move || words().outcome.not_yet(accuracy, chance)}</p>
                    <Suggestions next fill />
                </div>
            }
            .into_any(),
        })
    }
}

/// Fills the form with a suggestion.
#[derive(Clone, Copy)]
struct Fill {
    figures: RunFigures,
    run: CurrentRun,
    draft: RwSignal<SettingsDraft>,
}

impl Fill {
    /// Fills the form with the run's own settings and this change, and moves the focus to the button that starts
    /// a run.
    fn fill(self, suggestion: Suggestion) {
        let filled = self.figures.overview.with_untracked(|overview| {
            overview.as_ref().map(|overview| suggestion.filled(&overview.config))
        });
        if let Some(filled) = filled {
            self.draft.set(filled);
            // Once the button has followed the form.
            set_timeout(|| focus_id(START_ID), Duration::ZERO);
        }
    }
}

/// A run that has ended and has learnt.
#[component]
fn Ended(end: End, fill: Fill) -> impl IntoView {
    let next = end.next.clone();
    let end = StoredValue::new(end);
    let heading = move || end.with_value(|end| words().outcome.ended(end.ending, &end.newest));
    let best = move || {
        end.with_value(|end| end.best.map(|best| words().outcome.best(&best, end.is_newest_best())))
    };
    let compared =
        move || end.with_value(|end| end.comparison.map(|found| words().outcome.compared(&found)));
    view! {
        <div class="outcome" data-testid="outcome" role="status">
            <h2>{heading}</h2>
            <p>{best} " " {compared} " " {say(|words| words.outcome.draw_something())}</p>
            <Suggestions next fill />
        </div>
    }
}

/// A run that has stopped learning.
#[component]
fn Collapsed(collapse: Collapse, fill: Fill) -> impl IntoView {
    let Collapse { accuracy, chance, cause, remedy } = collapse;
    let cause = StoredValue::new(cause);
    view! {
        <div class="outcome outcome-warns" data-testid="collapse-notice" role="status">
            <p>
                <strong>{move || words().outcome.collapsed(accuracy, chance)}</strong>
                " "
                {move || cause.with_value(|cause| words().outcome.cause(cause))}
            </p>
            <p class="outcome-next">
                <FillButton suggestion=remedy testid="collapse-remedy" fill />
            </p>
        </div>
    }
}

/// Buttons that fill the form.
#[component]
fn Suggestions(next: Vec<Suggestion>, fill: Fill) -> impl IntoView {
    let button = |suggestion: Suggestion| {
        view! { <FillButton suggestion testid=suggestion.testid() fill /> }
    };
    let buttons: Vec<_> = next.into_iter().map(button).collect();
    (!buttons.is_empty()).then(|| {
        view! {
            <div class="outcome-next" role="group" aria-label=say(|words| words.outcome.next())>
                {buttons}
            </div>
        }
    })
}

#[component]
fn FillButton(suggestion: Suggestion, testid: &'static str, fill: Fill) -> impl IntoView {
    view! {
        <button
            type="button"
            data-testid=testid
            // The form shows the run that is in progress.
            disabled=move || fill.run.is_busy()
            title=move || if fill.run.is_busy() { words().outcome.stop_first() } else { "" }
            on:click=move |_| fill.fill(suggestion)
        >
            {move || words().outcome.suggestion(suggestion)}
        </button>
    }
}
