//! A run's losses at a glance.

use leptos::prelude::*;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;

/// A sparkline; nothing as long as there is no loss.
pub fn spark(losses: &[f32]) -> impl IntoView + use<> {
    let path = path(losses);
    view! {
        <svg class="spark" viewBox=format!("0 0 {WIDTH} {HEIGHT}") width=WIDTH height=HEIGHT
            aria-hidden="true" preserveAspectRatio="none">
            <path d=path fill="none" />
        </svg>
    }
}

fn path(losses: &[f32]) -> String {
    use std::fmt::Write as _;
    let (low, high) =
        losses.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), loss| {
            (low.min(*loss), high.max(*loss))
        });
    let range = f64::from(high - low).max(1e-6);
    let last = losses.len().saturating_sub(1).max(1) as f64;
    let mut path = String::with_capacity(losses.len() * 12);
    for (at, loss) in losses.iter().enumerate() {
        let x = 1.0 + at as f64 / last * (WIDTH - 2.0);
        let y = HEIGHT - 2.0 - f64::from(loss - low) / range * (HEIGHT - 4.0);
        // Writing to a string cannot fail.
        let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' });
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
}
