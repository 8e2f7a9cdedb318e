//! Sizes and spans of time, in Chinese.

use crate::page::format::{self, UNKNOWN};

/// A size in bytes, KB or MB.
pub fn bytes(size: u64) -> String {
    if size < 1_000 { format!("{size} 字节") } else { format::bytes(size) }
}

/// Room in a store: beyond gigabytes the exact number says nothing.
pub fn room(size: u64) -> String {
    if size < 1_000 { bytes(size) } else { format::room(size) }
}

/// A span of time in its two largest units: `3 分 20 秒`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return UNKNOWN.into();
    }
    let seconds = seconds.round() as u64;
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} 秒"),
        (0, _) if seconds.is_multiple_of(60) => format!("{minutes} 分钟"),
        (0, _) => format!("{minutes} 分 {} 秒", seconds % 60),
        (_, _) if minutes.is_multiple_of(60) => format!("{hours} 小时"),
        _ => format!("{hours} 小时 {} 分", minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_show_two_units() {
        assert_eq!(duration(8.4), "8 秒");
        assert_eq!(duration(200.0), "3 分 20 秒");
        assert_eq!(duration(3_900.0), "1 小时 5 分");
        assert_eq!(duration(f64::NAN), UNKNOWN);
    }

    #[test]
    fn sizes_use_the_unit_that_fits() {
        assert_eq!(bytes(12), "12 字节");
        assert_eq!(bytes(180_300), "180 KB");
        assert_eq!(room(1_250_000_000), "1.2 GB");
    }
}
