//! What a run came to, in Chinese.

use crate::page::format::{percent, whole};
use crate::page::train::outcome::{Cause, Place, Suggestion};
use crate::page::words::OutcomeWords;
use crate::protocol::{Ending, LayerDeadUnits};

/// Nearer to the accuracy of guessing than this share of what it leaves to learn, nearly all images get the same class: below an
/// accuracy of 0.12 for ten classes.
const ONE_CLASS: f64 = 1.0 / 45.0;

/// The outcome's sentences.
pub const WORDS: OutcomeWords = OutcomeWords {
    ended: |ending, newest| {
        let (accuracy, loss) = (percent(newest.valid_accuracy), newest.valid_loss);
        let begin = match ending {
            Ending::Completed => "运行已完成",
            Ending::EarlyStopped => "运行已早停",
        };
        format!("{begin}：测试图像的分类准确率为 {accuracy}，验证损失为 {loss:.4}")
    },
    best: |best, is_newest| match is_newest {
        true => format!("最后一轮（第 {} 轮）的结果最好。", best.epoch),
        false => format!(
            "第 {} 轮的结果最好：准确率 {}，验证损失 {:.4}。",
            best.epoch,
            percent(best.valid_accuracy),
            best.valid_loss
        ),
    },
    compared: |comparison| {
        let place = match comparison.place {
            Place::Better => "本次运行低于此范围",
            Place::Among => "本次运行在此范围之内",
            Place::Worse => "本次运行高于此范围",
        };
        format!(
            "用同样的设置训练 {} 轮后，PyTorch 教程给出的验证损失是 {:.4}；包括它在内，PyTorch 的五次运行在 \
             {:.4} 到 {:.4} 之间；{place}。",
            comparison.epoch, comparison.printed, comparison.lowest, comparison.highest
        )
    },
    draw_something: "画一件衣物，看看这个网络如何分类。",
    next: "接下来可以尝试",
    suggestion: |suggestion| match suggestion {
        Suggestion::Epochs(epochs) => format!("填入 {} 轮", whole(epochs as u64)),
        Suggestion::LearningRate(rate) => format!("填入学习率 {rate}"),
        Suggestion::LargerBatch => {
            format!("填入批大小 {}、学习率 {}", Suggestion::LARGER_BATCH, Suggestion::ITS_RATE)
        }
        Suggestion::Quick => "填入快速预设".to_owned(),
    },
    stop_first: "请先停止运行",
    collapsed: |accuracy, chance| {
        let sign = match accuracy < chance + (1.0 - chance) * ONE_CLASS {
            true => "它把几乎所有图像都归为同一类",
            false => "它几乎无法区分各个类别",
        };
        format!(
            "网络已停止学习：{sign}（准确率 {}，随机猜测为 {}）。",
            percent(accuracy),
            percent(chance)
        )
    },
    cause: |cause| {
        match cause {
        Cause::DeadUnits(layer) => dead_units(layer),
        Cause::NoDeadLayer => {
            "大多数单元仍会对某些图像有输出，但损失不再下降，通常是因为学习率对其余设置来说过高。"
                .to_owned()
        }
        Cause::NotCounted => {
            "通常是因为学习率过高：一步迈得太大，会使一些单元对所有图像都输出零，梯度便无法再通过它们。"
                .to_owned()
        }
    }
    },
    not_yet: |accuracy, chance| {
        format!(
            "网络还没有学会区分各个类别（准确率 {}，随机猜测为 {}）：损失仍在下降，或几乎没有变化。\
             需要训练更多轮，或提高学习率。",
            percent(accuracy),
            percent(chance)
        )
    },
};

fn dead_units(layer: &LayerDeadUnits) -> String {
    let LayerDeadUnits { layer: name, dead, units } = layer;
    let kind = if name.starts_with("conv") { "通道" } else { "单元" };
    let count = match dead == units {
        true => format!("{name} 的全部 {units} 个{kind}"),
        false => format!("{name} 的 {units} 个{kind}中有 {dead} 个"),
    };
    format!("{count}对所有图像都输出零，因此梯度无法通过它们。")
}
