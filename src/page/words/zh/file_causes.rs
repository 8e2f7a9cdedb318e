//! What is wrong with files in Chinese, as it stands within a sentence.

use super::causes::{download, quoted, weights};
use crate::dataset::DownloadError;
use crate::page::format::whole;
use crate::protocol::{
    ArchiveFailure, BundleFailure, CheckpointFailure, DescriptionFailure, EventsFailure,
    ExportFailure, ImportFailure, LinkedFileFailure, MOST_LINKED_S, PickleFailure, PytorchFailure,
    PytorchPart, TensorFailure,
};

/// Why a checkpoint cannot be read or written.
pub fn checkpoint(why: &CheckpointFailure) -> String {
    match why {
        CheckpointFailure::TooLarge { bytes } => {
            format!("它有 {bytes} 字节，没有哪个检查点会这么大")
        }
        CheckpointFailure::NotSafetensors { detail } => {
            format!("它不是完整的 safetensors 文件（{}）", quoted(detail))
        }
        CheckpointFailure::NotWhole => "它不是完整的 safetensors 文件".to_owned(),
        CheckpointFailure::NoRun => "它只有数组，没有运行信息".to_owned(),
        CheckpointFailure::Description(why) => description(why),
        CheckpointFailure::NotFloats { array } => format!("{array} 中的数不是 32 位浮点数"),
        CheckpointFailure::Weights(error) => weights(error),
        CheckpointFailure::NoHistory { steps } => {
            format!("缺少其运行截至第 {} 步的指标", whole(*steps))
        }
    }
}

fn description(why: &DescriptionFailure) -> String {
    match why {
        DescriptionFailure::Json { detail } => {
            format!("其中的运行描述无法读取（{}）", quoted(detail))
        }
        DescriptionFailure::Version { found, newest } => {
            format!("其中的运行描述是版本 {found}，而当前程序最高支持版本 {newest}")
        }
        DescriptionFailure::Standing => "它没有说明运行进行到了哪里".to_owned(),
        DescriptionFailure::DataSet => "它没有说明运行是用哪个数据集训练的".to_owned(),
        DescriptionFailure::NoLosses => "它缺少运行的损失".to_owned(),
        DescriptionFailure::Extra { array } => format!("它包含 {array}，网络中没有这个部分"),
        DescriptionFailure::RunName { run } => format!("“{run}”不是运行的名称"),
        DescriptionFailure::History => "其运行的记录和轮次与损失不一致".to_owned(),
    }
}

/// What is wrong with a file that a link names.
pub fn linked_file(why: &LinkedFileFailure) -> String {
    match why {
        LinkedFileFailure::Download(error @ DownloadError::Network(_)) => {
            format!("{}；不会跟随到其他网站的重定向", download(error))
        }
        LinkedFileFailure::Download(error) => download(error),
        LinkedFileFailure::TooSlow => format!("{MOST_LINKED_S} 秒后仍未加载完"),
        LinkedFileFailure::Weights(why) => checkpoint(why),
        LinkedFileFailure::Order { detail } => format!("它不是批次列表（{}）", quoted(detail)),
        LinkedFileFailure::Changed => "运行开始之后它的内容已经改变".to_owned(),
        LinkedFileFailure::NoOrder => "它不是批次列表".to_owned(),
        LinkedFileFailure::LongOrder { most } => {
            format!("它的批次超过 {} 个", whole(*most as u64))
        }
    }
}

/// Why a file is not taken in.
pub fn import(why: &ImportFailure) -> String {
    match why {
        ImportFailure::Download(error) => download(error),
        ImportFailure::Unknown => {
            "它既不是 safetensors 文件，也不是 torch.save 写出的 state dict、从 Atelier 导出的运行或 PyTorch 脚本的事件文件"
                .to_owned()
        }
        ImportFailure::Archive(why) => archive(why),
        ImportFailure::Run(why) => bundle(why),
        ImportFailure::Experiment { file } => {
            format!("其中缺少 {file}，或者它不是此版本的实验文件")
        }
        ImportFailure::OtherSettings { number } => {
            format!("其中第 {number} 次运行的设置与实验不符")
        }
        ImportFailure::OtherData { number } => {
            format!("其中第 {number} 次运行所用的数据集与前面的运行不同")
        }
        ImportFailure::ManyRuns { runs, most } => {
            let [runs, most] = [runs, most].map(|count| whole(*count as u64));
            format!("其中有 {runs} 次运行，一次最多只能导入 {most} 次")
        }
        ImportFailure::Checkpoint(why) => checkpoint(why),
        ImportFailure::Pytorch(why) => pytorch(why),
        ImportFailure::Events(why) => events(*why),
        ImportFailure::NoEpoch { epoch, epochs } => {
            format!("文件名表明它保存于第 {epoch} 轮之后，而事件文件中只有 {epochs} 轮")
        }
        ImportFailure::NoWeights => {
            "与事件文件一起导入的只能是 torch.save 保存的权重".to_owned()
        }
        ImportFailure::Weights(error) => weights(error),
        ImportFailure::Extra { array } => format!("它包含 {array}，网络中没有这个部分"),
    }
}

fn events(why: EventsFailure) -> String {
    match why {
        EventsFailure::Damaged { at } => {
            format!("文件已损坏：第 {} 字节处的记录校验和不符", whole(at))
        }
        EventsFailure::NoSettings => {
            "其中没有运行的设置；请选择 PyTorch 脚本直接写在运行文件夹中的那个事件文件".to_owned()
        }
        EventsFailure::DataSet => "其中没有说明运行所用的数据集".to_owned(),
        EventsFailure::NoLoss { step } => format!("其中缺少第 {} 个批次的损失", whole(step)),
        EventsFailure::NotFinite { step } => {
            format!("第 {} 个批次之后测得的数值不是有限数", whole(step))
        }
        EventsFailure::Epochs => "其中各轮的记录自相矛盾".to_owned(),
    }
}

