//! The table as plain text, for a message or a spreadsheet.

use leptos::prelude::With as _;

use crate::benchmark::BenchmarkCase;
use crate::page::browser::{user_agent, utc_minute};
use crate::page::format::UNKNOWN;
use crate::page::session::{BenchmarkState, CaseState, Machine, Measured};
use crate::page::words::{Words, words};

/// The measurements of these cases, and the machine that they were made on.
pub fn of(machine: Machine, benchmark: BenchmarkState, cases: &[BenchmarkCase]) -> String {
    let words = words();
    let adapter = machine.engines.with(|engines| {
        engines.as_ref().map_or_else(
            || UNKNOWN.to_owned(),
            |engines| match &engines.webgpu {
                Ok(adapter) => words.engine.adapter(adapter),
                Err(why) => words.benchmark.report_no_adapter(why),
            },
        )
    });
    let (version, now) = (env!("CARGO_PKG_VERSION"), utc_minute(js_sys::Date::now()));
    let head = words.benchmark.report_head(version, &now, &user_agent(), &adapter);
    let row = |case: &BenchmarkCase| {
        let failed = benchmark.round.with(|benchmark_run| match benchmark_run.state_of(*case) {
            Some(CaseState::Failed(why)) => Some(words.failures.told(why).happened),
            _ => None,
        });
        let cells = match (failed, machine.measured_of(*case)) {
            (Some(why), _) => Err(words.benchmark.failed(&why)),
            (None, Some(measured)) => Ok(figures(&measured, utc_minute(measured.at_ms))),
            (None, None) => Err(words.benchmark.report_not_measured().to_owned()),
        };
        (case.to_string(), cells)
    };
    format!("{head}\n\n{}", table(words, &cases.iter().map(row).collect::<Vec<_>>()))
}

const FIGURES: usize = 6;

const fn headings(words: &Words) -> [&'static str; FIGURES] {
    let words = &words.benchmark;
    [
        words.report_ms_a_step(),
        words.report_images_a_second(),
        words.report_warm_up_ms(),
        words.report_steps(),
        words.report_timed_steps(),
        words.report_measured_at(),
    ]
}

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

/// Each column is as wide as its widest cell. A case without figures has words instead.
fn table(words: &Words, rows: &[(String, Result<[String; FIGURES], String>)]) -> String {
    let (case, headings) = (words.benchmark.report_case(), headings(words));
    let names = rows.iter().map(|(name, _)| width_of(name));
    let first = names.chain([width_of(case)]).max().unwrap_or_default();
    let mut widths = headings.map(width_of);
    for cells in rows.iter().filter_map(|(_, cells)| cells.as_ref().ok()) {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = width_of(cell).max(*width);
        }
    }
    let line = |name: &str, cells: &[String; FIGURES]| {
        let mut line = format!("{name}{}", spaces(first, name));
        for (cell, width) in cells.iter().zip(widths) {
            line.push_str(&format!("  {}{cell}", spaces(width, cell)));
        }
        line + "\n"
    };
    let head = line(case, &headings.map(str::to_owned));
    let body = rows.iter().map(|(name, cells)| match cells {
        Ok(cells) => line(name, cells),
        Err(words) => format!("{name}{}  {words}\n", spaces(first, name)),
    });
    head + &body.collect::<String>()
}

/// Columns that a text takes where every letter has the same width: Chinese letters and signs take two.
fn width_of(text: &str) -> usize {
    text.chars().map(|letter| if letter >= '\u{2e80}' { 2 } else { 1 }).sum()
}

/// What a text lacks of a column's width.
fn spaces(width: usize, text: &str) -> String {
    " ".repeat(width.saturating_sub(width_of(text)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::benchmark::Measurement;
    use crate::page::words::{CHINESE, ENGLISH};

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
            table(&ENGLISH, &rows),
            "case              ms/step  images/s  warm-up ms  steps  timed    measured (UTC)\n\
             cpu-fused-4         0.512      7807         310   4000   3200  2026-01-02 03:04\n\
             webgpu-fused-512  failed: no adapter\n"
        );
        assert_eq!(
            table(&CHINESE, &rows[..1]),
            "项目         毫秒/步  图像/秒  预热毫秒  步数  计时步数   测量时间（UTC）\n\
             cpu-fused-4    0.512     7807       310  4000      3200  2026-01-02 03:04\n"
        );
    }
}
