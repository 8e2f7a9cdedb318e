//! The names of lines, at the lines' ends.

use super::{Frame, Look, Plot};

/// A line's name beside its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The name.
    pub name: String,
    /// How its line is drawn.
    pub look: Look,
    /// Where it begins, in pixels from the left.
    pub x: f64,
    /// Its middle, in pixels from the top.
    pub y: f64,
    /// Its estimated width in pixels.
    width: f64,
}

/// A narrower chart, in pixels, has a legend.
const LEAST_WIDTH: f64 = 420.0;
/// More lines than this have a legend.
const MOST_LINES: usize = 4;
/// A longer name, in pixels, leaves too little space for the lines.
const MOST_OF_A_NAME: f64 = 160.0;
/// Pixels between the middles of two labels, one above the other.
const LINE_HEIGHT: f64 = 13.0;
/// Pixels between a line's end and its name.
const GAP: f64 = 6.0;

/// The width in pixels of the longest name, if lines have their names at their ends in a chart of this width.
pub fn width_of_names(plot: &Plot, width: f64) -> Option<f64> {
    let widest = entries(plot).iter().map(|(name, _)| text_width(name)).fold(0.0, f64::max);
    let fits = width >= LEAST_WIDTH && plot.lines.len() <= MOST_LINES && widest <= MOST_OF_A_NAME;
    fits.then_some(widest)
}

/// All that a plot draws, for its legend.
pub fn entries(plot: &Plot) -> Vec<(&str, Look)> {
    let lines = plot.lines.iter().map(|line| (line.name.as_str(), line.look));
    let reference = plot.reference.iter().flat_map(|reference| {
        let printed = reference.printed.iter().map(|trace| (trace.name.as_str(), Look::Reference));
        printed.chain([(reference.range.name.as_str(), Look::Range)])
    });
    lines.chain(reference).collect()
}

/// The width of a small text: the page cannot measure one without a layout.
pub fn text_width(text: &str) -> f64 {
    text.chars().map(|char| if char < '\u{2e80}' { 6.0 } else { 11.0 }).sum()
}

/// The names of a plot's lines at their ends, none above another; none in a frame without space for them.
pub fn end_labels(plot: &Plot, frame: &Frame) -> Vec<Label> {
    if !frame.has_names() {
        return Vec::new();
    }
    let label = |name: &str, look, (x, y)| Label {
        name: name.to_owned(),
        look,
        x: frame.px(x) + GAP,
        y: frame.py(y),
        width: text_width(name),
    };
    let lines = plot.lines.iter().filter_map(|line| {
        let end = line.points.iter().rfind(|point| frame.draws(point))?;
        Some(label(&line.name, line.look, *end))
    });
    let mut labels: Vec<_> = lines.collect();
    let end = plot.reference_end(frame.x.1);
    if let Some(reference) = &plot.reference {
        let printed = reference.printed.iter().filter_map(|trace| {
            let [x, y] = *trace.up_to(end).last()?;
            Some(label(&trace.name, Look::Reference, (x, y)))
        });
        labels.extend(printed);
        if let Some([x, low, high]) = reference.range.up_to(end).last() {
            labels.push(label(
                &reference.range.name,
                Look::Range,
                (*x, f64::midpoint(*low, *high)),
            ));
        }
    }
    move_apart(&mut labels, (Frame::TOP, frame.bottom()));
    labels
}

/// Moves labels that would cover one another apart, as little as possible downwards and, at the lower edge,
/// upwards.
fn move_apart(labels: &mut [Label], (top, bottom): (f64, f64)) {
    // A chart has few.
    for at in 1..labels.len() {
        let place = labels[..at].partition_point(|above| above.y <= labels[at].y);
        labels[place..=at].rotate_right(1);
    }
    let beside =
        |one: &Label, other: &Label| one.x < other.x + other.width && other.x < one.x + one.width;
    for at in 0..labels.len() {
        let (above, rest) = labels.split_at_mut(at);
        if let Some(label) = rest.first_mut() {
            let taken = above.iter().filter(|other| beside(label, other));
            let free = taken.map(|other| other.y + LINE_HEIGHT).fold(top, f64::max);
            label.y = label.y.max(free);
        }
    }
    for at in (0..labels.len()).rev() {
        let (rest, below) = labels.split_at_mut(at + 1);
        if let Some(label) = rest.last_mut() {
            let taken = below.iter().filter(|other| beside(label, other));
            let free = taken.map(|other| other.y - LINE_HEIGHT).fold(bottom, f64::min);
            label.y = label.y.min(free);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(x: f64, y: f64) -> Label {
        Label { name: String::new(), look: Look::Accent, x, y, width: 50.0 }
    }

    fn heights(mut labels: Vec<Label>) -> Vec<f64> {
        move_apart(&mut labels, (20.0, 200.0));
        labels.iter().map(|label| label.y).collect()
    }

    #[test]
    fn labels_that_would_cover_one_another_are_moved_apart() {
        let all = heights(vec![label(0.0, 100.0), label(0.0, 101.0), label(0.0, 150.0)]);
        assert_eq!(all, [100.0, 113.0, 150.0]);
        let at_edge = heights(vec![label(0.0, 200.0), label(0.0, 199.0), label(0.0, 198.0)]);
        assert_eq!(at_edge, [174.0, 187.0, 200.0]);
        assert_eq!(heights(vec![label(0.0, 3.0)]), [20.0]);
    }

    #[test]
    fn labels_that_end_in_different_places_stay_where_they_are() {
        assert_eq!(heights(vec![label(0.0, 100.0), label(60.0, 101.0)]), [100.0, 101.0]);
    }
}
