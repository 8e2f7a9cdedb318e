//! The charts, in Chinese.

use super::units::duration;
use crate::page::charts::plot::{Count, value_words};
use crate::page::charts::report_points::{FirstPoint, ReportPoint};
use crate::page::format::whole;
use crate::page::words::ChartWords;

/// The charts' sentences.
pub const WORDS: ChartWords = ChartWords {
    training_loss: "训练损失",
    training_loss_by_step: "每一步的训练损失",
    no_training_loss: "训练开始后，这里会实时画出每一步的损失。",
    loss_train: "Loss/train",
    mean_of: |point| format!("{}的均值", batches_of(point)),
    mean_training_loss_of: |point| format!("{}的平均训练损失", batches_of(point)),
    first_point: |first| match first {
        FirstPoint::At { step } => format!("第一个点出现在第 {} 步。", whole(step)),
        FirstPoint::Never { steps, needed } => {
            format!("本次运行只有 {} 个批次，而一个点需要 {} 个批次。", whole(steps), whole(needed))
        }
        FirstPoint::NoRun { most } => {
            format!("每 {most} 个批次一个点；一轮不足 {most} 个批次时，每轮一个点。")
        }
    },
    training_and_validation_loss: "训练损失与验证损失",
    losses_by_epoch: "各轮的训练损失与验证损失",
    no_epoch_loss: "每轮结束后增加两个点。",
    validation_accuracy: "验证准确率",
    accuracy_by_epoch: "各轮测试图像的分类准确率",
    no_accuracy: "每轮结束后增加一个点。",
    smoothing: "平滑",
    reference: "PyTorch 的结果",
    printed_by_tutorial: "教程中的输出",
    log_scale: "对数坐标",
    batches: |steps| match steps {
        1 => "每个批次".to_owned(),
        steps => format!("{steps} 个批次的均值"),
    },
    smoothed: "平滑后",
    training: "训练",
    validation: "验证",
    cross_entropy: "交叉熵",
    share_of_test_images: "占测试图像的比例",
    axis,
    place,
    chart: "图表",
    nothing_yet: |title, empty| format!("{title}：暂无数据。{empty}"),
    newest: |title, count, points| {
        let points = points.iter().map(|point| {
            format!("{} {}（{}）", point.line, value_words(point.y), place(count, point.x))
        });
        let points = points.collect::<Vec<_>>().join("，");
        format!("{title}。最新值：{points}。按方向键可查看各点的值。")
    },
};

/// What a point of `Loss/train` stands for, for the beginning of a phrase.
fn batches_of(point: ReportPoint) -> String {
    match point {
        ReportPoint::EpochOfOne => "每轮（仅 1 个批次）".to_owned(),
        ReportPoint::Epoch { batches } => format!("每轮 {batches} 个批次"),
        ReportPoint::Batches { most } => format!("每 {most} 个批次"),
        ReportPoint::NoRun { most } => format!("每 {most} 个批次（不足时为每轮）"),
    }
}

const fn axis(count: Count) -> &'static str {
    match count {
        Count::Steps => "步",
        Count::Epochs | Count::EpochShares => "轮次",
        Count::Seconds => "秒",
    }
}

fn place(count: Count, x: f64) -> String {
    match count {
        Count::Steps => format!("第 {} 步", whole(x.max(0.0).round() as u64)),
        Count::Epochs => format!("第 {} 轮", whole(x.max(0.0).round() as u64)),
        Count::EpochShares => format!("{x:.2} 轮"),
        Count::Seconds => duration(x),
    }
}
