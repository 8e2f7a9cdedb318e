//! The limits of an axis: what passes between them, and how pointer and keys move them. Plain arithmetic.

use super::super::axis::Axis;

/// The limits of an axis, the lower first: values of the axis, both of which pass.
pub type Limits = (f64, f64);

/// An axis on which limits move.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Where its values lie.
    pub axis: Axis,
    /// The values at which limits stop, in ascending order; none if they stop anywhere.
    pub stops: Vec<f64>,
}

/// Keys move a limit by this share of an axis without stops.
const STEP: f64 = 0.02;
/// Page Up and Page Down, by so many times as much.
const PAGE: usize = 5;

impl Track {
    /// The lowest and the highest limit.
    pub fn ends(&self) -> Limits {
        let stops = self.stops.first().copied().zip(self.stops.last().copied());
        stops.unwrap_or(self.axis.range)
    }

    /// The limits that are in force: the ends if there are none.
    pub fn in_force(&self, limits: Option<Limits>) -> Limits {
        limits.unwrap_or_else(|| self.ends())
    }

    /// The value at which a limit stops that is moved so far along the axis (0 to 1).
    fn stop_at(&self, share: f64) -> f64 {
        let distance = |stop: &f64| (self.axis.share(*stop) - share).abs();
        let nearest = self
            .stops
            .iter()
            .copied()
            .min_by(|one, other| distance(one).total_cmp(&distance(other)));
        nearest.unwrap_or_else(|| self.axis.value(share))
    }

    /// No limits where these let everything pass.
    fn kept(&self, (low, high): Limits) -> Option<Limits> {
        let ends = self.ends();
        (low > ends.0 || high < ends.1).then_some((low, high))
    }

    /// The limits after a key on one of them; `None` for other keys. Limits do not pass each other.
    pub fn by_key(
        &self,
        limits: Option<Limits>,
        is_upper: bool,
        key: &str,
    ) -> Option<Option<Limits>> {
        let (low, high) = self.in_force(limits);
        let now = if is_upper { high } else { low };
        let ends = self.ends();
        let moved = match key {
            "ArrowUp" | "ArrowRight" => self.next(now, 1, true),
            "ArrowDown" | "ArrowLeft" => self.next(now, 1, false),
            "PageUp" => self.next(now, PAGE, true),
            "PageDown" => self.next(now, PAGE, false),
            "Home" => ends.0,
            "End" => ends.1,
            "Escape" => return Some(None),
            _ => return None,
        };
        let moved = if is_upper { (low, moved.max(low)) } else { (moved.min(high), high) };
        Some(self.kept(moved))
    }

    /// The value so many stops above or below.
    fn next(&self, from: f64, stops: usize, is_up: bool) -> f64 {
        if self.stops.is_empty() {
            let by = STEP * stops as f64;
            return self.axis.value(self.axis.share(from) + if is_up { by } else { -by });
        }
        let last = self.stops.len() - 1;
        let at = if is_up {
            let above = self.stops.partition_point(|stop| *stop <= from);
            (above + stops - 1).min(last)
        } else {
            let below = self.stops.partition_point(|stop| *stop < from);
            below.saturating_sub(stops)
        };
        self.stops.get(at).copied().unwrap_or(from)
    }
}

/// Whether a value passes; what has none does not.
pub fn passes(limits: Option<Limits>, value: Option<f64>) -> bool {
    let Some((low, high)) = limits else { return true };
    value.is_some_and(|value| (low..=high).contains(&value))
}

/// What a pointer does that was pressed on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drag {
    /// It draws new limits, from this share of the axis on.
    New(f64),
    /// It moves the lower limit.
    Lower,
    /// It moves the upper limit.
    Upper,
    /// It moves both; it took hold at this share, when they were at these.
    Both(f64, (f64, f64)),
}

impl Drag {
    /// What begins at this share of the axis; `reach` is the share within which a limit is taken hold of.
    pub fn begin(track: &Track, limits: Option<Limits>, share: f64, reach: f64) -> Self {
        let Some((low, high)) = limits else { return Self::New(share) };
        let [low, high] = [low, high].map(|value| track.axis.share(value));
        // Of two limits at the same place, the one that can be moved this way.
        let (to_low, to_high) = ((share - low).abs(), (share - high).abs());
        if to_low.min(to_high) <= reach {
            return if to_low < to_high || (to_low == to_high && share < low) {
                Self::Lower
            } else {
                Self::Upper
            };
        }
        if (low..=high).contains(&share) {
            Self::Both(share, (low, high))
        } else {
            Self::New(share)
        }
    }

    /// The limits once the pointer is at this share. New ones that have no length let everything pass.
    pub fn moved(self, track: &Track, limits: Option<Limits>, share: f64) -> Option<Limits> {
        let share = share.clamp(0.0, 1.0);
        let (low, high) = track.in_force(limits);
        let moved = match self {
            Self::New(from) if (share - from).abs() < CLICK => return None,
            Self::New(from) => (track.stop_at(from.min(share)), track.stop_at(from.max(share))),
            Self::Lower => (track.stop_at(share).min(high), high),
            Self::Upper => (low, track.stop_at(share).max(low)),
            Self::Both(from, (low, high)) => {
                let by = (share - from).clamp(-low, 1.0 - high);
                (track.stop_at(low + by), track.stop_at(high + by))
            }
        };
        track.kept(moved)
    }
}

