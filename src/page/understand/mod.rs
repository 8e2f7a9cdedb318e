//! The place that shows what a run rests on: the data set, and the engines with their speed.

pub mod benchmark;
mod data_panel;

use leptos::prelude::*;

use super::session::Session;
use crate::benchmark::BenchmarkCase;
use crate::settings::SettingsDraft;
use benchmark::Benchmark;
use data_panel::DataPanel;

/// The place. `cases` are those that a link asks to measure.
#[component]
pub fn Understand(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    cases: Vec<BenchmarkCase>,
) -> impl IntoView {
    let Session { connection, machine, data, benchmark, .. } = session;
    view! {
        <div class="place understand">
            <DataPanel data draft />
            <Benchmark connection machine benchmark draft asked=cases />
        </div>
    }
}
