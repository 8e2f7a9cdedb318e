//! Shapes, texts and colours as SVG writes them.

use std::fmt::Write as _;

/// The points of a line or an area.
pub fn points_of(points: &[(f64, f64)]) -> String {
    let points = points.iter().map(|(x, y)| format!("{x:.2},{y:.2}"));
    points.collect::<Vec<_>>().join(" ")
}

/// A path through each of these lines.
pub fn path_of(lines: &[Vec<(f64, f64)>]) -> String {
    let mut path = String::new();
    for line in lines {
        for (at, (x, y)) in line.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(path, "{}{x:.2} {y:.2}", if at == 0 { 'M' } else { 'L' });
        }
    }
    path
}

/// A path around each of these dots.
pub fn path_of_dots(middles: &[(f64, f64)], radius: f64) -> String {
    let mut path = String::new();
    for (x, y) in middles {
        let (left, across) = (x - radius, 2.0 * radius);
        let _ = write!(
            path,
            "M{left:.2} {y:.2}a{radius} {radius} 0 1 0 {across} 0a{radius} {radius} 0 1 0 -{across} 0"
        );
    }
    path
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
    fn a_mixture_is_written_to_files_in_bytes() {
        assert_eq!(in_bytes("color(srgb 0.5 0 1)").as_deref(), Some("rgb(128, 0, 255)"));
        let others =
            ["rgb(1, 2, 3)", "color(srgb 0.5 0)", "color(srgb a b c)", "color(display-p3 1 1 1)"];
        for other in others {
            assert_eq!(in_bytes(other), None, "{other}");
        }
    }
}
