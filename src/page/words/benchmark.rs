//! The benchmark: its table, the advice from it, and its report as plain text.

use super::sentences;
use crate::hardware::NoWebGpu;
use crate::page::session::Measured;
use crate::page::understand::benchmark::Advice;

sentences! {
    /// The benchmark: its table, the advice from it, and its report as plain text.
    BenchmarkWords {
        title,
        /// What it does, and roughly how many seconds it takes.
        about(seconds: u32),
        measure,
        stop,
        copy_as_text,
        /// The time is in milliseconds since 1970 UTC.
        last_measured(at_ms: f64),
        /// The advice from the measurements.
        advice(advice: &Advice),
        /// A column heading.
        engine,
        /// A column heading.
        batch,
        /// A column heading.
        ms_a_step,
        /// A column heading.
        images_a_second,
        /// A case's state.
        not_measured_yet,
        /// A case's state.
        waiting,
        /// A case's state.
        measuring,
        /// A case's state.
        failed(why: &str),
        /// How a case's figures were measured.
        figures_from(measured: &Measured),
        /// The report's head: the program's version, the current time in UTC, the browser and its adapter.
        report_head(version: &str, date: &str, browser: &str, adapter: &str),
        /// Instead of the adapter.
        report_no_adapter(why: &NoWebGpu),
        /// A column heading of the report.
        report_case,
        /// A column heading of the report.
        report_ms_a_step,
        /// A column heading of the report.
        report_images_a_second,
        /// A column heading of the report.
        report_warm_up_ms,
        /// A column heading of the report.
        report_steps,
        /// A column heading of the report.
        report_timed_steps,
        /// A column heading of the report.
        report_measured_at,
        /// A case's state in the report.
        report_not_measured,
    }
}
