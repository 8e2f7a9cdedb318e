//! The table of cases, each with its figures or its progress.

use leptos::prelude::*;

use crate::benchmark::BenchmarkCase;
use crate::page::format::{milliseconds, whole};
use crate::page::session::{BenchmarkState, CaseState, Connection, Machine, Measured};
use crate::page::words::{say, words};
use crate::protocol::Status;

#[component]
pub fn Table(
    connection: Connection,
    machine: Machine,
    benchmark: BenchmarkState,
    cases: Memo<Vec<BenchmarkCase>>,
) -> impl IntoView {
    let state = move || match connection.status.get() {
        // The worker is still measuring, even if the last answer has arrived.
        Status::Benchmark => "running",
        _ => benchmark.round.with(|benchmark_run| benchmark_run.state().as_str()),
    };
    // If all rows use the same kernels, none needs to name them.
    let names_way = Memo::new(move |_| cases.with(|cases| !cases.iter().all(|case| case.fused)));
    let most = Memo::new(move |_| {
        let rates = cases.get().into_iter().filter_map(|case| shown(machine, benchmark, case));
        rates.map(|shown| shown.images_per_second()).fold(0.0, f64::max)
    });
    view! {
        <table class="bench-table" data-testid="bench-table" data-state=state
            aria-labelledby="benchmark-title"
            aria-busy=move || benchmark.is_measuring().to_string()>
            <thead>
                <tr>
                    <th scope="col">{say(|words| words.benchmark.engine())}</th>
                    <th scope="col" class="bench-number">{say(|words| words.benchmark.batch())}</th>
                    <th scope="col" class="bench-number">{say(|words| words.benchmark.ms_a_step())}</th>
                    <th scope="col">{say(|words| words.benchmark.images_a_second())}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || cases.get() key=|case| case.to_string() let:case>
                    <Row machine benchmark case names_way most />
                </For>
            </tbody>
        </table>
    }
}

/// A case's figures, unless it is waiting to be measured again or its measurement failed.
fn shown(machine: Machine, benchmark: BenchmarkState, case: BenchmarkCase) -> Option<Measured> {
    let stands = benchmark.round.with(|benchmark_run| {
        matches!(benchmark_run.state_of(case), None | Some(CaseState::Measured))
    });
    stands.then(|| machine.measured_of(case)).flatten()
}

#[component]
fn Row(
    machine: Machine,
    benchmark: BenchmarkState,
    case: BenchmarkCase,
    names_way: Memo<bool>,
    most: Memo<f64>,
) -> impl IntoView {
    let figures = Memo::new(move |_| shown(machine, benchmark, case));
    let state = Memo::new(move |_| {
        benchmark.round.with(|benchmark_run| benchmark_run.state_of(case).cloned())
    });
    let failure = move || match state.get() {
        Some(CaseState::Failed(why)) => Some(words().failures.told(&why).happened),
        _ => None,
    };
    let datum = move |read: fn(&Measured) -> String| {
        move || figures.with(|figures| figures.as_ref().map(read))
    };
    let cells = move || match figures.get() {
        Some(measured) => {
            let rate = measured.images_per_second();
            let share = move || format!("scaleX({})", (rate / most.get()).clamp(0.0, 1.0));
            view! {
                <td class="bench-number">{milliseconds(measured.measurement.step_ms)}</td>
                <td>
                    <div class="bench-rate">
                        <span>{whole(rate.round() as u64)}</span>
                        <span class="bench-track" aria-hidden="true">
                            <span class="bench-fill" style:transform=share></span>
                        </span>
                    </div>
                </td>
            }
            .into_any()
        }
        None => {
            let (words, failures) = (&words().benchmark, &words().failures);
            let told = match state.get() {
                None | Some(CaseState::Measured) => words.not_measured_yet().to_owned(),
                Some(CaseState::Waiting) => words.waiting().to_owned(),
                Some(CaseState::Measuring) => words.measuring().to_owned(),
                Some(CaseState::Failed(why)) => words.failed(&failures.told(&why).happened),
            };
            view! { <td class="bench-state" colspan="2">{told}</td> }.into_any()
        }
    };
    view! {
        <tr
            data-case=case.to_string()
            data-step-ms=datum(|known| known.measurement.step_ms.to_string())
            data-images-per-second=datum(|known| known.images_per_second().to_string())
            data-warm-up-ms=datum(|known| known.measurement.warm_up_ms.to_string())
            data-steps=datum(|known| known.measurement.steps.to_string())
            data-timed-steps=datum(|known| known.measurement.timed_steps.to_string())
            data-error=failure
            class:bench-best=move || {
                figures.with(|figures| {
                    figures.as_ref().is_some_and(|known| known.images_per_second() >= most.get())
                })
            }
            class:bench-now=move || state.get() == Some(CaseState::Measuring)
            class:bench-failed=move || failure().is_some()
            title=datum(|known| words().benchmark.figures_from(known))
        >
            <th scope="row">
                {move || if case.webgpu { words().engine.webgpu() } else { words().engine.cpu() }}
                <Show when=move || names_way.get()>
                    <span class="note">{move || words().engine.way(case.fused)}</span>
                </Show>
            </th>
            <td class="bench-number">{case.batch_size.to_string()}</td>
            {cells}
        </tr>
    }
}
