//! What went wrong in the page, in Chinese.

use super::causes::{quoted, understanding};
use super::failures::{self, sentences};
use super::library::deleted;
use super::settings::one_of;
use crate::page::session::{AfterDeath, Death, LinkError, PageFailure, StoredWork};
use crate::page::words::Told;
use crate::page::words::failures::shortened;
use crate::protocol::{Failure, ProtocolError};
use crate::settings::LinkMistake;

/// Which files the library takes.
pub const WHAT_IS_TAKEN: &str =
    "请选择 safetensors 文件、torch.save 写出的 state dict，或从 Atelier 导出的运行。";
const LIBRARY_UNTOUCHED: &str = "已保存的运行和检查点不受影响。";
/// Names that a message lists; further ones are counted.
const MOST_LISTED: usize = 8;
/// Mistakes of a link that are told one by one; nobody reads more.
const MOST_MISTAKES: usize = 5;

/// What the page tells.
pub fn told(failure: &PageFailure) -> Told {
    match failure {
        PageFailure::WorkerLost { how, kept, set_aside, next } => {
            sentences(death(how), stored(*kept, set_aside.as_deref()), after_death(*next))
        }
        PageFailure::GpuLost { how } => sentences(
            failures::told(how).happened,
            "已保存的检查点都还在。",
            "新的训练线程正在重新请求 GPU。",
        ),
        PageFailure::Resumed { after, step } => {
            let happened = (failures::WORDS.told)(after).happened;
            let kept = match step {
                0 => "它还没有检查点，已从头开始。".to_owned(),
                step => format!("它已从第 {step} 步之后的检查点继续。"),
            };
            sentences(format!("{happened}运行已自动继续。"), kept, "无需任何操作。")
        }
        PageFailure::Reloaded => {
            sentences("页面在运行途中被重新加载。", LIBRARY_UNTOUCHED, "可以继续这次运行。")
        }
        PageFailure::NoStart(error) => sentences(
            format!("无法开始训练：{}。", link(error)),
            LIBRARY_UNTOUCHED,
            "请允许此页面使用 Web Worker，然后重试。",
        ),
        PageFailure::SlowStart { seconds } => sentences(
            format!("训练线程在 {seconds} 秒内没有启动。"),
            LIBRARY_UNTOUCHED,
            "网络较慢时可能仍在加载。如果一直没有变化，请刷新页面。",
        ),
        PageFailure::NoWorker => {
            sentences("训练线程没有运行。", LIBRARY_UNTOUCHED, "请重新启动它。")
        }
        PageFailure::WorkerEnded => sentences(
            "上一个请求可能没有完成：训练线程在响应之前就结束了。",
            "之前保存的内容都还在。",
            "请检查是否已完成，如果没有，请重试。",
        ),
        PageFailure::WrongAnswer => {
            sentences("训练线程返回了错误类型的响应。", LIBRARY_UNTOUCHED, "请刷新页面后重试。")
        }
        PageFailure::NoDownload { browser_text } => sentences(
            format!("浏览器拒绝了下载（{}）。", quoted(browser_text)),
            LIBRARY_UNTOUCHED,
            "请允许此页面下载文件，然后重试。",
        ),
        PageFailure::FileTooLarge { file, bytes } => sentences(
            format!(
                "{file} 没有读取：它有 {:.0} MB，没有哪个运行或检查点会这么大。",
                *bytes as f64 / 1e6
            ),
            LIBRARY_UNTOUCHED,
            WHAT_IS_TAKEN,
        ),
        PageFailure::OwnSetGone => sentences(
            "此浏览器中已没有你的数据集。",
            "运行和检查点都还在，已改用 Fashion-MNIST。",
            "要再次使用自己的数据集，请重新添加它的文件。",
        ),
        PageFailure::RemovedForGood(what) => sentences(
            format!("已永久删除：{}。没有空间供暂时保留，因此无法撤销。", deleted(what)),
            "其他运行和检查点都还在。",
            "无需任何操作，会自动利用释放出的空间继续保存。",
        ),
        PageFailure::UnreadableFile { file, browser_text } => sentences(
            format!("无法读取 {file}（{}）。", quoted(browser_text)),
            LIBRARY_UNTOUCHED,
            "请重新选择文件。",
        ),
        PageFailure::FilesWorkerLost { how, files } => sentences(
            unread(files, &cause(how)),
            "已保存的运行和检查点不受影响，正在进行的运行也会继续。",
            if files.is_empty() {
                "请重试。如果再次失败，请刷新页面，或者减少一次导出的内容。"
            } else {
                "请重新选择文件。如果再次失败，请刷新页面；需要过多内存的文件无法导入。"
            },
        ),
        PageFailure::PhotoWorkerLost { how } => sentences(
            format!("从照片中识别服装的工作线程已停止：{}。", cause(how)),
            "已保存的运行和检查点不受影响，正在进行的运行也会继续。",
            "请重试。如果再次失败，请刷新页面，或改为手绘。",
        ),
        PageFailure::InsightWorkerLost { how } => sentences(
            format!("分析网络的工作线程已停止：{}。", cause(how)),
            "已保存的运行和检查点不受影响，正在进行的运行也会继续。",
            "请重试。如果再次失败，请刷新页面。",
        ),
        PageFailure::InsightNotLoaded { browser_text } => sentences(
            format!("页面的这一部分未能加载（{}）。", quoted(browser_text)),
            "其他功能不受影响，正在进行的运行也会继续。",
            "请检查网络连接，然后重试。",
        ),
        PageFailure::NoReload { browser_text } => sentences(
            format!("页面无法自行刷新（{}）。", quoted(browser_text)),
            LIBRARY_UNTOUCHED,
            "请用浏览器的刷新按钮刷新。",
        ),
        PageFailure::LinkSettings => sentences(
            "链接中的设置无法使用，因此没有开始运行。",
            "链接中的设置已按原样填入表单。",
            "请修正标出的字段，然后点击“开始训练”。",
        ),
        PageFailure::LinkNotUnderstood { mistakes, kept_from_starting } => sentences(
            format!("链接中有无法识别的部分：{}。", listed(mistakes)),
            "链接的其余部分已填入表单。",
            if *kept_from_starting {
                "没有开始运行。请检查设置，然后点击“开始训练”。"
            } else {
                "请先检查设置，再点击“开始训练”。"
            },
        ),
        PageFailure::RunNotHere { run } => sentences(
            format!("此浏览器的运行记录中没有 {run}。"),
            "已有的运行记录没有变化。",
            "请在“运行记录”中选择一个，或从文件导入该运行。",
        ),
        PageFailure::UnknownCases { words } => {
            let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            sentences(
                format!("链接要求测量不存在的项目：{}。", quoted.join("、")),
                "基准测试的其他项目与链接一致。",
                "项目的写法形如 webgpu-fused-64 或 cpu-general-4。",
            )
        }
    }
}

