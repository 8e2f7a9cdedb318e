//! The figures of an experiment, in Chinese.

use super::experiments::spaced;
use crate::page::charts::plot::Unit;
use crate::page::figures::{Along, BandPoint, Measure, Summary, number};
use crate::page::format::whole;
use crate::page::words::ExperimentFigureWords;

/// The figures' sentences.
pub const WORDS: ExperimentFigureWords = ExperimentFigureWords {
    training_curves: "曲线",
    about_curves: |groups, runs| {
        format!(
            "共 {} 次运行，分为 {} 组：线为各种子的均值，色带从最低值到最高值。叉号表示运行在此处发散。指向一条线，或用方向键在名称间移动，可单独突出一组。",
            whole(runs as u64),
            whole(groups as u64)
        )
    },
    shown_measure: "显示内容",
    measure: |measure| match measure {
        Measure::ValidationLoss => "验证损失",
        Measure::TrainingLoss => "训练损失",
        Measure::Accuracy => "验证准确率",
    },
    horizontal_axis: "横轴",
    by_along: |along| match along {
        Along::Epochs => "按轮次",
        Along::Steps => "按步",
    },
    along: |along| match along {
        Along::Epochs => "轮次",
        Along::Steps => "步",
    },
    log_scale: "对数坐标",
    groups: "各组",
    curve_says,
    none_yet: "还没有任何运行的结果。",
    group: "组",
    runs: "运行数",
    diverged: "发散",
    last_at: |along| match along {
        Along::Epochs => "最后一轮",
        Along::Steps => "最后一步",
    },
    mean: "均值",
    lowest: "最低",
    highest: "最高",
    deviation: "标准差",
    by_setting: "按设置",
    metric_by: |metric, setting| format!("{metric}与{}", spaced(setting)),
    about_by_setting: "每个点是一次运行。线连接该设置取同一值的全部运行的均值，不论其他设置如何；须线为一个标准差。叉号表示有运行发散，边缘的尖角表示远离其他数值的结果。",
    heat_map: "热图",
    metric_by_two: |metric, down, across| format!("{metric}与{}、{across}", spaced(down)),
    about_heat_map: |has_shared| {
        let shared = if has_shared {
            "取值太多，无法各占一行或一列，因此相邻的值合并，以其中最低和最高的值命名。"
        } else {
            ""
        };
        format!(
            "每格为两个设置都取该值的全部运行的均值。颜色越深越好，最好的一格有边框。全部运行都发散的格子画有斜线。可用方向键在格子间移动。{shared}"
        )
    },
    cell_says: |settings, text, summary| {
        let settings = settings.iter().map(|(name, value)| format!("{name} {value}"));
        let settings = settings.collect::<Vec<_>>().join("，");
        format!("{settings}：{}{}", if text.is_empty() { "无运行" } else { text }, runs_of(summary))
    },
    rows: "行",
    columns: "列",
    parallel: "平行坐标",
    about_parallel: "每条线是一组设置，取各种子的均值；第一个指标越好，颜色越鲜明。沿坐标轴拖动，只让其中一段通过，也可用方向键移动上下限；按 Esc 键取消。",
    limit: |axis, is_upper| format!("{axis}：{}", if is_upper { "上限" } else { "下限" }),
    passing: |passing, combinations| {
        format!("{} 组设置中有 {} 组通过", whole(combinations as u64), whole(passing as u64))
    },
    clear_limits: "取消全部上下限",
    single_out: "用方向键单独突出一条线",
    no_effect: "不起作用",
    combination: "设置",
    combination_says: |label, values| {
        let values = values.iter().map(|(name, value)| format!("{name} {value}"));
        format!("{label}：{}", values.collect::<Vec<_>>().join("，"))
    },
    passes: "通过",
    yes: "是",
    no: "否",
    worst: |metric| format!("最差{metric}"),
    best: |metric| format!("最佳{metric}"),
};

fn curve_says(label: &str, axis: Along, point: BandPoint, unit: Unit) -> String {
    let (place, mean) = (number(point.x), unit.text(point.mean));
    let place = match axis {
        Along::Epochs => format!("{label}，第 {place} 轮"),
        Along::Steps => format!("{label}，第 {place} 步"),
    };
    match point.runs {
        1 => format!("{place}：{mean}（1 次运行）"),
        runs => {
            let (low, high) = (unit.text(point.low), unit.text(point.high));
            format!("{place}：均值 {mean}，{low} 至 {high}（{runs} 次运行）")
        }
    }
}

/// What becomes of a cell's runs, for the end of a sentence.
fn runs_of(summary: &Summary) -> String {
    let parts = [
        (summary.measured, "已测量"),
        (summary.diverged, "发散"),
        (summary.pending, "未完成"),
        (summary.passed_over, "未计入"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> = parts.map(|(count, state)| format!("{count} 次运行{state}")).collect();
    if parts.is_empty() { String::new() } else { format!("（{}）", parts.join("，")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::tests::stands_apart;

    #[test]
    fn sentences_with_facts_are_set_as_chinese_is() {
        let point = BandPoint { x: 3.0, mean: 0.3121, low: 0.3, high: 0.33, runs: 3 };
        let summary = Summary { measured: 2, diverged: 1, pending: 4, ..Summary::default() };
        let settings = [("学习率".to_owned(), "0.1".to_owned())];
        for told in [
            WORDS.about_curves(3, 9),
            WORDS.curve_says("学习率 0.01", Along::Epochs, point, Unit::Loss),
            WORDS.curve_says(
                "学习率 0.01",
                Along::Steps,
                BandPoint { runs: 1, ..point },
                Unit::Loss,
            ),
            WORDS.cell_says(&settings, "0.4321", &summary),
            WORDS.passing(3, 12),
            WORDS.limit("学习率", true),
            WORDS.metric_by_two("验证损失", "学习率", "动量"),
            WORDS.metric_by_two("验证损失", "L2 惩罚", "Beta 1"),
            WORDS.metric_by("验证损失", "Beta 2"),
            WORDS.metric_by("准确率", "动量"),
            WORDS.about_heat_map(true),
        ] {
            assert!(stands_apart(&told), "{told}");
        }
    }
}
