//! A metric against one setting: a dot a run, the means as a line, and whiskers for the spread.

use super::axis::Axis;
use super::data::{Compared, Metric, Outcome, Scale, Setting, Summary};
use super::drawing::{HALF_TYPE, LEFT, RIGHT, Shapes, cross, level_axis, text, upright_axis};
use super::table_view::TextTable;
use crate::page::format::UNKNOWN;
use crate::page::insight::table::{Cell, csv};
use crate::page::insight::vector::{Anchor, Ink, Picture, Shape};
use crate::page::words::ExperimentFigureWords;

/// The drawing's height.
const HEIGHT: f64 = 300.0;
const BOTTOM: f64 = HEIGHT - 36.0;
const TOP: f64 = 26.0;
/// Room above the frame for what diverged.
const FAILED: f64 = 18.0;
/// Pixels of a level axis to one of its labels.
const LABEL_WIDTH: f64 = 52.0;
/// Half the width of a whisker's ends.
const WHISKER: f64 = 5.0;
/// The radius of a run's dot.
const DOT: f64 = 3.0;

/// What is drawn: the runs by their value of one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct BySettingData {
    setting: Setting,
    metric: Metric,
    /// A value of the setting with its runs each, in ascending order.
    values: Vec<AtValue>,
}

/// The runs with the same value of the setting.
#[derive(Clone, Debug, PartialEq)]
struct AtValue {
    value: f64,
    /// What each run came to, with its combination's name and its seed.
    runs: Vec<(Outcome, String, u64)>,
    summary: Summary,
}

impl BySettingData {
    /// The runs by the setting and the metric with these indices; `None` if there is no such setting or metric.
    pub fn of(compared: &Compared, setting: usize, metric: usize) -> Option<Self> {
        let empty = |value| AtValue { value, runs: Vec::new(), summary: Summary::default() };
        let mut values: Vec<_> = compared.values_of(setting).into_iter().map(empty).collect();
        for combination in &compared.combinations {
            let Some(value) = combination.at.get(setting) else { continue };
            let place = values.partition_point(|at| at.value < *value);
            let Some(at) = values.get_mut(place).filter(|at| at.value == *value) else { continue };
            let runs = combination.runs.iter();
            let label = &combination.label;
            at.runs.extend(runs.map(|run| (run.outcome(metric), label.clone(), run.seed)));
        }
        for at in &mut values {
            at.summary = Summary::of(at.runs.iter().map(|run| run.0));
        }
        Some(Self {
            setting: compared.settings.get(setting)?.clone(),
            metric: compared.metrics.get(metric)?.clone(),
            values,
        })
    }

    /// The setting's name.
    pub fn setting(&self) -> &str {
        &self.setting.label
    }

    /// The metric's name.
    pub fn metric(&self) -> &str {
        &self.metric.label
    }

    fn measured(&self) -> impl Iterator<Item = (f64, f64)> {
        self.values.iter().flat_map(|at| {
            at.runs.iter().filter_map(|run| match run.0 {
                Outcome::Measured(value) => Some((at.value, value)),
                _ => None,
            })
        })
    }

    fn diverged(&self) -> impl Iterator<Item = f64> {
        let at = self.values.iter().filter(|at| at.summary.diverged > 0);
        at.map(|at| at.value)
    }

    /// Whether there is nothing to draw yet.
    pub fn is_empty(&self) -> bool {
        self.measured().next().is_none() && self.diverged().next().is_none()
    }

    /// The drawing in this width.
    pub fn picture(&self, width: f64, words: &ExperimentFigureWords) -> Picture {
        let mut shapes = Vec::new();
        let has_failed = self.diverged().next().is_some();
        let top = if has_failed { TOP + FAILED } else { TOP };
        let right = (width - RIGHT).max(LEFT + 1.0);
        let values: Vec<_> = self.values.iter().map(|at| at.value).collect();
        let x = Axis::of_setting(&self.setting, &values, (LEFT, right)).with_margin(0.06);
        let metric_values = self.measured().map(|(_, value)| value).collect();
        let y = Axis::of_metric(&self.metric, metric_values, (BOTTOM, top)).with_margin(0.06);
        let y = if y.is_log() { y } else { y.at_least_zero() };
        upright_axis(&mut shapes, &y, right, self.metric.unit, &self.metric.label);
        let most = ((right - LEFT) / LABEL_WIDTH).max(2.0);
        let ticks = x.ticks_of(&self.setting, &values, most);
        level_axis(&mut shapes, &x, BOTTOM, &ticks, &self.setting.label);
        self.dots(&mut shapes, &x, &y, top);
        self.means(&mut shapes, &x, &y);
        if has_failed {
            let height = top - FAILED + 4.0;
            let crosses = self.diverged().flat_map(|value| cross((x.pixel(value), height), 4.5));
            let ink = Ink { width: 2.0, ..Ink::of("danger") };
            shapes.push((Shape::Lines(crosses.collect()), ink));
            let place = (0.0, height + HALF_TYPE);
            text(&mut shapes, place, Anchor::Start, words.diverged(), "ink-faint");
        }
        Picture { size: (width, HEIGHT), shapes, ground: None }
    }

