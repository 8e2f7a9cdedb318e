//! 实验。

use super::settings::{error, label, optimizer};
use crate::experiment::{
    Axis, Experiment, Findings, Mistake, Preset, RowState, Spread, Standing as Place, Told, Varied,
};
use crate::page::experiments::{Given, MOST_RUNS_HERE, Standing, Trouble};
use crate::page::format::{duration, four_decimals, percent, whole};
use crate::page::words::ExperimentsWords;
use crate::settings::{Field, OptimizerKind};

/// The sentences of experiments.
pub const WORDS: ExperimentsWords = ExperimentsWords {
    title: "实验",
    about: "让某些设置取多个值，每个值用多个随机种子，在所有核心上同时训练。其余设置与“训练”中相同。",
    presets: "现成的实验",
    preset: |preset| match preset {
        Preset::LearningRates => "学习率",
        Preset::Momenta => "动量",
        Preset::Optimizers => "优化器",
    },
    about_preset: |preset| match preset {
        Preset::LearningRates => "从 0.0001 到 0.1 的七个学习率，每个三个种子",
        Preset::Momenta => "SGD，动量从 0 到 0.99，每个三个种子",
        Preset::Optimizers => "六种优化器，各两个学习率，每个三个种子",
    },
    name: "名称",
    axis: |number| format!("变化的设置 {number}"),
    setting: "设置",
    given_as: "给出方式",
    given: |given| match given {
        Given::List => "逐个列出",
        Given::Linear => "等差范围",
        Given::Logarithmic => "等比范围",
    },
    values: "取值",
    from: "从",
    to: "到",
    count: "个数",
    add_axis: "再变化一个设置",
    remove_axis: |field| format!("不再变化{}", spaced(label(field))),
    seeds: "种子数",
    about_seeds: "每种组合用这么多个种子训练（1 到 10），从“训练”中的种子开始。只有一个种子时，无法判断差异是否只是偶然。",
    sample: "只取随机样本",
    about_sample: "按种子随机抽取这么多种组合来训练，而不是全部。",
    combinations: "组合数",
    halving: "提前停止落后的运行",
    about_halving: "逐次减半（ASHA）：训练到指定轮次，以及之后每到其若干倍时，只有排在已到达者前列的运行才继续。哪些运行停止取决于到达的先后。",
    first_rung: "首次比较于第几轮后",
    factor: "每几个继续一个",
    plan: |runs, combinations, left_out, seconds, workers| {
        let out = match left_out {
            0 => String::new(),
            many => format!("有 {} 种组合无法训练，已略去。", whole(many as u64)),
        };
        let time = seconds.map_or_else(
            || "测出这台机器的速度后，才知道需要多久。".to_owned(),
            |seconds| format!("用 {workers} 个工作线程，大约需要 {}。", duration(seconds)),
        );
        let (runs, combinations) = (whole(runs as u64), whole(combinations.into()));
        format!("{combinations} 种组合，共 {runs} 次运行。{out}{time}")
    },
    mistake,
    too_many_here: |found, most| {
        format!(
            "共 {} 次运行，一个标签页最多训练 {} 次。更多的运行可以在终端或多台机器上训练。",
            whole(found),
            whole(most)
        )
    },
    settings_wrong: "请先改正“训练”中的设置。",
    workers: "工作线程",
    about_workers: |cores, megabytes| {
        format!(
            "这台机器有 {cores} 个核心。每个工作线程训练一次运行，约占 {megabytes:.0} MB 内存。少用一个核心，页面会更流畅。"
        )
    },
    start: "开始实验",
    go_on: "继续",
    pause: "暂停",
    stop: "停止",
    stands: |standing, over, runs, busy, seconds| {
        let (over_of, runs) = (whole(over as u64), whole(runs as u64));
        let of = format!("{over_of} / {runs} 次运行");
        let left = seconds.map(|seconds| format!("，大约还需 {}", duration(seconds)));
        match standing {
            Standing::Idle if over == 0 => format!("尚未开始：共 {runs} 次运行。"),
            Standing::Idle => format!("已停止，完成了 {of}。继续时不会重新训练已完成的运行。"),
            Standing::Running => {
                format!("已完成 {of}；{busy} 个工作线程正在训练{}。", left.unwrap_or_default())
            }
            Standing::Paused => format!("已暂停，完成了 {of}。"),
            Standing::Stopping => "正在停止：每次运行都会保留最新状态。".to_owned(),
            Standing::Done => format!("已完成：{of}。"),
        }
    },
    nothing_yet: "还没有开始实验。",
    reading: "正在读取运行库中已有的结果…",
    progress: "实验进度",
    deaths: |count| {
        format!("有 {count} 个工作线程意外结束；其运行已在另一个线程中从最新检查点继续。")
    },
    unkept: "此浏览器没有记住这个实验，但它的运行仍在运行库中。",
    summary,
    combination,
    value,
    results: "结果",
    about_results: "每种组合一行：各次运行的最低验证损失及该轮的准确率，以种子间的均值 ± 标准差表示。",
    valid_loss: "验证损失",
    valid_accuracy: "准确率",
    seeds_done: "种子",
    state: "状态",
    row_state: |state| match state {
        RowState::Waiting => "等待中",
        RowState::Running => "进行中",
        RowState::Done => "已完成",
        RowState::Halved => "落后停止",
        RowState::Stopped => "已停止",
        RowState::Diverged => "已发散",
        RowState::Failed => "出错",
    },
    loss: |spread| spread_of(spread, |value| four_decimals(Some(value))),
    accuracy: |spread| spread_of(spread, percent),
    of_seeds: |done, planned| format!("{done} / {planned}"),
    more: |left| format!("显示更多（还有 {} 种）", whole(left as u64)),
    figures_show: "图表显示",
    passing: |shown, all| format!("{all} 种组合中有 {shown} 种通过筛选。"),
    take_best: "把最佳设置带到“训练”",
    about_take_best: "把“训练”中的表单设为平均验证损失最低的组合",
    copy_link: "复制链接",
    save_experiment: "保存为终端可用的文件",
    remembered: "以前的实验",
    about_remembered: "它们的运行和其他运行一样保存在运行库中。",
    unnamed: "实验",
    entry: |name, varied, at| {
        let varied: Vec<&str> = varied.iter().map(|field| label(*field)).collect();
        let varied = if varied.is_empty() { "种子".to_owned() } else { varied.join("、") };
        format!("{name}：{varied}；{at}")
    },
    open: "显示",
    forget: "忘记",
    trouble,
    other_optimizer: |used, now| {
        format!("使用 {}，因为 {} 没有动量。", optimizer(used), optimizer(now))
    },
};

