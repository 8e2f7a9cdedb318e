//! The curves of several runs in the same charts, and the settings in which they differ.

use std::sync::Arc;

use leptos::prelude::*;

use super::LibraryView;
use super::differences::differences;
use super::run_name::distinct_names;
use crate::dataset::DataSetIdentity;
use crate::library::RunSummary;
use crate::network::CLASSES;
use crate::page::charts::line_chart::LineChart;
use crate::page::charts::plot::{Count, Line, Look, Plot, Unit};
use crate::page::charts::{ChartOptions, Options};
use crate::page::format::{UNKNOWN, whole};
use crate::page::session::{Drawing, StoredCurves};
use crate::page::words::{Word, say, words};

/// What the horizontal axis counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Axis {
    #[default]
    Step,
    Epoch,
    Time,
}

impl Axis {
    const ALL: [(Self, &'static str, Word); 3] = [
        (Self::Step, "step", |words| words.library.by_step()),
        (Self::Epoch, "epoch", |words| words.library.by_epoch()),
        (Self::Time, "time", |words| words.library.by_time()),
    ];

    const fn count(self) -> Count {
        match self {
            Self::Step => Count::Steps,
            Self::Epoch => Count::EpochShares,
            Self::Time => Count::Seconds,
        }
    }

    /// The horizontal position of a run's step.
    fn place(self, step: f64, run: &RunSummary, curves: &StoredCurves) -> f64 {
        match self {
            Self::Step => step,
            Self::Epoch => step / steps_per_epoch(run, curves),
            Self::Time => curves.timeline.at(step) / 1000.0,
        }
    }

    /// Whether a run can be drawn on this axis: runs imported as single checkpoints have no times.
    fn has(self, curves: &StoredCurves) -> bool {
        self != Self::Time || curves.timeline.end().0 > 0
    }
}

/// Steps per epoch, also for a run imported as a single checkpoint.
fn steps_per_epoch(run: &RunSummary, curves: &StoredCurves) -> f64 {
    let steps = match (run.record.steps_per_epoch, curves.epochs.first()) {
        (0, Some(first)) => first.step,
        (0, None) => curves.steps,
        (steps, _) => steps,
    };
    steps.max(1) as f64
}

/// What the charts draw of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Curve {
    TrainingLoss,
    ValidationLoss,
    Accuracy,
}

/// Charts and table; empty while no run is selected.
#[component]
pub fn Compare(view: LibraryView) -> impl IntoView {
    let library = view.library;
    let (axis, options) = (RwSignal::new(Axis::default()), ChartOptions::new());
    let runs = Memo::new(move |_| view.compared_runs());
    Effect::new(move |_| {
        runs.with(|runs| runs.iter().for_each(|run| library.want_curves(run)));
        // A run that has grown meanwhile is read again once its curves have arrived.
        library.curves.track();
    });
    Effect::new(move |_| library.draws(Drawing::Compared, view.compared.get()));
    let plot = move |curve: Curve| {
        Signal::derive(move || {
            let known = library.curves.get();
            let lines = runs.with(|runs| {
                let line = |(at, (run, name)): (usize, (&Arc<RunSummary>, String))| {
                    let curves = known.get(&run.record.run)?;
                    axis.get().has(curves).then_some(())?;
                    let points = points(run, curves, curve, axis.get(), options.smoothing.get());
                    Some(Line { name, look: Look::Run(at), points })
                };
                let named = runs.iter().zip(distinct_names(runs, words()));
                named.enumerate().filter_map(line).collect()
            });
            let classes =
                |run: &Arc<RunSummary>| DataSetIdentity::classes_for(run.record.data.as_ref());
            Plot {
                classes: runs.with(|runs| runs.iter().map(classes).max()).unwrap_or(CLASSES),
                log: options.shown().log && curve != Curve::Accuracy,
                ..described(curve, axis.get(), lines)
            }
        })
    };
    let timeless = move || {
        let known = library.curves.get();
        let without = |run: &&Arc<RunSummary>| {
            known.get(&run.record.run).is_some_and(|curves| !axis.get().has(curves))
        };
        runs.with(|runs| runs.iter().filter(without).count())
    };
    let axes = move || {
        Axis::ALL.map(|(this, word, label)| {
            view! {
                <button type="button" class="quiet" data-testid=format!("compare-by-{word}")
                    aria-pressed=move || (axis.get() == this).to_string()
                    on:click=move |_| axis.set(this)>{say(label)}</button>
            }
        })
    };
    view! {
        <Show when=move || runs.with(|runs| !runs.is_empty())>
            <div class="compare" data-testid="compare">
                <div class="compare-tools">
                    <div class="presets" role="group"
                        aria-label=say(|words| words.library.horizontal_axis())>
                        {axes().collect_view()}
                    </div>
                    <Options options has_reference=false />
                </div>
                <div class="charts">
                    <figure class="chart chart-wide" data-testid="compare-training">
                        <figcaption><h3>{say(|words| words.library.training_loss())}</h3></figcaption>
                        <LineChart plot=plot(Curve::TrainingLoss) />
                    </figure>
                    <figure class="chart" data-testid="compare-validation">
                        <figcaption><h3>{say(|words| words.library.validation_loss())}</h3></figcaption>
                        <LineChart plot=plot(Curve::ValidationLoss) />
                    </figure>
                    <figure class="chart" data-testid="compare-accuracy">
                        <figcaption><h3>{say(|words| words.library.validation_accuracy())}</h3></figcaption>
                        <LineChart plot=plot(Curve::Accuracy) />
                    </figure>
                </div>
                <Show when=move || { timeless() > 0 }>
                    <p class="note">{say(|words| words.library.no_time_known())}</p>
                </Show>
                {move || runs.with(|runs| table(runs))}
            </div>
        </Show>
    }
}

