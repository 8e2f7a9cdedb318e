//! A photo on the pad: which part of it is shown, how it is turned, and where it lies. Plain data and geometry.

use crate::garment::Tone;

/// What a person made of a photo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The part that is shown, of the turned photo.
    pub part: Part,
    /// Turns clockwise by 90°, 0 to 3.
    pub quarter_turns: u8,
    /// Whether its background is light or dark; `None`: the photo decides.
    pub tone: Option<Tone>,
}

impl Default for View {
    fn default() -> Self {
        Self { part: Part::WHOLE, quarter_turns: 0, tone: None }
    }
}

/// A part of a rectangle, as shares (0 to 1) of its width and height from its left and upper edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// A rectangle on the pad, in the pad's pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// How a photo is painted: turned about the centre of `whole`, and only within `shown`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// What is seen of it.
    pub shown: Place,
    /// Where all of it would lie, turned.
    pub whole: Place,
}

/// A part with an edge below this share of the pad's is a slip rather than a wish.
const LEAST: f64 = 0.04;

impl Part {
    /// All of it.
    pub const WHOLE: Self = Self { left: 0.0, top: 0.0, width: 1.0, height: 1.0 };

    /// A part of this part, as a part of the whole.
    pub fn within(self, outer: Self) -> Self {
        Self {
            left: outer.left + self.left * outer.width,
            top: outer.top + self.top * outer.height,
            width: self.width * outer.width,
            height: self.height * outer.height,
        }
    }

    /// The same part after a turn clockwise by 90°.
    pub fn turned(self) -> Self {
        let left = 1.0 - self.top - self.height;
        Self { left, top: self.left, width: self.height, height: self.width }
    }
}

impl Place {
    /// The rectangle between two points, in any order.
    pub fn between((x, y): (f64, f64), (other_x, other_y): (f64, f64)) -> Self {
        let (width, height) = ((x - other_x).abs(), (y - other_y).abs());
        Self { left: x.min(other_x), top: y.min(other_y), width, height }
    }
}

impl View {
    /// Where a photo of this size lies on a square pad of this edge: as large as it fits, in the middle.
    pub fn layout(&self, (width, height): (f64, f64), edge: f64) -> Layout {
        let is_on_its_side = self.quarter_turns % 2 == 1;
        let (width, height) = if is_on_its_side { (height, width) } else { (width, height) };
        let (shown_width, shown_height) = (width * self.part.width, height * self.part.height);
        let scale = edge / shown_width.max(shown_height).max(f64::MIN_POSITIVE);
        let shown_width = (shown_width * scale).max(1.0);
        let shown_height = (shown_height * scale).max(1.0);
        let (left, top) = ((edge - shown_width) / 2.0, (edge - shown_height) / 2.0);
        let (width, height) = (width * scale, height * scale);
        Layout {
            shown: Place { left, top, width: shown_width, height: shown_height },
            whole: Place {
                left: left - self.part.left * width,
                top: top - self.part.top * height,
                width,
                height,
            },
        }
    }

    /// Turns it clockwise by 90°; the same part stays in sight.
    pub fn turn(&mut self) {
        self.quarter_turns = (self.quarter_turns + 1) % 4;
        self.part = self.part.turned();
    }

    /// Keeps what lies in a rectangle on the pad, where `shown` is seen now; nothing changes if hardly anything does.
    pub fn crop(&mut self, wish: Place, shown: Place, edge: f64) {
        let left = wish.left.max(shown.left);
        let top = wish.top.max(shown.top);
        let width = (wish.left + wish.width).min(shown.left + shown.width) - left;
        let height = (wish.top + wish.height).min(shown.top + shown.height) - top;
        if width < LEAST * edge || height < LEAST * edge {
            return;
        }
        let part = Part {
            left: (left - shown.left) / shown.width,
            top: (top - shown.top) / shown.height,
            width: width / shown.width,
            height: height / shown.height,
        };
        self.part = part.within(self.part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGE: f64 = 448.0;

    fn part(left: f64, top: f64, width: f64, height: f64) -> Part {
        Part { left, top, width, height }
    }

    fn place(left: f64, top: f64, width: f64, height: f64) -> Place {
        Place { left, top, width, height }
    }

    #[test]
    fn a_photo_fills_the_pad_in_one_direction_and_lies_in_the_middle_of_the_other() {
        let layout = View::default().layout((896.0, 448.0), EDGE);
        assert_eq!(layout.shown, place(0.0, 112.0, 448.0, 224.0));
        assert_eq!(layout.whole, layout.shown);
        let turned = View { quarter_turns: 3, ..View::default() };
        assert_eq!(turned.layout((896.0, 448.0), EDGE).shown, place(112.0, 0.0, 224.0, 448.0));
    }

    #[test]
    fn a_part_is_enlarged_to_the_pad_and_the_rest_lies_beyond_what_is_seen() {
        let view = View { part: part(0.5, 0.0, 0.25, 0.5), ..View::default() };
        let layout = view.layout((896.0, 448.0), EDGE);
        // 224×224 of 896×448, scaled by 2.
        assert_eq!(layout.shown, place(0.0, 0.0, 448.0, 448.0));
        assert_eq!(layout.whole, place(-896.0, 0.0, 1792.0, 896.0));
    }

    #[test]
    fn what_is_kept_twice_is_the_part_of_the_part() {
        let mut view = View::default();
        let shown = view.layout((448.0, 448.0), EDGE).shown;
        view.crop(place(0.0, 0.0, 224.0, 224.0), shown, EDGE);
        assert_eq!(view.part, part(0.0, 0.0, 0.5, 0.5));
        view.crop(place(224.0, 224.0, 500.0, 500.0), shown, EDGE);
        assert_eq!(view.part, part(0.25, 0.25, 0.25, 0.25));
    }

    #[test]
    fn a_slip_of_the_pointer_and_a_rectangle_beside_the_photo_keep_everything() {
        let mut view = View::default();
        let shown = view.layout((800.0, 400.0), EDGE).shown;
        view.crop(place(200.0, 200.0, 9.0, 100.0), shown, EDGE);
        view.crop(place(0.0, 0.0, 448.0, 110.0), shown, EDGE);
        assert_eq!(view, View::default());
    }

    #[test]
    fn four_turns_bring_back_the_same_part() {
        let begun = View { part: part(0.25, 0.5, 0.5, 0.125), ..View::default() };
        let mut view = begun;
        view.turn();
        // What was at the bottom is at the left.
        assert_eq!(view.part, part(0.375, 0.25, 0.125, 0.5));
        (0..3).for_each(|_| view.turn());
        assert_eq!(view, begun);
    }
}
