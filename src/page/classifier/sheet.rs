//! What lies on the drawing pad, and how to undo it: plain data.

/// One stroke, from pen down to pen up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stroke {
    /// 0 black to 255 white.
    pub grey: u8,
    /// Width of an unpressed line in the pad's pixels.
    pub width: f64,
    /// Where the pen was, and how hard it was pressed (1 for a mouse).
    pub points: Vec<Dot>,
}

/// One place of a stroke.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dot {
    /// From the left, in the pad's pixels.
    pub x: f64,
    /// From the top, in the pad's pixels.
    pub y: f64,
    /// 0 to 1.
    pub pressure: f64,
}

/// Everything on the pad: a picture below, if any, and strokes above it.
#[derive(Clone, Debug)]
pub struct Sheet<P> {
    /// The picture below.
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
    /// Whether nothing is on it.
    pub fn is_blank(&self) -> bool {
        self.picture.is_none() && self.strokes.is_empty()
    }

    /// Whether [`Self::undo`] would change anything.
    pub fn can_undo(&self) -> bool {
        !self.is_blank() || self.cleared.is_some()
    }

    /// Takes back the last stroke, then the picture; on a blank sheet, the clearing of it.
    pub fn undo(&mut self) {
        if self.strokes.pop().is_some() || self.picture.take().is_some() {
            return;
        }
        if let Some(before) = self.cleared.take() {
            *self = *before;
        }
    }

    /// Takes everything off; one step of undoing brings it back.
    pub fn clear(&mut self) {
        if !self.is_blank() {
            let before = std::mem::take(self);
            self.cleared = Some(Box::new(Self { cleared: None, ..before }));
        }
    }

    /// Puts a picture on the pad in place of everything.
    pub fn show(&mut self, picture: P) {
        self.clear();
        self.picture = Some(picture);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(strokes: usize) -> Sheet<&'static str> {
        Sheet { strokes: vec![Stroke::default(); strokes], ..Sheet::default() }
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
    fn clearing_a_blank_sheet_forgets_nothing() {
        let mut sheet = drawn(1);
        sheet.clear();
        sheet.clear();
        sheet.undo();
        assert_eq!(sheet.strokes.len(), 1);
    }
}
