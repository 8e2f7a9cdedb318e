//! What is on the drawing pad, and how to undo it: plain data.

/// One stroke, from pen down to pen up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stroke {
    /// 0 black to 255 white.
    pub grey: u8,
    /// Width of a line without pressure, in the pad's pixels.
    pub width: f64,
    /// Whether it fills what it encloses.
    pub fills: bool,
    /// The pen's positions and pressures (1 for a mouse).
    pub points: Vec<Dot>,
}

impl Stroke {
    /// Whether the stroke is a closed outline and fills it.
    pub fn is_area(&self) -> bool {
        let (Some(start), Some(end)) = (self.points.first(), self.points.last()) else {
            return false;
        };
        let from_start = |dot: &Dot| (dot.x - start.x).hypot(dot.y - start.y);
        let reach = self.points.iter().map(from_start).fold(0.0, f64::max);
        self.fills && reach > 1.5 * self.width && from_start(end) < 0.25 * reach
    }
}

/// One point of a stroke.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dot {
    /// From the left, in the pad's pixels.
    pub x: f64,
    /// From the top, in the pad's pixels.
    pub y: f64,
    /// 0 to 1.
    pub pressure: f64,
}

/// Everything on the pad: a background picture, if any, and the strokes on top.
#[derive(Clone, Debug)]
pub struct Sheet<P> {
    /// The background picture.
    pub picture: Option<P>,
    /// The strokes, oldest first.
    pub strokes: Vec<Stroke>,
    cleared: Option<Box<Sheet<P>>>,
}

impl<P> Default for Sheet<P> {
    fn default() -> Self {
        Self { picture: None, strokes: Vec::new(), cleared: None }
    }
}

impl<P> Sheet<P> {
    /// Whether the sheet is empty.
    pub fn is_blank(&self) -> bool {
        self.picture.is_none() && self.strokes.is_empty()
    }

    /// Whether [`Self::undo`] would change anything.
    pub fn can_undo(&self) -> bool {
        !self.is_blank() || self.cleared.is_some()
    }

    /// Undoes the last stroke, then the picture; on an empty sheet, the clearing.
    pub fn undo(&mut self) {
        if self.strokes.pop().is_some() || self.picture.take().is_some() {
            return;
        }
        if let Some(before) = self.cleared.take() {
            *self = *before;
        }
    }

    /// Clears the sheet; a single undo restores it.
    pub fn clear(&mut self) {
        if !self.is_blank() {
            let before = std::mem::take(self);
            self.cleared = Some(Box::new(Self { cleared: None, ..before }));
        }
    }

    /// Replaces everything on the pad with a picture.
    pub fn show(&mut self, picture: P) {
        self.clear();
        self.picture = Some(picture);
    }

    /// Whether there is such a picture on the sheet, or under what undoing brings back.
    pub fn has(&self, is_meant: impl Fn(&P) -> bool) -> bool {
        let before = self.cleared.as_ref().and_then(|before| before.picture.as_ref());
        self.picture.iter().chain(before).any(is_meant)
    }

    /// Takes back a picture that is no more, wherever it is; if it is on the pad, what was there before comes back.
    pub fn withdraw(&mut self, is_gone: impl Fn(&P) -> bool) {
        if let Some(before) = &mut self.cleared
            && before.picture.as_ref().is_some_and(&is_gone)
        {
            self.cleared = None;
        }
        if self.picture.as_ref().is_some_and(&is_gone) {
            *self = self.cleared.take().map(|before| *before).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(strokes: usize) -> Sheet<&'static str> {
        Sheet { strokes: vec![Stroke::default(); strokes], ..Sheet::default() }
    }

    fn stroke(points: &[(f64, f64)]) -> Stroke {
        let points = points.iter().map(|&(x, y)| Dot { x, y, pressure: 1.0 }).collect();
        Stroke { fills: true, width: 10.0, points, ..Stroke::default() }
    }

    #[test]
    fn a_stroke_that_returns_to_its_start_is_an_area() {
        let outline = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (5.0, 5.0)];
        assert!(stroke(&outline).is_area());
        assert!(!Stroke { fills: false, ..stroke(&outline) }.is_area());
    }

    #[test]
    fn an_open_stroke_and_a_dot_stay_lines() {
        assert!(!stroke(&[(0.0, 0.0), (100.0, 0.0), (100.0, 80.0)]).is_area());
        assert!(!stroke(&[(0.0, 0.0), (3.0, 0.0), (0.0, 0.0)]).is_area());
        assert!(!stroke(&[]).is_area());
    }

    #[test]
    fn undo_takes_back_stroke_by_stroke_then_the_picture() {
        let mut sheet = drawn(2);
        sheet.picture = Some("shoe");
        sheet.undo();
        assert_eq!((sheet.strokes.len(), sheet.picture), (1, Some("shoe")));
        sheet.undo();
        sheet.undo();
        assert!(sheet.is_blank() && !sheet.can_undo());
    }

    #[test]
    fn a_clearing_can_be_undone() {
        let mut sheet = drawn(3);
        sheet.clear();
        assert!(sheet.is_blank() && sheet.can_undo());
        sheet.undo();
        assert_eq!(sheet.strokes.len(), 3);
    }

    #[test]
    fn a_picture_replaces_a_drawing_and_undoing_brings_the_drawing_back() {
        let mut sheet = drawn(2);
        sheet.show("coat");
        assert!(sheet.strokes.is_empty());
        sheet.undo();
        sheet.undo();
        assert_eq!(sheet.strokes.len(), 2);
    }

    #[test]
    fn a_picture_that_is_no_more_gives_way_to_what_was_there_before() {
        let mut sheet = drawn(2);
        sheet.show("live");
        sheet.strokes.push(Stroke::default());
        sheet.withdraw(|picture| *picture == "live");
        assert_eq!((sheet.strokes.len(), sheet.picture), (2, None));
    }

    #[test]
    fn undoing_does_not_bring_back_a_picture_that_is_no_more() {
        let mut sheet = Sheet::default();
        sheet.show("live");
        sheet.show("coat");
        sheet.withdraw(|picture| *picture == "live");
        assert_eq!(sheet.picture, Some("coat"));
        sheet.undo();
        assert!(sheet.is_blank() && !sheet.can_undo());
    }

    #[test]
    fn clearing_a_blank_sheet_forgets_nothing() {
        let mut sheet = drawn(1);
        sheet.clear();
        sheet.clear();
        sheet.undo();
        assert_eq!(sheet.strokes.len(), 1);
    }
}
