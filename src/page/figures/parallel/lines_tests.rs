//! Parallel axes and the lines between them.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::page::figures::samples;
use crate::page::words::figure_words;

fn layout(compared: &Compared) -> Layout {
    Layout::of(compared, 800.0).unwrap()
}

#[test]
fn each_setting_and_each_metric_has_an_axis_and_each_combination_a_line() {
    let compared = samples::grid(4, 3, 2);
    let layout = layout(&compared);
    let keys: Vec<_> = layout.axes.iter().map(|axis| axis.key.as_str()).collect();
    assert_eq!(keys, ["lr", "momentum", "optimizer", "valid_loss", "valid_accuracy"]);
    assert_eq!(layout.lines.len(), 12);
    assert!(layout.lines.iter().all(|(_, line)| line.len() == 5));
    let ends = [layout.lines[0].1[0].1, layout.lines[11].1[0].1];
    assert_eq!(ends, [BOTTOM, TOP], "the lowest and the highest learning rate");
}

#[test]
fn only_combinations_within_all_limits_pass() {
    let compared = samples::grid(4, 3, 2);
    let mut limits = vec![None; 5];
    assert_eq!(passing(&compared, &limits), None);
    limits[0] = Some((0.001, 0.01));
    assert_eq!(passing(&compared, &limits).unwrap(), (3..9).collect());
    limits[1] = Some((0.9, 0.9));
    assert_eq!(passing(&compared, &limits).unwrap(), BTreeSet::from([5, 8]));
    limits[3] = Some((0.0, 0.1));
    assert_eq!(passing(&compared, &limits).unwrap(), BTreeSet::new());
}

#[test]
fn what_has_no_result_passes_no_limit_on_a_metric() {
    let compared = samples::grid_with_failures(4, 3, 2);
    let mut limits = vec![None; 5];
    limits[3] = Some((0.0, 9.0));
    assert_eq!(passing(&compared, &limits).unwrap(), (0..9).collect());
}

#[test]
fn lines_of_what_diverged_end_below_the_axes_and_those_without_a_result_before_them() {
    let layout = layout(&samples::grid_with_failures(4, 3, 2));
    let (failed, awaited) = (&layout.lines[9].1, &layout.lines[11].1);
    assert_eq!((failed[3].1, failed[4].1), (FAILED, FAILED));
    assert_eq!(awaited.len(), 3, "three settings and no metric");
    assert!(layout.has_failed);
}

