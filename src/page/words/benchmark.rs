//! The benchmark: its table, what to make of it, its report as plain text.

use super::sentences;
use crate::hardware::NoWebGpu;
use crate::page::benchmark::Advice;
use crate::page::session::Measured;

sentences! {
    /// The benchmark: its table, what to make of it, its report as plain text.
    BenchmarkWords {
        title,
        /// What it does, and how long it takes, about.
        about(seconds: u32),
        measure,
        stop,
        copy_as_text,
        /// At this moment, milliseconds since 1970 UTC.
        last_measured(at_ms: f64),
        /// What to make of what was measured.
        advice(advice: &Advice),
        /// A column.
        engine,
        /// A column.
        batch,
        /// A column.
        ms_a_step,
        /// A column.
        images_a_second,
        /// A case.
        not_measured_yet,
        /// A case.
        waiting,
        /// A case.
        measuring,
        /// A case.
        failed(why: &str),
        /// On what a case's figures rest.
        figures_from(measured: &Measured),
        /// The report's head: the program's version, now in UTC, the browser and its adapter.
        report_head(version: &str, date: &str, browser: &str, adapter: &str),
        /// In the place of the adapter.
        report_no_adapter(why: &NoWebGpu),
        /// A column of the report.
        report_case,
        /// A column of the report.
        report_ms_a_step,
        /// A column of the report.
        report_images_a_second,
        /// A column of the report.
        report_warm_up_ms,
        /// A column of the report.
        report_steps,
        /// A column of the report.
        report_timed_steps,
        /// A column of the report.
        report_measured_at,
        /// A case of the report.
        report_not_measured,
    }
}
