//! The vertical range of a chart: robust, linear or logarithmic. Pure arithmetic without a browser.

/// Lines with fewer points than this are shown whole: of so few, none can be called an outlier.
const FEW: usize = 20;
/// How far beyond a line's usual values its range reaches, as a multiple of their span.
const REACH: f64 = 8.0;

/// The lowest and the highest of a line's values that its chart makes room for.
///
/// A spike, a first step or a run's last steps before it diverged must not flatten the rest: values further from the
/// 5th and the 95th percentile than [`REACH`] times their distance are left out. A loss that falls from 2.3 to 0.3
/// stays in view whole.
pub fn robust_range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_unstable_by(f64::total_cmp);
    let (lowest, highest) = (*values.first()?, *values.last()?);
    if values.len() < FEW {
        return Some((lowest, highest));
    }
    let at = |share: f64| values[(share * (values.len() - 1) as f64) as usize];
    let (low, high) = (at(0.05), at(0.95));
    let reach = REACH * (high - low);
    if !reach.is_finite() {
        return Some((low, high));
    }
    let is_within = |value: &&f64| (low - reach..=high + reach).contains(*value);
    let first = values.iter().find(is_within)?;
    let last = values.iter().rev().find(is_within)?;
    Some((*first, *last))
}

/// The range of several lines: one whose range is beyond the others' by more than a hundredfold of their typical range
/// has diverged, and is left out.
pub fn common_range(ranges: &[(f64, f64)]) -> Option<(f64, f64)> {
    let mut tops: Vec<f64> = ranges.iter().map(|range| range.1).collect();
    tops.sort_unstable_by(f64::total_cmp);
    // Of two lines, the lower one.
    let typical = *tops.get(tops.len().checked_sub(1)? / 2)?;
    let is_usual = |range: &&(f64, f64)| typical <= 0.0 || range.1 <= 100.0 * typical;
    let usual = ranges.iter().filter(is_usual).copied();
    usual.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// Values and labels at 1, 2 and 5 times the powers of ten between two exponents of ten.
pub fn log_ticks((low, high): (f64, f64)) -> Vec<(f64, String)> {
    let all = (low.floor() as i32..=high.ceil() as i32).flat_map(|power| {
        let factors: &[f64] = if high - low > 3.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        factors.iter().map(move |factor| (factor * 10f64.powi(power), power))
    });
    let within = |tick: &(f64, i32)| (low..=high).contains(&tick.0.log10());
    let label = |(value, power): (f64, i32)| match power {
        -3..=-1 => (value, format!("{value:.0$}", -power as usize)),
        0..=3 => (value, format!("{value:.0}")),
        _ => (value, format!("{value:.0e}")),
    };
    all.filter(within).map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn falling(steps: usize) -> Vec<f64> {
        (0..steps).map(|step| 0.3 + 2.0 / (1.0 + step as f64 / 10.0)).collect()
    }

    #[test]
    fn an_ordinary_loss_stays_in_view_from_its_first_step_to_its_last() {
        for steps in [1, 19, 100, 600] {
            let losses = falling(steps);
            let range = robust_range(losses.iter().copied());
            assert_eq!(range, Some((losses[steps - 1], losses[0])), "{steps} steps");
        }
    }

    #[test]
    fn a_spike_a_first_step_and_a_divergence_do_not_flatten_the_rest() {
        let usual = robust_range(falling(100).into_iter());
        for (at, value) in [(0, 1e6), (50, 40.0), (99, 1e30), (7, f64::INFINITY), (8, f64::NAN)] {
            let mut losses = falling(100);
            losses.insert(at, value);
            assert_eq!(robust_range(losses.into_iter()), usual, "{value} at {at}");
        }
    }

    #[test]
    fn a_line_without_change_has_its_value_as_range() {
        assert_eq!(robust_range([0.5; 50].into_iter()), Some((0.5, 0.5)));
        assert_eq!(robust_range(std::iter::empty()), None);
        let huge = [f64::MAX, -f64::MAX].into_iter().cycle().take(40);
        assert_eq!(robust_range(huge), Some((-f64::MAX, f64::MAX)));
    }

    #[test]
    fn a_diverged_run_beside_others_does_not_flatten_them() {
        assert_eq!(common_range(&[(0.3, 2.3), (0.5, 1e30)]), Some((0.3, 2.3)));
        assert_eq!(common_range(&[(0.3, 2.3), (0.2, 3.0), (1.0, 40.0)]), Some((0.2, 40.0)));
        assert_eq!(common_range(&[(-2.0, -1.0)]), Some((-2.0, -1.0)));
        assert_eq!(common_range(&[]), None);
    }

    #[test]
    fn a_logarithmic_axis_has_ticks_at_1_2_and_5() {
        let labels = |range| log_ticks(range).into_iter().map(|tick| tick.1).collect::<Vec<_>>();
        assert_eq!(labels((-0.6, 0.4)), ["0.5", "1", "2"]);
        assert_eq!(labels((-2.1, -0.9)), ["0.01", "0.02", "0.05", "0.1"]);
        assert_eq!(labels((0.0, 6.0)).len(), 7);
    }
}