    fn dots(&self, shapes: &mut Shapes, x: &Axis, y: &Axis, top: f64) {
        let (inside, beyond): (Vec<_>, Vec<_>) =
            self.measured().partition(|(_, value)| y.holds(*value));
        let dots = inside.into_iter().map(|(at, value)| (x.pixel(at), y.pixel(value)));
        let ink = Ink { opacity: 0.6, ..Ink::of("model") };
        shapes.push((Shape::Dots(dots.collect(), DOT), ink.clone()));
        // Values beyond the axis: a tip at its end, one for each place.
        let mut tips: Vec<(f64, bool)> = Vec::new();
        for (at, value) in beyond {
            let tip = (x.pixel(at), value > y.range.1);
            if !tips.contains(&tip) {
                tips.push(tip);
            }
        }
        for (at, is_above) in tips {
            let (base, end) = if is_above { (top, top - 7.0) } else { (BOTTOM, BOTTOM + 7.0) };
            let tip = vec![(at - 4.0, base), (at + 4.0, base), (at, end)];
            shapes.push((Shape::Region(tip), ink.clone()));
        }
    }

    /// The means, with a whisker of one standard deviation to either side.
    fn means(&self, shapes: &mut Shapes, x: &Axis, y: &Axis) {
        let means = self.values.iter().filter_map(|at| {
            let mean = at.summary.mean.filter(|mean| y.holds(*mean))?;
            Some((x.pixel(at.value), mean, at.summary.deviation))
        });
        let means: Vec<_> = means.collect();
        let ink = || Ink { width: 2.0, ..Ink::of("ink") };
        let whiskers = means.iter().filter_map(|(at, mean, deviation)| {
            let deviation = (*deviation)?;
            let [low, high] = [mean - deviation, mean + deviation].map(|value| y.pixel(value));
            Some([
                vec![(*at, low), (*at, high)],
                vec![(at - WHISKER, low), (at + WHISKER, low)],
                vec![(at - WHISKER, high), (at + WHISKER, high)],
            ])
        });
        let whiskers: Vec<_> = whiskers.flatten().collect();
        shapes.push((Shape::Lines(whiskers), Ink { width: 1.25, ..Ink::of("ink") }));
        let line: Vec<_> = means.iter().map(|(at, mean, _)| (*at, y.pixel(*mean))).collect();
        // Between two choices there is nothing.
        if matches!(self.setting.scale, Scale::Categories(_)) {
            let bars = line.iter().map(|(at, y)| vec![(at - 12.0, *y), (at + 12.0, *y)]);
            shapes.push((Shape::Lines(bars.collect()), Ink { width: 2.5, ..ink() }));
        } else {
            shapes.push((Shape::Line(line.clone()), ink()));
            shapes.push((Shape::Dots(line, 3.5), ink()));
        }
    }

    /// A row for each value of the setting.
    pub fn table(&self, words: &ExperimentFigureWords) -> TextTable {
        let row = |at: &AtValue| {
            let summary = &at.summary;
            let unit = self.metric.unit;
            let deviation = summary.deviation.map(|deviation| unit.text(deviation));
            vec![
                self.setting.text(at.value),
                at.runs.len().to_string(),
                summary.diverged.to_string(),
                self.metric.text(summary.mean),
                deviation.unwrap_or_else(|| UNKNOWN.to_owned()),
                self.metric.text(summary.range.map(|range| range.0)),
                self.metric.text(summary.range.map(|range| range.1)),
            ]
        };
        let heads = [
            &self.setting.label,
            words.runs(),
            words.diverged(),
            words.mean(),
            words.deviation(),
            words.lowest(),
            words.highest(),
        ];
        TextTable {
            heads: heads.map(str::to_owned).to_vec(),
            rows: self.values.iter().map(row).collect(),
        }
    }

