//! What went wrong, in Chinese.

use super::causes::{divergence, engine, fetch, gpu, quoted, training, understanding, weights};
use super::file_causes::{checkpoint, export, import, linked_file};
use super::{own_sets, page_failures};
use crate::dataset::{FetchError, ShardError};
use crate::hardware::NoWebGpu;
use crate::library::BlockError;
use crate::page::session::{Complaint, Remedy};
use crate::page::words::{FailureWords, Told};
use crate::protocol::{EngineFailure, Failure, StorageFailure, TrainingFailure, Waiting};

/// The words about failures.
pub const WORDS: FailureWords = FailureWords {
    told: |what| match what {
        Complaint::Worker(failure) => told(failure),
        Complaint::Page(failure) => page_failures::told(failure),
    },
    remedy: |remedy| match remedy {
        Remedy::RetryData => "重试",
        Remedy::Resume(_) => "继续运行",
        Remedy::GoOnWithCpu => "用 CPU 训练",
        Remedy::RestartWorker => "重新启动训练线程",
        Remedy::Reload => "刷新页面",
    },
    dismiss: "关闭",
    copy_report: "复制报告",
};

const ALL_CHECKPOINTS: &str = "已保存的检查点都还在。";
const OTHER_CHECKPOINTS: &str = "其他检查点都还在。";
const NOTHING_CHANGED: &str = "没有任何改动。";
const LIBRARY_UNCHANGED: &str = "已保存的运行和检查点没有任何变化。";
const RESUME_OR_CPU: &str = "请从最新的检查点继续；如果再次出现，请选择 CPU 引擎。";
const SMALLER_RATE: &str = "请减小学习率后重新开始。";
const RELOAD_WITHOUT_CACHE: &str = "请绕过缓存刷新页面（按住 Shift 点击刷新按钮）。";

/// Three sentences.
pub fn sentences(
    happened: impl Into<String>,
    kept: impl Into<String>,
    next: impl Into<String>,
) -> Told {
    Told { happened: happened.into(), kept: kept.into(), next: next.into() }
}

/// What the worker tells.
pub fn told(failure: &Failure) -> Told {
    match failure {
        Failure::WorkerPanicked { panic_text } => sentences(
            format!("训练线程意外停止（{}）。", quoted(panic_text)),
            ALL_CHECKPOINTS,
            "新的训练线程会自动启动，请从最新的检查点继续运行。",
        ),
        Failure::NotUnderstood(error) => sentences(
            format!("页面与训练线程无法相互理解：{}。", understanding(error)),
            ALL_CHECKPOINTS,
            RELOAD_WITHOUT_CACHE,
        ),
        Failure::Busy(waiting) => sentences(
            match waiting {
                Waiting::Refetch => "运行正在进行，暂时不能重新下载数据集。",
                Waiting::Start => "运行正在进行，暂时不能开始新的运行。",
                Waiting::ForgetOwnSet => "运行正在使用这个数据集，暂时不能删除。",
                Waiting::Measure => "运行正在进行，暂时不能测速。",
            },
            "当前的运行不受影响。",
            "请先停止当前的运行。",
        ),
        Failure::MeasurementStopped => {
            sentences("测速已停止。", "之前测得的结果都还在。", "可以随时重新测速。")
        }
        Failure::NoRunUnderWay => {
            sentences("没有正在进行的运行。", NOTHING_CHANGED, "请先开始一次运行。")
        }
        Failure::NoTestImages => {
            sentences("测试图像尚未就绪。", NOTHING_CHANGED, "请等待数据集加载完成。")
        }
        Failure::OwnSetGone { title } => sentences(
            format!("此浏览器中已没有这次运行的数据集“{title}”。"),
            "运行和检查点都还在。",
            "要查看其中的图像，请重新添加同样的文件。",
        ),
        Failure::NoWeights => {
            sentences("还没有训练好的权重。", "你的图片保持不变。", "开始训练后，判断会越来越准。")
        }
        Failure::PictureSize { found, expected } => sentences(
            format!("衣物图像应有 {expected} 个像素，而这张图片有 {found} 个。"),
            NOTHING_CHANGED,
            "请刷新页面。",
        ),
        Failure::TrainsOnCpuInstead { because } => {
            let Told { happened, kept, .. } = told(because);
            sentences(
                format!("{happened}本次运行改用 CPU 引擎训练。"),
                kept,
                "无需任何操作，运行会继续。要再次尝试 WebGPU，请开始新的运行。",
            )
        }
        Failure::Data(error) => sentences(
            format!("数据集加载失败：{}。", fetch(error)),
            "已下载的部分和全部检查点都还在。",
            after_fetch(error),
        ),
        Failure::OwnSet(why) => own_sets::told(why),
        Failure::Engine { webgpu, why } => about_engine(*webgpu, why),
        Failure::NoFusedKernels { case } => sentences(
            format!("无法测量 {case}：它的内核在这里没有通过自检。"),
            "训练不受影响，会使用 Burn 算子。",
            "请测量其他项目。",
        ),
        Failure::NotMeasured { case, why } => sentences(
            format!("{case} 测量失败：{}。", training(why)),
            "之前测得的结果都还在。",
            "请测量其他项目，或重新测量这一项。",
        ),
        Failure::Training(why) => about_training(why),
        Failure::RunDiverged { how, measured, saved } => sentences(
            format!("训练已发散：{}。", divergence(how)),
            match saved {
                Some(step) => {
                    format!("保留了截至第 {measured} 步的损失，以及第 {step} 步之后的检查点。")
                }
                None => {
                    format!("保留了截至第 {measured} 步的损失；没有检查点，因为当时还没有保存过。")
                }
            },
            SMALLER_RATE,
        ),
        Failure::Weights(error) => unusable_weights(weights(error)),
        Failure::Checkpoint(why) => sentences(
            format!("无法读取检查点：{}。", checkpoint(why)),
            OTHER_CHECKPOINTS,
            "请选择其他检查点，或删除这个检查点。",
        ),
        Failure::Storage(why) => about_storage(why),
        Failure::LibraryDeleted => sentences(
            "保存的运行被此页面之外的操作删除了。",
            "正在进行的运行会继续，并连同已有的全部指标重新保存。",
            "无需任何操作；如果不是你删除的，请检查浏览器是否会自动清除此网站的数据。",
        ),
        Failure::RunInTraining { run } => sentences(
            format!("{run} 正在训练，没有删除。"),
            "所有内容都还在。",
            "请先在训练它的标签页中停止它。",
        ),
        Failure::RunOver { run } => {
            sentences(format!("{run} 已经结束。"), "它的检查点都还在。", "请开始新的运行。")
        }
        Failure::RunElsewhere { run } => sentences(
            format!("{run} 正在另一个标签页中训练。"),
            "它会在那里继续，你可以在运行记录中看到它。",
            "请先在那里停止它，或从它的其他检查点创建分支继续。",
        ),
        Failure::LinkedFile { url, why } => sentences(
            format!("{url} 无法使用：{}。", linked_file(why)),
            "没有开始运行，其他内容也没有变化。",
            "请改为选择一个文件，或去掉链接的这个部分。",
        ),
        Failure::NotImported { file, why } => sentences(
            format!("{file} 没有导入：{}。", import(why)),
            LIBRARY_UNCHANGED,
            page_failures::WHAT_IS_TAKEN,
        ),
        Failure::NotExported(why) => sentences(
            format!("无法生成文件：{}。", export(why)),
            LIBRARY_UNCHANGED,
            "请尝试其他检查点或其他格式。",
        ),
    }
}

