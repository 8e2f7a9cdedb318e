//! The sections that explore the data set and draw the map of its images, in Chinese.

use super::units::duration;
use crate::page::format::{percent, whole};
use crate::page::words::ExploreWords;
use crate::protocol::insight::SplitName;

/// The sections' sentences.
pub const WORDS: ExploreWords = ExploreWords {
    filters: "显示哪些图像",
    split: "数据",
    both_splits: "全部",
    training: "训练集",
    test: "测试集",
    every_class: "所有类别",
    prediction: "预测结果",
    right_and_wrong: "正确或错误",
    right: "正确",
    wrong: "错误",
    judging: |done| format!("正在对全部图像分类：{} / 70,000…", whole(done as u64)),
    judging_label: "已分类的图像",
    found: |images| format!("{} 张图像", whole(images as u64)),
    split_name: |split| match split {
        SplitName::Train => "训练图像",
        SplitName::Test => "测试图像",
    },
    image_of: |split, index| match split {
        SplitName::Train => format!("训练图像 {}", whole(index.into())),
        SplitName::Test => format!("测试图像 {}", whole(index.into())),
    },
    cancel: "取消",
    progress: "进度",
    about_suspects: "在后台训练五个网络，每个网络训练一轮，且不使用五分之一的训练图像，随后对这部分图像分类；测试图像则按五个网络的平均结果分类。如果结果以足够的置信度与标签矛盾，该标签就有疑问（置信学习）。这仅仅是怀疑：这样的网络常会出错，少见的服装在它们看来也像标错了。分数越低，疑问越大。",
    find_suspects: "查找可能有误的标签",
    training_part: |part, parts, left| {
        format!("正在训练第 {part} 个网络，共 {parts} 个{}…", ending(left))
    },
    suspects_found: |train, test, agreement| {
        format!(
            "有疑问的标签：60,000 个训练标签中有 {} 个，10,000 个测试标签中有 {} 个。对于没有见过的训练图像，网络与其中 {} 的标签一致。",
            whole(train as u64),
            whole(test as u64),
            percent(agreement)
        )
    },
    likely: |class| format!("可能是{class}"),
    score: |score, index| format!("分数 {score:.3} · {}", whole(index.into())),
    about_duplicates: |within| {
        format!(
            "与某张训练图像几乎相同的测试图像：两者像素（各为 0 到 255）的欧氏距离不超过 {within:.0}，0 表示完全相同。网络只要记住其中一张，不必理解任何东西，很可能也能答对另一张。如果两者标签不同，可能有一个标错了；距离为 0 时，至少有一个标错了。"
        )
    },
    find_duplicates: "查找近似重复的图像",
    pairs_found: |pairs, differing| {
        format!(
            "{} 张测试图像在训练集中有近似重复，其中 {} 张的标签不同。",
            whole(pairs as u64),
            whole(differing as u64)
        )
    },
    distance: |distance| format!("距离 {distance:.0}"),
    use_newer: "有更新的权重：重新计算",
    placing: "正在计算测试图像的位置…",
    colour_by: "着色依据",
    by_label: "标签",
    by_prediction: "预测",
    by_error: "正确与错误",
    arrangement: "排列方式",
    principal: "主成分",
    tsne: "t-SNE",
    arrange: "用 t-SNE 排列",
    arranging: |left| format!("正在后台用 t-SNE 排列{}…", ending(left)),
    about_tsne: "t-SNE：网络认为相似的图像彼此靠近。各组的大小和组间的距离没有多少意义。",
    about_principal: |first, second| {
        format!(
            "最后一层之前的 84 个激活值的前两个主成分分别占其方差的 {} 和 {}。",
            percent(first),
            percent(second)
        )
    },
    about_map: "测试图像的分布图",
    map_help: "拖动或按方向键移动，用双指或 + 和 − 键缩放，按 0 显示全部。按住 Ctrl 或点击分布图之后，也可以用滚轮缩放。指向一个标记可查看其图像；用键盘时，如果视图中心附近有标记，就显示离中心最近的一张。按住 Shift 拖动可框选，按回车键选中视图中的全部图像。",
    closer: "放大",
    farther: "缩小",
    show_everything: "显示全部",
    select_area: "框选",
    select_view: "选中视图中的图像",
    selected: |images| format!("已选中 {} 张图像", whole(images as u64)),
    deselect: "清除选择",
    show_alone: "只显示一组",
    point_at_one: "指向一个标记可查看其图像。",
    class_places: "各类别的位置",
    centre: "中心",
    spread: "离散程度",
    nearest_class: "最近的类别",
};

/// How long something still takes, for the end of a sentence.
fn ending(left: Option<f64>) -> String {
    left.map(|left| format!("，大约还需 {}", duration(left))).unwrap_or_default()
}
