//! The four charts of a run.

pub mod line_chart;
pub mod plot;
pub mod report_points;
mod scale;

use leptos::prelude::*;

use super::session::{LossSeries, RunFigures};
use super::words::Word;
use super::words::{say, words};
use crate::protocol::EpochMetrics;
use crate::reference::{EPOCHS, REPORTS, REPORTS_AN_EPOCH, ReferenceEpoch, ReferenceReport};
use line_chart::LineChart;
use plot::{Band, Count, Line, Look, Mark, Plot};
use report_points::{FirstPoint, ReportPoint, report_points};

/// What the visitor has chosen for a run's charts.
#[derive(Clone, Copy)]
struct Options {
    /// The weight of all earlier steps in each step's average.
    smoothing: RwSignal<f64>,
    /// Whether losses are drawn on a logarithmic axis.
    log: RwSignal<bool>,
    /// Whether PyTorch's runs of the tutorial's recipe lie behind the run's own.
    reference: RwSignal<bool>,
}

/// The training loss by step; then losses and accuracy by epoch, and `Loss/train`, each once it has a point.
#[component]
pub fn Charts(figures: RunFigures) -> impl IntoView {
    let options = Options {
        smoothing: RwSignal::new(LossSeries::USUAL_WEIGHT),
        log: RwSignal::new(false),
        reference: RwSignal::new(true),
    };
    let points = Memo::new(move |_| figures.overview.with(|run| report_points(run.as_ref())));
    Effect::new(move |_| figures.smooth(options.smoothing.get()));
    let has_epochs = Memo::new(move |_| figures.with_curves(|curves| !curves.epochs.is_empty()));
    let has_reports = Memo::new(move |_| figures.with_curves(|curves| !curves.reports.is_empty()));
    view! {
        <div class="charts">
            <figure class="chart chart-wide" data-testid="loss-chart">
                <figcaption>
                    <h2>{say(|words| words.charts.training_loss())}</h2>
                    <div class="chart-tools">
                        <Switch label=|words| words.charts.reference() on=options.reference
                            testid="reference-toggle" />
                        <Switch label=|words| words.charts.log_scale() on=options.log
                            testid="loss-log" />
                        <Smoothing smoothing=options.smoothing />
                    </div>
                </figcaption>
                <LineChart plot=Signal::derive(move || losses(figures, options)) />
            </figure>
            <Show when=move || has_epochs.get()>
                <figure class="chart" data-testid="epoch-chart">
                    <figcaption>
                        <h2>{say(|words| words.charts.training_and_validation_loss())}</h2>
                    </figcaption>
                    <LineChart plot=Signal::derive(move || epoch_losses(figures, options)) />
                </figure>
                <figure class="chart" data-testid="accuracy-chart">
                    <figcaption>
                        <h2>{say(|words| words.charts.validation_accuracy())}</h2>
                    </figcaption>
                    <LineChart plot=Signal::derive(move || accuracies(figures, options)) />
                </figure>
            </Show>
            <Show when=move || has_reports.get()>
                <figure class="chart chart-wide" data-testid="report-chart">
                    <figcaption>
                        <h2>{say(|words| words.charts.loss_train())}</h2>
                        <p>{move || words().charts.mean_of(points.get().0)}</p>
                    </figcaption>
                    <LineChart
                        plot=Signal::derive(move || reports(figures, points.get(), options)) />
                </figure>
            </Show>
        </div>
    }
}

/// A check box above the charts.
#[component]
fn Switch(label: Word, on: RwSignal<bool>, testid: &'static str) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" data-testid=testid prop:checked=on
                on:change:target=move |event| on.set(event.target().checked()) />
            {say(label)}
        </label>
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

fn losses(figures: RunFigures, options: Options) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| {
        let batches = words.batches(curves.losses.steps_per_bucket());
        let (printed, band) = by_step(figures, curves.losses.len(), options);
        let own = [
            Line { name: batches, look: Look::Faint, points: curves.losses.means() },
            Line {
                name: words.smoothed().to_owned(),
                look: Look::Accent,
                points: curves.losses.smoothed(options.smoothing.get()),
            },
        ];
        Plot {
            title: words.training_loss_by_step().to_owned(),
            x: Count::Steps,
            y_name: words.cross_entropy(),
            lines: printed.into_iter().chain(own).collect(),
            bands: band.into_iter().collect(),
            log: options.log.get(),
            least_right: curves.losses.len() as f64,
            marks: epoch_marks(figures),
            empty: words.no_training_loss().into(),
        }
    })
}

