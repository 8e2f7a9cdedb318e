//! Buckets, smoothing and the live loss.

use super::*;

fn series(losses: impl IntoIterator<Item = f32>) -> LossSeries {
    LossSeries::of(losses.into_iter().collect())
}

/// Losses that fall, with noise.
fn losses(steps: usize) -> Vec<f32> {
    let mut noise = 1_u32;
    let loss = |step: usize| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let jump = (noise >> 8) as f32 / (1 << 24) as f32 - 0.5;
        2.3 / (1.0 + step as f32 / 300.0) + jump
    };
    (0..steps).map(loss).collect()
}

/// TensorBoard's smoothing, implemented independently: by step.
fn plain_average(losses: &[f32], weight: f64) -> Vec<f64> {
    let (mut last, mut taken) = (0.0, 0);
    losses
        .iter()
        .map(|loss| {
            last = last * weight + (1.0 - weight) * f64::from(*loss);
            taken += 1;
            last / (1.0 - weight.powi(taken))
        })
        .collect()
}

#[test]
fn smoothing_is_an_average_over_steps_however_many_a_point_stands_for() {
    for steps in [1, 40, 600, 601, 992, 5_000, 75_000] {
        let losses = losses(steps);
        let mut series = LossSeries::of(losses.clone());
        for weight in [LossSeries::USUAL_WEIGHT, 0.5, 0.9, 0.999] {
            let expected = plain_average(&losses, weight);
            let computed = series.smoothed(weight);
            series.set_weight(weight);
            assert_eq!(series.smoothed(weight), computed, "at hand or not");
            for &(step, value) in &computed {
                let plain = expected[step as usize - 1];
                assert!((value - plain).abs() < 1e-9, "{value} at {step} instead of {plain}");
            }
            assert_eq!(computed.last().map(|point| point.0), Some(steps as f64));
        }
    }
}

#[test]
fn a_runs_first_epoch_is_smoothed_alike_in_a_shorter_and_in_a_longer_run() {
    let losses = losses(5 * 992);
    let short = LossSeries::of(losses[..992].to_vec());
    let long = LossSeries::of(losses);
    assert_ne!(short.steps_per_bucket(), long.steps_per_bucket());
    for weight in [0.9, LossSeries::USUAL_WEIGHT] {
        let (short, long) = (short.smoothed(weight), long.smoothed(weight));
        let common: Vec<_> = long.iter().filter(|point| point.0 <= 992.0).collect();
        assert!(common.len() > 50 && common.last().map(|point| point.0) == Some(992.0));
        for point in common {
            assert!(short.contains(point), "{point:?}");
        }
    }
}

#[test]
fn a_curve_does_not_change_while_its_run_grows() {
    let losses = losses(3_000);
    let mut series = LossSeries::with_weight(0.9);
    let mut seen = std::collections::HashMap::new();
    for stretch in losses.chunks(37) {
        series.extend(stretch);
        for (step, value) in series.smoothed(0.9) {
            assert_eq!(*seen.entry(step as u64).or_insert(value), value, "at step {step}");
        }
    }
    assert_eq!(series.smoothed(0.9), LossSeries::of(losses).smoothed(0.9));
}

#[test]
fn a_short_run_is_drawn_step_by_step() {
    let series = series([2.0, 1.0, 3.0]);
    assert_eq!(series.means(), [(1.0, 2.0), (2.0, 1.0), (3.0, 3.0)]);
    assert_eq!(series.steps_per_bucket(), 1);
}

#[test]
fn a_long_run_keeps_its_mean_in_few_points() {
    let losses = (0..75_000).map(|step| (step % 7) as f32);
    let series = series(losses.clone());
    let means = series.means();
    assert!(means.len() <= LossSeries::MOST_BUCKETS && means.len() > 250);
    assert_eq!(means.last().map(|point| point.0), Some(75_000.0));
    let mean = losses.map(f64::from).sum::<f64>() / 75_000.0;
    assert!(means[..means.len() - 1].iter().all(|point| (point.1 - mean).abs() < 0.1));
}

#[test]
fn smoothing_a_constant_changes_nothing_from_the_first_point_on() {
    for (_, value) in series([0.5; 40]).smoothed(0.95) {
        assert!((value - 0.5).abs() < 1e-12);
    }
}

#[test]
fn no_smoothing_is_the_curve_itself() {
    let series = series([3.0, 1.0, 2.0]);
    assert_eq!(series.smoothed(0.0), series.means());
}

#[test]
fn a_loss_that_is_no_number_spoils_only_its_own_point() {
    let smooth = series([1.0, f32::NAN, 1.0]).smoothed(0.9);
    assert_eq!(smooth.len(), 2);
    assert!(smooth.iter().all(|point| point.1.is_finite()));
}

#[test]
fn a_loss_that_is_no_number_leaves_its_bucket_and_what_follows_alone() {
    let mut losses = vec![1.0; 5_000];
    losses[70] = f32::NAN;
    losses[2_000] = f32::INFINITY;
    let series = LossSeries::of(losses);
    for (step, value) in series.means().into_iter().chain(series.smoothed(0.9)) {
        assert!((value - 1.0).abs() < 1e-9, "{value} at {step}");
    }
    let nothing = LossSeries::of(vec![f32::NAN; 3]);
    assert!(nothing.means().iter().all(|point| point.1.is_nan()));
    assert!(nothing.smoothed(0.9).is_empty() && nothing.smoothed(0.0).is_empty());
}

#[test]
fn a_run_that_goes_on_keeps_the_weight_that_was_chosen() {
    let mut series = LossSeries::with_weight(0.5);
    assert_eq!(series.weight(), 0.5);
    series.extend(&[3.0, 1.0]);
    series.set_weight(0.0);
    series.extend(&[2.0]);
    assert_eq!(series.smoothed(0.0), series.means());
    assert_eq!(series.weight(), 0.0);
}

#[test]
fn the_live_loss_is_the_mean_of_the_last_steps() {
    let mut curves = Curves::default();
    assert_eq!(curves.recent_loss(), None);
    curves.push_losses(&[9.0; 50]);
    curves.push_losses(&[1.0; 3 * RECENT_STEPS]);
    assert_eq!(curves.recent_loss(), Some(1.0));
    curves.push_losses(&[2.0; RECENT_STEPS / 2]);
    assert_eq!(curves.recent_loss(), Some(1.5));
}
