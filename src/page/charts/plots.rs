//! What each chart of a run shows.

use leptos::prelude::*;

use super::options::Shown;
use super::plot::{Count, Line, Look, Mark, Plot, Reference, Trace, Unit};
use super::report_points::ReportPoint;
use crate::dataset::DataSetIdentity;
use crate::page::session::RunFigures;
use crate::page::words::words;
use crate::protocol::{EpochMetrics, RunOverview};
use crate::reference::{EPOCHS, LossReference, MEANS_PER_EPOCH, TRAINING};

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

/// The step at which charts by step end: the planned last one, or the last one taken in a run that has ended.
fn last_step(figures: RunFigures) -> Option<f64> {
    let step = match figures.ending.with(Option::is_some) {
        true => figures.live.with(|live| live.step),
        false => figures.steps_in_run(),
    };
    Some(step as f64)
}

/// How many classes the run's network tells apart.
fn classes(figures: RunFigures) -> usize {
    let own = |run: &Option<RunOverview>| {
        DataSetIdentity::classes_for(run.as_ref().and_then(|run| run.data.as_ref()))
    };
    figures.overview.with(own)
}

/// The epoch at which charts by epoch end, if the run has not.
fn last_epoch(figures: RunFigures) -> Option<f64> {
    let ended = figures.ending.with(Option::is_some);
    let planned = figures.overview.with(|run| run.as_ref().map(|run| run.epochs() as f64));
    planned.filter(|_| !ended)
}

/// The ranges of losses.
fn range_of(losses: impl Iterator<Item = (f64, LossReference)>) -> Trace<3> {
    let point = |(x, loss): (f64, LossReference)| [x, loss.lowest.into(), loss.highest.into()];
    Trace { name: words().charts.pytorchs_seeds().to_owned(), points: losses.map(point).collect() }
}

/// The losses that the tutorial prints, under this name.
fn printed(name: &str, losses: impl Iterator<Item = (f64, LossReference)>) -> Option<Trace<2>> {
    let points = losses.map(|(x, loss)| [x, loss.printed.into()]).collect();
    Some(Trace { name: name.to_owned(), points })
}

/// PyTorch's training losses by step of the run, whose epochs may have another number of steps than the tutorial's;
/// nothing for a run whose epochs have an unknown length.
fn training_reference(figures: RunFigures, shown: Shown) -> Option<Reference> {
    let steps = figures.overview.with(|run| run.as_ref().map_or(0, |run| run.steps_per_epoch));
    if !shown.reference || steps == 0 {
        return None;
    }
    let per_mean = steps as f64 / MEANS_PER_EPOCH as f64;
    let losses = (1..).map(|mean| f64::from(mean) * per_mean).zip(TRAINING);
    let name = words().charts.pytorchs_tutorial();
    Some(Reference { printed: printed(name, losses.clone()), range: range_of(losses) })
}

fn epoch_reference(shown: Shown) -> Option<Reference> {
    let losses = (1..).map(f64::from).zip(EPOCHS).map(|(epoch, at)| (epoch, at.loss));
    let name = words().charts.tutorials_validation();
    let printed = printed(name, losses.clone());
    shown.reference.then(|| Reference { printed, range: range_of(losses) })
}

fn accuracy_reference(shown: Shown) -> Option<Reference> {
    let name = words().charts.pytorchs_seeds().to_owned();
    let accuracies = (1..).map(f64::from).zip(EPOCHS.map(|epoch| epoch.accuracy));
    let points = accuracies.map(|(epoch, (low, high))| [epoch, low.into(), high.into()]).collect();
    shown.reference.then_some(Reference { printed: None, range: Trace { name, points } })
}

/// The loss of every step.
pub fn losses(figures: RunFigures, smoothing: f64, shown: Shown) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| {
        let batches = words.batches(curves.losses.steps_per_bucket());
        Plot {
            title: words.training_loss_by_step().to_owned(),
            x_end: last_step(figures),
            y_name: words.cross_entropy(),
            classes: classes(figures),
            log: shown.log,
            lines: vec![
                Line { name: batches, look: Look::Faint, points: curves.losses.means() },
                Line {
                    name: words.smoothed().to_owned(),
                    look: Look::Accent,
                    points: curves.losses.smoothed(smoothing),
                },
            ],
            reference: training_reference(figures, shown),
            marks: epoch_marks(figures),
            empty: words.no_training_loss().into(),
            ..Plot::default()
        }
    })
}

/// The tutorial's `Loss/train`.
pub fn reports(figures: RunFigures, point: ReportPoint, shown: Shown) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| Plot {
        title: words.mean_training_loss_of(point),
        x_end: last_step(figures),
        y_name: words.cross_entropy(),
        classes: classes(figures),
        log: shown.log,
        lines: vec![Line {
            name: words.loss_train().to_owned(),
            look: Look::Accent,
            points: curves.reports.iter().map(|at| (at.step as f64, at.mean_loss)).collect(),
        }],
        reference: training_reference(figures, shown),
        marks: epoch_marks(figures),
        ..Plot::default()
    })
}

/// A metric by epoch.
fn by_epoch(epochs: &[EpochMetrics], metric: fn(&EpochMetrics) -> f64) -> Vec<(f64, f64)> {
    epochs.iter().map(|epoch| (f64::from(epoch.epoch), metric(epoch))).collect()
}

/// The validation loss after each epoch, and the training loss beside it.
pub fn epoch_losses(figures: RunFigures, shown: Shown) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| Plot {
        title: words.losses_by_epoch().to_owned(),
        x: Count::Epochs,
        x_end: last_epoch(figures),
        y_name: words.cross_entropy(),
        classes: classes(figures),
        log: shown.log,
        lines: vec![
            Line {
                name: words.training().to_owned(),
                look: Look::Dashed,
                points: by_epoch(&curves.epochs, |epoch| epoch.train_loss),
            },
            Line {
                name: words.validation().to_owned(),
                look: Look::Accent,
                points: by_epoch(&curves.epochs, |epoch| epoch.valid_loss),
            },
        ],
        reference: epoch_reference(shown),
        ..Plot::default()
    })
}

/// The validation accuracy after each epoch.
pub fn accuracies(figures: RunFigures, shown: Shown) -> Plot {
    let words = &words().charts;
    figures.with_curves(|curves| Plot {
        title: words.accuracy_by_epoch().to_owned(),
        x: Count::Epochs,
        x_end: last_epoch(figures),
        y_name: words.share_of_test_images(),
        unit: Unit::Share,
        lines: vec![Line {
            name: words.validation().to_owned(),
            look: Look::Accent,
            points: by_epoch(&curves.epochs, |epoch| epoch.valid_accuracy),
        }],
        reference: accuracy_reference(shown),
        ..Plot::default()
    })
}
