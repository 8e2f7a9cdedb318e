//! The table as plain text, for a message or a spreadsheet of one's own.

use leptos::prelude::With as _;

use crate::benchmark::BenchmarkCase;
use crate::page::browser::{user_agent, utc_minute};
use crate::page::engine_names::adapter_name;
use crate::page::format::UNKNOWN;
use crate::page::session::{CaseState, Measured, Session};
use crate::page::words::words;

/// What is known of these cases, and on what it was measured.
pub fn of(session: Session, cases: &[BenchmarkCase]) -> String {
    let adapter = session.engines.with(|engines| {
        engines.as_ref().map_or_else(
            || UNKNOWN.to_owned(),
            |engines| match &engines.webgpu {
                Ok(adapter) => adapter_name(adapter),
                Err(why) => format!("none: {why}"),
            },
        )
    });
    let head = [
        format!("Atelier {}: benchmark", env!("CARGO_PKG_VERSION")),
        format!("Date:    {} UTC", utc_minute(js_sys::Date::now())),
        format!("Browser: {}", user_agent()),
        format!("Adapter: {adapter}"),
    ];
    let row = |case: &BenchmarkCase| {
        let failed =
            session.benchmark_run.with(|benchmark_run| match benchmark_run.state_of(*case) {
                Some(CaseState::Failed(why)) => Some(words().failures.told(why).happened),
                _ => None,
            });
        let cells = match (failed, session.measured_of(*case)) {
            (Some(why), _) => Err(format!("failed: {why}")),
            (None, Some(measured)) => Ok(figures(&measured, utc_minute(measured.at_ms))),
            (None, None) => Err("not measured".to_owned()),
        };
        (case.to_string(), cells)
    };
    format!("{}\n\n{}", head.join("\n"), table(&cases.iter().map(row).collect::<Vec<_>>()))
}

const FIGURES: usize = 6;
const HEADINGS: [&str; FIGURES] =
    ["ms a step", "images/s", "warm-up ms", "steps", "timed", "measured (UTC)"];

fn figures(measured: &Measured, at: String) -> [String; FIGURES] {
    let measurement = &measured.measurement;
    [
        format!("{:.3}", measurement.step_ms),
        format!("{:.0}", measured.images_per_second()),
        format!("{:.0}", measurement.warm_up_ms),
        measurement.steps.to_string(),
        measurement.timed_steps.to_string(),
        at,
    ]
}

/// Columns as wide as their widest cell. What has no figures has words in their place.
fn table(rows: &[(String, Result<[String; FIGURES], String>)]) -> String {
    let names = rows.iter().map(|(name, _)| name.chars().count());
    let first = names.chain(["case".len()]).max().unwrap_or_default();
    let mut widths = HEADINGS.map(str::len);
    for cells in rows.iter().filter_map(|(_, cells)| cells.as_ref().ok()) {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |name: &str, cells: &[String; FIGURES]| {
        let mut line = format!("{name:<first$}");
        for (cell, width) in cells.iter().zip(widths) {
            line.push_str(&format!("  {cell:>width$}"));
        }
        line + "\n"
    };
    let head = line("case", &HEADINGS.map(str::to_owned));
    let body = rows.iter().map(|(name, cells)| match cells {
        Ok(cells) => line(name, cells),
        Err(words) => format!("{name:<first$}  {words}\n"),
    });
    head + &body.collect::<String>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::benchmark::Measurement;

    #[test]
    fn columns_stand_below_each_other() {
        let measurement =
            Measurement { step_ms: 0.51234, warm_up_ms: 310.4, steps: 4000, timed_steps: 3200 };
        let case = "cpu-fused-4".parse().unwrap();
        let measured = Measured { case, measurement, at_ms: 0.0 };
        let rows = [
            ("cpu-fused-4".to_owned(), Ok(figures(&measured, "2026-01-02 03:04".to_owned()))),
            ("webgpu-fused-512".to_owned(), Err("failed: no adapter".to_owned())),
        ];
        assert_eq!(
            table(&rows),
            "case              ms a step  images/s  warm-up ms  steps  timed    measured (UTC)\n\
             cpu-fused-4           0.512      7807         310   4000   3200  2026-01-02 03:04\n\
             webgpu-fused-512  failed: no adapter\n"
        );
    }
}
