//! The four charts of a run.

mod drawing;
pub mod line_chart;
mod options;
pub mod plot;
mod plots;
pub mod report_points;

use leptos::prelude::*;

use super::session::RunFigures;
use super::words::{say, words};
use line_chart::LineChart;
use options::Shown;
pub use options::{ChartOptions, Options};
use report_points::report_point;

/// Loss by step, losses by epoch, accuracy by epoch, `Loss/train`. Apart from the first, a chart appears with its
/// first point.
#[component]
pub fn Charts(figures: RunFigures) -> impl IntoView {
    let options = ChartOptions::new();
    let smoothing = options.smoothing;
    // PyTorch's results are of the tutorial's data set.
    let is_own = Memo::new(move |_| {
        figures.overview.with(|run| run.as_ref().is_some_and(|run| run.data.is_some()))
    });
    let shown = move || {
        let shown = options.shown();
        Shown { reference: shown.reference && !is_own.get(), ..shown }
    };
    let point = Memo::new(move |_| figures.overview.with(|run| report_point(run.as_ref())));
    let has_reports = Memo::new(move |_| figures.with_curves(|curves| !curves.reports.is_empty()));
    let has_epochs = Memo::new(move |_| figures.with_curves(|curves| !curves.epochs.is_empty()));
    Effect::new(move |_| figures.smooth(smoothing.get()));
    view! {
        <div class="charts">
            // Its caption contains controls, which are no part of its name.
            <figure class="chart chart-wide" data-testid="loss-chart"
                aria-label=say(|words| words.charts.training_loss())>
                <figcaption>
                    <h2>{say(|words| words.charts.training_loss())}</h2>
                    <Options options has_reference=Signal::derive(move || !is_own.get()) />
                </figcaption>
                <LineChart plot=Signal::derive(move || {
                    plots::losses(figures, smoothing.get(), shown())
                }) />
            </figure>
            <Show when=move || has_epochs.get()>
                <figure class="chart" data-testid="epoch-chart">
                    <figcaption>
                        <h2>{say(|words| words.charts.validation_loss())}</h2>
                    </figcaption>
                    <LineChart plot=Signal::derive(move || {
                        plots::epoch_losses(figures, shown())
                    }) />
                </figure>
                <figure class="chart" data-testid="accuracy-chart">
                    <figcaption>
                        <h2>{say(|words| words.charts.validation_accuracy())}</h2>
                    </figcaption>
                    <LineChart plot=Signal::derive(move || {
                        plots::accuracies(figures, shown())
                    }) />
                </figure>
            </Show>
            <Show when=move || has_reports.get()>
                <figure class="chart chart-wide" data-testid="report-chart">
                    <figcaption>
                        <h2>{say(|words| words.charts.loss_train())}</h2>
                        <p>{move || words().charts.mean_of(point.get())}</p>
                    </figcaption>
                    <LineChart plot=Signal::derive(move || {
                        plots::reports(figures, point.get(), shown())
                    }) />
                </figure>
            </Show>
        </div>
    }
}

/// The slider for smoothing the loss curve: the weight of all earlier steps in each step's average. Runs have
/// tens of thousands of steps, so its increment is 0.001.
#[component]
fn Smoothing(smoothing: RwSignal<f64>) -> impl IntoView {
    view! {
        <label class="smoothing">
            <span>{say(|words| words.charts.smoothing())}</span>
            <input
                type="range"
                min="0"
                max="0.999"
                step="0.001"
                data-testid="smoothing"
                prop:value=move || smoothing.get().to_string()
                on:input:target=move |event| {
                    if let Ok(weight) = event.target().value().parse() {
                        smoothing.set(weight);
                    }
                }
            />
            // The slider tells its value; an `output` would announce it a second time.
            <output aria-hidden="true">{move || format!("{:.3}", smoothing.get())}</output>
        </label>
    }
}
