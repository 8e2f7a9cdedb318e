//! The four charts of a run.

pub mod line_chart;
pub mod plot;
pub mod report_points;

use leptos::prelude::*;

use super::session::{LossSeries, RunFigures};
use super::words::{say, words};
use line_chart::LineChart;
use plot::{Count, Line, Look, Mark, Plot};
use report_points::{FirstPoint, ReportPoint, report_points};

/// Loss by step, `Loss/train`, losses by epoch, accuracy by epoch.
#[component]
pub fn Charts(figures: RunFigures) -> impl IntoView {
    let smoothing = RwSignal::new(LossSeries::USUAL_WEIGHT);
    let points = Memo::new(move |_| figures.overview.with(|run| report_points(run.as_ref())));
    Effect::new(move |_| figures.smooth(smoothing.get()));
    view! {
        <div class="charts">
            <figure class="chart chart-wide" data-testid="loss-chart">
                <figcaption>
                    <h2>{say(|words| words.charts.training_loss())}</h2>
                    <Smoothing smoothing />
                </figcaption>
                <LineChart plot=Signal::derive(move || losses(figures, smoothing.get())) />
            </figure>
            <figure class="chart chart-wide" data-testid="report-chart">
                <figcaption>
                    <h2>{say(|words| words.charts.loss_train())}</h2>
                    <p>{move || words().charts.mean_of(points.get().0)}</p>
                </figcaption>
                <LineChart plot=Signal::derive(move || reports(figures, points.get())) />
            </figure>
            <figure class="chart" data-testid="epoch-chart">
                <figcaption>
                    <h2>{say(|words| words.charts.training_and_validation_loss())}</h2>
                </figcaption>
                <LineChart plot=Signal::derive(move || epoch_losses(figures)) />
            </figure>
            <figure class="chart" data-testid="accuracy-chart">
                <figcaption>
                    <h2>{say(|words| words.charts.validation_accuracy())}</h2>
                </figcaption>
                <LineChart plot=Signal::derive(move || accuracies(figures)) />
            </figure>
        </div>
    }
}

/// The slider for smoothing the loss curve: the weight of all earlier steps in each step's average. Runs have
/// tens of thousands of steps, so its increment is 0.001.
#[component]
pub fn Smoothing(smoothing: RwSignal<f64>) -> impl IntoView {
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
            <output>{move || format!("{:.3}", smoothing.get())}</output>
        </label>
    }
}

/// The ends of the epochs, unless they crowd the axis.
fn epoch_marks(figures: RunFigures) -> Vec<Mark> {
    figures.overview.with(|run| {
        let Some(run) = run else { return Vec::new() };
        let epochs = run.epochs();
        let marked = if epochs <= 20 { 1..epochs } else { 0..0 };
        let mark = |epoch| Mark {
            x: (epoch * run.steps_per_epoch) as f64,
            label: words().charts.place(Count::Epochs, (epoch + 1) as f64),
        };
        marked.map(mark).collect()
    })
}

fn losses(figures: RunFigures, smoothing: f64) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| {
        let batches = words.batches(curves.losses.steps_per_bucket());
        Plot {
            title: words.training_loss_by_step().to_owned(),
            x: Count::Steps,
            y_name: words.cross_entropy(),
            lines: vec![
                Line { name: batches, look: Look::Faint, points: curves.losses.means() },
                Line {
                    name: words.smoothed().to_owned(),
                    look: Look::Accent,
                    points: curves.losses.smoothed(smoothing),
                },
            ],
            marks: epoch_marks(figures),
            empty: words.no_training_loss().into(),
        }
    })
}

fn reports(figures: RunFigures, (point, first): (ReportPoint, FirstPoint)) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| Plot {
        title: words.mean_training_loss_of(point),
        x: Count::Steps,
        y_name: words.cross_entropy(),
        lines: vec![Line {
            name: words.loss_train().to_owned(),
            look: Look::Accent,
            points: curves.reports.iter().map(|at| (at.step as f64, at.mean_loss)).collect(),
        }],
        marks: epoch_marks(figures),
        empty: words.first_point(first).into(),
    })
}

fn epoch_losses(figures: RunFigures) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| {
        let by_epoch = |metric: fn(&crate::protocol::EpochMetrics) -> f64| {
            curves.epochs.iter().map(|epoch| (f64::from(epoch.epoch), metric(epoch))).collect()
        };
        Plot {
            title: words.losses_by_epoch().to_owned(),
            x: Count::Epochs,
            y_name: words.cross_entropy(),
            lines: vec![
                Line {
                    name: words.training().to_owned(),
                    look: Look::Dashed,
                    points: by_epoch(|epoch| epoch.train_loss),
                },
                Line {
                    name: words.validation().to_owned(),
                    look: Look::Accent,
                    points: by_epoch(|epoch| epoch.valid_loss),
                },
            ],
            empty: words.no_epoch_loss().into(),
            ..Plot::default()
        }
    })
}

fn accuracies(figures: RunFigures) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| Plot {
        title: words.accuracy_by_epoch().to_owned(),
        x: Count::Epochs,
        y_name: words.share_of_test_images(),
        lines: vec![Line {
            name: words.validation().to_owned(),
            look: Look::Accent,
            points: curves
                .epochs
                .iter()
                .map(|epoch| (f64::from(epoch.epoch), epoch.valid_accuracy))
                .collect(),
        }],
        empty: words.no_accuracy().into(),
        ..Plot::default()
    })
}
