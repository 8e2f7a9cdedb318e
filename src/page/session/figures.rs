//! A run's numbers and curves, as the page draws them.

use leptos::prelude::*;

use super::background::BackgroundRate;
use super::curves::Curves;
use super::library::StoredCurves;
use crate::library::{RunState, RunSummary};
use crate::protocol::{Ending, LayerDeadUnits, RunOverview};

/// The numbers that change with every step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Live {
    /// Steps taken in the run.
    pub step: u64,
    /// The current epoch, from 1; absent before the first step.
    pub epoch: Option<u32>,
    /// Mean loss of the last [`RECENT_STEPS`](super::RECENT_STEPS) steps.
    pub train_loss: Option<f64>,
    /// Training images per second.
    pub images_per_second: Option<f64>,
    /// Seconds until the end of the run.
    pub seconds_left: Option<f64>,
    /// Images validated so far and in total, during validation.
    pub validation: Option<(u32, u32)>,
}

/// The dead units of a run whose accuracy is near chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadUnits {
    /// The epoch after which they were counted, from 1.
    pub epoch: u32,
    /// Those of every layer with ReLU, in the order in which an image passes through them.
    pub layers: Vec<LayerDeadUnits>,
}

/// A run's numbers and curves. Copies are the same figures.
#[derive(Clone, Copy)]
pub struct RunFigures {
    pub(super) curves: StoredValue<Curves>,
    pub(super) curves_changed: Trigger,
    /// The run's description without its losses.
    pub overview: RwSignal<Option<RunOverview>>,
    /// Why it ended; absent while it continues, and if it was stopped.
    pub ending: RwSignal<Option<Ending>>,
    /// The worker's newest count of dead units; absent unless an epoch of this run, in this tab, has ended near
    /// chance.
    pub dead_units: RwSignal<Option<DeadUnits>>,
    /// Its newest numbers.
    pub live: RwSignal<Live>,
    /// Its rate while the tab was in the background for the last time, in this page's life.
    pub background: RwSignal<Option<BackgroundRate>>,
}

impl RunFigures {
    pub(super) fn new() -> Self {
        Self {
            curves: StoredValue::new(Curves::default()),
            curves_changed: Trigger::new(),
            overview: RwSignal::new(None),
            ending: RwSignal::new(None),
            dead_units: RwSignal::new(None),
            live: RwSignal::new(Live::default()),
            background: RwSignal::new(None),
        }
    }

    /// The run's name; none without a run.
    pub fn name(self) -> Option<String> {
        self.overview.with(|run| run.as_ref().map(|run| run.run.clone()))
    }

    /// Shows a run of the library; its curves may not have been read yet.
    pub(super) fn show_stored(self, run: &RunSummary, curves: Option<&StoredCurves>) {
        let record = &run.record;
        let weight = self.curves.with_value(|curves| curves.losses.weight());
        let curves = curves.map(|curves| Curves::stored(curves, weight)).unwrap_or_default();
        self.ending.set(match &record.state {
            RunState::Ended(ending) => Some(*ending),
            _ => None,
        });
        self.live.set(Live {
            step: record.steps,
            epoch: epoch_at(record.steps, record.steps_per_epoch),
            train_loss: curves.recent_loss(),
            ..Live::default()
        });
        self.overview.set(Some(RunOverview {
            run: record.run.clone(),
            config: record.config.clone(),
            corrections: record.corrections,
            data: record.data.clone(),
            steps_per_epoch: record.steps_per_epoch,
            steps_in_run: record.steps_in_run,
            step: record.steps,
            losses: Vec::new(),
            reports: Vec::new(),
            epochs: Vec::new(),
        }));
        self.dead_units.set(None);
        self.curves.set_value(curves);
        self.curves_changed.notify();
    }

    /// The run's total number of steps; 0 without a run.
    pub fn steps_in_run(self) -> u64 {
        self.overview.with(|run| run.as_ref().map_or(0, |run| run.steps_in_run))
    }

    /// The fraction of those steps taken, 0 to 1.
    pub fn share_done(self) -> f64 {
        let step = self.live.with(|live| live.step);
        (step as f64 / self.steps_in_run().max(1) as f64).clamp(0.0, 1.0)
    }

    /// Reads the run's curves, and tracks them.
    pub fn with_curves<T>(self, read: impl FnOnce(&Curves) -> T) -> T {
        self.curves_changed.track();
        self.curves.with_value(read)
    }

    /// Smooths the loss curve with this weight from now on. Only this change passes over all losses; later
    /// steps cost constant time.
    pub fn smooth(self, weight: f64) {
        self.curves.update_value(|curves| curves.losses.set_weight(weight));
        self.curves_changed.notify();
    }
}

/// The epoch (from 1) in which a run's last step was; none before its first.
pub(super) fn epoch_at(step: u64, steps_per_epoch: u64) -> Option<u32> {
    (step > 0).then(|| step.div_ceil(steps_per_epoch.max(1)) as u32)
}
