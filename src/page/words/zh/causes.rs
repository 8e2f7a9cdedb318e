//! Causes of failures in Chinese, as they stand within a sentence: after a colon or a comma.

use crate::dataset::shard::{FORMAT_VERSION, MANIFEST_NAME, OWN_VERSION};
use crate::dataset::{
    DownloadError, FetchError, IdentityMistake, IdxError, ManifestMistake, OrderMistake, ShardError,
};
use crate::hardware::{GpuComplaint, NoWebGpu, TestedNumber, WrongAnswer};
use crate::history::ResumeMistake;
use crate::network::{CLASSES, EngineFault, ModelError, Network, SIDE};
use crate::protocol::{
    Divergence, EngineFailure, PROTOCOL_VERSION, ProtocolError, TrainingFailure,
};

/// A text from outside in quotation marks, without a full stop of its own.
pub fn quoted(text: &str) -> String {
    let text = text.trim_end_matches(|letter: char| letter == '.' || letter.is_whitespace());
    format!("“{text}”")
}

/// Why page and worker cannot read each other.
pub fn understanding(error: &ProtocolError) -> String {
    match error {
        ProtocolError::Version { theirs } => {
            format!("一方使用协议版本 {PROTOCOL_VERSION}，另一方使用协议版本 {theirs}")
        }
        ProtocolError::Cut => "有一条消息短得连版本号都放不下".to_owned(),
        ProtocolError::NoBytes => "有一条消息不是字节数据".to_owned(),
        ProtocolError::WrongProgram => "有一条命令发给了错误的 Worker".to_owned(),
        ProtocolError::Malformed(text) => format!("有一条消息无法解析（{}）", quoted(text)),
    }
}

/// Why the data set did not come.
pub fn fetch(error: &FetchError) -> String {
    match error {
        FetchError::Download { file, source } => format!("{file} 下载失败，{}", download(source)),
        FetchError::Content(error) => shard(error),
        FetchError::NewVersion => "网站上有新版本的 Atelier".to_owned(),
        FetchError::Replaced => "已有更新的请求取代了这个请求".to_owned(),
    }
}

/// Why a file did not come.
pub fn download(error: &DownloadError) -> String {
    match error {
        DownloadError::Network(text) => format!("无法连接服务器或连接中断（{}）", quoted(text)),
        DownloadError::NoStream => "浏览器不支持流式读取响应".to_owned(),
        DownloadError::Missing => "服务器上没有这个文件（HTTP 404）".to_owned(),
        DownloadError::PageInstead => "服务器返回的是网页而不是这个文件".to_owned(),
        DownloadError::Status(status) => format!("服务器返回了 HTTP {status}"),
        DownloadError::Silence => {
            format!("{} 秒内没有收到任何数据", DownloadError::SILENCE_S)
        }
        DownloadError::Slow => {
            format!("下载用时超过 {} 分钟", DownloadError::TOTAL_S / 60)
        }
        DownloadError::TooLarge(bytes) => format!("文件超过了预期的 {bytes} 字节"),
    }
}

fn shard(error: &ShardError) -> String {
    match error {
        ShardError::Manifest(text) => format!("{MANIFEST_NAME} 无法读取（{}）", quoted(text)),
        ShardError::Version { found } => {
            format!(
                "{MANIFEST_NAME} 的版本是 {found}，而当前程序读取版本 {FORMAT_VERSION} 和 {OWN_VERSION}"
            )
        }
        ShardError::Inconsistent(mistake) => {
            format!("{MANIFEST_NAME} 自相矛盾，{}", manifest(mistake))
        }
        ShardError::Size { file, expected, found } => {
            format!("{file} 有 {found} 字节，应为 {expected} 字节")
        }
        ShardError::Altered { file, expected, found } => {
            format!("{file} 已被改动，其 SHA-256 是 {found}，应为 {expected}")
        }
        ShardError::Label { file, source } => format!("{file} 有误，{}", idx(source)),
        ShardError::Mismatch { pixels, labels } => {
            format!("{pixels} 字节的像素与 {labels} 个标签不匹配")
        }
    }
}

fn manifest(mistake: &ManifestMistake) -> String {
    match mistake {
        ManifestMistake::ClassNames(found) => {
            format!("它有 {found} 个类别名称，而类别有 {CLASSES} 个")
        }
        ManifestMistake::Own(mistake) => data_set(mistake),
        ManifestMistake::OwnVersion(version) => {
            format!("版本 {version} 与其中对数据集的说明不符")
        }
        ManifestMistake::Contents { expected, found } => {
            format!("图像的 SHA-256 是 {found}，而不是 {expected}")
        }
        ManifestMistake::Images { train: true, images } => {
            format!("训练图像不可能有 {images} 张")
        }
        ManifestMistake::Images { train: false, images } => {
            format!("测试图像不可能有 {images} 张")
        }
        ManifestMistake::Sum { train: true, images } => {
            format!("训练分片合计不是 {images} 张图像")
        }
        ManifestMistake::Sum { train: false, images } => {
            format!("测试分片合计不是 {images} 张图像")
        }
        ManifestMistake::Shard { file, images, bytes } => {
            format!("{file} 的 {bytes} 字节里不可能有 {images} 张图像")
        }
        ManifestMistake::FileName(name) => format!("“{name}”不是单纯的文件名"),
    }
}

