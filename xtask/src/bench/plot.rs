//! Milliseconds a step of every contestant, grouped by batch size, as SVG.

use super::figures::{Figure, batches, of};
use super::table::brief;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const SIZE: (u32, u32) = (960, 480);
const INK: RGBColor = RGBColor(22, 22, 26);
/// The share of a group's width that its columns take.
const FILLED: f64 = 0.86;
/// A colour for each contestant: one hue for each family, darker for its faster backend.
const COLOURS: [(&str, RGBColor); 8] = [
    ("webgpu-fused", RGBColor(194, 0, 92)),
    ("webgpu-general", RGBColor(226, 120, 170)),
    ("cpu-fused", RGBColor(120, 20, 130)),
    ("cpu-general", RGBColor(186, 130, 196)),
    ("jaxjs-webgpu", RGBColor(20, 110, 150)),
    ("jaxjs-wasm", RGBColor(120, 180, 205)),
    ("tfjs-webgpu", RGBColor(190, 110, 10)),
    ("tfjs-cpu", RGBColor(225, 175, 95)),
];

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Columns on a logarithmic scale; a contestant without measurements leaves a gap.
pub fn draw(figures: &[Figure], caption: &str) -> Result<String, String> {
    let mut svg = String::new();
    paint(&mut svg, figures, caption).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn paint(svg: &mut String, figures: &[Figure], caption: &str) -> Drawn {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let batches = batches(figures);
    let shown: Vec<_> = COLOURS
        .iter()
        .filter(|(name, _)| figures.iter().any(|figure| figure.name == *name))
        .collect();
    let (low, high) = range(figures);
    let groups = u32::try_from(batches.len())?;
    let mut chart = ChartBuilder::on(&area)
        .caption(caption, ("sans-serif", 17, &INK))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..f64::from(groups), (low..high).log_scale())?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .y_desc("milliseconds a step (less is better)")
        .x_labels(0)
        .label_style(("sans-serif", 12, &INK))
        .y_label_formatter(&|value| brief(*value))
        .draw()?;
    let width = FILLED / f64::from(u32::try_from(shown.len())?.max(1));
    for (column, (name, colour)) in (0_u32..).zip(&shown) {
        let label = figures.iter().find(|figure| figure.name == *name);
        let label = label.map_or(*name, |figure| figure.label.as_str());
        let heights = (0_u32..).zip(&batches).filter_map(|(group, batch)| {
            let left = f64::from(group) + (1.0 - FILLED) / 2.0 + f64::from(column) * width;
            Some((left, of(figures, name, *batch)?.step_ms))
        });
        let heights: Vec<_> = heights.collect();
        let bars = heights.iter().map(|(left, height)| {
            Rectangle::new([(*left, low), (left + width * 0.92, *height)], colour.filled())
        });
        chart
            .draw_series(bars)?
            .label(label)
            .legend(|(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], colour.filled()));
        let above = Pos::new(HPos::Center, VPos::Bottom);
        let style = ("sans-serif", 10, &INK).into_text_style(&area).pos(above);
        chart.draw_series(heights.iter().map(|(left, height)| {
            Text::new(brief(*height), (left + width * 0.46, height * 1.04), style.clone())
        }))?;
    }
    // Plotters would label the axis with numbers; each group has a name instead.
    let below = Pos::new(HPos::Center, VPos::Top);
    let style = ("sans-serif", 13, &INK).into_text_style(&area).pos(below);
    for (group, batch) in (0_u32..).zip(&batches) {
        let (x, y) = chart.backend_coord(&(f64::from(group) + 0.5, low));
        area.draw_text(&format!("batch {batch}"), &style, (x, y + 8))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .label_font(("sans-serif", 12, &INK))
        .draw()?;
    area.present()?;
    Ok(())
}

/// The range from below the fastest to above the slowest, with room for the legend.
fn range(figures: &[Figure]) -> (f64, f64) {
    let steps = figures.iter().filter_map(|figure| figure.measured.as_ref());
    let steps = steps.map(|measured| measured.step_ms).filter(|step| *step > 0.0);
    let (least, most) = steps
        .fold((f64::INFINITY, 0.0_f64), |(least, most), step| (least.min(step), most.max(step)));
    if most > 0.0 { (least / 2.0, most * 4.0) } else { (0.1, 10.0) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::figures::tests::quick;
    use super::*;

    #[test]
    fn every_contestant_has_a_column_and_a_name() {
        let mut figures = vec![quick("webgpu-fused", "atelier", 4, 0.5)];
        figures.push(quick("tfjs-cpu", "tfjs", 4, 150.0));
        figures.push(Figure { measured: None, ..quick("tfjs-cpu", "tfjs", 64, 1.0) });
        let svg = draw(&figures, "on a machine").unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("on a machine"));
        assert!(svg.contains("webgpu-fused") && svg.contains("batch 64") && svg.contains("150"));
        // The background, two columns, two in the legend, and the legend's own.
        assert!(svg.matches("<rect").count() >= 5, "{svg}");
        assert!(draw(&[], "nothing").is_ok());
    }
}
