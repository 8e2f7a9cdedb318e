//! A run's losses, reduced to a few points for lists.

/// The maximum number of points of a sparkline.
pub const SPARKLINE_POINTS: usize = 40;

/// Means of equally many losses each, at most [`SPARKLINE_POINTS`] of them; NaN and infinite losses are left
/// out.
#[must_use]
pub fn sparkline(losses: &[f32]) -> Vec<f32> {
    let size = losses.len().div_ceil(SPARKLINE_POINTS).max(1);
    let mean = |losses: &[f32]| {
        let finite = losses.iter().filter(|loss| loss.is_finite());
        let (sum, count) =
            finite.fold((0.0, 0_u32), |(sum, count), loss| (sum + f64::from(*loss), count + 1));
        (count > 0).then(|| (sum / f64::from(count)) as f32)
    };
    losses.chunks(size).filter_map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_a_few_means() {
        let losses: Vec<f32> =
            (0..75_000).map(|step| if step < 37_500 { 2.0 } else { 1.0 }).collect();
        let points = sparkline(&losses);
        assert_eq!(points.len(), SPARKLINE_POINTS);
        assert_eq!((points.first(), points.last()), (Some(&2.0), Some(&1.0)));
        assert_eq!(sparkline(&[0.5, f32::NAN, 0.25]), [0.5, 0.25]);
        assert!(sparkline(&[]).is_empty());
    }
}
