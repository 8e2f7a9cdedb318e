//! All of a run's metrics, with their times.

use serde::{Deserialize, Serialize};

use crate::history::History;

/// When a step was taken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeMark {
    /// The step, from 1.
    pub step: u64,
    /// Milliseconds of the run's own time, which stops while the run is paused.
    pub ms: f64,
}

/// A run's own time by step, as marks at least a second apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    marks: Vec<TimeMark>,
}

/// Marks closer than this would only take space.
const APART_MS: f64 = 1000.0;

impl Timeline {
    /// The timeline of these marks, without those that go back in steps or time.
    #[must_use]
    pub fn of(marks: impl IntoIterator<Item = TimeMark>) -> Self {
        let mut timeline = Self::default();
        for mark in marks {
            let (step, ms) = timeline.end();
            if mark.ms.is_finite() && mark.step > step && mark.ms >= ms {
                timeline.marks.push(mark);
            }
        }
        timeline
    }

    /// The marks, by ascending step.
    #[must_use]
    pub fn marks(&self) -> &[TimeMark] {
        &self.marks
    }

    /// Records when a step was taken. The newest mark is moved until it is far enough from the previous one.
    pub fn note(&mut self, step: u64, ms: f64) {
        let (newest, before) = self
            .marks
            .split_last()
            .map_or((None, &[][..]), |(newest, before)| (Some(newest), before));
        let from = before.last().map_or(0.0, |mark| mark.ms);
        match newest {
            Some(newest) if step <= newest.step => {}
            Some(newest) if newest.ms - from < APART_MS => {
                self.marks.pop();
                self.marks.push(TimeMark { step, ms });
            }
            _ => self.marks.push(TimeMark { step, ms }),
        }
    }

    /// The time at a step, interpolated linearly between marks; 0 at the beginning, and constant after the
    /// last mark.
    #[must_use]
    pub fn at(&self, step: f64) -> f64 {
        let after = self.marks.partition_point(|mark| (mark.step as f64) < step);
        let (from, from_ms) = match after.checked_sub(1).and_then(|at| self.marks.get(at)) {
            Some(mark) => (mark.step as f64, mark.ms),
            None => (0.0, 0.0),
        };
        self.marks.get(after).map_or(from_ms, |to| {
            let share = (step - from) / (to.step as f64 - from);
            from_ms + share * (to.ms - from_ms)
        })
    }

    /// Forgets what came after a step.
    pub fn cut(&mut self, step: u64) {
        let ms = self.at(step as f64);
        let known = self.marks.last().is_some_and(|last| last.step >= step);
        self.marks.retain(|mark| mark.step < step);
        if known && step > 0 {
            self.marks.push(TimeMark { step, ms });
        }
    }

    /// The last mark's step and time.
    #[must_use]
    pub fn end(&self) -> (u64, f64) {
        self.marks.last().map_or((0, 0.0), |mark| (mark.step, mark.ms))
    }
}

/// All of a run's metrics and their times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunMetrics {
    /// Losses, reports, epochs.
    pub history: History,
    /// The run's own time by step.
    pub timeline: Timeline,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_keep_a_distance_and_the_newest_is_always_there() {
        let mut timeline = Timeline::default();
        for tick in 1..=100 {
            timeline.note(tick * 10, tick as f64 * 250.0);
        }
        assert_eq!(timeline.end(), (1000, 25_000.0));
        assert!((20..=30).contains(&timeline.marks().len()), "{}", timeline.marks().len());
        timeline.note(1000, 99_000.0);
        assert_eq!(timeline.end(), (1000, 25_000.0), "no step, no time");
    }

    #[test]
    fn time_between_marks_is_in_proportion() {
        let timeline = Timeline::of([
            TimeMark { step: 100, ms: 2000.0 },
            TimeMark { step: 50, ms: 9000.0 },
            TimeMark { step: 200, ms: 3000.0 },
        ]);
        assert_eq!(timeline.marks().len(), 2, "what goes back is left out");
        assert_eq!(timeline.at(0.0), 0.0);
        assert_eq!(timeline.at(50.0), 1000.0);
        assert_eq!(timeline.at(150.0), 2500.0);
        assert_eq!(timeline.at(900.0), 3000.0);
    }

    #[test]
    fn a_cut_timeline_ends_at_its_step() {
        let mut timeline =
            Timeline::of([TimeMark { step: 100, ms: 2000.0 }, TimeMark { step: 200, ms: 3000.0 }]);
        timeline.cut(150);
        assert_eq!(timeline.end(), (150, 2500.0));
        timeline.cut(400);
        assert_eq!(timeline.end(), (150, 2500.0), "nothing is known of later");
        timeline.cut(0);
        assert_eq!(timeline, Timeline::default());
    }
}
