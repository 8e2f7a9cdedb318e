//! The part that looks into networks, in Chinese.

use crate::page::format::{percent, signed, signed_points, two_decimals, whole};
use crate::page::words::InsightWords;

/// The part's sentences.
pub const WORDS: InsightWords = InsightWords {
    title: "验证详情",
    about: "网络对每张测试图像的判断，以及错在哪里。",
    weights: "权重",
    compared_with: "对比",
    nothing: "不对比",
    not_chosen: "请选择权重",
    weights_at: |run, epoch, step| match step {
        None => format!("{run} · 第 {epoch} 轮"),
        Some(step) => format!("{run} · 第 {} 步", whole(step)),
    },
    reading_runs: "正在读取此浏览器中保存的运行…",
    computing: |weights| format!("正在用权重“{weights}”对全部测试图像分类…"),
    no_runs: "还没有权重。请先训练一个网络：每轮结束时都会保存其权重。",
    no_weights_yet: "这次运行还没有保存权重，每轮结束时才会保存。在此之前，可以选择其他运行的权重。",
    confusion_matrix: "混淆矩阵",
    cells_show: "单元格显示",
    counts: "数量",
    shares: "占该行的比例",
    differences: "差值",
    true_by_predicted: "真实 ↓ 预测 →",
    how_to_open: "点击单元格可查看其中的图像，也可用方向键移动后按回车键。",
    summary: |accuracy, wrong, images| {
        format!(
            "准确率 {:.2}%：{} 张测试图像中有 {} 张分类错误。",
            accuracy * 100.0,
            whole(images),
            whole(wrong)
        )
    },
    summary_difference: |accuracy, wrong| {
        format!("对比：准确率 {} 个百分点，错误数 {}。", signed_points(accuracy), signed(wrong))
    },
    cell: |class, predicted, images, share| {
        let of = share.map(|share| format!("，占该行 {}", percent(share))).unwrap_or_default();
        format!("真实为{class}，预测为{predicted}：{} 张{of}", whole(images.into()))
    },
    cell_difference: |class, predicted, images| {
        format!("真实为{class}，预测为{predicted}：差值 {}", signed(images))
    },
    classes: "各类别",
    class: "类别",
    precision: "精确率",
    recall: "召回率",
    f1: "F1 分数",
    support: "图像数",
    macro_average: "宏平均",
    calibration: "校准",
    calibration_error: |expected, maximum| {
        format!(
            "期望校准误差为 {}，即置信度与准确率平均相差这么多；单个区间内最多相差 {}。",
            percent(expected),
            percent(maximum)
        )
    },
    compared_error: |expected| format!("对比对象为 {}。", percent(expected)),
    about_calibration: "可靠性图：按置信度分组的准确率与图像数。下方表格给出相同的数值。",
    confidence: "置信度",
    accuracy: "准确率",
    images: "图像数",
    gap: "差距",
    perfect: "完全校准",
    these_weights: "当前权重",
    other_weights: "对比对象",
    as_table: "以表格显示",
    gallery: "图像",
    worst_mistakes: |images| match images {
        0 => "最严重的错误".to_owned(),
        images => format!("最严重的错误（共 {} 个）", whole(images as u64)),
    },
    images_of: |class, predicted, images| {
        format!("真实为{class}、预测为{predicted}的图像：{} 张", whole(images as u64))
    },
    right_images_of: |class, images| {
        format!("真实为{class}且预测正确的图像：{} 张", whole(images as u64))
    },
    close: "返回最严重的错误",
    order: "排序",
    by_loss: "损失最高优先",
    by_confidence: "置信度最高优先",
    by_index: "按序号",
    true_class: |class| format!("真实：{class}"),
    // Nothing breaks the number from its sign.
    predicted_class: |class, confidence| {
        format!("{class} {}", percent(confidence).replace(' ', "\u{a0}"))
    },
    loss_of_image: |loss, index| format!("损失 {} · {}", two_decimals(loss), whole(index.into())),
    no_images: "没有这样的图像。",
    show_more: |left| format!("显示更多（还有 {} 张）", whole(left as u64)),
    save: "保存为",
    save_as: |figure, format| format!("保存为 {format}：{figure}"),
};
