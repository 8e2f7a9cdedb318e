//! The form, in Chinese.

use crate::library::GivenPart;
use crate::page::format::whole;
use crate::page::words::{Setting, SettingsWords};
use crate::settings::{
    Field, FieldError, Group, Kind, OptimizerKind, Preset, RealRange, ScheduleKind,
};

/// The form's sentences.
pub const WORDS: SettingsWords = SettingsWords {
    title: "设置",
    presets: "预设",
    preset: |preset| match preset {
        Preset::Tutorial => "教程",
        Preset::Quick => "快速",
    },
    about_preset: |preset| match preset {
        Preset::Tutorial => "与 PyTorch 教程完全一致：SGD，批大小为 4",
        Preset::Quick => "5 轮之内准确率最高：AdamW，单周期学习率",
    },
    group: |group| match group {
        Group::Run => "运行",
        Group::Optimizer => "优化器选项",
        Group::Schedule => "学习率调度",
        Group::Limits => "限制与早停",
        Group::Augmentation => "数据增强",
        Group::Checkpoints => "检查点",
    },
    label,
    about,
    optimizer,
    schedule,
    off: "关闭",
    error,
    to_correct: "需要修正",
    changed: |settings| settings.iter().map(setting).collect::<Vec<_>>().join("，"),
    link_asks: |part, other_site, most_bytes| {
        let (part, most) = (given_part(part), most_bytes >> 20);
        match other_site {
            None => format!("链接要求从本站加载{part}，最多 {most} MB。经你同意后才会加载。"),
            Some(address) => format!(
                "链接要求从 {address} 加载{part}。Atelier 不会从其他网站加载；如果你有这个文件，请选择它（最多 {most} MB）。"
            ),
        }
    },
    starts_from: |part, from| format!("下一次运行使用的{}：{from}。", given_part(part)),
    load_file: |address| format!("加载 {address}"),
    choose_file: "选择文件",
    do_without_given: "不使用",
    use_corrections: |corrections| format!("采用对数据集的 {} 项更正", whole(corrections as u64)),
    about_corrections: "运行按更正后的标签训练和验证，并且不使用已排除的图像。",
    corrections: "更正",
    copy_link: "复制包含这些设置的链接",
    all_settings: "全部设置",
};

/// What a file gives a run.
pub(super) const fn given_part(part: GivenPart) -> &'static str {
    match part {
        GivenPart::Weights => "初始权重",
        GivenPart::Batches => "批次",
    }
}

/// A setting in a few words: `批大小 64`. The optimizer and the schedule stand for themselves.
pub(super) fn setting(Setting { field, text }: &Setting) -> String {
    let Some(text) = text else { return label(*field).to_owned() };
    let name = match field {
        Field::Optimizer => {
            OptimizerKind::ALL.into_iter().find(|kind| kind.as_str() == text).map(optimizer)
        }
        Field::Schedule => {
            ScheduleKind::ALL.into_iter().find(|kind| kind.as_str() == text).map(schedule)
        }
        _ => None,
    };
    name.map_or_else(|| format!("{} {text}", label(*field)), str::to_owned)
}

pub(super) const fn optimizer(kind: OptimizerKind) -> &'static str {
    match kind {
        OptimizerKind::Sgd => "SGD",
        OptimizerKind::Asgd => "平均 SGD（ASGD）",
        OptimizerKind::Adagrad => "Adagrad",
        OptimizerKind::Adam => "Adam",
        OptimizerKind::AdamW => "AdamW",
        OptimizerKind::RmsProp => "RMSprop",
    }
}

pub(super) const fn schedule(kind: ScheduleKind) -> &'static str {
    match kind {
        ScheduleKind::Constant => "恒定",
        ScheduleKind::Step => "阶梯衰减",
        ScheduleKind::Exponential => "指数衰减",
        ScheduleKind::Cosine => "余弦退火",
        ScheduleKind::OneCycle => "单周期",
    }
}

/// A field's name.
pub(super) const fn label(field: Field) -> &'static str {
    match field {
        Field::Engine => "引擎",
        Field::BatchSize => "批大小",
        Field::Epochs => "轮次",
        Field::Steps => "最多步数",
        Field::Optimizer => "优化器",
        Field::LearningRate => "学习率",
        Field::Momentum => "动量",
        Field::Dampening => "动量阻尼",
        Field::Nesterov => "Nesterov 动量",
        Field::Beta1 => "Beta 1",
        Field::Beta2 => "Beta 2",
        Field::Alpha => "Alpha",
        Field::Lambd => "Lambda",
        Field::AverageFrom => "开始平均的步",
        Field::Averaged => "使用平均权重",
        Field::LearningRateDecay => "学习率衰减",
        Field::Centered => "中心化",
        Field::Epsilon => "Epsilon",
        Field::WeightDecay => "权重衰减",
        Field::Schedule => "学习率调度",
        Field::StepSize => "衰减间隔（轮）",
        Field::Gamma => "衰减因子",
        Field::Minimum => "最低学习率",
        Field::PctStart => "上升阶段占比",
        Field::WarmUp => "预热步数",
        Field::ClipNorm => "梯度裁剪",
        Field::Patience => "早停耐心值",
        Field::Shift => "随机平移",
        Field::Flip => "随机翻转",
        Field::Erase => "随机擦除",
        Field::Seed => "随机种子",
        Field::KeepEvery => "保留间隔（步）",
        Field::Keep => "最多保留",
    }
}