pub(super) fn archive(why: &ArchiveFailure) -> String {
    match why {
        ArchiveFailure::NotWhole { detail } => format!("压缩包不完整（{}）", quoted(detail)),
        ArchiveFailure::File { name, detail } => {
            format!("其中的 {name} 无法解压（{}）", quoted(detail))
        }
        ArchiveFailure::Twice => "其中有两个文件同名".to_owned(),
        ArchiveFailure::TooLarge => "解压后会超过任何运行应有的大小".to_owned(),
    }
}

fn bundle(why: &BundleFailure) -> String {
    match why {
        BundleFailure::Archive(why) => archive(why),
        BundleFailure::Missing { file } => format!("其中缺少 {file}"),
        BundleFailure::Json { file, detail } => {
            format!("其中的 {file} 无法读取（{}）", quoted(detail))
        }
        BundleFailure::Version { format, version, our_format, newest } => {
            format!("它是“{format}”版本 {version}，而当前程序最高支持“{our_format}”版本 {newest}")
        }
        BundleFailure::Metrics => "其中的指标自相矛盾".to_owned(),
        BundleFailure::Damaged { checkpoint } => {
            format!("其中的 {checkpoint} 已损坏，校验和不一致")
        }
        BundleFailure::Checkpoint { checkpoint: name, why } => {
            format!("其中的 {name} 无法使用，{}", checkpoint(why))
        }
    }
}

fn pytorch(why: &PytorchFailure) -> String {
    match why {
        PytorchFailure::NotPytorch => "它不是 torch.save 写出的文件".to_owned(),
        PytorchFailure::OldFormat => "它不是 PyTorch 1.6 及以上版本写出的压缩包，\
                                      请用新版 PyTorch 加载后重新保存"
            .to_owned(),
        PytorchFailure::Damaged { detail } => format!("它已损坏（{}）", quoted(detail)),
        PytorchFailure::ByteOrder => "它已损坏，字节序无效".to_owned(),
        PytorchFailure::Archive { detail } => {
            format!("它不是 PyTorch 的压缩包（{}）", quoted(detail))
        }
        PytorchFailure::BigEndian => "它由大端序的机器写出".to_owned(),
        PytorchFailure::TooLarge(part) => match part {
            PytorchPart::ByteOrder => "其字节序部分超过了可读取的大小",
            PytorchPart::Index => "其中的文件过多",
            PytorchPart::Pickle => "其 pickle 超过了可读取的大小",
            PytorchPart::TensorData => "其张量数据超过了可读取的大小",
        }
        .to_owned(),
        PytorchFailure::Pickle(why) => match why {
            PickleFailure::Cut => "其 pickle 不完整".to_owned(),
            PickleFailure::Protocol(protocol) => {
                format!("其 pickle 使用协议 {protocol}，state dict 不会使用该协议")
            }
            PickleFailure::Opcode(opcode) => {
                format!("其 pickle 含有操作码 {opcode:#04x}，state dict 用不到它")
            }
            PickleFailure::Call => "其 pickle 含有 state dict 用不到的调用".to_owned(),
            PickleFailure::Malformed => "其 pickle 自相矛盾".to_owned(),
        },
        PytorchFailure::Global { name } => format!("它包含 {name}，这不属于 state dict"),
        PytorchFailure::NoStateDict => "它是 pickle，但不是 state dict".to_owned(),
        PytorchFailure::ElementType { tensor, found } => {
            format!("{tensor} 的类型是 {found}，应为 float32")
        }
        PytorchFailure::Tensor { tensor, why } => match why {
            TensorFailure::Shape => format!("{tensor} 无法读取，不存在这种形状的张量"),
            TensorFailure::BeyondStorage => format!("{tensor} 无法读取，它超出了自己的存储"),
            TensorFailure::NoNumbers => format!("{tensor} 无法读取，压缩包中没有它的数值"),
            TensorFailure::StorageLength => {
                format!("{tensor} 无法读取，其存储的长度与声明不符")
            }
        },
    }
}

/// Why a file could not be made.
pub fn export(why: &ExportFailure) -> String {
    match why {
        ExportFailure::Archive(why) => archive(why),
        ExportFailure::Run(why) => bundle(why),
        ExportFailure::Checkpoint(why) => checkpoint(why),
        ExportFailure::Table { detail } => format!("无法写出表格（{}）", quoted(detail)),
        ExportFailure::Json { detail } => format!("无法写出 JSON（{}）", quoted(detail)),
        ExportFailure::Weights(error) => weights(error),
        ExportFailure::ClassNames { found, classes } => {
            format!("类别名称有 {found} 个，而类别有 {classes} 个")
        }
        ExportFailure::RepeatedNote { key } => format!("模型的附注中“{key}”会出现两次"),
        ExportFailure::LinkedFile { from, why } => {
            format!("{from} 无法使用：{}", linked_file(why))
        }
        ExportFailure::LongOrder { most } => {
            format!("各轮的图像合计超过 {} 幅", whole(*most))
        }
        ExportFailure::Order => "其批次中有训练集里不存在的图像".to_owned(),
        ExportFailure::NoBeginning => "库中已没有它开始时所用的内容".to_owned(),
    }
}