fn data_set(mistake: &IdentityMistake) -> String {
    let (least, most) = (Network::FEWEST_CLASSES, Network::MOST_CLASSES);
    match mistake {
        IdentityMistake::Classes(found) => {
            format!("它有 {found} 个类别，而类别数须为 {least} 到 {most}")
        }
        IdentityMistake::NoClassName(label) => format!("类别 {label} 没有名称"),
        IdentityMistake::SameClassName(name) => format!("有两个类别都叫“{name}”"),
        IdentityMistake::Sha256(found) => format!("“{found}”不是 SHA-256"),
    }
}

pub fn idx(error: &IdxError) -> String {
    match error {
        IdxError::CutHeader(bytes) => format!("IDX 文件头只有 {bytes} 字节，不完整"),
        IdxError::Magic { dimensions, magic } => {
            format!("它不是 {dimensions} 维无符号字节的 IDX 文件，开头是 {magic:02x?}")
        }
        IdxError::Size { rows, columns } => {
            format!("图像尺寸是 {rows}×{columns}，应为 {SIDE}×{SIDE}")
        }
        IdxError::Length { declared, found } => {
            format!("文件头声明有 {declared} 字节数据，实际有 {found} 字节")
        }
        IdxError::Label { index, label, classes } => {
            format!("图像 {index} 的标签 {label} 不小于 {classes}")
        }
    }
}

/// Why there is no WebGPU.
pub fn no_webgpu(why: &NoWebGpu) -> String {
    match why {
        NoWebGpu::InsecureOrigin => {
            "此页面通过未加密的 http 打开，而浏览器只对 https 和 localhost 提供 WebGPU".to_owned()
        }
        NoWebGpu::Missing => "此浏览器不支持 WebGPU".to_owned(),
        NoWebGpu::NoAdapter => "此浏览器支持 WebGPU，但没有可用的适配器".to_owned(),
        NoWebGpu::NoAnswer(seconds) => format!("浏览器在 {seconds} 秒内没有给出适配器"),
        NoWebGpu::RefusedWithoutReason => "浏览器没有提供 WebGPU 适配器，也没有说明原因".to_owned(),
        NoWebGpu::Refused(text) => {
            format!("浏览器没有提供 WebGPU 适配器（{}）", quoted(text))
        }
    }
}

/// Why an engine cannot be used.
pub fn engine(why: &EngineFailure) -> String {
    match why {
        EngineFailure::NoWebGpu(why) => no_webgpu(why),
        EngineFailure::NoDevice { detail } => {
            format!("适配器没有提供设备（{}）", quoted(detail))
        }
        EngineFailure::Gpu(complaint) => gpu(complaint),
        EngineFailure::WrongAnswer(answer) => {
            format!("引擎没有通过自检，{}", wrong_answer(answer))
        }
        EngineFailure::NoAnswer(why) => format!("引擎没有通过自检，{}", training(why)),
    }
}

/// What a GPU reported.
pub fn gpu(complaint: &GpuComplaint) -> String {
    match complaint {
        GpuComplaint::Reported(text) => format!("WebGPU 报告了错误（{}）", quoted(text)),
        GpuComplaint::NoAnswer(seconds) => format!("GPU 已经 {seconds} 秒没有响应"),
        GpuComplaint::Lost { reason, message } => {
            format!("GPU 设备已丢失（{reason}，{}）", quoted(message))
        }
    }
}

fn wrong_answer(answer: &WrongAnswer) -> String {
    match answer {
        WrongAnswer::Kernel(text) => format!("有一个内核无法编译（{}）", quoted(text)),
        WrongAnswer::Number { what, found, expected } => match what {
            TestedNumber::Loss => format!("损失是 {found}，应为 {expected}"),
            TestedNumber::LossOfStep(step) => {
                format!("第 {step} 步的损失是 {found}，应为 {expected}")
            }
            TestedNumber::ValidationLoss => format!("验证损失是 {found}，应为 {expected}"),
            TestedNumber::ValidationAccuracy => {
                format!("验证准确率是 {found}，应为 {expected}")
            }
            TestedNumber::GradientNorm(parameter) => {
                format!("{parameter} 的梯度范数是 {found}，应为 {expected}")
            }
        },
        WrongAnswer::Gradient { parameter, relative_difference } => {
            format!("{parameter} 的梯度与 CPU 引擎相差 {:.1e}", relative_difference.0)
        }
    }
}

