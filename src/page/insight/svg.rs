//! Shapes, texts and colours as SVG writes them.

use std::fmt::Write as _;

/// The points of a line or an area.
pub fn points_of(points: &[(f64, f64)]) -> String {
    let mut told = String::with_capacity(points.len() * LENGTH);
    for (at, (x, y)) in points.iter().enumerate() {
        if at > 0 {
            told.push(' ');
        }
        place(&mut told, *x, ',', *y);
    }
    told
}

/// A path through each of these lines.
pub fn path_of(lines: &[Vec<(f64, f64)>]) -> String {
    let mut path = String::with_capacity(lines.iter().map(Vec::len).sum::<usize>() * LENGTH);
    for line in lines {
        for (at, (x, y)) in line.iter().enumerate() {
            path.push(if at == 0 { 'M' } else { 'L' });
            place(&mut path, *x, ' ', *y);
        }
    }
    path
}

/// A path around each of these dots.
pub fn path_of_dots(middles: &[(f64, f64)], radius: f64) -> String {
    let across = 2.0 * radius;
    let around = format!("a{radius} {radius} 0 1 0 {across} 0a{radius} {radius} 0 1 0 -{across} 0");
    let mut path = String::with_capacity(middles.len() * (LENGTH + around.len()));
    for (x, y) in middles {
        path.push('M');
        place(&mut path, x - radius, ' ', *y);
        path.push_str(&around);
    }
    path
}

/// About so many letters are written for a point.
const LENGTH: usize = 14;

/// A position, between its numbers this letter.
fn place(to: &mut String, x: f64, between: char, y: f64) {
    hundredths(to, x);
    to.push(between);
    hundredths(to, y);
}

/// A number with two decimals. Drawings have tens of thousands of them, and the formatting of floating-point numbers, which
/// gets any number right to any digit, takes most of the time that a drawing needs.
fn hundredths(to: &mut String, number: f64) {
    // What is not a number is 0, and what is far outside of any drawing is at the end of the range.
    let whole = (number * 100.0).round() as i64;
    let sign = if whole < 0 { "-" } else { "" };
    let size = whole.unsigned_abs();
    // Writing to a string does not fail.
    let _ = write!(to, "{sign}{}.{}{}", size / 100, size / 10 % 10, size % 10);
}

/// A colour of shares (`color(srgb 0.5 0 1)`), as browsers write a mixture, in bytes (`rgb(128, 0, 255)`), which programs
/// for drawings know as well.
pub fn in_bytes(colour: &str) -> Option<String> {
    let shares = colour.strip_prefix("color(srgb ")?.strip_suffix(')')?;
    let bytes = shares.split_whitespace().map(|share| {
        let share: f64 = share.parse().ok()?;
        Some(((share.clamp(0.0, 1.0) * 255.0).round() as u8).to_string())
    });
    let bytes: Vec<_> = bytes.collect::<Option<_>>()?;
    (bytes.len() == 3).then(|| format!("rgb({})", bytes.join(", ")))
}

/// The lengths of dashes and of the spaces between them.
pub fn dashes_of(dashes: &[f64]) -> String {
    if dashes.is_empty() {
        return "none".to_owned();
    }
    dashes.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
}

/// A text as XML has it, within an element or in double quotes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_decimals() {
        let told = |number| {
            let mut text = String::new();
            hundredths(&mut text, number);
            text
        };
        let cases = [
            (0.0, "0.00"),
            (-0.001, "0.00"),
            (12.345_6, "12.35"),
            (-7.05, "-7.05"),
            (1_234.5, "1234.50"),
            (f64::NAN, "0.00"),
        ];
        for (number, text) in cases {
            assert_eq!(told(number), text);
        }
        assert!(told(f64::INFINITY).starts_with("92233"), "finite whatever it is");
    }

    #[test]
    fn a_mixture_is_written_to_files_in_bytes() {
        assert_eq!(in_bytes("color(srgb 0.5 0 1)").as_deref(), Some("rgb(128, 0, 255)"));
        let others =
            ["rgb(1, 2, 3)", "color(srgb 0.5 0)", "color(srgb a b c)", "color(display-p3 1 1 1)"];
        for other in others {
            assert_eq!(in_bytes(other), None, "{other}");
        }
    }
}
