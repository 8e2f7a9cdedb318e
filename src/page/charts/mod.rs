//! The four charts of a run.

pub mod line_chart;
pub mod plot;
mod report_words;

use leptos::prelude::*;

use super::session::{CurrentRun, LossSeries};
use line_chart::LineChart;
use plot::{Count, Line, Look, Mark, Plot};
use report_words::{ReportWords, report_words};

/// Loss by step, `Loss/train`, losses by epoch, accuracy by epoch.
#[component]
pub fn Charts(run: CurrentRun) -> impl IntoView {
    let smoothing = RwSignal::new(LossSeries::USUAL_WEIGHT);
    let words = Memo::new(move |_| run.overview.with(|run| report_words(run.as_ref())));
    Effect::new(move |_| run.smooth(smoothing.get()));
    view! {
        <div class="charts">
            <figure class="chart chart-wide" data-testid="loss-chart">
                <figcaption>
                    <h2>"Training loss"</h2>
                    <Smoothing smoothing />
                </figcaption>
                <LineChart plot=Signal::derive(move || losses(run, smoothing.get())) />
            </figure>
            <figure class="chart chart-wide" data-testid="report-chart">
                <figcaption>
                    <h2>"Loss/train"</h2>
                    <p>{move || words.with(|words| words.heading.clone())}</p>
                </figcaption>
                <LineChart plot=Signal::derive(move || reports(run, words.get())) />
            </figure>
            <figure class="chart" data-testid="epoch-chart">
                <figcaption>
                    <h2>"Training vs. Validation Loss"</h2>
                </figcaption>
                <LineChart plot=Signal::derive(move || epoch_losses(run)) />
            </figure>
            <figure class="chart" data-testid="accuracy-chart">
                <figcaption>
                    <h2>"Validation accuracy"</h2>
                </figcaption>
                <LineChart plot=Signal::derive(move || accuracies(run)) />
            </figure>
        </div>
    }
}

/// The slider for how much the curve of losses is smoothed: the weight of all steps before in each
/// step's average. Runs have tens of thousands of steps, so it goes by thousandths.
#[component]
pub fn Smoothing(smoothing: RwSignal<f64>) -> impl IntoView {
    view! {
        <label class="smoothing">
            <span>"Smoothing"</span>
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

/// The epochs' ends, while they do not crowd the axis.
fn epoch_marks(run: CurrentRun) -> Vec<Mark> {
    run.overview.with(|run| {
        let Some(run) = run else { return Vec::new() };
        let epochs = run.epochs();
        let marked = if epochs <= 20 { 1..epochs } else { 0..0 };
        let mark = |epoch| Mark {
            x: (epoch * run.steps_per_epoch) as f64,
            label: format!("epoch {}", epoch + 1),
        };
        marked.map(mark).collect()
    })
}

fn losses(run: CurrentRun, smoothing: f64) -> Plot {
    run.with_curves(|curves| {
        let batches = match curves.losses.steps_per_bucket() {
            1 => "each batch".to_owned(),
            steps => format!("mean of {steps} batches"),
        };
        Plot {
            title: "Training loss by step".to_owned(),
            x: Count::Steps,
            y_name: "cross-entropy",
            lines: vec![
                Line { name: batches, look: Look::Faint, points: curves.losses.means() },
                Line {
                    name: "smoothed".to_owned(),
                    look: Look::Accent,
                    points: curves.losses.smoothed(smoothing),
                },
            ],
            marks: epoch_marks(run),
            empty: "The loss of every step will be drawn here as it is taken.".into(),
        }
    })
}

fn reports(run: CurrentRun, words: ReportWords) -> Plot {
    run.with_curves(|curves| Plot {
        title: words.title,
        x: Count::Steps,
        y_name: "cross-entropy",
        lines: vec![Line {
            name: "Loss/train".to_owned(),
            look: Look::Accent,
            points: curves.reports.iter().map(|at| (at.step as f64, at.mean_loss)).collect(),
        }],
        marks: epoch_marks(run),
        empty: words.empty.into(),
    })
}

fn epoch_losses(run: CurrentRun) -> Plot {
    run.with_curves(|curves| {
        let by_epoch = |metric: fn(&crate::protocol::EpochMetrics) -> f64| {
            curves.epochs.iter().map(|epoch| (f64::from(epoch.epoch), metric(epoch))).collect()
        };
        Plot {
            title: "Training and validation loss by epoch".to_owned(),
            x: Count::Epochs,
            y_name: "cross-entropy",
            lines: vec![
                Line {
                    name: "training".to_owned(),
                    look: Look::Dashed,
                    points: by_epoch(|epoch| epoch.train_loss),
                },
                Line {
                    name: "validation".to_owned(),
                    look: Look::Accent,
                    points: by_epoch(|epoch| epoch.valid_loss),
                },
            ],
            empty: "Two points after every epoch.".into(),
            ..Plot::default()
        }
    })
}

fn accuracies(run: CurrentRun) -> Plot {
    run.with_curves(|curves| Plot {
        title: "Share of the test images classified right, by epoch".to_owned(),
        x: Count::Epochs,
        y_name: "share of test images",
        lines: vec![Line {
            name: "validation".to_owned(),
            look: Look::Accent,
            points: curves
                .epochs
                .iter()
                .map(|epoch| (f64::from(epoch.epoch), epoch.valid_accuracy))
                .collect(),
        }],
        empty: "One point after every epoch.".into(),
        ..Plot::default()
    })
}