/// How a run has diverged.
pub fn divergence(how: &Divergence) -> String {
    match how {
        Divergence::Loss { step, loss } => format!("第 {step} 步的损失是 {loss}"),
        Divergence::ValidationLoss { epoch, loss } => format!("第 {epoch} 轮的验证损失是 {loss}"),
        Divergence::Weights { step } => format!("第 {step} 步之后，权重不再是有限的数"),
    }
}

/// Why training cannot begin or go on.
pub fn training(why: &TrainingFailure) -> String {
    match why {
        TrainingFailure::Diverged(how) => divergence(how),
        TrainingFailure::Order(mistake) => format!("批次顺序无法使用，{}", order(mistake)),
        TrainingFailure::Gpu(complaint) => gpu(complaint),
        TrainingFailure::Engine(fault) => format!("引擎出错，{}", engine_fault(fault)),
        TrainingFailure::Weights(error) => weights(error),
        TrainingFailure::Resume(mistake) => resume(mistake),
    }
}

fn order(mistake: &OrderMistake) -> String {
    match mistake {
        OrderMistake::NoBatches => "其中没有批次".to_owned(),
        OrderMistake::EmptyBatch { batch } => format!("批次 {batch} 是空的"),
        OrderMistake::LargeBatch { batch, images, most } => {
            format!("批次 {batch} 有 {images} 张图像，最多只能有 {most} 张")
        }
        OrderMistake::NoImage { batch, image, images } => {
            format!("批次 {batch} 用到了图像 {image}，而图像只有 {images} 张")
        }
    }
}

fn resume(mistake: &ResumeMistake) -> String {
    match mistake {
        ResumeMistake::NothingToTrainOn => "没有可供训练的数据".to_owned(),
        ResumeMistake::NothingToValidateOn => "没有可供验证的图像".to_owned(),
        ResumeMistake::Steps { steps, epochs, steps_per_epoch } => {
            format!("{steps} 步与 {epochs} 轮、每轮 {steps_per_epoch} 步不符")
        }
        ResumeMistake::LossesUnread => "最新的损失还在设备上".to_owned(),
        ResumeMistake::ImagesMissing => "数据集缺少所需的图像".to_owned(),
        ResumeMistake::Classes { network, data } => {
            format!("网络有 {network} 个类别，而数据集有 {data} 个")
        }
        ResumeMistake::CorrectedLabel { label, classes } => {
            format!("有一处更正给出了标签 {label}，它不小于 {classes}")
        }
        ResumeMistake::OtherDataSet { needed, found } => {
            let named = |title: &Option<String>| {
                title.clone().unwrap_or_else(|| "Fashion-MNIST".to_owned())
            };
            format!("它是用数据集 {} 训练的，而现在载入的是 {}", named(needed), named(found))
        }
    }
}

fn engine_fault(fault: &EngineFault) -> String {
    match fault {
        EngineFault::Reported(text) => format!("报告为{}", quoted(text)),
        EngineFault::ReadBack(text) => format!("无法读回数值（{}）", quoted(text)),
        EngineFault::Count { parameter, found } => {
            format!("{parameter} 读回了 {found} 个数，数量不对")
        }
        EngineFault::NoGradient => "有一个参数没有梯度".to_owned(),
        EngineFault::NotNumbers => "得到的概率不是数".to_owned(),
        EngineFault::LossesUnread => "损失太久没有被读取".to_owned(),
        EngineFault::NoMemory => "没有可用的内存".to_owned(),
        EngineFault::NotCompiled(kernel) => format!("内核 {kernel} 没有提前编译"),
        EngineFault::NoImages => "没有可用于自检的图像".to_owned(),
    }
}

/// Why weights are none of the network's.
pub fn weights(error: &ModelError) -> String {
    match error {
        ModelError::Missing(parameter) => format!("缺少 {parameter}"),
        ModelError::Shape { name, expected, found } => {
            format!("{name} 的形状是 {found:?}，网络需要 {expected:?}")
        }
        ModelError::Classes(found) => {
            let (least, most) = (Network::FEWEST_CLASSES, Network::MOST_CLASSES);
            format!("网络有 {found} 个类别，而类别数须为 {least} 到 {most}")
        }
        ModelError::NotFinite(parameter) => format!("{parameter} 中有不是有限值的数"),
        ModelError::Engine(fault) => format!("引擎在读取权重时出错，{}", engine_fault(fault)),
    }
}
