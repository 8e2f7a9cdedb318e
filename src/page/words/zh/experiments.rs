//! 实验。

use super::settings::{error, label, optimizer, schedule};
use crate::experiment::{
    Axis, Experiment, Findings, Mistake, Preset, RowState, Spread, Standing as Place, Table, Told,
    Varied,
};
use crate::page::experiments::{Given, MOST_RUNS_HERE, Standing, Trouble};
use crate::page::format::{duration, four_decimals, percent, whole};
use crate::page::session::MOST_ATTEMPTS;
use crate::page::words::ExperimentsWords;
use crate::settings::{Field, OptimizerKind, ScheduleKind};

/// So many combinations are named of which the same is true.
const MOST_NAMED: usize = 3;

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
    factor: "每几个运行中一个继续",
    plan: |runs, combinations, invalid, same, seconds, workers| {
        let invalid = match invalid {
            0 => String::new(),
            many => format!("有 {} 种组合无法训练，已略去。", whole(many as u64)),
        };
        let same = match same {
            0 => String::new(),
            many => format!(
                "有 {} 种组合因某个设置不起作用而与其他组合相同，已略去。",
                whole(many as u64)
            ),
        };
        let time = seconds.map_or_else(
            || "测出这台机器的速度后，才知道需要多久。".to_owned(),
            |seconds| format!("用 {workers} 个工作线程，大约需要 {}。", duration(seconds)),
        );
        let (runs, combinations) = (whole(runs as u64), whole(combinations.into()));
        format!("{combinations} 种组合，共 {runs} 次运行。{invalid}{same}{time}")
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
    stands: |standing, over, runs, begun, busy| {
        let (over_of, runs) = (whole(over as u64), whole(runs as u64));
        let of = format!("{over_of} / {runs} 次运行");
        match standing {
            Standing::Idle if over == 0 && begun == 0 => format!("尚未开始：共 {runs} 次运行。"),
            Standing::Idle => {
                let again =
                    if over == 0 { "" } else { "继续时不会重新训练已完成的运行。" };
                let begun = match begun {
                    0 => String::new(),
                    many => format!("另有 {many} 次运行已经开始，会从最新状态继续。"),
                };
                format!("已停止，完成了 {of}。{again}{begun}")
            }
            Standing::Running => format!("已完成 {of}；{busy} 个工作线程正在训练。"),
            Standing::Paused => format!("已暂停，完成了 {of}。"),
            Standing::Stopping => "正在停止：每次运行都会保留最新状态。".to_owned(),
            Standing::Done => format!("已完成：{of}。"),
        }
    },
    left: |seconds| format!("大约还需 {}。", duration(seconds)),
    nothing_yet: "还没有开始实验。",
    measuring_engines: "正在测量这台机器上 GPU 和 CPU 哪个更快，随后实验就在更快的那个上开始…",
    reading: "正在读取运行库中已有的结果…",
    progress: "实验进度",
    deaths: |count| {
        format!(
            "有 {count} 个工作线程意外结束。实验进行期间，失去线程的运行会在另一个线程中重试，如有检查点则从最新的继续；{MOST_ATTEMPTS} 次都未成功则记为出错。"
        )
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
    row_state: |state, is_at_work| match state {
        RowState::Waiting => "等待中",
        RowState::Running if !is_at_work => "未完成",
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
    taken: |varied| format!("“训练”现在采用{}。", spaced(&combination(varied))),
    copy_link: "复制链接",
    save_runs_csv: "各次运行存为 CSV",
    save_runs_json: "各次运行存为 JSON",
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
    forget: "移除",
    trouble,
    other_optimizer: |used, now| {
        format!("使用 {}，因为 {} 没有动量。", optimizer(used), optimizer(now))
    },
};

/// A name after a Chinese character: apart from it if it begins with a Latin letter.
pub(super) fn spaced(name: &str) -> String {
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
        (Field::Schedule, _) => {
            let kind = ScheduleKind::ALL.into_iter().find(|kind| kind.as_str() == text);
            kind.map_or_else(|| text.to_owned(), |kind| schedule(kind).to_owned())
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
        Field::Optimizer | Field::Schedule => value(*field, text),
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

fn summary(findings: &Findings, table: &Table) -> String {
    let mut said = vec![best(findings)];
    let mut add = |count: u32, what: &str, combinations: &[u32]| {
        if count > 0 {
            let which = named_in(table, combinations);
            said.push(format!("{} 次运行{what}{which}。", whole(count.into())));
        }
    };
    add(findings.learnt_nothing, "什么也没学到", &findings.learnt_nothing_in);
    add(findings.ended.diverged, "发散", &findings.diverged_in);
    add(findings.ended.halved, "因落后而提前停止", &[]);
    add(findings.ended.failed, "出错", &findings.failed_in);
    if findings.missing > 0 && findings.best.is_some() {
        said.push(format!("还有 {} 次运行没有结果。", whole(findings.missing.into())));
    }
    said.concat()
}

/// Which combination is the best, and by how much.
fn best(findings: &Findings) -> String {
    let Some(best) = &findings.best else {
        return if findings.missing > 0 {
            "还没有可供比较的已完成运行。".to_owned()
        } else {
            "没有运行训练到底，因此无从比较。".to_owned()
        };
    };
    let accuracy = best.valid_accuracy.map(|accuracy| percent(accuracy.mean));
    let accuracy = accuracy.map(|accuracy| format!("，准确率 {accuracy}")).unwrap_or_default();
    let place = |place: &Place| combination(&place.varied);
    let Some((next, lead)) = findings.next.as_ref().zip(findings.lead) else {
        let loss = spread_of(&best.valid_loss, loss);
        return if findings.combinations <= 1 {
            format!("验证损失为 {loss}{accuracy}。")
        } else {
            format!("只有一种组合有训练到底的运行：{}，验证损失 {loss}{accuracy}。", place(best))
        };
    };
    let leads =
        format!("验证损失最低的是：{}，为 {}{accuracy}", place(best), loss(best.valid_loss.mean));
    let (difference, next_place) = (loss(lead.difference), place(next));
    let deviation = lead.deviation.map(loss).unwrap_or_default();
    match lead.told {
        Told::Apart => format!(
            "{leads}。比第二名（{next_place}）低 {difference}，超过种子间的波动（{deviation}）。"
        ),
        Told::NotApart => format!(
            "{leads}。但只比第二名（{next_place}）低 {difference}，而种子间的波动为 {deviation}：换一组种子，名次可能不同。"
        ),
        Told::SpreadUnknown => {
            let who = match (best.valid_loss.count, next.valid_loss.count) {
                (1, 1) => "两者都",
                (1, _) => "第一名",
                _ => "第二名",
            };
            format!(
                "{leads}，比第二名（{next_place}）低 {difference}。{who}只有一次完成的运行，无法判断这是否只是偶然。"
            )
        }
    }
}

/// Some combinations by their settings, after what is said of them; nothing where no setting varies.
fn named_in(table: &Table, combinations: &[u32]) -> String {
    let rows = combinations.iter().filter_map(|at| table.get(*at));
    let names = rows.filter(|row| !row.varied.is_empty()).map(|row| combination(&row.varied));
    let names: Vec<String> = names.take(MOST_NAMED).collect();
    match combinations.len() {
        _ if names.is_empty() => String::new(),
        all if all > names.len() => {
            format!("（{}等 {} 种组合）", after(&names.join("；")), whole(all as u64))
        }
        _ => format!("（{}）", names.join("；")),
    }
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
