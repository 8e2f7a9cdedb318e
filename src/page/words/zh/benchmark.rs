//! The benchmark, in Chinese.

use super::causes::no_webgpu;
use crate::page::browser::local_time;
use crate::page::format::{milliseconds, whole};
use crate::page::understand::benchmark::{Advice, Verdict};
use crate::page::words::BenchmarkWords;

/// The benchmark's sentences.
pub const WORDS: BenchmarkWords = BenchmarkWords {
    title: "基准测试",
    about: |seconds| {
        format!("测量这台设备用各个引擎、在不同批大小下的训练速度，大约需要 {seconds} 秒。")
    },
    measure: "开始测速",
    stop: "停止",
    copy_as_text: "复制为文本",
    last_measured: |at_ms| format!("上次测速：{}，结果保存在此浏览器中。", local_time(at_ms)),
    advice: |Advice { batch_size, nearest, others, most_images }| {
        let (case, rate) = most_images;
        let most_images = format!(
            "每秒图像数最高为 {}，由 {} 在批大小 {} 时达到。",
            whole(rate.round() as u64),
            engine(case.webgpu),
            case.batch_size
        );
        nearest.as_ref().map_or(most_images.clone(), |nearest| {
            format!("{}{most_images}", comparison(*batch_size, nearest, others))
        })
    },
    engine: "引擎",
    batch: "批大小",
    ms_a_step: "每步毫秒数",
    images_a_second: "每秒图像数",
    not_measured_yet: "尚未测量",
    waiting: "等待中",
    measuring: "测量中…",
    failed: |why| format!("失败：{why}"),
    figures_from: |measured| {
        format!(
            "预热 {} 毫秒后，取 {} 个计时步的中位数。测量于 {}",
            milliseconds(measured.measurement.warm_up_ms),
            whole(measured.measurement.timed_steps),
            local_time(measured.at_ms),
        )
    },
    report_head: |version, date, browser, adapter| {
        format!(
            "Atelier {version}：基准测试\n日期：  {date} UTC\n浏览器：{browser}\n适配器：{adapter}"
        )
    },
    report_no_adapter: |why| format!("无：{}", no_webgpu(why)),
    report_case: "项目",
    report_ms_a_step: "毫秒/步",
    report_images_a_second: "图像/秒",
    report_warm_up_ms: "预热毫秒",
    report_steps: "步数",
    report_timed_steps: "计时步数",
    report_measured_at: "测量时间（UTC）",
    report_not_measured: "未测量",
};

const fn engine(webgpu: bool) -> &'static str {
    if webgpu { "WebGPU" } else { "CPU" }
}

fn comparison(batch_size: usize, nearest: &Verdict, others: &[Verdict]) -> String {
    let size = nearest.batch_size;
    let at = if size as usize == batch_size {
        format!("在这台设备上，批大小为 {size} 时")
    } else {
        format!("在这台设备上，批大小为 {size}（最接近 {batch_size} 的测量值）时")
    };
    let first = match nearest.faster {
        None => format!("{at}，WebGPU 与 CPU 速度相当"),
        Some(faster) => format!("{at}，{}", times_as_fast(faster.webgpu, faster.times)),
    };
    let others = others.iter().map(|Verdict { batch_size, faster }| match faster {
        None => format!("为 {batch_size} 时，两者速度相当"),
        Some(faster) => {
            format!("为 {batch_size} 时，{}", times_as_fast(faster.webgpu, faster.times))
        }
    });
    let others: String = others.map(|other| format!("；{other}")).collect();
    format!("{first}{others}。引擎设为自动时，运行会使用较快的引擎。")
}

fn times_as_fast(webgpu: bool, times: f64) -> String {
    let digits = if times < 10.0 { 1 } else { 0 };
    format!("{} 的速度是 {} 的 {times:.digits$} 倍", engine(webgpu), engine(!webgpu))
}