fn unusable_weights(cause: String) -> Told {
    sentences(
        format!("这些权重无法使用：{cause}。"),
        "之前使用的权重继续有效。",
        "请选择其他检查点。",
    )
}

fn after_fetch(error: &FetchError) -> &'static str {
    match error {
        FetchError::Download { source, .. } if source.may_pass() => "请检查网络连接，然后重试。",
        FetchError::NewVersion => "请刷新页面以使用新版本。",
        FetchError::Replaced => "无需任何操作，更新的请求会继续。",
        FetchError::Content(ShardError::Version { .. }) => RELOAD_WITHOUT_CACHE,
        FetchError::Download { .. } | FetchError::Content(_) => {
            "请重试；如果仍然失败，需要由网站维护者重新生成数据（`cargo xtask data`）。"
        }
    }
}

fn about_engine(webgpu: bool, why: &EngineFailure) -> Told {
    let cause = engine(why);
    if !webgpu {
        return sentences(
            format!("CPU 引擎无法使用：{cause}。"),
            ALL_CHECKPOINTS,
            "请刷新页面；如果再次出现，请换一个浏览器。",
        );
    }
    let next = match why {
        EngineFailure::NoWebGpu(NoWebGpu::InsecureOrigin) => {
            "请选择 CPU 引擎，它在这里也能用。要使用 WebGPU，请通过 https 或 http://localhost 打开此页面；\
             Atelier 的中文 README（README.zh.md）在“在课堂上使用”一节中说明了如何为整个班级配置。"
        }
        EngineFailure::Gpu(_) => {
            "请重新开始：新的训练线程会重新申请 GPU。也可以选择 CPU 引擎，它在所有浏览器中都能用。"
        }
        EngineFailure::NoWebGpu(_)
        | EngineFailure::NoDevice { .. }
        | EngineFailure::WrongAnswer(_)
        | EngineFailure::NoAnswer(_) => "请选择 CPU 引擎，它在所有浏览器中都能用。",
    };
    sentences(format!("WebGPU 无法使用：{cause}。"), ALL_CHECKPOINTS, next)
}

