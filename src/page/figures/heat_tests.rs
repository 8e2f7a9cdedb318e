//! The grid of cells by two settings.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::page::figures::samples;
use crate::page::words::figure_words;

fn grid() -> HeatGrid {
    HeatGrid::of(&samples::grid_with_failures(4, 3, 2), 0, 1, 0).unwrap()
}

#[test]
fn a_cell_holds_the_mean_over_seeds_and_over_all_other_settings() {
    let grid = grid();
    assert_eq!(grid.size(), (4, 3));
    assert_eq!(grid.cell((0, 0)).measured, 2);
    let compared = samples::grid(4, 3, 2);
    let by_optimizer = HeatGrid::of(&compared, 0, 2, 0).unwrap();
    let runs: usize = (0..3).map(|column| by_optimizer.cell((1, column)).measured).sum();
    assert_eq!(runs, 6, "three momenta with two seeds");
    assert_eq!(grid.cell((9, 9)), Summary::default());
}

#[test]
fn a_cell_that_diverged_and_one_that_is_awaited_have_no_colour() {
    let grid = grid();
    let states = [(0, 0), (3, 0), (3, 2)].map(|at| grid.state(at));
    assert_eq!(states, [CellState::Measured, CellState::Diverged, CellState::Pending]);
    assert_eq!([(3, 0), (3, 2)].map(|at| grid.opacity(at)), [0.0, 0.0]);
    let told = [(0, 0), (3, 0), (3, 2)].map(|at| grid.text(at, figure_words()));
    // By hand: 0.3 + 0.25 · 0.6² + 0.05 · 0.9, and half of 0.004.
    assert_eq!(told, ["0.4370", "diverged", "–"]);
}

#[test]
fn a_combination_that_is_not_part_of_the_experiment_is_an_empty_cell() {
    let mut compared = samples::grid(4, 3, 2);
    compared.combinations.remove(4);
    let grid = HeatGrid::of(&compared, 0, 1, 0).unwrap();
    assert_eq!(
        (grid.state((1, 1)), grid.text((1, 1), figure_words())),
        (CellState::None, String::new())
    );
    assert_eq!(grid.table(figure_words()).rows.len(), 11);
}

#[test]
fn the_better_the_mean_the_darker_the_cell() {
    let losses = grid();
    let best: Vec<_> = losses.all().map(|(at, ..)| at).filter(|at| losses.is_best(*at)).collect();
    assert_eq!(best.len(), 1);
    let darkest = losses.all().map(|(at, ..)| losses.opacity(at)).fold(0.0, f64::max);
    assert_eq!((losses.opacity(best[0]), darkest), (DARKEST, DARKEST));
    let shares = HeatGrid::of(&samples::grid_with_failures(4, 3, 2), 0, 1, 1).unwrap();
    assert!(shares.is_best(best[0]), "the accuracy is best where the loss is");
    assert_eq!(shares.opacity(best[0]), DARKEST);
}

#[test]
fn a_run_that_learnt_nothing_does_not_take_the_colours_from_the_others() {
    let mut compared = samples::grid(4, 3, 1);
    compared.combinations[0].runs[0].measured[0] = Some(2.3);
    let with = HeatGrid::of(&compared, 0, 1, 0).unwrap();
    let without = HeatGrid::of(&samples::grid(4, 3, 1), 0, 1, 0).unwrap();
    assert_eq!(with.opacity((0, 0)), LIGHTEST);
    assert!((with.opacity((1, 1)) - without.opacity((1, 1))).abs() < 0.1);
}

#[test]
fn hundreds_of_combinations_drawn_at_random_are_a_grid_of_few_cells_in_which_each_is_counted() {
    let mut compared = samples::grid(25, 20, 1);
    // Every combination has values of its own, as a sample of two wide ranges has.
    for (at, combination) in (0..).zip(&mut compared.combinations) {
        combination.at[0] *= 1.0 + 1e-4 * f64::from(at);
        combination.at[1] += 1e-5 * f64::from(at);
    }
    assert_eq!(compared.values_of(0).len(), 500);
    let grid = HeatGrid::of(&compared, 0, 1, 0).unwrap();
    let (rows, columns) = grid.size();
    assert!(rows <= 30 && columns <= 30, "{rows} {columns}");
    assert!(grid.has_shared() && grid.row_name(0).contains(" – "), "{}", grid.row_name(0));
    let measured: usize = grid.all().map(|(at, ..)| grid.cell(at).measured).sum();
    assert_eq!(measured, 500);
    assert!(!self::grid().has_shared());
}

#[test]
fn a_combination_in_which_a_setting_has_no_effect_is_in_no_cell() {
    let mut compared = samples::grid(4, 3, 2);
    compared.combinations[0].at[1] = f64::NAN;
    let grid = HeatGrid::of(&compared, 0, 1, 0).unwrap();
    assert_eq!((grid.size(), grid.state((0, 0))), ((4, 3), CellState::None));
}

#[test]
fn a_grid_needs_two_settings_that_are_there() {
    let compared = samples::grid(4, 3, 2);
    for (down, across, metric) in [(0, 0, 0), (0, 9, 0), (9, 0, 0), (0, 1, 9)] {
        assert_eq!(HeatGrid::of(&compared, down, across, metric), None, "{down} {across} {metric}");
    }
}

#[test]
fn a_file_marks_what_diverged_by_a_pattern_and_has_a_line_for_each_cell() {
    let grid = grid();
    let picture = grid.picture(56.0, figure_words());
    let hatched = picture.shapes.iter().filter(|(shape, _)| matches!(shape, Shape::Lines(_)));
    assert_eq!(hatched.count(), 2);
    let inside = |x: f64, y: f64| x <= picture.size.0 && y <= picture.size.1;
    assert!(picture.shapes.iter().all(|(shape, _)| match shape {
        Shape::Area(x, y, width, height) => inside(x + width, y + height),
        Shape::Text(x, y, ..) => inside(*x, *y),
        _ => true,
    }));
    let file = grid.csv();
    assert_eq!(
        file.lines().next(),
        Some("lr,momentum,mean valid_loss,deviation,measured,diverged")
    );
    assert_eq!(file.lines().count(), 13);
    assert!(file.lines().nth(10).unwrap().ends_with(",,,0,2"), "{file}");
}
