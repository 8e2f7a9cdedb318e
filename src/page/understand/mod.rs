//! The place that shows what a run came to and rests on: the network, the data set, and the engines with their speed.

pub mod benchmark;
mod data_panel;
mod insight_part;

use leptos::prelude::*;

use super::session::Session;
use super::words::say;
use crate::benchmark::BenchmarkCase;
use crate::settings::SettingsDraft;
use benchmark::Benchmark;
use data_panel::DataPanel;
use insight_part::InsightPart;

/// The place. `cases` are those that a link asks to measure.
#[component]
pub fn Understand(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    cases: Vec<BenchmarkCase>,
) -> impl IntoView {
    let Session { connection, machine, data, run, shown, benchmark, classifier, .. } = session;
    let is_own = Memo::new(move |_| {
        let of_current = || {
            let overview = shown.figures().overview;
            overview.with(|run| run.as_ref().map(|run| run.data.is_some()))
        };
        let of_stored = shown.summary().map(|run| run.record.data.is_some());
        of_stored.or_else(of_current).unwrap_or_default()
    });
    view! {
        <div class="place understand">
            <Show
                when=move || !is_own.get()
                fallback=|| view! {
                    <p class="panel note">{say(|words| words.own_sets.no_insight())}</p>
                }
            >
                <InsightPart run shown classifier />
            </Show>
            <DataPanel data draft />
            <Benchmark connection machine benchmark draft asked=cases />
        </div>
    }
}
