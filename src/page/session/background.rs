//! How fast a run trains while the tab is in the background, where browsers may slow it down.

use leptos::ev::visibilitychange;
use leptos::prelude::*;

use super::run::CurrentRun;
use crate::page::browser::now_ms;
use crate::protocol::{Progress, Status};

/// What the worker measures covers the last seconds, in milliseconds: those from before are not of the background.
const SETTLES_MS: f64 = 5_000.0;

/// A run's rate in the background, in training images a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BackgroundRate {
    /// While the tab was hidden.
    pub hidden: f64,
    /// As a share of the rate just before.
    pub share: f64,
}

/// What is measured of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Background {
    /// When the tab was hidden, and the rate before; none while it is visible or does not train.
    hidden: Option<(f64, f64)>,
    /// Whether steps were reported while it was hidden.
    has_trained: bool,
    /// Training images, and the milliseconds that they took.
    images: f64,
    ms: f64,
}

impl Background {
    /// The tab was hidden, while training had this rate.
    fn hide(&mut self, now: f64, rate: Option<f64>) {
        *self = Self { hidden: rate.map(|rate| (now, rate)), ..Self::default() };
    }

    /// The worker has reported steps over this many images.
    pub(super) fn advance(&mut self, now: f64, images: f64, rate: f64) {
        let Some((since, _)) = self.hidden else { return };
        self.has_trained = true;
        if now - since > SETTLES_MS && rate > 0.0 {
            self.images += images;
            self.ms += images * 1000.0 / rate;
        }
    }

    /// The tab is visible again; returns the rate if it was hidden for long enough to tell.
    fn show(&mut self, now: f64) -> Option<BackgroundRate> {
        let Self { hidden, has_trained, images, ms } = std::mem::take(self);
        let (since, before) = hidden?;
        let hidden = if ms > 0.0 {
            images * 1000.0 / ms
        } else if !has_trained && now - since > 2.0 * SETTLES_MS {
            0.0
        } else {
            return None;
        };
        Some(BackgroundRate { hidden, share: hidden / before })
    }
}

impl CurrentRun {
    /// Measures in the background for the lifetime of the page.
    pub(super) fn watch_background(self) {
        let listening = window_event_listener(visibilitychange, move |_| {
            let now = now_ms();
            if document().hidden() {
                let trains = self.connection.status.get_untracked() == Status::Training;
                let rate = self.figures.live.get_untracked().images_per_second;
                self.background.update_value(|it| it.hide(now, rate.filter(|_| trains)));
            } else if let Some(rate) = self.background.try_update_value(|it| it.show(now)).flatten()
            {
                self.figures.background.set(Some(rate));
            }
        });
        on_cleanup(move || listening.remove());
    }

    pub(super) fn advance_in_background(self, progress: &Progress) {
        let batch = self
            .figures
            .overview
            .with_untracked(|run| run.as_ref().map_or(0, |run| run.config.batch_size));
        let images = (batch * progress.losses.len()) as f64;
        self.background.update_value(|it| it.advance(now_ms(), images, progress.images_per_second));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_time_hidden_once_it_has_settled() {
        let mut background = Background::default();
        background.hide(1_000.0, Some(4_000.0));
        background.advance(3_000.0, 1e9, 4_000.0);
        for second in 0..10 {
            background.advance(7_000.0 + 1_000.0 * f64::from(second), 1_000.0, 1_000.0);
        }
        let rate = background.show(17_000.0);
        assert_eq!(rate, Some(BackgroundRate { hidden: 1_000.0, share: 0.25 }));
        assert_eq!(background.show(18_000.0), None, "it is told once");
    }

    #[test]
    fn a_short_glance_elsewhere_tells_nothing_and_a_frozen_tab_has_trained_nothing() {
        let mut background = Background::default();
        background.hide(0.0, Some(4_000.0));
        background.advance(2_000.0, 8_000.0, 4_000.0);
        assert_eq!(background.show(4_000.0), None);
        background.hide(0.0, Some(4_000.0));
        assert_eq!(background.show(60_000.0), Some(BackgroundRate { hidden: 0.0, share: 0.0 }));
        background.hide(0.0, None);
        assert_eq!(background.show(60_000.0), None, "nothing was training");
    }
}