/// A name after a Chinese character: apart from it if it begins with a Latin letter.
fn spaced(name: &str) -> String {
    if name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
        format!(" {name}")
    } else {
        name.to_owned()
    }
}

fn value(field: Field, text: &str) -> String {
    let kind = || OptimizerKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    match (field, text) {
        (Field::Optimizer, _) => {
            kind().map_or_else(|| text.to_owned(), |kind| optimizer(kind).to_owned())
        }
        (Field::Nesterov | Field::Averaged | Field::Centered | Field::Flip, "1") => "开".to_owned(),
        (Field::Nesterov | Field::Averaged | Field::Centered | Field::Flip, "0") => "关".to_owned(),
        (_, "") => "关".to_owned(),
        _ => text.to_owned(),
    }
}

fn combination(varied: &Varied) -> String {
    if varied.is_empty() {
        return "当前设置".to_owned();
    }
    let said = varied.iter().map(|(field, text)| match field {
        Field::Optimizer => value(*field, text),
        _ => format!("{} {}", label(*field), value(*field, text)),
    });
    said.collect::<Vec<_>>().join("、")
}

fn spread_of(spread: &Spread, said: impl Fn(f64) -> String) -> String {
    let mean = said(spread.mean);
    spread
        .deviation
        .map_or_else(|| mean.clone(), |deviation| format!("{mean} ± {}", said(deviation)))
}

fn loss(value: f64) -> String {
    four_decimals(Some(value))
}

fn summary(findings: &Findings) -> String {
    let mut said = Vec::new();
    match (&findings.best, &findings.next, &findings.lead) {
        (None, ..) => said.push("还没有能说明其设置的运行完成。".to_owned()),
        (Some(best), Some(next), Some(lead)) => {
            let place = |place: &Place| combination(&place.varied);
            let accuracy = best
                .valid_accuracy
                .map(|accuracy| format!("，准确率 {}", percent(accuracy.mean)))
                .unwrap_or_default();
            let best_loss = loss(best.valid_loss.mean);
            let deviation = lead.deviation.map(loss).unwrap_or_default();
            let difference = loss(lead.difference);
            said.push(match lead.told {
                Told::Apart => format!(
                    "验证损失最低的是：{}，为 {best_loss}{accuracy}。比第二名（{}）低 {difference}，超过种子间的波动（{deviation}）。",
                    place(best),
                    place(next)
                ),
                Told::NotApart => format!(
                    "验证损失最低的是：{}，为 {best_loss}{accuracy}。但只比第二名（{}）低 {difference}，而种子间的波动为 {deviation}：换一组种子，名次可能不同。",
                    place(best),
                    place(next)
                ),
                Told::SpreadUnknown => format!(
                    "验证损失最低的是：{}，为 {best_loss}{accuracy}，比第二名（{}）低 {difference}。只有一个种子时，无法判断这是否只是偶然。",
                    place(best),
                    place(next)
                ),
            });
        }
        (Some(best), ..) => said.push(format!(
            "只有一种组合完成：{}，验证损失 {}。",
            combination(&best.varied),
            loss(best.valid_loss.mean)
        )),
    }
    if findings.learnt_nothing > 0 {
        said.push(format!("{} 次运行什么也没学到。", whole(findings.learnt_nothing.into())));
    }
    if findings.ended.diverged > 0 {
        said.push(format!("{} 次运行发散。", whole(findings.ended.diverged.into())));
    }
    if findings.ended.halved > 0 {
        said.push(format!("{} 次运行因落后而提前停止。", whole(findings.ended.halved.into())));
    }
    if findings.ended.failed > 0 {
        said.push(format!("{} 次运行出错。", whole(findings.ended.failed.into())));
    }
    if findings.missing > 0 && findings.best.is_some() {
        said.push(format!("还有 {} 次运行没有结果。", whole(findings.missing.into())));
    }
    said.concat()
}