fn reports(
    figures: RunFigures,
    (point, first): (ReportPoint, FirstPoint),
    options: Options,
) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| {
        let (printed, band) = by_step(figures, curves.losses.len(), options);
        let own = Line {
            name: words.loss_train().to_owned(),
            look: Look::Accent,
            points: curves.reports.iter().map(|at| (at.step as f64, at.mean_loss)).collect(),
        };
        Plot {
            title: words.mean_training_loss_of(point),
            x: Count::Steps,
            y_name: words.cross_entropy(),
            lines: printed.into_iter().chain([own]).collect(),
            bands: band.into_iter().collect(),
            log: options.log.get(),
            least_right: curves.losses.len() as f64,
            marks: epoch_marks(figures),
            empty: words.first_point(first).into(),
        }
    })
}

fn epoch_losses(figures: RunFigures, options: Options) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| {
        let by_epoch = |metric: fn(&EpochMetrics) -> f64| {
            curves.epochs.iter().map(|epoch| (f64::from(epoch.epoch), metric(epoch))).collect()
        };
        let (printed, band) =
            by_epochs(curves.epochs.len(), options, |epoch| (Some(epoch.printed), epoch.loss));
        let own = [
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
        ];
        Plot {
            title: words.losses_by_epoch().to_owned(),
            x: Count::Epochs,
            y_name: words.cross_entropy(),
            lines: printed.into_iter().chain(own).collect(),
            bands: band.into_iter().collect(),
            log: options.log.get(),
            empty: words.no_epoch_loss().into(),
            ..Plot::default()
        }
    })
}

fn accuracies(figures: RunFigures, options: Options) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| {
        let (_, band) = by_epochs(curves.epochs.len(), options, |epoch| (None, epoch.accuracy));
        let of_epoch = |epoch: &EpochMetrics| (f64::from(epoch.epoch), epoch.valid_accuracy);
        Plot {
            title: words.accuracy_by_epoch().to_owned(),
            x: Count::Epochs,
            y_name: words.share_of_test_images(),
            lines: vec![Line {
                name: words.validation().to_owned(),
                look: Look::Accent,
                points: curves.epochs.iter().map(of_epoch).collect(),
            }],
            bands: band.into_iter().collect(),
            empty: words.no_accuracy().into(),
            ..Plot::default()
        }
    })
}

/// The tutorial's printed training losses and the range of PyTorch's runs, as far as this run has come. Another batch
/// size has its steps where the same share of an epoch has passed.
fn by_step(figures: RunFigures, steps: u64, options: Options) -> (Option<Line>, Option<Band>) {
    let steps_per_epoch =
        figures.overview.with(|run| run.as_ref().map_or(0, |run| run.steps_per_epoch)) as f64;
    let step_of = |at: usize| (at + 1) as f64 / REPORTS_AN_EPOCH as f64 * steps_per_epoch;
    let reached = REPORTS.iter().enumerate().map(|(at, report)| (step_of(at), report));
    let reached: Vec<_> = reached.take_while(|(step, _)| *step <= steps as f64).collect();
    let printed = reached.iter().map(|(step, it)| (*step, f64::from(it.printed))).collect();
    let range =
        |(step, it): &(f64, &ReferenceReport)| (*step, f64::from(it.lowest), f64::from(it.highest));
    reference(options, printed, reached.iter().map(range).collect())
}

/// A result that the tutorial prints after an epoch, and the range of PyTorch's runs.
type OfEpoch = (Option<f64>, (f64, f64));

/// The same after each epoch that this run has finished.
fn by_epochs(
    epochs: usize,
    options: Options,
    of: fn(&ReferenceEpoch) -> OfEpoch,
) -> (Option<Line>, Option<Band>) {
    let reached = || (1..).map(f64::from).zip(EPOCHS.iter().take(epochs).map(of));
    let printed = reached().filter_map(|(epoch, (printed, _))| Some((epoch, printed?))).collect();
    let range = reached().map(|(epoch, (_, (low, high)))| (epoch, low, high)).collect();
    reference(options, printed, range)
}

fn reference(
    options: Options,
    printed: Vec<(f64, f64)>,
    range: Vec<(f64, f64, f64)>,
) -> (Option<Line>, Option<Band>) {
    if !options.reference.get() {
        return (None, None);
    }
    let name = words().charts.printed_by_tutorial().to_owned();
    let line = Line { name, look: Look::Reference, points: printed };
    ((!line.points.is_empty()).then_some(line), Some(Band { points: range }))
}
