//! The rows of the table of classes, and their order: plain data.

use std::cmp::Ordering;

use super::Word;
use super::table::{Cell, csv};
use crate::insight::{ClassMetrics, Confusion};
use crate::page::class_names::ClassNames;

/// A column of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// The class, in the order of labels.
    #[default]
    Class,
    /// Its precision.
    Precision,
    /// Its recall.
    Recall,
    /// Its F1 score.
    F1,
    /// How many images are of it.
    Support,
}

impl Column {
    /// All, from left to right.
    pub const ALL: [Self; 5] =
        [Self::Class, Self::Precision, Self::Recall, Self::F1, Self::Support];
    /// Those whose numbers are from 0 to 1.
    pub const SHARES: [Self; 3] = [Self::Precision, Self::Recall, Self::F1];

    /// As files and tests name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
            Self::Support => "support",
        }
    }

    /// Its head.
    pub const fn title(self) -> Word {
        match self {
            Self::Class => |words| words.class(),
            Self::Precision => |words| words.precision(),
            Self::Recall => |words| words.recall(),
            Self::F1 => |words| words.f1(),
            Self::Support => |words| words.support(),
        }
    }

    /// A class's number in one of [`Self::SHARES`].
    pub const fn share(self, of: &ClassMetrics) -> Option<f64> {
        match self {
            Self::Precision => of.precision,
            Self::Recall => of.recall,
            Self::F1 => of.f1,
            Self::Class | Self::Support => None,
        }
    }
}

/// The order of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct By {
    column: Column,
    descends: bool,
}

impl By {
    /// Sorts by a column. What is wrong is of interest first, so the lowest numbers come first; pressing the column once
    /// more turns that round.
    pub fn press(&mut self, column: Column) {
        let descends = self.column == column && !self.descends;
        *self = Self { column, descends };
    }

    /// As `aria-sort` of a column's head has it.
    pub fn aria_sort(self, column: Column) -> &'static str {
        match (self.column == column, self.descends) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }

    /// The arrow beside a column's title.
    pub fn mark(self, column: Column) -> &'static str {
        match self.aria_sort(column) {
            "ascending" => "↑",
            "descending" => "↓",
            _ => "",
        }
    }
}