/// A pointer that has moved by less, as a share of the axis, has been clicked.
const CLICK: f64 = 0.015;

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Track {
        let stops = vec![0.0001, 0.001, 0.01, 0.1];
        Track { axis: Axis::spanning((0.0001, 0.1), true, (300.0, 0.0)), stops }
    }

    fn losses() -> Track {
        Track { axis: Axis::spanning((0.0, 1.0), false, (300.0, 0.0)), stops: Vec::new() }
    }

    #[test]
    fn what_lies_between_the_limits_and_on_them_passes() {
        let limits = Some((0.001, 0.01));
        let passing = [0.0001, 0.001, 0.005, 0.01, 0.1].map(|value| passes(limits, Some(value)));
        assert_eq!(passing, [false, true, true, true, false]);
        assert!(passes(None, None) && !passes(limits, None), "what has no value passes no limit");
        assert!(!passes(limits, Some(f64::NAN)));
    }

    #[test]
    fn keys_move_a_limit_from_value_to_value() {
        let track = rates();
        let up = track.by_key(None, false, "ArrowUp");
        assert_eq!(up, Some(Some((0.001, 0.1))));
        assert_eq!(track.by_key(Some((0.001, 0.1)), true, "ArrowDown"), Some(Some((0.001, 0.01))));
        assert_eq!(track.by_key(Some((0.001, 0.01)), true, "PageUp"), Some(Some((0.001, 0.1))));
        assert_eq!(
            track.by_key(Some((0.001, 0.01)), false, "PageDown"),
            Some(Some((0.0001, 0.01)))
        );
    }

    #[test]
    fn limits_do_not_pass_each_other() {
        let track = rates();
        let low = track.by_key(Some((0.001, 0.01)), false, "End");
        assert_eq!(low, Some(Some((0.01, 0.01))));
        let high = track.by_key(Some((0.001, 0.01)), true, "Home");
        assert_eq!(high, Some(Some((0.001, 0.001))));
    }

    #[test]
    fn limits_at_both_ends_are_none_and_escape_takes_them_away() {
        let track = rates();
        assert_eq!(track.by_key(Some((0.001, 0.1)), false, "ArrowDown"), Some(None));
        assert_eq!(track.by_key(Some((0.001, 0.01)), false, "Escape"), Some(None));
        assert_eq!(track.by_key(None, true, "Tab"), None, "left to the browser");
    }

    #[test]
    fn on_an_axis_without_stops_a_key_moves_by_a_fiftieth() {
        let track = losses();
        let moved = track.by_key(None, true, "ArrowDown").flatten();
        assert!(moved.is_some_and(|(low, high)| low == 0.0 && (high - 0.98).abs() < 1e-9));
        let page = track.by_key(None, false, "PageUp").flatten();
        assert!(page.is_some_and(|(low, _)| (low - 0.1).abs() < 1e-9));
    }

    #[test]
    fn dragging_along_an_axis_draws_limits_and_a_click_takes_them_away() {
        let (track, from) = (losses(), Drag::New(0.7));
        assert_eq!(Drag::begin(&track, None, 0.7, 0.05), from);
        let drawn = from.moved(&track, None, 0.2);
        assert!(
            drawn.is_some_and(|(low, high)| (low - 0.2).abs() < 1e-9 && (high - 0.7).abs() < 1e-9)
        );
        assert_eq!(from.moved(&track, Some((0.1, 0.2)), 0.701), None);
        assert_eq!(Drag::New(0.1).moved(&track, None, 7.0), Some((0.1, 1.0)), "beyond the end");
    }

    #[test]
    fn limits_and_what_is_between_them_can_be_taken_hold_of() {
        let (track, limits) = (losses(), Some((0.2, 0.6)));
        let begin = |share| Drag::begin(&track, limits, share, 0.05);
        assert_eq!((begin(0.22), begin(0.57)), (Drag::Lower, Drag::Upper));
        assert_eq!((begin(0.4), begin(0.9)), (Drag::Both(0.4, (0.2, 0.6)), Drag::New(0.9)));
        let shifted = begin(0.4).moved(&track, limits, 0.5);
        assert!(
            shifted
                .is_some_and(|(low, high)| (low - 0.3).abs() < 1e-9 && (high - 0.7).abs() < 1e-9)
        );
        let to_the_end = begin(0.4).moved(&track, limits, 1.0);
        assert!(to_the_end.is_some_and(|(low, high)| (low - 0.6).abs() < 1e-9 && high == 1.0));
        assert_eq!(Drag::Lower.moved(&track, limits, 0.9), Some((0.6, 0.6)));
    }

    #[test]
    fn dragged_limits_stop_at_the_values_of_a_setting() {
        let track = rates();
        assert_eq!(Drag::New(0.3).moved(&track, None, 0.7), Some((0.001, 0.01)));
        assert_eq!(Drag::New(0.0).moved(&track, None, 1.0), None, "everything passes");
    }

    #[test]
    fn two_limits_at_the_same_place_can_be_drawn_apart_again() {
        let (track, limits) = (losses(), Some((0.5, 0.5)));
        assert_eq!(Drag::begin(&track, limits, 0.48, 0.05), Drag::Lower);
        assert_eq!(Drag::begin(&track, limits, 0.52, 0.05), Drag::Upper);
    }
}
