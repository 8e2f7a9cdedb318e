//! What the cells of the confusion matrix show: plain data.

use super::grid_keys::At;
use super::table::{Cell, csv};
use crate::insight::Confusion;
use crate::page::class_names::ClassNames;
use crate::page::format::{UNKNOWN, percent, signed, whole};

/// What cells show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Images.
    #[default]
    Counts,
    /// Their share of the row, that is of the images of the true class.
    Shares,
    /// By how many images they differ from those of other weights.
    Differences,
}

/// From which share of its row on a mistake is darker, and a cell of the diagonal.
const MISTAKES: [f64; 5] = [0.005, 0.02, 0.05, 0.1, 0.2];
const RIGHT: [f64; 5] = [0.3, 0.6, 0.75, 0.85, 0.95];
/// From which share of its row on a difference is darker.
const DIFFERENCES: [f64; 5] = [0.005, 0.01, 0.02, 0.05, 0.1];

/// The matrix, and the one that it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    confusion: Confusion,
    shares: Vec<Option<Vec<f64>>>,
    other: Option<Confusion>,
}

impl Matrix {
    /// This matrix, and the one that it is compared with, if any.
    pub fn new(confusion: Confusion, other: Option<Confusion>) -> Self {
        Self { shares: confusion.row_shares(), confusion, other }
    }

    /// How many classes there are.
    pub const fn classes(&self) -> usize {
        self.confusion.counts.len()
    }

    /// Whether there is something to compare with.
    pub const fn is_compared(&self) -> bool {
        self.other.is_some()
    }

    /// What is shown if this is wished for: differences only where there is something to compare with.
    pub fn shown(&self, wish: Shown) -> Shown {
        if wish == Shown::Differences && !self.is_compared() { Shown::Counts } else { wish }
    }

    /// The images of a cell.
    pub fn count(&self, (class, predicted): At) -> u32 {
        count_in(&self.confusion, (class, predicted))
    }

    /// A cell's share of its row, 0 to 1.
    pub fn share(&self, (class, predicted): At) -> Option<f64> {
        self.shares.get(class)?.as_ref()?.get(predicted).copied()
    }

    /// By how many images a cell differs from the other matrix's; 0 without one.
    pub fn difference(&self, at: At) -> i64 {
        let other = self.other.as_ref().map_or(self.count(at), |other| count_in(other, at));
        i64::from(self.count(at)) - i64::from(other)
    }

    /// A cell's text.
    pub fn text(&self, at: At, wish: Shown) -> String {
        match self.shown(wish) {
            Shown::Counts => whole(self.count(at).into()),
            Shown::Shares => self.share(at).map_or_else(|| UNKNOWN.to_owned(), percent),
            Shown::Differences => signed(self.difference(at)),
        }
    }

    /// Whether a cell shows a zero.
    pub fn is_zero(&self, at: At, wish: Shown) -> bool {
        match self.shown(wish) {
            Shown::Differences => self.difference(at) == 0,
            _ => self.count(at) == 0,
        }
    }

    /// How dark a cell is, 0 to 5, and whether that stands for something good: images on the diagonal are, and so are a
    /// larger diagonal and fewer mistakes.
    pub fn shade(&self, at: At, wish: Shown) -> (usize, bool) {
        let is_diagonal = at.0 == at.1;
        let (share, steps, is_good) = match self.shown(wish) {
            Shown::Differences => {
                let row = self.confusion.counts.get(at.0).into_iter().flatten();
                let images = row.map(|count| f64::from(*count));
                let difference = self.difference(at);
                let share = difference.unsigned_abs() as f64 / images.sum::<f64>().max(1.0);
                (share, &DIFFERENCES, is_diagonal == (difference > 0))
            }
            _ => (
                self.share(at).unwrap_or_default(),
                if is_diagonal { &RIGHT } else { &MISTAKES },
                is_diagonal,
            ),
        };
        (steps.iter().filter(|step| share >= **step).count(), is_good)
    }

    /// The table as CSV: a row for each true class.
    pub fn csv(&self, names: &ClassNames, wish: Shown) -> String {
        let mut heads = vec!["true \\ predicted"];
        heads.extend((0..self.classes()).map(|class| names.plain(class)));
        let rows = (0..self.classes()).map(|class| {
            let cells = (0..self.classes()).map(|predicted| match self.shown(wish) {
                Shown::Counts => Cell::Whole(self.count((class, predicted)).into()),
                Shown::Shares => Cell::Number(self.share((class, predicted))),
                Shown::Differences => Cell::Whole(self.difference((class, predicted))),
            });
            std::iter::once(Cell::class(names, class)).chain(cells).collect()
        });
        csv(&heads, &rows.collect::<Vec<_>>())
    }
}

