//! The right to train a run for a while, stored in the library where the browser has no locks.
//!
//! The tab that has it renews it every few seconds. A tab that ends does not give it back, so it expires. All
//! tabs of a browser share one clock; because that may jump, nobody takes over a lease without having watched
//! it for a time of its own.

use serde::{Deserialize, Serialize};

/// How often its tab renews a lease, in milliseconds.
pub const RENEW_MS: u32 = 2000;

/// A lease that is this old has expired: its tab has ended, or was suspended by the browser.
const EXPIRES_MS: f64 = 8000.0;

/// The shortest time to watch one that has expired; its tab would have renewed it.
const WATCH_MS: f64 = 1.5 * RENEW_MS as f64;

/// A tab's lease of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lease {
    /// The run's name.
    pub run: String,
    /// The tab, by a random name.
    pub tab: String,
    /// How often the tab has renewed it.
    pub renewals: u64,
    /// When it was last renewed, in milliseconds since 1970.
    pub renewed_at_ms: f64,
}

impl Lease {
    /// Whether the run counts as being trained. Of a lease from the future, the clock was set back since.
    #[must_use]
    pub fn is_live(&self, now_ms: f64) -> bool {
        (now_ms - self.renewed_at_ms).abs() < EXPIRES_MS
    }

    /// How long another tab must watch that it is not renewed before it takes the run over, in milliseconds.
    #[must_use]
    pub fn watch_ms(&self, now_ms: f64) -> f64 {
        (EXPIRES_MS - (now_ms - self.renewed_at_ms)).clamp(WATCH_MS, EXPIRES_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: f64 = 1_790_000_000_000.0;

    fn lease(age_ms: f64) -> Lease {
        let (run, tab) = ("20260102_030405".to_owned(), "1f".to_owned());
        Lease { run, tab, renewals: 3, renewed_at_ms: NOW - age_ms }
    }

    #[test]
    fn a_lease_is_watched_until_it_would_have_expired() {
        assert!(lease(0.0).is_live(NOW) && lease(7999.0).is_live(NOW));
        assert!(!lease(8000.0).is_live(NOW));
        assert_eq!(lease(0.0).watch_ms(NOW).to_bits(), 8000_f64.to_bits());
        assert_eq!(lease(4000.0).watch_ms(NOW).to_bits(), 4000_f64.to_bits());
    }

    #[test]
    fn whatever_a_clock_says_a_lease_is_watched_for_longer_than_its_renewal_takes() {
        for age in [8000.0, 3.6e6, 1e15, f64::INFINITY] {
            assert!(lease(age).watch_ms(NOW) > f64::from(RENEW_MS), "{age}");
        }
        // The clock was set back by an hour.
        assert_eq!(lease(-3.6e6).watch_ms(NOW).to_bits(), 8000_f64.to_bits());
        assert!(!lease(-3.6e6).is_live(NOW));
    }
}
