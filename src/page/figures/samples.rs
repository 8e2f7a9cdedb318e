//! Experiments for the tests of the figures.

use super::curves::{Along, CurveGroup, CurveRun, Curves, Measure};
use super::data::{Combination, Compared, Fate, Metric, RunResult, Scale, Setting};
use crate::network::CLASSES;
use crate::page::charts::plot::Unit;

fn setting(key: &str, label: &str, scale: Scale) -> Setting {
    Setting { key: key.to_owned(), label: label.to_owned(), scale }
}

fn metric(key: &str, label: &str, unit: Unit) -> Metric {
    Metric { key: key.to_owned(), label: label.to_owned(), unit }
}

/// So many learning rates (from 0.0001 to 0.1) by momenta (from 0 to 0.9), with so many seeds each, of three optimizers in
/// turn. Nothing diverges.
pub fn grid(rates: usize, momenta: usize, seeds: u64) -> Compared {
    let spaced = |at: usize, count: usize| at as f64 / count.saturating_sub(1).max(1) as f64;
    let round = |value: f64| format!("{value:.3e}").parse().unwrap_or(value);
    let mut combinations = Vec::new();
    for (rate, momentum) in (0..rates).flat_map(|rate| (0..momenta).map(move |it| (rate, it))) {
        let along = spaced(rate, rates);
        let [lr, momentum] =
            [10f64.powf(-4.0 + 3.0 * along), 0.9 * spaced(momentum, momenta)].map(round);
        let loss = |seed: u64| {
            0.3 + 0.25 * (along - 0.6).powi(2) + 0.05 * (0.9 - momentum) + 0.004 * seed as f64
        };
        let run = |seed| RunResult {
            seed,
            measured: vec![Some(loss(seed)), Some(1.0 - 0.37 * loss(seed))],
            fate: Fate::Counts,
        };
        combinations.push(Combination {
            id: combinations.len(),
            label: format!("lr {lr}, momentum {momentum}"),
            at: vec![lr, momentum, (combinations.len() % 3) as f64],
            runs: (0..seeds).map(run).collect(),
        });
    }
    let optimizers = ["SGD", "Adam", "AdamW"].map(str::to_owned).to_vec();
    Compared {
        id: "grid".to_owned(),
        settings: vec![
            setting("lr", "Learning rate", Scale::Logarithmic),
            setting("momentum", "Momentum", Scale::Linear),
            setting("optimizer", "Optimizer", Scale::Categories(optimizers)),
        ],
        metrics: vec![
            metric("valid_loss", "Validation loss", Unit::Loss),
            metric("valid_accuracy", "Validation accuracy", Unit::Share),
        ],
        combinations,
    }
}

/// The same, of which all runs with the highest learning rate diverged, and the last one's are yet to come.
pub fn grid_with_failures(rates: usize, momenta: usize, seeds: u64) -> Compared {
    let mut compared = grid(rates, momenta, seeds);
    let highest = compared.values_of(0).last().copied().unwrap_or_default();
    let last = compared.combinations.len().saturating_sub(1);
    for combination in &mut compared.combinations {
        for run in &mut combination.runs {
            if combination.id == last {
                run.measured = vec![None, None];
            } else if combination.at[0] == highest {
                run.fate = Fate::Diverged;
            }
        }
    }
    compared
}

/// So many groups with so many seeds, of so many points each; the losses of the last group grow beyond all bounds.
pub fn curves(groups: usize, seeds: u64, points: usize) -> Curves {
    let group = |at: usize| {
        let rate = 10f64.powf(-4.0 + 3.0 * at as f64 / groups.saturating_sub(1).max(1) as f64);
        let run = |seed: u64| {
            let value = |point: usize| {
                let along = point as f64 / points.max(2) as f64;
                let noise = 0.01 * ((point as f64 + seed as f64) * 1.7).sin();
                if at + 1 == groups && groups > 1 {
                    return if along > 0.5 { f64::NAN } else { 2.3 * (1.0 + 40.0 * along).powi(4) };
                }
                let slope = 1.0 + at as f64;
                0.3 + 0.02 * seed as f64 + 2.0 * (-along * slope * 4.0).exp() + noise
            };
            let points = (0..points).map(|point| ((point + 1) as f64, value(point)));
            CurveRun { seed, points: points.collect() }
        };
        CurveGroup {
            label: format!("lr {rate:.2e}"),
            order: Some(rate),
            runs: (0..seeds).map(run).collect(),
        }
    };
    Curves {
        measure: Measure::ValidationLoss,
        along: Along::Epochs,
        classes: CLASSES,
        groups: (0..groups).map(group).collect(),
    }
}

/// All that is computed when every figure of this is drawn anew, as large as a screen.
pub fn redraw_of_all(compared: &Compared) {
    use super::by_setting_drawing::BySettingData;
    use super::heat::HeatGrid;
    use super::parallel::layout_of;
    let words = crate::page::words::figure_words();
    for setting in 0..compared.settings.len() {
        let data = BySettingData::of(compared, setting, 0);
        assert!(data.is_some_and(|data| !data.picture(900.0, words).shapes.is_empty()));
    }
    let grid = HeatGrid::of(compared, 0, 1, 0);
    assert!(grid.is_some_and(|grid| !grid.picture(60.0, words).shapes.is_empty()));
    let layout = layout_of(compared, 900.0);
    assert!(layout.is_some_and(|layout| !layout.lines_picture(None).shapes.is_empty()));
}
