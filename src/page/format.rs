//! Numbers in readable form. An unknown number is a dash, never a zero.

/// Stands for an unknown number.
pub const UNKNOWN: &str = "–";

/// A whole number with thousands separators: `12,800`.
pub fn whole(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A size in bytes, KB or MB, as downloads show it.
pub fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{:.0} KB", size as f64 / 1e3),
        _ => format!("{:.1} MB", size as f64 / 1e6),
    }
}

/// Storage space. Beyond gigabytes, the exact number says nothing.
pub fn room(size: u64) -> String {
    if size >= 1_000_000_000 { format!("{:.1} GB", size as f64 / 1e9) } else { bytes(size) }
}

/// A duration in its two largest units: `3 min 20 s`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return UNKNOWN.into();
    }
    let seconds = seconds.round() as u64;
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) if seconds.is_multiple_of(60) => format!("{minutes} min"),
        (0, _) => format!("{minutes} min {} s", seconds % 60),
        (_, _) if minutes.is_multiple_of(60) => format!("{hours} h"),
        _ => format!("{hours} h {} min", minutes % 60),
    }
}

/// Milliseconds with at least three digits: `0.512`, `12.3`, `1,250`.
pub fn milliseconds(ms: f64) -> String {
    match ms {
        ..1.0 => format!("{ms:.3}"),
        ..10.0 => format!("{ms:.2}"),
        ..100.0 => format!("{ms:.1}"),
        _ => whole(ms.round() as u64),
    }
}

/// A loss or a fraction with four decimals, or a dash. The loss of a run that diverges grows to dozens of digits, so
/// from 100,000 on it has an exponent.
pub fn four_decimals(value: Option<f64>) -> String {
    match value {
        None => UNKNOWN.into(),
        Some(value) if value.abs() >= 1e5 => format!("{value:.3e}"),
        Some(value) => format!("{value:.4}"),
    }
}

/// A loss with two decimals; from 100,000 on it has an exponent, as in [`four_decimals`].
pub fn two_decimals(value: f64) -> String {
    if value.abs() >= 1e5 { format!("{value:.1e}") } else { format!("{value:.2}") }
}

/// A number with three significant digits, and with an exponent where it would be long: `0.0123`, `−4.20`, `1.20e-5`.
pub fn significant(number: f64) -> String {
    let size = number.abs();
    let text = match size {
        _ if !number.is_finite() => return UNKNOWN.to_owned(),
        0.0 => return "0".to_owned(),
        _ if !(1e-4..1e6).contains(&size) => format!("{size:.2e}"),
        _ => {
            let decimals = (2 - size.log10().floor() as i32).max(0) as usize;
            format!("{size:.decimals$}")
        }
    };
    if number < 0.0 { format!("−{text}") } else { text }
}

/// A fraction as a percentage with one decimal.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A whole number with its sign, and a minus as long as a plus: `+1,200`, `−3`; no sign before 0.
pub fn signed(number: i64) -> String {
    format!("{}{}", sign(number.signum()), whole(number.unsigned_abs()))
}

/// A number with its sign and this many decimals; without one if it is rounded to 0.
pub fn signed_decimals(number: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", number.abs());
    let is_zero = digits.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    let sign = sign(if is_zero { 0 } else { number.signum() as i64 });
    format!("{sign}{digits}")
}

/// A difference of shares in percentage points, with two decimals: `+1.25`.
pub fn signed_points(difference: f64) -> String {
    signed_decimals(difference * 100.0, 2)
}

const fn sign(signum: i64) -> &'static str {
    match signum {
        ..0 => "−",
        0 => "",
        1.. => "+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(whole(0), "0");
        assert_eq!(whole(999), "999");
        assert_eq!(whole(1_000), "1,000");
        assert_eq!(whole(75_000), "75,000");
        assert_eq!(whole(1_234_567), "1,234,567");
    }

    #[test]
    fn spans_of_time_show_two_units() {
        assert_eq!(duration(8.4), "8 s");
        assert_eq!(duration(200.0), "3 min 20 s");
        assert_eq!(duration(3_900.0), "1 h 5 min");
    }

    #[test]
    fn milliseconds_keep_three_digits() {
        assert_eq!(milliseconds(0.5123), "0.512");
        assert_eq!(milliseconds(1.5), "1.50");
        assert_eq!(milliseconds(12.34), "12.3");
        assert_eq!(milliseconds(1249.6), "1,250");
    }

    #[test]
    fn three_digits_count_whatever_the_size() {
        let texts = [0.0, 0.012_345, -4.2, 123.6, 98_765.4, 1.2e-5, -1.0e9, 0.000_999_6, f64::NAN]
            .map(significant);
        let expected =
            ["0", "0.0123", "−4.20", "124", "98765", "1.20e-5", "−1.00e9", "0.001000", "–"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn differences_have_a_sign_unless_they_are_0() {
        assert_eq!(
            (signed(1_200), signed(-3), signed(0)),
            ("+1,200".into(), "−3".into(), "0".into())
        );
        assert_eq!(signed_decimals(0.012_34, 4), "+0.0123");
        assert_eq!(signed_decimals(-0.000_04, 4), "0.0000");
        assert_eq!(signed_points(-0.0125), "−1.25");
        assert_eq!(signed(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn what_is_not_known_is_a_dash() {
        assert_eq!(duration(f64::NAN), UNKNOWN);
        assert_eq!(duration(f64::INFINITY), UNKNOWN);
        assert_eq!(four_decimals(None), UNKNOWN);
        assert_eq!(four_decimals(Some(99_999.0)), "99999.0000");
        assert_eq!(four_decimals(Some(1.234_56e20)), "1.235e20");
        assert_eq!(
            (two_decimals(9.456), two_decimals(1.234_56e20)),
            ("9.46".into(), "1.2e20".into())
        );
    }

    #[test]
    fn sizes_use_the_unit_that_fits() {
        assert_eq!(bytes(12), "12 bytes");
        assert_eq!(bytes(180_300), "180 KB");
        assert_eq!(bytes(54_950_000), "55.0 MB");
        assert_eq!(room(54_950_000), "55.0 MB");
        assert_eq!(room(1_250_000_000), "1.2 GB");
    }
}
