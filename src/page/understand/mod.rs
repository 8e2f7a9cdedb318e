//! The place that shows what a run came to and rests on: the network, the data set, and the engines with their speed.

pub mod benchmark;
mod data_panel;
mod insight_part;

use leptos::prelude::*;

use super::session::Session;
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
    view! {
        <div class="place understand">
            <InsightPart run shown classifier data />
            <DataPanel data draft />
            <Benchmark connection machine benchmark draft asked=cases />
        </div>
    }
}
