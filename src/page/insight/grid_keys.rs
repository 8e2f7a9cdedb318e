//! What keys do in a table of cells, as the ARIA grid pattern has it: plain data.
//! <https://www.w3.org/WAI/ARIA/apg/patterns/grid/>

/// A cell by its row and column, each from 0.
pub type At = (usize, usize);

/// The cell to which a key moves in a table of so many rows and columns; `None` if it is none of the table's keys. At an
/// edge, an arrow stays where it is.
pub fn moved(
    (row, column): At,
    (rows, columns): (usize, usize),
    key: &str,
    control: bool,
) -> Option<At> {
    let (last_row, last_column) = (rows.checked_sub(1)?, columns.checked_sub(1)?);
    Some(match (key, control) {
        ("ArrowUp", false) => (row.saturating_sub(1), column),
        ("ArrowDown", false) => ((row + 1).min(last_row), column),
        ("ArrowLeft", false) => (row, column.saturating_sub(1)),
        ("ArrowRight", false) => (row, (column + 1).min(last_column)),
        ("Home", false) => (row, 0),
        ("End", false) => (row, last_column),
        ("Home", true) => (0, 0),
        ("End", true) => (last_row, last_column),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(at: At, key: &str, control: bool) -> Option<At> {
        super::moved(at, (10, 10), key, control)
    }

    #[test]
    fn arrows_move_to_the_next_cell_and_stop_at_the_edges() {
        assert_eq!(moved((4, 5), "ArrowUp", false), Some((3, 5)));
        assert_eq!(moved((4, 5), "ArrowDown", false), Some((5, 5)));
        assert_eq!(moved((4, 5), "ArrowLeft", false), Some((4, 4)));
        assert_eq!(moved((4, 5), "ArrowRight", false), Some((4, 6)));
        for key in ["ArrowUp", "ArrowLeft"] {
            assert_eq!(moved((0, 0), key, false), Some((0, 0)), "{key}");
        }
        for key in ["ArrowDown", "ArrowRight"] {
            assert_eq!(moved((9, 9), key, false), Some((9, 9)), "{key}");
        }
    }

    #[test]
    fn home_and_end_go_to_the_ends_of_the_row_and_with_control_of_the_table() {
        assert_eq!(moved((4, 5), "Home", false), Some((4, 0)));
        assert_eq!(moved((4, 5), "End", false), Some((4, 9)));
        assert_eq!(moved((4, 5), "Home", true), Some((0, 0)));
        assert_eq!(moved((4, 5), "End", true), Some((9, 9)));
    }

    #[test]
    fn other_keys_are_left_to_the_browser() {
        for (key, control) in [("Tab", false), ("a", false), ("ArrowUp", true), ("PageUp", false)] {
            assert_eq!(moved((4, 5), key, control), None, "{key}");
        }
    }

    #[test]
    fn the_edges_are_those_of_the_table() {
        assert_eq!(super::moved((1, 1), (2, 5), "ArrowDown", false), Some((1, 1)));
        assert_eq!(super::moved((1, 1), (2, 5), "End", false), Some((1, 4)));
        assert_eq!(super::moved((0, 0), (0, 5), "End", true), None, "an empty table has no cell");
    }
}
