//! How long something still takes.

/// The seconds left of something that has taken so many milliseconds for this share of it (0 to 1); `None` as long as
/// that says too little.
pub fn left_of(share: f64, took_ms: f64) -> Option<f64> {
    (share > 0.02 && share <= 1.0 && took_ms > 0.0)
        .then(|| took_ms / 1_000.0 * (1.0 - share) / share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_what_is_done() {
        assert_eq!(left_of(0.25, 10_000.0), Some(30.0));
        assert_eq!(left_of(1.0, 10_000.0), Some(0.0));
        assert_eq!(left_of(0.01, 10_000.0), None, "too little is known");
        assert_eq!(left_of(f64::NAN, 10_000.0), None);
    }
}
