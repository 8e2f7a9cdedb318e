//! The charts, in Chinese.

use super::units::duration;
use crate::page::charts::plot::Count;
use crate::page::charts::report_points::ReportPoint;
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
    validation_loss: "验证损失",
    losses_by_epoch: "各轮的训练损失与验证损失",
    validation_accuracy: "验证准确率",
    accuracy_by_epoch: "各轮测试图像的分类准确率",
    smoothing: "平滑",
    log_scale: "对数坐标",
    pytorchs_range: "PyTorch 的范围",
    pytorchs_seeds: "PyTorch，4 个种子",
    pytorchs_tutorial: "PyTorch 教程",
    tutorials_validation: "教程的验证损失",
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
        let points = points
            .iter()
            .map(|point| format!("{} {}（{}）", point.line, point.value, place(count, point.x)));
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
        ReportPoint::Unknown { most } => format!("每 {most} 个批次（不足时为每轮）"),
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