/// Classes by their labels, in an order. Numbers that are not known come last; classes with equal ones follow each other by
/// their labels.
pub fn order_of(classes: &[ClassMetrics], by: By) -> Vec<usize> {
    let number = |class: usize| match by.column {
        Column::Class => Some(class as f64),
        Column::Support => Some(f64::from(classes[class].support)),
        column => column.share(&classes[class]),
    };
    let compare = |one: &usize, other: &usize| {
        let (one, other) = (number(*one), number(*other));
        match (one, other) {
            (Some(one), Some(other)) if by.descends => other.total_cmp(&one),
            (Some(one), Some(other)) => one.total_cmp(&other),
            (one, other) if one.is_some() == other.is_some() => Ordering::Equal,
            (one, _) => {
                if one.is_some() {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    };
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by(compare);
    order
}

/// The numbers of the table, and those of the other weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// Each class's.
    pub classes: Vec<ClassMetrics>,
    /// Their macro average.
    pub average: ClassMetrics,
    /// Each class's with the other weights.
    pub others: Option<Vec<ClassMetrics>>,
    /// Their macro average.
    pub other_average: Option<ClassMetrics>,
}

impl Metrics {
    /// Those of a confusion matrix, and of another.
    pub fn new(confusion: &Confusion, other: Option<&Confusion>) -> Self {
        Self {
            classes: confusion.classes(),
            average: confusion.macro_average(),
            others: other.map(Confusion::classes),
            other_average: other.map(Confusion::macro_average),
        }
    }
}

/// The table as CSV, in this order of classes, with these names; with differences where weights are compared.
pub fn csv_of(metrics: &Metrics, names: &ClassNames, order: &[usize]) -> String {
    let mut heads = Column::ALL.map(Column::name).to_vec();
    if metrics.others.is_some() {
        heads.extend(["precision difference", "recall difference", "f1 difference"]);
    }
    let row = |name: Cell, these: &ClassMetrics, others: Option<&ClassMetrics>| {
        let mut row = vec![name];
        row.extend(Column::SHARES.map(|column| Cell::Number(column.share(these))));
        row.push(Cell::Whole(these.support.into()));
        if let Some(others) = others {
            row.extend(Column::SHARES.map(|column| {
                let (these, others) = (column.share(these), column.share(others));
                Cell::Number(these.zip(others).map(|(these, others)| these - others))
            }));
        }
        row
    };
    let classes = order.iter().filter_map(|&class| {
        let others = metrics.others.as_ref().and_then(|others| others.get(class));
        Some(row(Cell::class(names, class), metrics.classes.get(class)?, others))
    });
    let average =
        row(Cell::text("macro average"), &metrics.average, metrics.other_average.as_ref());
    csv(&heads, &classes.chain([average]).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(column: Column, descends: bool) -> By {
        By { column, descends }
    }

    fn classes() -> Vec<ClassMetrics> {
        let one = ClassMetrics { recall: Some(0.5), ..ClassMetrics::default() };
        let mut classes = vec![one; 10];
        classes[6].recall = Some(0.25);
        classes[1].recall = Some(0.75);
        classes[4].recall = None;
        classes
    }

    #[test]
    fn rows_are_sorted_and_what_is_not_known_comes_last_either_way() {
        let ascending = order_of(&classes(), by(Column::Recall, false));
        assert_eq!(ascending, [6, 0, 2, 3, 5, 7, 8, 9, 1, 4]);
        let descending = order_of(&classes(), by(Column::Recall, true));
        assert_eq!(descending, [1, 0, 2, 3, 5, 7, 8, 9, 6, 4]);
        assert_eq!(order_of(&classes(), by(Column::Class, true))[..3], [9, 8, 7]);
        assert_eq!(order_of(&classes(), By::default()), (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn pressing_a_head_sorts_by_it_and_pressing_it_again_turns_round() {
        let mut order = By::default();
        assert_eq!(order.aria_sort(Column::Class), "ascending");
        order.press(Column::F1);
        assert_eq!((order.aria_sort(Column::F1), order.mark(Column::F1)), ("ascending", "↑"));
        assert_eq!((order.aria_sort(Column::Class), order.mark(Column::Class)), ("none", ""));
        order.press(Column::F1);
        assert_eq!(order.aria_sort(Column::F1), "descending");
        order.press(Column::Recall);
        assert_eq!(order, by(Column::Recall, false));
    }

    #[test]
    fn the_file_has_the_rows_in_their_order_and_differences_where_weights_are_compared() {
        let confusion = |right: u32| {
            let mut counts = vec![vec![0; 10]; 10];
            counts[6] = vec![4 - right, 0, 0, 0, 0, 0, right, 0, 0, 0];
            Confusion { counts }
        };
        let metrics = Metrics::new(&confusion(3), None);
        let told = csv_of(&metrics, &ClassNames::default(), &[6, 0]);
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines[0], "class,precision,recall,f1,support");
        // By hand: three of four are right, and nothing else is predicted as Shirt; F1 is 2·3 / (4 + 3).
        assert_eq!(lines[1], format!("Shirt,1,0.75,{},4", 6.0 / 7.0));
        assert_eq!(lines[2], "T-shirt/top,0,,0,0");
        assert!(lines[3].starts_with("macro average,0.5,0.75,") && lines.len() == 4, "{told}");

        let metrics = Metrics::new(&confusion(3), Some(&confusion(2)));
        let told = csv_of(&metrics, &ClassNames::default(), &[6]);
        let lines: Vec<_> = told.lines().collect();
        assert!(
            lines[0].ends_with(",support,precision difference,recall difference,f1 difference")
        );
        assert!(lines[1].contains(",4,0,0.25,"), "{told}");
    }
}