fn death(how: &Death) -> String {
    match how {
        Death::Link(error) => format!("训练线程已中断：{}。", link(error)),
        Death::Told(failure) => failures::told(failure).happened,
    }
}

fn cause(how: &Death) -> String {
    match how {
        Death::Link(error) => link(error),
        Death::Told(Failure::WorkerPanicked { panic_text }) => quoted(panic_text).to_owned(),
        Death::Told(failure) => failures::told(failure).happened,
    }
}

fn link(error: &LinkError) -> String {
    match error {
        LinkError::Refused(text) => format!("浏览器拒绝启动训练线程（{}）", quoted(text)),
        LinkError::NotLoaded => "它的脚本无法加载".to_owned(),
        LinkError::Script(text) => format!("它的脚本出错（{}）", quoted(text)),
        LinkError::Silent(seconds) => format!("它已经 {seconds} 秒没有响应"),
        LinkError::DoesNotStop(seconds) => format!("运行在 {seconds} 秒后仍未停止"),
        LinkError::Lost => "页面与训练线程之间丢失了一条消息".to_owned(),
        LinkError::Carriage(text) => {
            format!("页面与训练线程之间丢失了一条消息（{}）", quoted(text))
        }
        LinkError::Protocol(error @ ProtocolError::Version { .. }) => {
            format!("它与页面的版本不同，{}", understanding(error))
        }
        LinkError::Protocol(error) => understanding(error),
    }
}

fn stored(kept: StoredWork, set_aside: Option<&str>) -> String {
    let kept = match kept {
        StoredWork::UpToStep(step) => format!("运行已保存到第 {step} 步。"),
        StoredWork::Checkpoints(0) => "还没有保存过任何内容。".to_owned(),
        StoredWork::Checkpoints(1) => "已保存的检查点还在。".to_owned(),
        StoredWork::Checkpoints(count) => format!("已保存的 {count} 个检查点都还在。"),
    };
    match set_aside {
        Some(name) => format!("{kept}中断时它正在读取 {name}，之后不再自动读取。"),
        None => kept,
    }
}

const fn after_death(next: AfterDeath) -> &'static str {
    match next {
        AfterDeath::NewWorker => "新的训练线程已启动。",
        AfterDeath::NewWorkerAndResume => "新的训练线程已启动，可以继续运行。",
        AfterDeath::RunGoesOn => "新的训练线程已启动，运行在其中继续。",
        AfterDeath::GivenUp => {
            "训练线程屡次出错，因此没有再启动。请刷新页面，或换一个引擎、减小批大小。报告写明了出错的经过，不含你的数据。"
        }
        AfterDeath::Reload => "请刷新页面，使两者版本一致。",
    }
}

fn unread(files: &[String], cause: &str) -> String {
    let listed = files.iter().take(MOST_LISTED).map(String::as_str).collect::<Vec<_>>().join("、");
    let listed = match files.len().saturating_sub(MOST_LISTED) {
        0 => listed,
        more => format!("{listed} 等，另有 {more} 个"),
    };
    match files {
        [] => format!("文件未能导出：文件线程已中断（{cause}）。"),
        [_] => format!("{listed} 未能导入：文件线程已中断（{cause}）。"),
        _ => format!("以下文件未能导入：{listed}。文件线程在读取第一个时中断（{cause}）。"),
    }
}

fn listed(mistakes: &[LinkMistake]) -> String {
    let told = mistakes.iter().take(MOST_MISTAKES).map(|mistake| match mistake {
        LinkMistake::Key { key, nearest: Some(nearest) } => {
            format!("“{}”（是否想写“{nearest}”？）", shortened(key))
        }
        LinkMistake::Key { key, nearest: None } => format!("“{}”", shortened(key)),
        LinkMistake::Word { key, word, offered } => {
            format!("{key}“{}”（可选 {}）", shortened(word), one_of(offered))
        }
    });
    let mut told: Vec<_> = told.collect();
    let more = mistakes.len().saturating_sub(MOST_MISTAKES);
    if more > 0 {
        told.push(format!("另有 {more} 处"));
    }
    told.join("；")
}
