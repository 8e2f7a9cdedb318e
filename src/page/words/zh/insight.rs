//! The part that looks into networks, in Chinese.

use crate::page::format::{
    UNKNOWN, four_decimals, percent, signed, signed_points, significant, two_decimals, whole,
};
use crate::page::insight::{Doing, Kind};
use crate::page::words::InsightWords;
use crate::protocol::insight::SaliencyMethod;

/// The part's sentences.
pub const WORDS: InsightWords = InsightWords {
    title: "验证详情",
    about: "网络对每张测试图像的判断，以及错在哪里。",
    run: "运行",
    weights_compared: "对比的权重",
    weights: "权重",
    compared_with: "对比",
    nothing: "不对比",
    kept: |epoch, step| match step {
        None => format!("第 {epoch} 轮"),
        Some(step) => format!("第 {} 步", whole(step)),
    },
    reading_runs: "正在读取此浏览器中保存的运行…",
    computing: |run, kept| format!("正在用“{run}”{kept}的权重对全部测试图像分类…"),
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
    about_calibration: "可靠性图：按置信度分组的准确率与图像数。下方表格给出所查看权重的数值。",
    mean_confidence: "平均置信度",
    confidence: "置信度",
    accuracy: "准确率",
    images: "图像数",
    highest_bar: |images| format!("{} 张图像", whole(images.into())),
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
    followed: "“训练”中跟踪的测试图像",
    all_mistakes: "全部错误",
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
    saliency: "答案的依据",
    likeliest: |classes| {
        let named = classes.iter().map(|(class, share)| format!("{class} {}", percent(*share)));
        let named = named.collect::<Vec<_>>().join("，");
        match classes.first() {
            Some((_, share)) if *share < UNSURE => {
                format!("{named}。网络并不确定：没有一个类别的概率达到一半。")
            }
            _ => format!("{named}。"),
        }
    },
    method: "方法",
    method_name: |method| match method {
        SaliencyMethod::IntegratedGradients => "积分梯度",
        SaliencyMethod::Occlusion => "遮挡",
        SaliencyMethod::GradCam => "Grad-CAM",
    },
    method_says: |method| match method {
        SaliencyMethod::IntegratedGradients => {
            "从全黑图像逐渐变到这张图像的过程中，橙色像素提高了该类别的得分，蓝色像素降低了它。"
        }
        SaliencyMethod::Occlusion => {
            "用 5×5 像素的黑色方块遮住橙色处，该类别的概率会下降；遮住蓝色处，概率会上升。"
        }
        SaliencyMethod::GradCam => {
            "在橙色区域，第二个卷积层的特征图支持该类别；这种方法较粗略，总共只有 8×8 个区域。"
        }
    },
    explained_class: "解释",
    the_answer: "网络的答案",
    where_it_lies: |class, regions| {
        let largest = regions.largest();
        let named = largest.iter().map(|(region, share)| {
            format!("{}（{}）", REGIONS.get(*region).copied().unwrap_or(UNKNOWN), percent(*share))
        });
        let named = named.collect::<Vec<_>>().join("和");
        let against = percent(regions.against);
        match largest.len() {
            0 => format!("图像中没有支持“{class}”的部分。"),
            _ if regions.against == 0.0 => format!("支持“{class}”的部分中，最多的在{named}。"),
            _ => {
                format!("支持“{class}”的部分中，最多的在{named}；全部影响中有 {against} 不支持它。")
            }
        }
    },
    inside: "网络内部",
    inside_about: "滤波器、特征图、梯度与更新，训练时实时显示。",
    inside_state: |doing, step, has_weights| match (doing, step) {
        (_, Some(step)) => format!("最近一次查看的是第 {} 步。", whole(step)),
        (Doing::Training, None) => "正在等待运行的下一步…".to_owned(),
        _ if has_weights => "上方所选的权重。该运行训练时，会显示梯度、激活与更新。".to_owned(),
        _ => "还没有权重。开始一次运行后，这里会显示它的各步。".to_owned(),
    },
    inside_cost: "展开此处时，每显示一步，运行就会稍停片刻，速度最多下降二十分之一；收起时没有任何影响。",
    one_step: "逐步训练",
    step_once: "训练一步",
    pause_and_step: "暂停并训练一步",
    step_needs_run: "请先开始一次运行；走完这一步后它会暂停。",
    step_says: |step, epoch, loss, norm| {
        let norm = norm.map(|norm| format!("，梯度范数 {}", significant(norm)));
        format!(
            "第 {} 步（第 {epoch} 轮）：损失 {}{}。",
            whole(step),
            four_decimals(Some(loss)),
            norm.unwrap_or_default()
        )
    },
    batch_of: |shown, images| match shown == images {
        true => format!("这一步的批次：{} 张图像", whole(images as u64)),
        false => format!("这一步的批次共 {} 张图像，显示前 {shown} 张", whole(images as u64)),
    },
    layers: "各层",
    layer: "层",
    weights_range: "权重范围",
    gradient_norm: "梯度范数",
    update_norm: "更新范数",
    update_ratio: "更新 / 权重",
    active_share: "激活的输出",
    ratios: "更新与权重之比",
    about_ratios: "每步更新的范数与该层权重范数之比，对数刻度。约 0.001 属正常；若远小于此，该层几乎没有学习。",
    inside_image: "通过网络的图像",
    index_of_image: "测试图像",
    image_before: "上一张",
    image_after: "下一张",
    filters: "滤波器",
    about_filters: "两个卷积层的权重：大于 0 为橙色，小于 0 为蓝色，等于 0 为白色，深浅以该层最大值为准。conv2 的每个滤波器对 conv1 的每个通道各有一组 5×5 权重。",
    filter_says: |layer, channel, from, to| {
        format!(
            "{layer} 第 {} 个滤波器：权重从 {} 到 {}",
            channel + 1,
            significant(from),
            significant(to)
        )
    },
    feature_maps: "特征图",
    about_feature_maps: "滤波器在图像中找到的内容，取 ReLU 之后、池化之前：越亮越强。",
    map_says: |layer, channel, most, share| {
        format!(
            "{layer} 第 {} 个特征图：最大值 {}，{} 处于激活",
            channel + 1,
            significant(most),
            percent(share)
        )
    },
    activations: "隐藏层的激活",
    units_say: |layer, active, units| format!("{layer}：{units} 个单元中有 {active} 个激活"),
    histograms: "分布随时间的变化",
    about_histograms: |by_epoch| {
        if by_epoch {
            "每轮结束后的权重，最新的在最前面。展开此处并训练时，会显示梯度与激活。".to_owned()
        } else {
            "所查看各步的权重、梯度与激活，最新的在最前面。".to_owned()
        }
    },
    kind_name: |kind| match kind {
        Kind::Weights => "权重",
        Kind::Gradients => "梯度",
        Kind::Activations => "激活",
    },
    histogram_says: |layer, kind, newest, by_epoch, from, to| {
        let kind = (WORDS.kind_name)(kind);
        let unit = if by_epoch { "轮" } else { "步" };
        format!(
            "{layer}，{kind}：第 {newest} {unit}之后从 {} 到 {}",
            significant(from),
            significant(to)
        )
    },

    explorer: "探索数据集",
    about_explorer: "全部 70,000 张图像及网络对它们的判断、可能有误的标签、近似重复的图像。",
    suspects: "可能有误的标签",
    duplicates: "训练集与测试集之间的近似重复",
    map: "图像分布图",
    about_map_section: "最后一个隐藏层如何区分测试图像。",
};

/// Below this probability, an answer is called unsure.
const UNSURE: f64 = 0.5;

/// The nine regions of an image, row by row.
const REGIONS: [&str; 9] = ["左上", "上方", "右上", "左侧", "中央", "右侧", "左下", "下方", "右下"];