    /// A row for each run.
    pub fn csv(&self) -> String {
        let rows = self.values.iter().flat_map(|at| {
            at.runs.iter().map(|(outcome, combination, seed)| {
                let (state, value) = match outcome {
                    Outcome::Pending => ("pending", None),
                    Outcome::Diverged => ("diverged", None),
                    Outcome::PassedOver => ("passed over", None),
                    Outcome::Measured(value) => ("measured", Some(*value)),
                };
                let name = match &self.setting.scale {
                    Scale::Categories(_) => Cell::Text(self.setting.text(at.value)),
                    _ => Cell::Number(Some(at.value)),
                };
                vec![
                    name,
                    Cell::text(combination),
                    Cell::text(&seed.to_string()),
                    Cell::text(state),
                    Cell::Number(value),
                ]
            })
        });
        let heads = [&self.setting.key, "combination", "seed", "state", self.metric.key.as_str()];
        csv(&heads, &rows.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::page::figures::samples;
    use crate::page::words::figure_words;

    fn data(setting: usize) -> BySettingData {
        BySettingData::of(&samples::grid_with_failures(4, 3, 2), setting, 0).unwrap()
    }

    fn dots(picture: &Picture, token: &str) -> Vec<(f64, f64)> {
        let colour = format!("var(--{token})");
        let dots = picture.shapes.iter().filter_map(|(shape, ink)| match shape {
            Shape::Dots(dots, _) if ink.colour == colour => Some(dots.clone()),
            _ => None,
        });
        dots.flatten().collect()
    }

    #[test]
    fn each_run_is_a_dot_and_each_value_of_the_setting_has_a_mean() {
        let drawn = data(0).picture(600.0, figure_words());
        // Three learning rates by three momenta by two seeds; those of the fourth diverged or are yet to come.
        assert_eq!(dots(&drawn, "model").len(), 18);
        let means = dots(&drawn, "ink");
        assert_eq!(means.len(), 3);
        let apart = means[1].0 - means[0].0;
        assert!((means[2].0 - means[1].0 - apart).abs() < 1e-6, "equal factors, equal distances");
    }

    #[test]
    fn runs_that_diverged_are_crosses_above_the_frame() {
        let crosses = |picture: &Picture| {
            let danger = picture.shapes.iter().find(|(_, ink)| ink.colour == "var(--danger)");
            danger.map(|(shape, _)| match shape {
                Shape::Lines(lines) => lines.len(),
                _ => 0,
            })
        };
        assert_eq!(crosses(&data(0).picture(600.0, figure_words())), Some(2), "one cross");
        let fine = BySettingData::of(&samples::grid(4, 3, 2), 0, 0).unwrap();
        assert_eq!(crosses(&fine.picture(600.0, figure_words())), None);
    }

    #[test]
    fn choices_are_not_joined_by_a_line() {
        let drawn = data(2).picture(600.0, figure_words());
        assert!(dots(&drawn, "ink").is_empty());
        let texts = drawn.shapes.iter().filter_map(|(shape, _)| match shape {
            Shape::Text(.., text) => Some(text.as_str()),
            _ => None,
        });
        let texts: Vec<_> = texts.collect();
        assert!(["SGD", "Adam", "AdamW"].iter().all(|name| texts.contains(name)), "{texts:?}");
    }

    #[test]
    fn a_value_far_from_the_others_is_a_tip_at_the_edge() {
        let mut compared = samples::grid(4, 3, 3);
        compared.combinations[5].runs[0].measured[0] = Some(1e9);
        let drawn = BySettingData::of(&compared, 0, 0).unwrap().picture(600.0, figure_words());
        assert_eq!(dots(&drawn, "model").len(), 35);
        let tips = drawn.shapes.iter().filter(|(shape, _)| matches!(shape, Shape::Region(_)));
        assert_eq!(tips.count(), 1);
    }

    #[test]
    fn the_file_has_a_line_for_each_run_and_says_what_became_of_it() {
        let file = data(0).csv();
        let lines: Vec<_> = file.lines().collect();
        assert_eq!(lines[0], "lr,combination,seed,state,valid_loss");
        assert_eq!(lines.len(), 1 + 24);
        assert!(
            lines[1].starts_with("0.0001,\"lr 0.0001, momentum 0\",0,measured,0."),
            "{}",
            lines[1]
        );
        assert_eq!(lines[1..].iter().filter(|line| line.contains(",diverged,")).count(), 4);
        assert!(lines[24].ends_with(",pending,"), "{}", lines[24]);
        let table = data(0).table(figure_words());
        assert_eq!((table.rows.len(), table.rows[0].len()), (4, table.heads.len()));
        assert_eq!(table.rows[3][2], "4");
    }

    #[test]
    fn before_the_first_result_there_is_nothing_to_draw() {
        let mut compared = samples::grid(2, 2, 1);
        for run in compared.combinations.iter_mut().flat_map(|it| &mut it.runs) {
            run.measured = vec![None, None];
        }
        assert!(BySettingData::of(&compared, 0, 0).unwrap().is_empty());
        assert!(!data(0).is_empty());
        assert_eq!(BySettingData::of(&compared, 9, 0), None);
        assert_eq!(BySettingData::of(&compared, 0, 9), None);
    }
}
