//! Experiments: several values of some settings, each with several seeds, trained on every core.
//!
//! Part of the program that looks into networks (`page/insight`), so that it weighs nothing for who never opens it. [`state`]
//! holds the experiment at hand ([`plan`]), what its runs have measured ([`results`], followed by [`progress`]; [`opening`] reads what the library has of them) and the pool of workers that trains them
//! (`page/session/pool`); it lives on while another place is open. [`draft`] is the form as texts, [`pace`] how long it all
//! takes, [`kept`] what this browser remembers, [`alone`] the right to train it, [`inputs`] what the page gives. The components: [`form`], [`control`],
//! [`table`] with [`saving`], [`list`], and [`figures_view`], which hands the results to the figures (`page/figures`) as [`comparison`] makes them.

mod alone;
mod axis_fields;
mod comparison;
mod control;
mod draft;
mod figures_view;
mod form;
mod inputs;
mod kept;
mod list;
mod machine;
mod opening;
mod pace;
mod plan;
mod progress;
mod results;
mod saving;
mod state;
mod table;

use leptos::prelude::*;

use self::control::Control;
pub use self::draft::Given;
use self::form::Form;
pub use self::inputs::PageInputs;
pub use self::kept::was_running;
use self::list::Remembered;
pub use self::plan::{MOST_RUNS_HERE, Standing, Trouble};
pub use self::state::Experiments;
use self::table::Results;
use super::words::{ExperimentsWords, experiments_words};

/// A fixed text of experiments in a given language.
type Word = fn(&'static ExperimentsWords) -> &'static str;

/// The text in the visitor's language, for use in a view.
fn word(word: Word) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || word(experiments_words())
}

/// The place.
#[component]
pub fn ExperimentsView(experiments: Experiments) -> impl IntoView {
    let has_plan = Memo::new(move |_| experiments.plan.with(Option::is_some));
    view! {
        <section class="panel insight" aria-labelledby="experiment-title">
            <div class="panel-head">
                <h2 id="experiment-title">{word(|words| words.title())}</h2>
                <p class="note">{word(|words| words.about())}</p>
            </div>
            <Form experiments />
            <Control experiments />
        </section>
        <Show when=move || has_plan.get()>
            <Results experiments />
        </Show>
        <Remembered experiments />
    }
}