/// What a field means.
const fn about(field: Field) -> &'static str {
    match field {
        Field::Engine => "在哪里进行计算",
        Field::BatchSize => "每一步的图像数",
        Field::Epochs => "遍历训练集的次数",
        Field::Steps => "达到这么多步后结束运行",
        Field::Optimizer => "如何由梯度更新权重，定义与 torch.optim 一致",
        Field::LearningRate => "更新的步长；使用学习率调度时为最大值",
        Field::Momentum => "保留上一次更新方向的比例",
        Field::Dampening => "梯度中不计入动量的比例",
        Field::Nesterov => "沿动量方向向前看一步",
        Field::Beta1 => "梯度均值的衰减率",
        Field::Beta2 => "梯度平方均值的衰减率",
        Field::Alpha => "梯度平方均值的衰减率，或 ASGD 衰减的幂次",
        Field::Lambd => "ASGD 对参数和步长的衰减",
        Field::AverageFrom => "ASGD 从这一步开始平均权重",
        Field::Averaged => "用 ASGD 的平均权重进行验证、分类和导出",
        Field::LearningRateDecay => "Adagrad 每一步的学习率衰减",
        Field::Centered => "用估计的梯度标准差归一化",
        Field::Epsilon => "防止分母为零",
        Field::WeightDecay => "将权重拉向零的强度",
        Field::Schedule => "学习率在运行过程中如何变化",
        Field::StepSize => "两次调整学习率之间的轮数",
        Field::Gamma => "每次调整时学习率乘以的系数",
        Field::Minimum => "余弦退火结束时的学习率",
        Field::PctStart => "学习率上升阶段占总步数的比例",
        Field::WarmUp => "学习率线性上升的步数",
        Field::ClipNorm => "全部梯度的范数上限",
        Field::Patience => "验证损失连续这么多轮没有下降时结束运行",
        Field::Shift => "将训练图像随机平移，最多这么多像素",
        Field::Flip => "将一半的训练图像水平翻转",
        Field::Erase => "随机擦除一个矩形区域的训练图像占比",
        Field::Seed => "决定初始权重、数据顺序和数据增强",
        Field::KeepEvery => "除最新和最佳检查点外，每隔这么多步另外保留一个",
        Field::Keep => "最多保留这么多个此类检查点，超出时删除最早的",
    }
}

pub(super) fn error(error: &FieldError) -> String {
    match error {
        FieldError::Value(Kind::Choice(words)) => format!("请选择 {}。", one_of(words)),
        FieldError::Value(Kind::Whole { least, most, optional: false }) => {
            format!("请输入 {least} 到 {most} 之间的整数。")
        }
        FieldError::Value(Kind::Whole { least, most, optional: true }) => {
            format!("请输入 {least} 到 {most} 之间的整数，或者留空。")
        }
        FieldError::Value(Kind::Real { range, optional: false }) => {
            format!("请输入{}的数。", in_range(*range))
        }
        FieldError::Value(Kind::Real { range, optional: true }) => {
            format!("请输入{}的数，或者留空。", in_range(*range))
        }
        FieldError::Value(Kind::Flag) => "请输入 1（是）或 0（否）。".to_owned(),
        FieldError::Nesterov => "Nesterov 动量要求动量大于 0，并且没有动量阻尼。".to_owned(),
        FieldError::Minimum => "请输入 0 到学习率之间的数。".to_owned(),
    }
}

/// Words of which one is to be chosen: `auto、webgpu 或 cpu`.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [most @ .., last] if !most.is_empty() => format!("{} 或 {last}", most.join("、")),
        _ => words.concat(),
    }
}

fn in_range(range: RealRange) -> String {
    match range {
        RealRange::Positive(most) => format!("大于 0、不超过 {most} "),
        RealRange::BelowOne => "大于等于 0、小于 1 ".to_owned(),
        RealRange::Between => "大于 0、小于 1 ".to_owned(),
        RealRange::UpTo(most) => format!("从 0 到 {most} "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fields_mistake_is_told_with_what_it_takes() {
        let says = |field: Field| error(&FieldError::Value(field.kind()));
        assert_eq!(says(Field::Engine), "请选择 auto、webgpu 或 cpu。");
        assert_eq!(says(Field::BatchSize), "请输入 1 到 4096 之间的整数。");
        assert_eq!(says(Field::Patience), "请输入 1 到 1000 之间的整数，或者留空。");
        assert_eq!(says(Field::Beta2), "请输入大于等于 0、小于 1 的数。");
        assert_eq!(says(Field::ClipNorm), "请输入大于 0、不超过 1000000 的数，或者留空。");
    }

    #[test]
    fn settings_are_told_in_a_few_words() {
        let setting = |field, text: Option<&str>| Setting { field, text: text.map(str::to_owned) };
        let changed = [
            setting(Field::Schedule, Some("one-cycle")),
            setting(Field::ClipNorm, Some("0.5")),
            setting(Field::Flip, None),
        ];
        assert_eq!((WORDS.changed)(&changed), "单周期，梯度裁剪 0.5，随机翻转");
    }
}
