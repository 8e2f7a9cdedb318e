//! The cases one below the other, each with its figures or with how far it has come.

use leptos::prelude::*;

use crate::benchmark::BenchmarkCase;
use crate::page::browser::local_time;
use crate::page::format::{milliseconds, whole};
use crate::page::session::{CaseState, Measured, Session};
use crate::page::words::words;
use crate::protocol::Status;

#[component]
pub fn Table(session: Session, cases: Memo<Vec<BenchmarkCase>>) -> impl IntoView {
    let state = move || match session.status.get() {
        // The worker is still at it, even if the last answer is there.
        Status::Benchmark => "running",
        _ => session.benchmark_run.with(|benchmark_run| benchmark_run.state().as_str()),
    };
    // Where all rows are of one way, none has to name it.
    let names_way = Memo::new(move |_| cases.with(|cases| !cases.iter().all(|case| case.fused)));
    let most = Memo::new(move |_| {
        let rates = cases.get().into_iter().filter_map(|case| shown(session, case));
        rates.map(|shown| shown.images_per_second()).fold(0.0, f64::max)
    });
    view! {
        <table class="bench-table" data-testid="bench-table" data-state=state
            aria-busy=move || session.is_measuring().to_string()>
            <thead>
                <tr>
                    <th scope="col">"Engine"</th>
                    <th scope="col" class="bench-number">"Batch"</th>
                    <th scope="col" class="bench-number">"ms a step"</th>
                    <th scope="col">"Images a second"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || cases.get() key=|case| case.to_string() let:case>
                    <Row session case names_way most />
                </For>
            </tbody>
        </table>
    }
}

/// A case's figures, unless it is to be measured anew or could not be.
fn shown(session: Session, case: BenchmarkCase) -> Option<Measured> {
    let stands = session.benchmark_run.with(|benchmark_run| {
        matches!(benchmark_run.state_of(case), None | Some(CaseState::Measured))
    });
    stands.then(|| session.measured_of(case)).flatten()
}

#[component]
fn Row(
    session: Session,
    case: BenchmarkCase,
    names_way: Memo<bool>,
    most: Memo<f64>,
) -> impl IntoView {
    let figures = Memo::new(move |_| shown(session, case));
    let state = Memo::new(move |_| {
        session.benchmark_run.with(|benchmark_run| benchmark_run.state_of(case).cloned())
    });
    let failure = move || match state.get() {
        Some(CaseState::Failed(why)) => Some(words().failures.told(&why).happened),
        _ => None,
    };
    let datum = move |read: fn(&Measured) -> String| {
        move || figures.with(|figures| figures.as_ref().map(read))
    };
    let way = if case.fused { "fused kernels" } else { "Burn's operations" };
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
            let said = match state.get() {
                None | Some(CaseState::Measured) => "not measured yet".to_owned(),
                Some(CaseState::Waiting) => "waiting".to_owned(),
                Some(CaseState::Measuring) => "measuring…".to_owned(),
                Some(CaseState::Failed(why)) => {
                    format!("failed: {}", words().failures.told(&why).happened)
                }
            };
            view! { <td class="bench-state" colspan="2">{said}</td> }.into_any()
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
            title=datum(details)
        >
            <th scope="row">
                {if case.webgpu { "WebGPU" } else { "CPU" }}
                <Show when=move || names_way.get()>
                    <span class="note">{way}</span>
                </Show>
            </th>
            <td class="bench-number">{case.batch_size.to_string()}</td>
            {cells}
        </tr>
    }
}

/// On what a row's figures rest.
fn details(measured: &Measured) -> String {
    let known = &measured.measurement;
    format!(
        "Median of {} timed steps, after {} ms of warm-up. Measured {}",
        whole(known.timed_steps),
        milliseconds(known.warm_up_ms),
        local_time(measured.at_ms),
    )
}
