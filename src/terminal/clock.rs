//! The system's time.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// Seconds since 1970 UTC.
pub(super) fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// A run's name: `YYYYMMDD_HHMMSS` in UTC, the tutorial's `%Y%m%d_%H%M%S`.
pub(super) fn timestamp() -> String {
    timestamp_of(OffsetDateTime::now_utc())
}

/// The name of a run that begins at this time, in seconds since 1970 UTC.
pub(super) fn timestamp_at(seconds: i64) -> String {
    timestamp_of(OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH))
}

fn timestamp_of(time: OffsetDateTime) -> String {
    let (date, time) = (time.date(), time.time());
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
