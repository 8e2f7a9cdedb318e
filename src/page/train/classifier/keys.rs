//! Drawing by keyboard: where the pen is and what a key does to it, as plain data.

/// How far an arrow key moves the pen, in the pad's pixels.
const STEP: f64 = 8.0;
/// The same while Shift is pressed.
const LONG_STEP: f64 = 32.0;

/// A pen that keys move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// From the left, in the pad's pixels.
    pub x: f64,
    /// From the top, in the pad's pixels.
    pub y: f64,
    /// Whether it draws as it moves.
    pub is_down: bool,
}

/// A key as it is pressed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key<'a> {
    /// The browser's name of it.
    pub name: &'a str,
    /// Whether Shift is pressed, too.
    pub shift: bool,
    /// Whether Control or the command key is pressed, too.
    pub control: bool,
    /// Whether it has been held down and repeats.
    pub repeats: bool,
}

/// What follows from a key for the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The key is the pad's, but changes nothing on the sheet.
    Nothing,
    /// A stroke begins where the pen is.
    Lower,
    /// The pen has been lifted.
    Lift,
    /// The stroke continues to where the pen is now.
    Draw,
    /// The sheet is cleared.
    Clear,
    /// The last change is undone.
    Undo,
}

impl Pen {
    /// Where it is as percentages of the edge, from the left and from the top.
    pub fn percent(self, edge: f64) -> (u32, u32) {
        let of = |pixels: f64| (pixels / edge * 100.0).round() as u32;
        (of(self.x), of(self.y))
    }

    /// A lifted pen in the middle of a square pad of this edge.
    pub fn in_middle(edge: f64) -> Self {
        Self { x: edge / 2.0, y: edge / 2.0, is_down: false }
    }

    /// Does what a key says, on a pad of this edge; `None` if the key is not the pad's.
    pub fn press(&mut self, key: Key, edge: f64) -> Option<Act> {
        let lifts = std::mem::take(&mut self.is_down);
        if key.control {
            if key.name.eq_ignore_ascii_case("z") {
                return Some(Act::Undo);
            }
            self.is_down = lifts;
            return None;
        }
        let (across, down) = match key.name {
            "ArrowLeft" => (-1.0, 0.0),
            "ArrowRight" => (1.0, 0.0),
            "ArrowUp" => (0.0, -1.0),
            "ArrowDown" => (0.0, 1.0),
            " " | "Enter" if !key.repeats => {
                self.is_down = !lifts;
                return Some(if lifts { Act::Lift } else { Act::Lower });
            }
            "Escape" if lifts => return Some(Act::Lift),
            "Delete" => return Some(Act::Clear),
            name => {
                self.is_down = lifts;
                return matches!(name, " " | "Enter").then_some(Act::Nothing);
            }
        };
        let step = if key.shift { LONG_STEP } else { STEP };
        let before = *self;
        self.x = (self.x + across * step).clamp(0.0, edge);
        self.y = (self.y + down * step).clamp(0.0, edge);
        let has_moved = *self != before;
        self.is_down = lifts;
        Some(if lifts && has_moved { Act::Draw } else { Act::Nothing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGE: f64 = 448.0;

    fn key(name: &str) -> Key<'_> {
        Key { name, ..Key::default() }
    }

    #[test]
    fn arrows_move_the_lifted_pen_without_drawing() {
        let mut pen = Pen::in_middle(EDGE);
        assert_eq!(pen.press(key("ArrowLeft"), EDGE), Some(Act::Nothing));
        assert_eq!(pen.press(Key { shift: true, ..key("ArrowDown") }, EDGE), Some(Act::Nothing));
        assert_eq!((pen.x, pen.y), (216.0, 256.0));
    }

    #[test]
    fn a_lowered_pen_draws_as_it_moves_until_it_is_lifted() {
        for (lower, lift) in [(" ", " "), ("Enter", "Enter"), (" ", "Escape")] {
            let mut pen = Pen::in_middle(EDGE);
            assert_eq!(pen.press(key(lower), EDGE), Some(Act::Lower));
            assert_eq!(pen.press(key("ArrowRight"), EDGE), Some(Act::Draw));
            assert_eq!(pen.press(key(lift), EDGE), Some(Act::Lift));
            assert_eq!(pen.press(key("ArrowRight"), EDGE), Some(Act::Nothing));
        }
    }

    #[test]
    fn the_pen_stays_on_the_pad() {
        let mut pen = Pen { x: 5.0, y: EDGE, is_down: true };
        assert_eq!(pen.press(key("ArrowLeft"), EDGE), Some(Act::Draw));
        assert_eq!(pen.press(key("ArrowLeft"), EDGE), Some(Act::Nothing));
        assert_eq!(pen.press(key("ArrowDown"), EDGE), Some(Act::Nothing));
        assert_eq!((pen.x, pen.y, pen.is_down), (0.0, EDGE, true));
    }

    #[test]
    fn its_place_is_told_in_percent() {
        assert_eq!(Pen::in_middle(EDGE).percent(EDGE), (50, 50));
        assert_eq!(Pen { x: 0.0, y: EDGE, is_down: true }.percent(EDGE), (0, 100));
    }

    #[test]
    fn clearing_and_undoing_lift_the_pen() {
        for (key, act) in [
            (key("Delete"), Act::Clear),
            (Key { control: true, ..key("z") }, Act::Undo),
            (Key { control: true, ..key("Z") }, Act::Undo),
        ] {
            let mut pen = Pen { is_down: true, ..Pen::in_middle(EDGE) };
            assert_eq!(pen.press(key, EDGE), Some(act));
            assert!(!pen.is_down);
        }
    }

    #[test]
    fn a_held_space_bar_neither_toggles_the_pen_nor_scrolls_the_page() {
        let mut pen = Pen { is_down: true, ..Pen::in_middle(EDGE) };
        let before = pen;
        assert_eq!(pen.press(Key { repeats: true, ..key(" ") }, EDGE), Some(Act::Nothing));
        assert_eq!(pen, before);
    }

    #[test]
    fn other_keys_are_left_to_the_browser() {
        let mut pen = Pen { is_down: true, ..Pen::in_middle(EDGE) };
        let before = pen;
        for other in [key("Tab"), key("z"), Key { control: true, ..key("ArrowLeft") }] {
            assert_eq!(pen.press(other, EDGE), None);
        }
        assert_eq!(pen, before);
        assert_eq!(Pen::in_middle(EDGE).press(key("Escape"), EDGE), None);
    }
}
