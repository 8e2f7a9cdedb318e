//! The system's time.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// Seconds since 1970 UTC.
pub(super) fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// A run's name: `YYYYMMDD_HHMMSS` in UTC, the tutorial's `%Y%m%d_%H%M%S`.
pub(super) fn timestamp() -> String {
    let now = OffsetDateTime::now_utc();
    let (date, time) = (now.date(), now.time());
    let month = u8::from(date.month());
    format!(
        "{:04}{month:02}{:02}_{:02}{:02}{:02}",
        date.year(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