#[test]
fn the_line_of_a_setting_without_effect_passes_below_its_axis_and_is_not_said_to_have_diverged() {
    let mut compared = samples::grid(4, 3, 2);
    compared.combinations[5].at[1] = f64::NAN;
    let layout = layout(&compared);
    let line = &layout.lines[5].1;
    assert_eq!((line.len(), line[1].1), (5, FAILED), "it goes on to the metrics");
    assert!(!layout.has_failed);
    let texts = |layout: &Layout| {
        let shapes = layout.axes_picture(figure_words()).shapes.into_iter();
        shapes
            .filter_map(|(shape, _)| match shape {
                Shape::Text(.., text) => Some(text),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let told = texts(&layout);
    assert!(told.iter().any(|text| text == "no effect"), "{told:?}");
    assert!(!told.iter().any(|text| text == "diverged"), "{told:?}");
    assert!(!texts(&self::layout(&samples::grid(4, 3, 2))).iter().any(|it| it == "no effect"));
    let mut limits = vec![None; 5];
    limits[1] = Some((0.0, 0.9));
    assert!(!passing(&compared, &limits).unwrap().contains(&5));
    assert_eq!(table(&compared, None, figure_words()).rows[5][2], "no effect");
    assert!(csv_of(&compared, None).lines().nth(6).unwrap().contains(",0.001,,"));
}

#[test]
fn hundreds_of_lines_are_a_handful_of_shapes() {
    let compared = samples::grid(25, 20, 1);
    let layout = layout(&compared);
    assert_eq!(layout.lines.len(), 500);
    assert!(layout.lines_picture(None).shapes.len() <= STEPS + 2);
    let some = passing(&compared, &[Some((0.001, 0.01)), None, None, None, None]);
    let picture = layout.lines_picture(some.as_ref());
    assert!(picture.shapes.len() <= STEPS + 2);
    let drawn: usize = picture
        .shapes
        .iter()
        .map(|(shape, _)| match shape {
            Shape::Lines(lines) => lines.len(),
            _ => 0,
        })
        .sum();
    assert_eq!(drawn, 500, "those that do not pass are still there");
}

#[test]
fn a_narrow_screen_has_room_for_every_axis_by_scrolling() {
    let compared = samples::grid(4, 3, 2);
    let narrow = Layout::of(&compared, 290.0).unwrap();
    assert!(narrow.axes.windows(2).all(|pair| pair[1].x - pair[0].x >= APART));
    assert!(narrow.size.0 > 290.0);
    assert_eq!(Layout::of(&compared, 1200.0).unwrap().size.0, 1200.0);
}

#[test]
fn the_line_that_is_pointed_at_passes() {
    let compared = samples::grid(4, 3, 2);
    let layout = layout(&compared);
    let line = &layout.lines[0].1;
    let between = (f64::midpoint(line[0].0, line[1].0), f64::midpoint(line[0].1, line[1].1));
    assert_eq!(layout.pointed_at(None, between), Some(0));
    let without = BTreeSet::from([11]);
    assert_eq!(layout.pointed_at(Some(&without), between), None);
    assert_eq!(layout.pointed_at(None, (-5.0, 100.0)), None);
}

#[test]
fn everything_lies_within_the_drawing() {
    for width in [290.0, 900.0, 2000.0] {
        let layout = Layout::of(&samples::grid_with_failures(4, 3, 2), width).unwrap();
        let picture = layout.for_file(None, &[Some((0.001, 0.01))], figure_words());
        let inside = |(x, y): &Point| {
            (0.0..=picture.size.0).contains(x) && (0.0..=picture.size.1).contains(y)
        };
        assert!(picture.shapes.iter().all(|(shape, _)| match shape {
            Shape::Line(points) | Shape::Dots(points, _) | Shape::Region(points) => {
                points.iter().all(inside)
            }
            Shape::Lines(lines) => lines.iter().flatten().all(inside),
            Shape::Area(x, y, width, height) =>
                inside(&(*x, *y)) && inside(&(x + width, y + height)),
            Shape::Text(x, y, Anchor::Start, text) => inside(&(x + text_width(text), *y)),
            Shape::Text(x, y, ..) | Shape::Dot(x, y, _) => inside(&(*x, *y)),
        }));
    }
}

#[test]
fn table_and_file_have_a_row_for_each_combination_and_say_which_pass() {
    let compared = samples::grid_with_failures(4, 3, 2);
    let passing = BTreeSet::from([0, 1]);
    let table = table(&compared, Some(&passing), figure_words());
    assert_eq!((table.rows.len(), table.heads.len()), (12, 7));
    assert!(table.rows.iter().all(|row| row.len() == 7));
    assert_eq!((table.rows[0][6].as_str(), table.rows[2][6].as_str()), ("yes", "no"));
    assert_eq!((table.rows[9][4].as_str(), table.rows[11][4].as_str()), ("diverged", "–"));
    let file = csv_of(&compared, Some(&passing));
    let lines: Vec<_> = file.lines().collect();
    let heads = "combination,lr,momentum,optimizer,valid_loss,valid_accuracy,runs,diverged,passes";
    assert_eq!((lines[0], lines.len()), (heads, 13));
    assert!(lines[2].contains(",0.0001,0.45,Adam,0."), "{}", lines[2]);
    assert!(lines[10].ends_with(",,,2,2,no"), "{}", lines[10]);
}

#[test]
fn without_a_combination_there_is_nothing_to_draw() {
    let compared = Compared { combinations: Vec::new(), ..samples::grid(2, 2, 1) };
    assert_eq!(Layout::of(&compared, 800.0), None);
    let alone = Compared { settings: Vec::new(), metrics: Vec::new(), ..samples::grid(2, 2, 1) };
    assert_eq!(Layout::of(&alone, 800.0), None);
}
