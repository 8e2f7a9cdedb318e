//! What this page is, in one sentence, with the engine that does the work.

use leptos::prelude::*;

use crate::page::browser::address_of;
use crate::page::engine_badge::EngineBadge;
use crate::page::session::{Connection, CurrentRun, Machine};
use crate::page::words::{say, words};
use crate::settings::SettingsDraft;

/// The tutorial whose network is trained.
pub const TUTORIAL: &str = "https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html";

/// The archive of the commit that this page was built from, beside the page (`xtask/src/source.rs`).
const SOURCE: &str = "source/atelier.tar.gz";

/// The sentence, the tutorial, the engine. `index.html` shows the same before the page's wasm has arrived.
#[component]
pub fn Intro(
    connection: Connection,
    machine: Machine,
    run: CurrentRun,
    draft: RwSignal<SettingsDraft>,
) -> impl IntoView {
    view! {
        <div class="intro">
            <p class="claim">
                {say(|words| words.header.claim())} " "
                <a href=TUTORIAL>{say(|words| words.header.tutorial())}</a> " · "
                <DocumentationLink /> " · "
                <a href=SOURCE download>{say(|words| words.header.source())}</a>
            </p>
            <EngineBadge connection machine run draft />
        </div>
    }
}

/// The link to the documentation, which every build has beside the page.
#[component]
pub fn DocumentationLink() -> impl IntoView {
    view! {
        <a href=say(|words| words.header.documentation_page()) data-testid="documentation">
            {say(|words| words.header.documentation())}
        </a>
    }
}

/// Sixty samples of the data set, while there is no run to show.
#[component]
pub fn Samples() -> impl IntoView {
    let classes = || {
        let name = |label| words().classifier.class_name(label);
        words().data.sixty_samples(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(name))
    };
    view! {
        <figure class="samples">
            <img src=address_of("samples.png") width="280" height="168" alt="" />
            <figcaption>{classes}</figcaption>
        </figure>
    }
}
