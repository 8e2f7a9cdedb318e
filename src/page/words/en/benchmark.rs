//! The benchmark, in English.

use super::causes::no_webgpu;
use crate::page::browser::local_time;
use crate::page::format::{milliseconds, whole};
use crate::page::understand::benchmark::{Advice, Verdict};
use crate::page::words::BenchmarkWords;

/// The benchmark's sentences.
pub const WORDS: BenchmarkWords = BenchmarkWords {
    title: "Benchmark",
    about: |seconds| {
        format!(
            "Measures how fast this machine trains with each engine at several batch sizes. It takes \
             about {seconds} s."
        )
    },
    measure: "Measure",
    stop: "Stop",
    copy_as_text: "Copy as text",
    last_measured: |at_ms| format!("Last measured {}; stored in this browser.", local_time(at_ms)),
    advice: |Advice { batch_size, nearest, others, most_images }| {
        let (case, rate) = most_images;
        let most_images = format!(
            "Highest throughput: {} images/s, on {} at batch size {}.",
            whole(rate.round() as u64),
            engine(case.webgpu),
            case.batch_size
        );
        nearest.as_ref().map_or(most_images.clone(), |nearest| {
            format!("{} {most_images}", comparison(*batch_size, nearest, others))
        })
    },
    engine: "Engine",
    batch: "Batch",
    ms_a_step: "ms/step",
    images_a_second: "Images/s",
    not_measured_yet: "not measured yet",
    waiting: "waiting",
    measuring: "measuring…",
    failed: |why| format!("failed: {why}"),
    figures_from: |measured| {
        format!(
            "Median of {} timed steps, after {} ms of warm-up. Measured {}",
            whole(measured.measurement.timed_steps),
            milliseconds(measured.measurement.warm_up_ms),
            local_time(measured.at_ms),
        )
    },
    report_head: |version, date, browser, adapter| {
        format!(
            "Atelier {version}: benchmark\nDate:    {date} UTC\nBrowser: {browser}\nAdapter: {adapter}"
        )
    },
    report_no_adapter: |why| format!("none: {}", no_webgpu(why)),
    report_case: "case",
    report_ms_a_step: "ms/step",
    report_images_a_second: "images/s",
    report_warm_up_ms: "warm-up ms",
    report_steps: "steps",
    report_timed_steps: "timed",
    report_measured_at: "measured (UTC)",
    report_not_measured: "not measured",
};

const fn engine(webgpu: bool) -> &'static str {
    if webgpu { "WebGPU" } else { "the CPU" }
}

fn comparison(batch_size: usize, nearest: &Verdict, others: &[Verdict]) -> String {
    let size = nearest.batch_size;
    let at = if size as usize == batch_size {
        format!("At batch {size}")
    } else {
        format!("At batch {size}, the measured size nearest to {batch_size},")
    };
    let first = match nearest.faster {
        None => format!("{at} WebGPU and the CPU are about equally fast here"),
        Some(faster) => {
            let (times, slower) =
                (times_as_fast(faster.webgpu, faster.times), engine(!faster.webgpu));
            format!("{at} {times} as {slower} here")
        }
    };
    let others = others.iter().map(|Verdict { batch_size, faster }| match faster {
        None => format!("at {batch_size} they are about equally fast"),
        Some(faster) => format!("at {batch_size} {}", times_as_fast(faster.webgpu, faster.times)),
    });
    let others = others.collect::<Vec<_>>().join(", ");
    let semicolon = if others.is_empty() { "" } else { "; " };
    format!(
        "{first}{semicolon}{others}. With the engine set to Automatic, runs use the faster one."
    )
}

fn times_as_fast(webgpu: bool, times: f64) -> String {
    let digits = if times < 10.0 { 1 } else { 0 };
    format!("{} is {times:.digits$}× as fast", engine(webgpu))
}
