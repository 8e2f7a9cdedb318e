//! The replay of a run at a chosen pace: a run that took seconds can then be talked about.

use gloo::timers::callback::Interval;
use leptos::prelude::*;

use super::curves::Curves;
use super::figures::{Live, RunFigures, epoch_at};
use crate::page::browser::now_ms;
use crate::protocol::RunOverview;

/// How often the replay goes on.
const TICK_MS: u32 = 250;

/// Durations of a whole replay, in seconds.
pub const PACES: [u32; 5] = [15, 30, 60, 120, 300];

/// What the replay is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplayState {
    /// Nothing is replayed.
    #[default]
    Off,
    /// It goes on by itself.
    Playing,
    /// It stands at a step.
    Paused,
}

/// The replay. It fills figures of its own from those of a run, which stay as they are.
#[derive(Clone, Copy)]
pub struct Replay {
    source: StoredValue<Option<Source>>,
    timer: StoredValue<Option<Interval>, LocalStorage>,
    /// What the replay has reached.
    pub figures: RunFigures,
    /// What it is doing.
    pub state: RwSignal<ReplayState>,
    /// The step that it has reached.
    pub step: RwSignal<u64>,
    /// Duration of the whole replay, in seconds.
    pub pace: RwSignal<u32>,
}

/// The run that is replayed.
struct Source {
    curves: Curves,
    overview: RunOverview,
    /// The step as time passes, with the fraction that a tick adds.
    position: f64,
    /// When it was last moved, in milliseconds of the page's clock.
    moved_at_ms: f64,
}

impl Source {
    fn steps(&self) -> u64 {
        self.curves.losses.len()
    }
}

impl Replay {
    pub(super) fn new() -> Self {
        Self {
            source: StoredValue::new(None),
            timer: StoredValue::new_local(None),
            figures: RunFigures::new(),
            state: RwSignal::new(ReplayState::Off),
            step: RwSignal::new(0),
            pace: RwSignal::new(60),
        }
    }

    /// Whether a run is being replayed, including a replay that is paused.
    pub fn is_on(self) -> bool {
        self.state.get() != ReplayState::Off
    }

    /// Steps of the run that is replayed.
    pub fn steps(self) -> u64 {
        self.source.with_value(|source| source.as_ref().map_or(0, Source::steps))
    }

    /// Replays a run from its first step.
    pub fn start(self, run: RunFigures) {
        let Some(overview) = run.overview.get_untracked() else { return };
        let curves = run.curves.with_value(Curves::clone);
        let moved_at_ms = now_ms();
        self.source.set_value(Some(Source { curves, overview, position: 0.0, moved_at_ms }));
        self.rebuild(0);
        self.play();
    }

    /// Ends the replay.
    pub fn stop(self) {
        self.timer.set_value(None);
        self.source.set_value(None);
        self.state.set(ReplayState::Off);
    }

    /// Pauses the replay or goes on; at the end it begins anew.
    pub fn pause_or_continue(self) {
        match self.state.get_untracked() {
            ReplayState::Off => {}
            ReplayState::Playing => self.pause(),
            ReplayState::Paused => {
                if self.step.get_untracked() >= self.steps() {
                    self.seek(0);
                }
                self.play();
            }
        }
    }

    /// Moves to a step.
    pub fn seek(self, step: u64) {
        let step = step.min(self.steps());
        self.source.update_value(|source| {
            if let Some(source) = source {
                source.position = step as f64;
                source.moved_at_ms = now_ms();
            }
        });
        if step < self.step.get_untracked() {
            self.rebuild(step);
        } else {
            self.advance_to(step);
        }
    }

    fn play(self) {
        let now = now_ms();
        self.source.update_value(|source| {
            if let Some(source) = source {
                source.moved_at_ms = now;
            }
        });
        self.state.set(ReplayState::Playing);
        self.timer.set_value(Some(Interval::new(TICK_MS, move || self.tick())));
    }

    fn pause(self) {
        self.timer.set_value(None);
        self.state.set(ReplayState::Paused);
    }

    /// Goes on by the time that has passed, however late the browser calls.
    fn tick(self) {
        let now = now_ms();
        let pace = self.pace.get_untracked();
        let to = self.source.try_update_value(|source| {
            let source = source.as_mut()?;
            let passed = now - std::mem::replace(&mut source.moved_at_ms, now);
            source.position = position_after(source.position, passed, pace, source.steps());
            Some(source.position as u64)
        });
        let Some(Some(to)) = to else { return };
        self.advance_to(to);
        if to >= self.steps() {
            self.pause();
        }
    }

    /// Empties the figures and fills them up to a step.
    fn rebuild(self, step: u64) {
        let weight = self.figures.curves.with_value(|curves| curves.losses.weight());
        self.source.with_value(|source| {
            let Some(source) = source else { return };
            let run = RunOverview { step: 0, ..source.overview.clone() };
            self.figures.curves.set_value(Curves::of(&run, weight));
            self.figures.ending.set(None);
            self.figures.dead_units.set(None);
            self.figures.overview.set(Some(run));
        });
        self.step.set(0);
        self.advance_to(step);
    }

    /// Adds what the run measured from the step reached to this one.
    fn advance_to(self, to: u64) {
        let from = self.step.get_untracked();
        self.source.with_value(|source| {
            let Some(Source { curves: all, overview, .. }) = source else { return };
            let recent = self.figures.curves.try_update_value(|shown| {
                shown.push_losses(all.losses.between(from, to));
                let is_new = |step: u64| step > from && step <= to;
                shown.reports.extend(all.reports.iter().filter(|report| is_new(report.step)));
                shown.epochs.extend(all.epochs.iter().filter(|epoch| is_new(epoch.step)));
                shown.recent_loss()
            });
            self.figures.live.set(Live {
                step: to,
                epoch: epoch_at(to, overview.steps_per_epoch),
                train_loss: recent.flatten(),
                ..Live::default()
            });
        });
        self.step.set(to);
        self.figures.curves_changed.notify();
    }
}

/// The position (in steps) after some milliseconds, if the whole run takes `pace` seconds.
fn position_after(position: f64, passed_ms: f64, pace: u32, steps: u64) -> f64 {
    let a_second = steps as f64 / f64::from(pace.max(1));
    (position + passed_ms.max(0.0) / 1000.0 * a_second).min(steps as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_takes_as_long_as_its_pace_however_often_it_is_called() {
        for ticks in [1, 7, 240] {
            let mut position = 0.0;
            for _ in 0..ticks {
                position = position_after(position, 60_000.0 / f64::from(ticks), 60, 75_000);
            }
            assert!((position - 75_000.0).abs() < 1e-6, "{ticks} ticks: {position}");
        }
        assert_eq!(position_after(0.0, 30_000.0, 60, 75_000), 37_500.0);
    }

    #[test]
    fn it_ends_at_the_last_step_and_never_goes_back() {
        assert_eq!(position_after(90.0, 1e9, 15, 100), 100.0);
        assert_eq!(position_after(90.0, -500.0, 15, 100), 90.0);
        assert_eq!(position_after(0.0, 100.0, 0, 0), 0.0);
    }
}
