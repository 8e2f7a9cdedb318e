//! Plots our runs and PyTorch's as SVG.

use super::Curve;
use plotters::prelude::*;

const SIZE: (u32, u32) = (960, 420);
const OURS: RGBColor = RGBColor(194, 0, 92);
const THEIRS: RGBColor = RGBColor(120, 120, 128);
const INK: RGBColor = RGBColor(22, 22, 26);
/// Steps between reports.
const REPORT: f64 = 1000.0;

type Points = Vec<(f64, f64)>;

/// Two panels: training loss by step, validation loss by epoch.
pub fn draw(ours: &[Curve], pytorch: &[Curve]) -> Result<String, String> {
    let mut svg = String::new();
    paint(&mut svg, ours, pytorch).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn paint(
    svg: &mut String,
    ours: &[Curve],
    pytorch: &[Curve],
) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(SIZE.0 / 2);
    let training = |curve: &Curve| -> Points {
        let reports = curve.training.iter().zip(1..);
        reports.map(|(loss, report)| (f64::from(report) * REPORT, *loss)).collect()
    };
    let validation = |curve: &Curve| -> Points {
        curve.validation.iter().zip(1..).map(|(point, epoch)| (f64::from(epoch), point.0)).collect()
    };
    let lines = |points: &dyn Fn(&Curve) -> Points| -> (Vec<Points>, Vec<Points>) {
        (ours.iter().map(points).collect(), pytorch.iter().map(points).collect())
    };
    panel(&left, "Loss/train, mean of 1000 batches", "step", lines(&training))?;
    panel(&right, "Validation loss", "epoch", lines(&validation))?;
    area.present()?;
    Ok(())
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    title: &str,
    x_name: &str,
    (ours, theirs): (Vec<Points>, Vec<Points>),
) -> Result<(), Box<dyn std::error::Error>> {
    let all = || ours.iter().chain(&theirs).flatten();
    let range = |of: fn(&(f64, f64)) -> f64| {
        all().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
            (least.min(value), most.max(value))
        })
    };
    let ((left, right), (low, high)) = (range(|point| point.0), range(|point| point.1));
    let room = (high - low) * 0.05;
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18, &INK))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(left..right, (low - room)..(high + room))?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(x_name)
        .y_desc("cross-entropy")
        .x_labels(6)
        .label_style(("sans-serif", 12, &INK))
        .x_label_formatter(&|value| format!("{value:.0}"))
        .y_label_formatter(&|value| format!("{value:.2}"))
        .draw()?;
    for (name, lines, colour) in [("PyTorch", theirs, THEIRS), ("Atelier", ours, OURS)] {
        for (at, line) in lines.into_iter().enumerate() {
            let drawn =
                chart.draw_series(LineSeries::new(line, colour.mix(0.7).stroke_width(2)))?;
            if at == 0 {
                drawn.label(name).legend(move |(x, y)| {
                    PathElement::new(vec![(x, y), (x + 18, y)], colour.stroke_width(2))
                });
            }
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .label_font(("sans-serif", 13, &INK))
        .draw()?;
    Ok(())
}
