//! Tables of measurements.

use super::figures::{Figure, Measured, Memory};

/// Rows of cells below headings; the first column is text, the others are numbers.
pub fn columns(headings: &[&str], rows: &[Vec<String>]) -> String {
    let headings: Vec<String> = headings.iter().map(ToString::to_string).collect();
    let all = || std::iter::once(&headings).chain(rows);
    let width = |column: usize| {
        all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        format!("    {}", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let rule = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    let mut lines: Vec<String> = all().map(line).collect();
    lines.insert(1, format!("    {}", "─".repeat(rule)));
    lines.join("\n")
}

/// A number with about three significant digits.
pub fn brief(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        size if size >= 0.9995 => format!("{value:.2}"),
        size if size >= 0.001 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

fn known(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), brief)
}

/// Bytes as MiB.
pub fn mebibytes(bytes: Option<f64>) -> String {
    known(bytes.map(|bytes| bytes / f64::from(1 << 20)))
}

/// The contestants' speed with one batch size, and whether they compute the same losses.
pub fn speed(figures: &[&Figure]) -> String {
    let headings = ["", "ms/step", "best", "images/s", "warm-up ms", "rounds", "|Δ loss|"];
    let rows = rows(figures, |measured| {
        vec![
            brief(measured.step_ms),
            brief(measured.least_step_ms),
            brief(measured.images_per_second),
            brief(measured.warm_up_ms),
            measured.rounds.to_string(),
            known(measured.apart),
        ]
    });
    columns(&headings, &rows)
}

/// What a step costs them besides time.
pub fn costs(figures: &[&Figure]) -> String {
    let headings = [
        "",
        "dispatches",
        "submits",
        "buffers",
        "bind groups",
        "KiB up",
        "worker ms",
        "page ms",
        "GPU proc. ms",
        "MiB before",
        "after",
        "GPU MiB",
        "wasm MiB",
    ];
    let rows = rows(figures, |measured| {
        let call = |of: fn(super::figures::Calls) -> f64| known(measured.calls.map(of));
        let after = &measured.after;
        vec![
            call(|calls| calls.dispatches),
            call(|calls| calls.submissions),
            call(|calls| calls.buffers),
            call(|calls| calls.bind_groups),
            call(|calls| calls.bytes / 1024.0),
            known(measured.worker_cpu_ms),
            known(measured.main_cpu_ms),
            known(measured.gpu_process_cpu_ms),
            mebibytes(measured.before.resident()),
            mebibytes(after.resident()),
            mebibytes(after.gpu_alive.filter(|_| measured.calls.is_some())),
            mebibytes(after.wasm.filter(|bytes| *bytes > 0.0)),
        ]
    });
    columns(&headings, &rows)
}

fn rows(figures: &[&Figure], cells: impl Fn(&Measured) -> Vec<String>) -> Vec<Vec<String>> {
    let row = |figure: &&Figure| {
        let measured = figure.measured.as_ref()?;
        Some([vec![figure.label.clone()], cells(measured)].concat())
    };
    figures.iter().filter_map(row).collect()
}

/// Memory early and late in a run, and its growth.
pub fn growth(early: &Memory, late: &Memory) -> String {
    let row = |name: &str, of: &dyn Fn(&Memory) -> Option<f64>| {
        let (early, late) = (of(early), of(late));
        let ratio = early.zip(late).filter(|(early, _)| *early > 0.0);
        let ratio = ratio.map(|(early, late)| format!("{:.3}", late / early));
        let ratio = ratio.unwrap_or_else(|| "–".to_owned());
        vec![name.to_owned(), mebibytes(early), mebibytes(late), ratio]
    };
    let rows = [
        row("page and GPU process", &Memory::resident),
        row("page's process", &|memory| memory.renderer),
        row("GPU's process", &|memory| memory.gpu_process),
        row("WebAssembly", &|memory| memory.wasm),
        row("GPU buffers alive", &|memory| memory.gpu_alive),
    ];
    columns(&["", "MiB early", "MiB late", "ratio"], &rows)
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::quick;
    use super::*;

    #[test]
    fn numbers_keep_three_digits() {
        let shown = [0.0, 0.0004, 0.0625, 1.234, 12.34, 123.4, 12345.6].map(brief);
        assert_eq!(shown, ["0", "4.0e-4", "0.062", "1.23", "12.3", "123", "12346"]);
    }

    #[test]
    fn what_is_not_known_is_a_dash_and_columns_are_aligned() {
        let figures = [quick("webgpu-fused", "atelier", 4, 0.5), quick("a", "tfjs", 4, 150.0)];
        let table = costs(&figures.iter().collect::<Vec<_>>());
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[3].trim_start().starts_with("a ") && lines[3].contains('–'));
        let speed = speed(&figures.iter().collect::<Vec<_>>());
        assert!(speed.contains("0.500") && speed.contains("150"), "{speed}");
    }
}