fn about_training(why: &TrainingFailure) -> Told {
    match why {
        TrainingFailure::Diverged(how) => sentences(
            format!("训练已发散：{}。", divergence(how)),
            "在那一步之前保存的检查点都还在。",
            SMALLER_RATE,
        ),
        TrainingFailure::Order(_) => sentences(
            format!("无法开始运行：{}。", training(why)),
            "没有开始运行，其他内容也没有变化。",
            "请修正链接指定的批次文件。",
        ),
        TrainingFailure::Gpu(complaint) => {
            sentences(format!("运行已停止：{}。", gpu(complaint)), ALL_CHECKPOINTS, RESUME_OR_CPU)
        }
        TrainingFailure::Engine(_) => {
            sentences(format!("运行已停止：{}。", training(why)), ALL_CHECKPOINTS, RESUME_OR_CPU)
        }
        TrainingFailure::Weights(error) => unusable_weights(weights(error)),
        TrainingFailure::Resume(_) => sentences(
            format!("无法继续运行：{}。", training(why)),
            "检查点保持不变。",
            "请开始新的运行，或用这个检查点分类。",
        ),
    }
}

fn about_storage(why: &StorageFailure) -> Told {
    const UNSTORED: &str = "训练在内存中继续，之前保存的内容不受影响。";
    const ALLOW: &str = "请退出无痕浏览模式，或允许此网站保存数据，然后刷新页面。";
    const RUN_AND_CHECKPOINTS: &str = "其他运行和这次运行的检查点都还在。";
    const USE_CHECKPOINTS: &str = "请使用它的检查点，或删除它。";
    const OTHERS: &str = "其他内容都还在。";
    const CHOOSE_ANOTHER: &str = "它可能已在另一个标签页中被删除，请另选一个。";
    match why {
        StorageFailure::Refused { browser_text } => sentences(
            format!("无法保存或读取运行：浏览器存储拒绝访问（{}）。", quoted(browser_text)),
            UNSTORED,
            ALLOW,
        ),
        StorageFailure::NeverOpened => {
            sentences("无法保存或读取运行：浏览器存储没有打开。", UNSTORED, ALLOW)
        }
        StorageFailure::Aborted => {
            sentences("无法保存或读取运行：浏览器放弃了一次写入，没有说明原因。", UNSTORED, ALLOW)
        }
        StorageFailure::Silent => sentences(
            "暂时无法保存或读取运行：浏览器存储没有响应。",
            UNSTORED,
            "请保留此标签页：存储一恢复，Atelier 就会保存运行。请关闭可能占用存储的其他 Atelier 标签页。",
        ),
        StorageFailure::NoSpace => sentences(
            "有一次运行无法写入：浏览器没有空间留给此网站。",
            UNSTORED,
            "请删除不再需要的运行或检查点（半分钟后释放空间），或清理磁盘。之后会自动重新保存。",
        ),
        StorageFailure::OlderTab => sentences(
            "暂时无法保存运行：另一个标签页中的旧版 Atelier 占用着运行记录。",
            UNSTORED,
            "请关闭或刷新那个标签页，之后会自动开始保存。",
        ),
        StorageFailure::NewerBuild => sentences(
            "无法继续保存运行：新版 Atelier 已升级运行记录，当前版本无法读取。",
            UNSTORED,
            "请下载当前运行中需要的内容，然后刷新此页面。",
        ),
        StorageFailure::NoRun { run } => {
            sentences(format!("运行记录中没有 {run}。"), OTHERS, CHOOSE_ANOTHER)
        }
        StorageFailure::NoCheckpoint { checkpoint } => {
            sentences(format!("没有找到检查点 {checkpoint}。"), OTHERS, CHOOSE_ANOTHER)
        }
        StorageFailure::NoEpoch { run, epoch } => {
            sentences(format!("运行记录中没有 {run} 第 {epoch} 轮的权重。"), OTHERS, CHOOSE_ANOTHER)
        }
        StorageFailure::Superseded { checkpoint } => sentences(
            format!("{checkpoint} 无法恢复：更新的检查点已取代它。"),
            "更新的检查点和其他内容都还在。",
            "请使用更新的检查点。",
        ),
        StorageFailure::Damaged { checkpoint } => sentences(
            format!("{checkpoint} 已损坏：校验和与写入时不一致。"),
            OTHER_CHECKPOINTS,
            "请删除它，另选一个检查点。",
        ),
        StorageFailure::Unreadable { name } => {
            sentences(format!("无法读取 {name} 的存储内容。"), RUN_AND_CHECKPOINTS, USE_CHECKPOINTS)
        }
        StorageFailure::Metrics(BlockError::Unreadable(block)) => sentences(
            format!("无法读取这次运行的第 {block} 块指标。"),
            RUN_AND_CHECKPOINTS,
            USE_CHECKPOINTS,
        ),
        StorageFailure::Metrics(BlockError::Inconsistent) => {
            sentences("这次运行的指标自相矛盾。", RUN_AND_CHECKPOINTS, USE_CHECKPOINTS)
        }
        StorageFailure::Checkpoint(why) => told(&Failure::Checkpoint(why.clone())),
    }
}

#[cfg(test)]
#[path = "failures_tests.rs"]
mod tests;