/// The images of a cell; none where there is no such class, as for a moment after the network has changed.
fn count_in(confusion: &Confusion, (class, predicted): At) -> u32 {
    confusion.counts.get(class).and_then(|row| row.get(predicted)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 shirts, of which 60 are right and 30 taken for coats, and a bag.
    fn shirts(right: u32, coats: u32, others: u32) -> Confusion {
        let mut counts = vec![vec![0; 10]; 10];
        counts[6][6] = right;
        counts[6][4] = coats;
        counts[6][0] = others;
        counts[8][8] = 1_000;
        Confusion { counts }
    }

    #[test]
    fn a_cell_shows_images_or_their_share_or_by_how_many_they_differ() {
        let matrix = Matrix::new(shirts(60, 30, 10), Some(shirts(57, 32, 11)));
        let texts = |at| {
            [Shown::Counts, Shown::Shares, Shown::Differences].map(|shown| matrix.text(at, shown))
        };
        assert_eq!(texts((6, 6)), ["60", "60.0 %", "+3"]);
        assert_eq!(texts((6, 4)), ["30", "30.0 %", "−2"]);
        assert_eq!(texts((6, 1)), ["0", "0.0 %", "0"]);
        let zeros = [(6, 1), (6, 6), (8, 8)]
            .map(|at| [Shown::Counts, Shown::Differences].map(|shown| matrix.is_zero(at, shown)));
        assert_eq!(zeros, [[true, true], [false, false], [false, true]]);
        assert_eq!(texts((8, 8)), ["1,000", "100.0 %", "0"]);
        assert_eq!(texts((0, 0)), ["0", "–", "0"], "a row without images has no shares");
    }

    #[test]
    fn without_a_comparison_no_differences_are_shown() {
        let matrix = Matrix::new(shirts(60, 30, 10), None);
        assert_eq!(matrix.text((6, 6), Shown::Differences), "60");
        assert_eq!(matrix.shown(Shown::Shares), Shown::Shares);
    }

    #[test]
    fn the_larger_the_share_the_darker_the_cell() {
        let matrix = Matrix::new(shirts(60, 30, 10), Some(shirts(57, 40, 3)));
        let of = |at| matrix.shade(at, Shown::Counts);
        assert_eq!(of((6, 6)), (2, true));
        assert_eq!(of((8, 8)), (5, true));
        assert_eq!(of((6, 4)), (5, false));
        assert_eq!(of((6, 0)), (4, false));
        assert_eq!(of((6, 1)), (0, false));
        let difference = |at| matrix.shade(at, Shown::Differences);
        assert_eq!(difference((6, 6)), (3, true), "three more of 100 are right");
        assert_eq!(difference((6, 4)), (5, true), "ten fewer are taken for coats");
        assert_eq!(difference((6, 0)), (4, false), "seven more are taken for T-shirts");
    }

    #[test]
    fn the_file_has_a_row_for_each_true_class_with_what_is_shown() {
        let matrix = Matrix::new(shirts(60, 30, 10), Some(shirts(57, 32, 11)));
        let counts = matrix.csv(&ClassNames::default(), Shown::Counts);
        let lines: Vec<_> = counts.lines().collect();
        assert_eq!(lines.len(), 11);
        assert!(lines[0].starts_with("true \\ predicted,T-shirt/top,Trouser,"), "{}", lines[0]);
        assert_eq!(lines[7], "Shirt,10,0,0,0,30,0,60,0,0,0");
        let shares = matrix.csv(&ClassNames::default(), Shown::Shares);
        assert_eq!(shares.lines().nth(7), Some("Shirt,0.1,0,0,0,0.3,0,0.6,0,0,0"));
        assert_eq!(shares.lines().nth(1), Some("T-shirt/top,,,,,,,,,,"));
        let differences = matrix.csv(&ClassNames::default(), Shown::Differences);
        assert_eq!(differences.lines().nth(7), Some("Shirt,-1,0,0,0,-2,0,3,0,0,0"));
    }
    #[test]
    fn a_matrix_is_as_large_as_its_network_and_names_its_classes() {
        let names = ClassNames::own(&["=cup".to_owned(), "plate".to_owned()]);
        let matrix = Matrix::new(Confusion { counts: vec![vec![3, 1], vec![0, 4]] }, None);
        assert_eq!(
            matrix.csv(&names, Shown::Counts).lines().next(),
            Some("true \\ predicted,'=cup,plate")
        );
        assert_eq!(matrix.csv(&names, Shown::Counts).lines().count(), 3);
        assert_eq!(
            (matrix.text((0, 1), Shown::Shares), matrix.count((9, 9))),
            ("25.0 %".to_owned(), 0)
        );
    }
}
