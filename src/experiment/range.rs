//! Ranges of axes that runs which failed do not stretch.

/// On which side of the others the values of runs that failed lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Above, as losses do.
    Above,
    /// Below, as accuracies do.
    Below,
}

/// From how many values on some may be outliers.
const FEW: usize = 4;
/// How many interquartile ranges beyond the quartile a value may lie.
const FENCE: f64 = 3.0;

/// The least and the greatest of these values, without those that are not finite, and without outliers on the side of the
/// runs that failed: values more than three interquartile ranges beyond the quartile of that side. The good side is never
/// cut, nor are fewer than four values, nor values that are nearly all the same: these have no room beside them. `None` if
/// no value is finite.
#[must_use]
pub fn robust_range(values: impl IntoIterator<Item = f64>, failing: Failing) -> Option<(f64, f64)> {
    let mut finite: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    finite.sort_by(f64::total_cmp);
    let (least, most) = (*finite.first()?, *finite.last()?);
    if finite.len() < FEW {
        return Some((least, most));
    }
    let (lower, upper) = (quantile(&finite, 0.25), quantile(&finite, 0.75));
    let reach = FENCE * (upper - lower);
    if !(reach > 0.0 && reach.is_finite()) {
        return Some((least, most));
    }
    let within = |value: &&f64| match failing {
        Failing::Above => **value <= upper + reach,
        Failing::Below => **value >= lower - reach,
    };
    match failing {
        Failing::Above => Some((least, *finite.iter().rev().find(within)?)),
        Failing::Below => Some((*finite.iter().find(within)?, most)),
    }
}

/// The quantile of ascending values, at least one, by linear interpolation.
fn quantile(ascending: &[f64], share: f64) -> f64 {
    let place = share * ascending.len().saturating_sub(1) as f64;
    let at = |place: f64| ascending.get(place as usize).copied().unwrap_or_default();
    let (below, above) = (at(place.floor()), at(place.ceil()));
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_failed_does_not_stretch_the_axis() {
        let losses = [0.3, 0.35, 0.4, 0.32, 0.5, 2.3, 1e9, f64::NAN, f64::INFINITY];
        assert_eq!(robust_range(losses[..6].to_vec(), Failing::Above), Some((0.3, 0.5)));
        assert_eq!(robust_range(losses, Failing::Above).map(|range| range.0), Some(0.3));
        assert!(robust_range(losses, Failing::Above).is_some_and(|range| range.1 < 1e9));
        let accuracies = [0.1, 0.88, 0.9, 0.86, 0.89, 0.87];
        assert_eq!(robust_range(accuracies, Failing::Below), Some((0.86, 0.9)));
    }

    #[test]
    fn the_best_is_always_within() {
        let losses = [2.3, 2.3, 2.3, 2.3, 2.29, 0.3];
        assert_eq!(robust_range(losses, Failing::Above), Some((0.3, 2.3)));
    }

    #[test]
    fn the_few_that_learnt_are_within_where_most_learnt_nothing() {
        let losses = || (0..18).map(|_| 2.30).chain([0.35, 0.36, 0.34]);
        assert_eq!(robust_range(losses(), Failing::Above), Some((0.34, 2.30)));
        let accuracies = || (0..18).map(|run| 0.1 + 0.001 * f64::from(run)).chain([0.88, 0.9]);
        assert_eq!(robust_range(accuracies(), Failing::Below), Some((0.1, 0.9)));
    }

    #[test]
    fn where_nearly_all_values_are_the_same_none_is_cut() {
        assert_eq!(robust_range([0.1, 0.1, 0.1, 0.1, 0.9], Failing::Above), Some((0.1, 0.9)));
        assert_eq!(robust_range([0.9, 0.9, 0.9, 0.9, 0.1], Failing::Below), Some((0.1, 0.9)));
    }

    #[test]
    fn few_values_are_all_within_and_none_have_no_range() {
        assert_eq!(robust_range([1.0, 1e6, 2.0], Failing::Above), Some((1.0, 1e6)));
        assert_eq!(robust_range([7.0], Failing::Above), Some((7.0, 7.0)));
        assert_eq!(robust_range([f64::NAN], Failing::Above), None);
        assert_eq!(robust_range([], Failing::Below), None);
    }
}
