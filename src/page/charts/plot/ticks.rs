//! Round values along an axis, and their labels.

use super::range::is_span;

/// Round values inside a range: about `most`, at least `least_step` apart. None in a range too narrow to
/// divide, where the loop would never end.
pub fn ticks((low, high): (f64, f64), most: f64, least_step: f64) -> Vec<(f64, String)> {
    if !is_span((low, high)) {
        return Vec::new();
    }
    // One or two labels more than requested are better than a single one.
    let rough = 0.8 * (high - low) / most;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough)
        .max(least_step);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last)
        .map(|at| {
            let value = at as f64 * step;
            (value, label(value, step))
        })
        .collect()
}

fn label(value: f64, step: f64) -> String {
    let decimals = -step.log10().floor();
    match value {
        0.0 if step >= 1_000.0 || decimals > MOST_DECIMALS => "0".to_owned(),
        // As many digits as the step has.
        _ if step >= 1e7 || decimals > MOST_DECIMALS => {
            let digits = (value.abs().log10().floor() + decimals).max(0.0) as usize;
            format!("{value:.digits$e}")
        }
        _ if step >= 1_000.0 => format!("{}k", value / 1_000.0),
        _ => format!("{value:.0$}", decimals.max(0.0) as usize),
    }
}

/// More decimals than this do not fit beside the axis.
const MOST_DECIMALS: f64 = 5.0;

/// Values 1, 2 and 5 of each decade of a logarithmic axis; only powers of ten where these would crowd it, and
/// evenly spaced ones in a range that holds fewer than two.
pub fn decades((low, high): (f64, f64), most: f64) -> Vec<(f64, String)> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let of = |first: i32, digits: &[u8], stride: usize| -> Vec<(f64, String)> {
        let powers = (first..=last).step_by(stride);
        let values = powers.flat_map(|power| digits.iter().map(move |digit| (*digit, power)));
        let values =
            values.map(|(digit, power)| (f64::from(digit) * 10f64.powi(power), digit, power));
        let inside = values.filter(|(value, ..)| (low..=high).contains(value));
        inside.map(|(value, digit, power)| (value, decade_label(value, digit, power))).collect()
    };
    let fine = of(first, &[1, 2, 5], 1);
    match fine.len() {
        0 | 1 => ticks((low, high), most, 0.0),
        few if few as f64 <= 1.5 * most => fine,
        // More decades than labels: every second one, every third.
        _ => {
            let first = low.log10().ceil() as i32;
            let stride = (f64::from(last - first) / most).ceil().max(1.0);
            of(first, &[1], stride as usize)
        }
    }
}

fn decade_label(value: f64, digit: u8, power: i32) -> String {
    match power {
        -4..0 => format!("{value:.0$}", power.unsigned_abs() as usize),
        0..4 => format!("{value:.0}"),
        _ => format!("{digit}e{power}"),
    }
}
