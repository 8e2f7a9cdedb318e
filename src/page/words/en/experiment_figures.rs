//! The figures of an experiment, in English.

use crate::page::charts::plot::Unit;
use crate::page::figures::{Along, BandPoint, Measure, Summary, number};
use crate::page::format::whole;
use crate::page::words::ExperimentFigureWords;

/// The figures' sentences.
pub const WORDS: ExperimentFigureWords = ExperimentFigureWords {
    training_curves: "Curves",
    about_curves: |groups, runs| {
        format!(
            "{} in {}: the line is the mean over the seeds, the band reaches from the lowest to the highest. A cross marks \
             where a run diverged. Point at a line, or go through the names with the arrow keys, to single one out.",
            counted(runs, "run"),
            counted(groups, "group")
        )
    },
    shown_measure: "Shown",
    measure: |measure| match measure {
        Measure::ValidationLoss => "Validation loss",
        Measure::TrainingLoss => "Training loss",
        Measure::Accuracy => "Validation accuracy",
    },
    horizontal_axis: "Horizontal axis",
    by_along: |along| match along {
        Along::Epochs => "By epoch",
        Along::Steps => "By step",
    },
    along,
    log_scale: "Log scale",
    groups: "Groups",
    curve_says,
    none_yet: "No run has been measured yet.",
    group: "Group",
    runs: "Runs",
    diverged: "diverged",
    last_at: |along| match along {
        Along::Epochs => "Last epoch",
        Along::Steps => "Last step",
    },
    mean: "Mean",
    lowest: "Lowest",
    highest: "Highest",
    deviation: "Standard deviation",
    by_setting: "By setting",
    metric_by: |metric, setting| format!("{metric} by {}", lower(setting)),
    about_by_setting: "A dot is a run. The line joins the means of all runs with the same value, whatever their other \
                       settings; the whiskers are one standard deviation. A cross marks where runs diverged, a tip at the \
                       edge a value far from the others.",
    heat_map: "Heat map",
    metric_by_two: |metric, down, across| {
        format!("{metric} by {} and {}", lower(down), lower(across))
    },
    about_heat_map,
    cell_says: |settings, text, summary| {
        let settings = settings.iter().map(|(name, value)| format!("{name} {value}"));
        let settings = settings.collect::<Vec<_>>().join(", ");
        format!("{settings}: {}{}", if text.is_empty() { "no run" } else { text }, runs_of(summary))
    },
    rows: "Rows",
    columns: "Columns",
    parallel: "Parallel coordinates",
    about_parallel: "A line is a combination of settings, with the means over its seeds; the better the first metric, the \
                     stronger its colour. Drag along an axis to let only a part of it pass, or move its limits with the \
                     arrow keys; Escape takes them away.",
    limit: |axis, is_upper| format!("{axis}: {} limit", if is_upper { "upper" } else { "lower" }),
    passing: |passing, combinations| {
        format!("{} of {} pass", whole(passing as u64), counted(combinations, "combination"))
    },
    clear_limits: "Remove all limits",
    single_out: "Single out a line with the arrow keys",
    no_effect: "no effect",
    combination: "Combination",
    combination_says: |label, values| {
        let values = values.iter().map(|(name, value)| format!("{} {value}", lower(name)));
        format!("{label}: {}", values.collect::<Vec<_>>().join(", "))
    },
    passes: "Passes",
    yes: "yes",
    no: "no",
    worst: |metric| format!("worst {}", lower(metric)),
    best: |metric| format!("best {}", lower(metric)),
};

fn counted(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", whole(count as u64), if count == 1 { "" } else { "s" })
}

/// A name within a sentence. One that begins with an abbreviation stays as it is.
fn lower(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next();
    let rest = letters.as_str();
    match first {
        Some(first) if rest.starts_with(char::is_lowercase) => {
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => name.to_owned(),
    }
}

fn about_heat_map(has_shared: bool) -> String {
    let shared = if has_shared {
        " There are too many values for a row or a column each, so neighbouring ones share one, named by the lowest and the \
         highest."
    } else {
        ""
    };
    format!(
        "The mean over all runs with both values. The darker a cell, the better; the best one has a frame. Cells whose runs \
         all diverged are hatched. The arrow keys go from cell to cell.{shared}"
    )
}

const fn along(along: Along) -> &'static str {
    match along {
        Along::Epochs => "epoch",
        Along::Steps => "step",
    }
}

fn curve_says(label: &str, axis: Along, point: BandPoint, unit: Unit) -> String {
    let (place, mean) = (number(point.x), unit.text(point.mean));
    let place = format!("{label}, {} {place}", along(axis));
    match point.runs {
        1 => format!("{place}: {mean} (1 run)"),
        runs => {
            let (low, high) = (unit.text(point.low), unit.text(point.high));
            format!("{place}: mean {mean}, {low} to {high} ({})", counted(runs, "run"))
        }
    }
}

/// What becomes of a cell's runs, for the end of a sentence.
fn runs_of(summary: &Summary) -> String {
    let parts = [
        (summary.measured, "measured"),
        (summary.diverged, "diverged"),
        (summary.pending, "to come"),
        (summary.passed_over, "not counted"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> =
        parts.map(|(count, state)| format!("{} {state}", counted(count, "run"))).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_within_a_sentence_begin_with_a_small_letter_unless_they_are_abbreviations() {
        let headings = [
            ("Learning rate", "Validation loss by learning rate"),
            ("L2 penalty", "Validation loss by L2 penalty"),
        ];
        for (setting, expected) in headings {
            assert_eq!(WORDS.metric_by("Validation loss", setting), expected);
        }
        assert_eq!(WORDS.metric_by("Loss", ""), "Loss by ");
    }

    #[test]
    fn a_point_of_several_runs_is_told_with_its_range() {
        let point = BandPoint { x: 3.0, mean: 0.3121, low: 0.3, high: 0.33, runs: 3 };
        let told = WORDS.curve_says("lr 0.01", Along::Epochs, point, Unit::Loss);
        assert_eq!(told, "lr 0.01, epoch 3: mean 0.3121, 0.3000 to 0.3300 (3 runs)");
        let alone =
            WORDS.curve_says("SGD", Along::Steps, BandPoint { runs: 1, ..point }, Unit::Loss);
        assert_eq!(alone, "SGD, step 3: 0.3121 (1 run)");
    }

    #[test]
    fn a_cell_is_told_with_what_became_of_its_runs() {
        let summary = Summary { measured: 2, diverged: 1, ..Summary::default() };
        let settings =
            [("lr".to_owned(), "0.1".to_owned()), ("momentum".to_owned(), "0".to_owned())];
        let told = WORDS.cell_says(&settings, "0.4321", &summary);
        assert_eq!(told, "lr 0.1, momentum 0: 0.4321 (2 runs measured, 1 run diverged)");
        let empty = WORDS.cell_says(&settings, "", &Summary::default());
        assert_eq!(empty, "lr 0.1, momentum 0: no run");
    }
}
