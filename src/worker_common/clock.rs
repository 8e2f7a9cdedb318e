//! The date.

/// Milliseconds since 1970 UTC.
#[must_use]
pub fn date_ms() -> f64 {
    js_sys::Date::now()
}

/// The name of a run that started at this time, in milliseconds since 1970: `YYYYMMDD_HHMMSS` in UTC, the
/// tutorial's `%Y%m%d_%H%M%S`.
pub(super) fn timestamp_at(ms: f64) -> String {
    let iso = String::from(js_sys::Date::new(&ms.into()).to_iso_string());
    let digits = |range: std::ops::Range<usize>| -> String {
        iso.get(range).unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
    };
    format!("{}_{}", digits(0..10), digits(11..19))
}
