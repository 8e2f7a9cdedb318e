//! A run's losses as a sparkline.

use leptos::prelude::*;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;

/// A sparkline; empty while there are no losses.
pub fn spark(losses: &[f32]) -> impl IntoView + use<> {
    let path = path(losses);
    view! {
        <svg class="spark" viewBox=format!("0 0 {WIDTH} {HEIGHT}") width=WIDTH height=HEIGHT
            aria-hidden="true" preserveAspectRatio="none">
            <path d=path fill="none" />
        </svg>
    }
}

/// The line through these losses, with a gap at each NaN.
fn path(losses: &[f32]) -> String {
    use std::fmt::Write as _;
    let finite = losses.iter().copied().filter(|loss| loss.is_finite()).map(f64::from);
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), loss| {
        (low.min(loss), high.max(loss))
    });
    let range = (high - low).max(1e-6);
    let last = losses.len().saturating_sub(1).max(1) as f64;
    let mut path = String::with_capacity(losses.len() * 12);
    let mut command = 'M';
    for (at, loss) in losses.iter().enumerate() {
        if !loss.is_finite() {
            command = 'M';
            continue;
        }
        let x = 1.0 + at as f64 / last * (WIDTH - 2.0);
        let y = HEIGHT - 2.0 - (f64::from(*loss) - low) / range * (HEIGHT - 4.0);
        // Writing to a string cannot fail.
        let _ = write!(path, "{command}{x:.1} {y:.1}");
        command = 'L';
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_falls_with_the_loss_and_stays_inside() {
        assert_eq!(path(&[2.0, 1.0]), "M1.0 2.0L119.0 26.0");
        assert_eq!(path(&[0.5]), "M1.0 26.0");
        assert_eq!(path(&[]), "");
    }

    #[test]
    fn losses_of_any_size_make_a_line() {
        assert_eq!(path(&[f32::MAX, f32::MIN]), "M1.0 2.0L119.0 26.0");
        assert_eq!(path(&[2.0, f32::INFINITY, 1.0]), "M1.0 2.0M119.0 26.0");
        assert_eq!(path(&[f32::NAN]), "");
    }
}