fn points(
    run: &RunSummary,
    curves: &StoredCurves,
    curve: Curve,
    axis: Axis,
    smoothing: f64,
) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64)> = match curve {
        Curve::TrainingLoss => curves.losses.smoothed(smoothing),
        Curve::ValidationLoss => by_step(curves, |epoch| epoch.valid_loss),
        Curve::Accuracy => by_step(curves, |epoch| epoch.valid_accuracy),
    };
    let place = |(step, value)| (axis.place(step, run, curves), value);
    points.into_iter().map(place).collect()
}

fn by_step(
    curves: &StoredCurves,
    metric: impl Fn(&crate::protocol::EpochMetrics) -> f64,
) -> Vec<(f64, f64)> {
    curves.epochs.iter().map(|epoch| (epoch.step as f64, metric(epoch))).collect()
}

fn described(curve: Curve, axis: Axis, lines: Vec<Line>) -> Plot {
    let (words, of_charts) = (&words().library, &words().charts);
    let (title, y_name, empty) = match curve {
        Curve::TrainingLoss => {
            (words.training_losses(), of_charts.cross_entropy(), words.reading_curves())
        }
        Curve::ValidationLoss => {
            (words.validation_losses(), of_charts.cross_entropy(), words.no_epoch())
        }
        Curve::Accuracy => {
            (words.validation_accuracies(), of_charts.share_of_test_images(), words.no_epoch())
        }
    };
    Plot {
        title: title.to_owned(),
        x: axis.count(),
        y_name,
        unit: if curve == Curve::Accuracy { Unit::Share } else { Unit::Loss },
        lines,
        empty: empty.into(),
        ..Plot::default()
    }
}

/// The settings in which the runs differ, one column per run.
fn table(runs: &[Arc<RunSummary>]) -> Option<impl IntoView + use<>> {
    let configs: Vec<_> = runs.iter().map(|run| &run.record.config).collect();
    let (rows, words) = (differences(&configs), words());
    if runs.len() < 2 {
        return None;
    }
    let corrections: Vec<_> = runs.iter().map(|run| run.record.corrections).collect();
    // As many corrections need not be the same ones.
    let are_as_published = corrections.iter().all(|count| *count == 0);
    if rows.is_empty() && are_as_published {
        return Some(view! { <p class="note">{words.library.same_settings()}</p> }.into_any());
    }
    let names = distinct_names(runs, words).into_iter();
    let heads = names.map(|name| view! { <th scope="col">{name}</th> });
    let row = |(field, texts): super::differences::Difference| {
        let cell = |text: Option<String>| {
            let text = text.filter(|text| !text.is_empty());
            view! { <td>{text.unwrap_or_else(|| UNKNOWN.to_owned())}</td> }
        };
        let cells = texts.into_iter().map(cell).collect_view();
        view! { <tr><th scope="row">{words.settings.label(field)}</th>{cells}</tr> }
    };
    let corrections = (!are_as_published).then(|| {
        let cells = corrections.into_iter().map(|count| view! { <td>{whole(count.into())}</td> });
        view! {
            <tr><th scope="row">{words.settings.corrections()}</th>{cells.collect_view()}</tr>
        }
    });
    let table = view! {
        // What scrolls sideways must have the focus for its keys to do so.
        <div class="compare-table" tabindex="0" role="region" aria-label=words.library.differences()>
            <table data-testid="compare-table">
                <thead><tr><th scope="col">{words.library.setting()}</th>{heads.collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}{corrections}</tbody>
            </table>
        </div>
    };
    Some(table.into_any())
}