fn mistake(mistake: &Mistake) -> String {
    match mistake {
        Mistake::TooManyAxes { .. } => format!("最多同时变化 {} 个设置。", Experiment::MOST_AXES),
        Mistake::Twice { field } => format!("{}变化了两次。", after(label(*field))),
        Mistake::SeedVaried => "种子由专门的一栏变化。".to_owned(),
        Mistake::NoEffect { field } => {
            format!("{}在此优化器和学习率调度下不起作用。", after(label(*field)))
        }
        Mistake::NoValues { field } => format!("{}：请至少输入一个值。", label(*field)),
        Mistake::TooManyValues { field, found } => format!(
            "{}：{} 个值太多，最多 {} 个。",
            label(*field),
            whole(*found),
            whole(Axis::MOST_VALUES as u64)
        ),
        Mistake::SameValue { field, text } => format!("{}：{text} 出现了两次。", label(*field)),
        Mistake::Value { field, text, why } => {
            format!("{}：不能用“{text}”。{}", label(*field), error(why))
        }
        Mistake::RangeOfWords { field } => {
            format!("{}取的是词，请逐个列出。", after(label(*field)))
        }
        Mistake::RangeEnds { field } => {
            format!("{}：请输入两个数，第二个大于第一个。", label(*field))
        }
        Mistake::RangeOfOne { field } => format!("{}：范围至少有 2 个值。", label(*field)),
        Mistake::LogarithmOfZero { field } => {
            format!("{}：等比范围必须从大于 0 的数开始。", label(*field))
        }
        Mistake::NoSeeds | Mistake::TooManySeeds { .. } | Mistake::SameSeed { .. } => {
            format!("请输入 1 到 {} 之间的种子数。", Experiment::MOST_SEEDS)
        }
        Mistake::SampleOfNone => "请输入要抽取的组合数，至少 1。".to_owned(),
        Mistake::TooManyRuns { found } => {
            format!("共 {} 次运行，最多 {} 次。", whole(*found), whole(Experiment::MOST_RUNS))
        }
        Mistake::NoRuns { field, why } => {
            format!("没有可以训练的组合。{}：{}", label(*field), error(why))
        }
        Mistake::HalvingFirst => "请输入首次比较在第几轮之后。".to_owned(),
        Mistake::HalvingFactor { .. } => "每 2、3 或 4 个运行中有一个继续。".to_owned(),
        Mistake::HalvingIdle { first, .. } => {
            format!("没有运行超过 {first} 轮，因此不会有运行被停止。")
        }
        // Of files and links.
        other => other.to_string(),
    }
}

/// A name before a Chinese character: apart from it if it ends in a Latin letter or a digit.
fn after(name: &str) -> String {
    if name.ends_with(|letter: char| letter.is_ascii_alphanumeric()) {
        format!("{name} ")
    } else {
        name.to_owned()
    }
}

fn trouble(trouble: &Trouble) -> String {
    match trouble {
        // Told by the sentences of failures.
        Trouble::Failed(_) => String::new(),
        Trouble::Elsewhere => {
            "另一个标签页正在训练这个实验。为避免重复训练，请在那里继续，或关闭那个标签页后在这里继续。".to_owned()
        }
        Trouble::OtherData => {
            "这个实验使用的数据集与现在选择的不同。请先选择它的数据集，再继续。".to_owned()
        }
        Trouble::OtherCorrections => {
            "这个实验开始之后，数据集的更正有了改变，之后的运行无法与已有的运行比较。请恢复原来的更正，或重新开始实验。"
                .to_owned()
        }
        Trouble::TooMany(found) => WORDS.too_many_here(*found, MOST_RUNS_HERE),
        Trouble::Link(mistakes) => {
            let told: Vec<String> = mistakes.iter().map(mistake).collect();
            format!("链接中的实验无法使用，没有开始任何运行。{}", told.concat())
        }
    }
}
