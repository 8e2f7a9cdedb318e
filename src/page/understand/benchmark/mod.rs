//! How fast this machine trains, measured only on demand.

mod advice;
mod plan;
mod report;
mod table;

use leptos::prelude::*;

use crate::benchmark::BenchmarkCase;
use crate::page::clipboard::{self, Copied, CopiedNote};
use crate::page::engine_names::batch_size_in;
use crate::page::session::{BenchmarkRunState, BenchmarkState, Connection, Machine};
use crate::page::words::{say, words};
use crate::settings::SettingsDraft;
pub use advice::{Advice, Verdict};
use table::Table;

/// The button, the table of results, and advice drawn from them.
#[component]
pub fn Benchmark(
    connection: Connection,
    machine: Machine,
    benchmark: BenchmarkState,
    draft: RwSignal<SettingsDraft>,
    /// The cases that the link asks for; empty for the default ones.
    asked: Vec<BenchmarkCase>,
) -> impl IntoView {
    let cases = Memo::new(move |_| {
        if asked.is_empty() {
            machine.engines.with(|engines| plan::usual(engines.as_ref()))
        } else {
            asked.clone()
        }
    });
    let copied = RwSignal::new(Copied::No);
    let can_stop = Memo::new(move |_| {
        benchmark.round.with(|benchmark_run| {
            benchmark_run.state() == BenchmarkRunState::Running && !benchmark_run.is_stopped()
        })
    });
    let press = move |_| {
        copied.set(Copied::No);
        if can_stop.get_untracked() {
            benchmark.stop();
        } else {
            benchmark.measure(cases.get_untracked());
        }
    };
    let cannot_press = move || !benchmark.is_measuring() && !benchmark.can_measure();
    // `disabled` would take the focus from who has pressed Stop.
    let stops_already = move || (benchmark.is_measuring() && !can_stop.get()).then_some("true");
    let measured = Memo::new(move |_| {
        let cases = cases.get().into_iter();
        cases.filter_map(|case| machine.measured_of(case)).collect::<Vec<_>>()
    });
    let none_measured = move || measured.with(Vec::is_empty);
    let copy = move |_| {
        let text = untrack(move || cases.with(|cases| report::of(machine, benchmark, cases)));
        clipboard::copy(text, copied);
    };
    // Half a round is not enough for advice.
    let advice = move || {
        let batch_size = draft.with(batch_size_in);
        let over = !benchmark.is_measuring();
        let advice = over.then(|| Advice::of(&machine.measurements(), batch_size)).flatten();
        advice.map(|advice| words().benchmark.advice(&advice))
    };
    let last_measured = move || {
        let newest = measured.with(|all| all.iter().map(|known| known.at_ms).reduce(f64::max))?;
        Some(words().benchmark.last_measured(newest))
    };
    view! {
        <section class="panel benchmark" aria-labelledby="benchmark-title">
            <div class="panel-head">
                <h2 id="benchmark-title">{say(|words| words.benchmark.title())}</h2>
                <p class="note">
                    {move || words().benchmark.about(cases.with(|cases| plan::seconds(cases)))}
                </p>
            </div>
            <div class="bench-body">
                <div class="bench-actions">
                    <button type="button" data-testid="bench-run" disabled=cannot_press
                        aria-disabled=stops_already on:click=press>
                        {move || {
                            let words = &words().benchmark;
                            if benchmark.is_measuring() { words.stop() } else { words.measure() }
                        }}
                    </button>
                    <button type="button" class="quiet" data-testid="bench-copy"
                        disabled=move || benchmark.is_measuring() || none_measured() on:click=copy>
                        {say(|words| words.benchmark.copy_as_text())}
                    </button>
                    <CopiedNote copied />
                </div>
                <Table connection machine benchmark cases />
                <div class="bench-advice">
                    <p data-testid="bench-advice" aria-live="polite">{advice}</p>
                    <p class="note">{last_measured}</p>
                </div>
            </div>
        </section>
    }
}
