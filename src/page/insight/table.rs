//! Figures as tables of text, for files that other programs read: English, numbers in full.

use crate::page::class_names::ClassNames;

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text, which may come from outside.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Any number; empty if it is not known or not finite.
    Number(Option<f64>),
}

impl Cell {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A class's name by its label (from 0).
    pub fn class(names: &ClassNames, label: usize) -> Self {
        Self::text(names.plain(label))
    }

    /// As CSV has it (RFC 4180). A text that a spreadsheet would take for a formula stands behind an apostrophe, as in the
    /// files of `exchange` (<https://owasp.org/www-community/attacks/CSV_Injection>).
    fn csv(&self) -> String {
        let text = match self {
            Self::Whole(number) => return number.to_string(),
            Self::Number(number) => {
                let number = number.filter(|number| number.is_finite());
                return number.map(|number| number.to_string()).unwrap_or_default();
            }
            Self::Text(text) => text,
        };
        // Spreadsheets skip spaces, and take the wide forms of these signs as well.
        let begins = text
            .trim_start_matches(' ')
            .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        let text = if begins { format!("'{text}") } else { text.clone() };
        if text.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    }
}

/// A table as CSV, its heads first, a line each.
pub fn csv(heads: &[&str], rows: &[Vec<Cell>]) -> String {
    let heads = heads.iter().map(|head| Cell::text(head)).collect();
    let lines = std::iter::once(&heads).chain(rows);
    lines
        .map(|row: &Vec<Cell>| row.iter().map(Cell::csv).collect::<Vec<_>>().join(",") + "\r\n")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::CLASS_NAMES;

    #[test]
    fn texts_are_quoted_where_they_must_be_and_numbers_are_in_full() {
        let row = vec![
            Cell::text("plain"),
            Cell::text("one, \"two\"\nthree"),
            Cell::Whole(-2),
            Cell::Number(Some(-0.125)),
            Cell::Number(Some(1.0 / 3.0)),
        ];
        let told = csv(&["a", "b,c", "d", "e", "f"], &[row]);
        let expected =
            "a,\"b,c\",d,e,f\r\nplain,\"one, \"\"two\"\"\nthree\",-2,-0.125,0.3333333333333333\r\n";
        assert_eq!(told, expected);
    }

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@sum", "\tx", "  =1", "＝1"] {
            let told = Cell::text(text).csv();
            assert!(told.starts_with('\'') || told.starts_with("\"'"), "{told}");
        }
        assert_eq!(Cell::text("Shirt").csv(), "Shirt");
    }

    #[test]
    fn what_is_not_known_is_an_empty_cell() {
        for number in [None, Some(f64::NAN), Some(f64::INFINITY)] {
            assert_eq!(Cell::Number(number).csv(), "");
        }
        let names = ClassNames::default();
        assert_eq!(Cell::class(&names, 9).csv(), CLASS_NAMES[9]);
        assert_eq!(Cell::class(&names, 10), Cell::text("–"));
    }
}
