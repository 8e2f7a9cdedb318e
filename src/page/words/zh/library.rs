//! The library, in Chinese.

use super::causes::quoted;
use super::settings::{given_part, setting};
use super::units::{duration, room};
use crate::history::Ending;
use crate::library::{ExperimentRun, GivenFile, Origin, RunOwner, RunRecord, RunState};
use crate::page::browser::local_time;
use crate::page::format::{UNKNOWN, whole};
use crate::page::runs::Order;
use crate::page::session::DeletedThing;
use crate::page::words::{LibraryWords, Setting};
use crate::settings::Field;

/// The library's sentences.
pub const WORDS: LibraryWords = LibraryWords {
    title: "运行记录",
    kept_here: "保存在此浏览器中，刷新页面不会丢失。",
    no_runs: "还没有运行记录。每次运行都会连同设置和全部指标一起保存，还包括每轮结束后的最佳模型，\
              以及暂停、停止时和训练过程中定期保存的最新状态。",
    no_run_matches: "没有符合条件的运行。",
    show_more: |left| format!("显示更多（还有 {left} 个）"),
    import_files: "导入文件",
    about_import: "safetensors 格式的权重或检查点、torch.save 写出的 state dict、从 Atelier 导出的运行，或 PyTorch 脚本的事件文件（连同它保存的权重一起选择）",
    reading_file: |file| format!("正在读取 {file}…"),
    imported_experiment: |runs, known, is_listed| {
        let known = match known {
            0 => String::new(),
            known => format!("（另有 {} 次已在库中）", whole(known.into())),
        };
        let where_it_is = match is_listed {
            true => "，可在“实验”中查看。",
            false => "。浏览器未能保存实验本身，因此“实验”中不会列出它。",
        };
        format!("已导入一个实验的 {} 次运行{known}{where_it_is}", whole(runs.into()))
    },
    imported_as: |run| format!("已导入为 {run}。"),
    deleted: |what| format!("已删除：{}。", deleted(what)),
    undo: "撤销",
    search: "搜索运行",
    search_hint: "搜索名称、备注、标签或设置",
    which_runs: "筛选运行",
    all_runs: "全部运行",
    ended_runs: "已训练完成",
    unended_runs: "未训练完成",
    with_tag: |tag| format!("标签：{tag}"),
    order_of_runs: "排序",
    order: |order| match order {
        Order::Newest => "最新优先",
        Order::Oldest => "最早优先",
        Order::ValidationLoss => "验证损失最低优先",
        Order::Accuracy => "准确率最高优先",
        Order::Longest => "步数最多优先",
        Order::Title => "按名称",
    },
    count: |shown, all| {
        if shown == all {
            format!("{all} 个运行")
        } else {
            format!("显示 {shown} 个，共 {all} 个运行")
        }
    },
    chosen_runs: "选中的运行",
    chosen: |count| format!("已选 {count} 个："),
    choose_none: "取消选择",
    tensorboard: "TensorBoard",
    about_tensorboards: "标签与教程一致的事件文件，打包成压缩包：解压后对该文件夹运行 tensorboard --logdir",
    about_tensorboard: "标签与教程一致的事件文件，打包成压缩包",
    csv: "CSV",
    json: "JSON",
    delete: "删除",
    lay_over_others: "与其他运行的曲线叠加显示",
    compare: |run| format!("对比运行“{run}”"),
    settings,
    brief_settings,
    tutorial_settings: "教程的原始设置",
    told_apart: |name, mark| format!("{name}（{mark}）"),
    state,
    moment: local_time,
    validation_loss: "验证损失",
    best_validation_loss: "验证损失（最佳）",
    best_accuracy: "准确率（最佳）",
    last_training_loss: "训练损失（最近一轮）",
    last_validation_loss: "验证损失（最近一轮）",
    last_accuracy: "准确率（最近一轮）",
    steps: "步数",
    steps_of: |steps, all| match all {
        0 => whole(steps),
        all => format!("{} / {}", whole(steps), whole(all)),
    },
    epochs: "轮次",
    time: "用时",
    trained_for: duration,
    training_loss: "训练损失",
    best_epoch: "最佳轮次",
    about_run,
    name: "名称",
    tags: "标签，用英文逗号分隔",
    note: "备注",
    open: "打开",
    about_open: "查看此运行的进度、曲线和指标",
    more: "更多",
    more_for: |run| format!("运行“{run}”的更多操作"),
    use_settings: "使用其设置",
    about_use_settings: "用此运行的设置填写表单",
    whole_run: "整个运行",
    about_whole_run: "此运行连同指标和检查点打包成一个文件，可导入其他浏览器",
    all_checkpoints: "全部检查点",
    about_all_checkpoints: "此运行的全部检查点，打包成压缩包",
    delete_run: "删除此运行",
    stop_first: "请先停止训练",
    horizontal_axis: "横轴",
    by_step: "按步",
    by_epoch: "按轮次",
    by_time: "按时间",
    validation_accuracy: "验证准确率",
    training_losses: "选中运行的训练损失",
    validation_losses: "选中运行的验证损失",
    validation_accuracies: "选中运行的验证准确率",
    reading_curves: "正在读取曲线…",
    no_epoch: "选中的运行都还没有完成一轮。",
    no_time_known: "仅以检查点导入的运行没有时间记录。",
    same_settings: "这些运行的设置相同。",
    setting: "设置",
    differences: "这些运行中存在差异的设置",
    room: |used, left| format!("在此浏览器中已用 {}，剩余 {}。", room(used), room(left)),
    is_promised: "浏览器已承诺保留这些数据，直到你自己清除。",
    may_be_deleted: "磁盘空间不足时，浏览器可能会删除此网站保存的数据。你可以请求浏览器保留：\
                     有些浏览器会询问你，有些则根据你的访问频率决定。除此之外没有任何变化，\
                     之后也可以在浏览器的网站设置中撤回。",
    ask_to_keep: "请求浏览器保留数据",
    not_promised: "浏览器没有承诺保留。请下载重要的内容，或者在多访问几次、将此页面加入书签之后再试。",
    delete_everything: "全部删除……",
};

/// What was deleted, after a colon.
pub(super) fn deleted(what: &DeletedThing) -> String {
    match what {
        DeletedThing::One(name) => name.clone(),
        DeletedThing::Runs(count) => format!("{count} 个运行"),
    }
}

fn settings(settings: &[Setting]) -> String {
    settings.iter().map(setting).collect::<Vec<_>>().join("，")
}

/// `Adam，学习率 0.001，批大小 64，单周期，+2`.
fn brief_settings(settings: &[Setting], others: usize) -> String {
    let others = (others > 0).then(|| format!("+{others}"));
    settings.iter().map(brief).chain(others).collect::<Vec<_>>().join("，")
}

fn brief(chosen: &Setting) -> String {
    match (chosen.field, &chosen.text) {
        (Field::Seed, Some(seed)) => format!("种子 {seed}"),
        _ => setting(chosen),
    }
}

fn state(state: &RunState, owner: RunOwner, steps: u64) -> String {
    let step = whole(steps);
    match (state, owner) {
        (RunState::Paused, RunOwner::Here) => "已暂停".to_owned(),
        (RunState::Paused, RunOwner::OtherTab) => "已在另一个标签页中暂停".to_owned(),
        (_, RunOwner::Here) => "训练中".to_owned(),
        (_, RunOwner::OtherTab) => "正在另一个标签页中训练".to_owned(),
        (RunState::Training | RunState::Paused, RunOwner::AtRest) => {
            format!("中断于第 {step} 步")
        }
        (RunState::Stopped, _) => format!("停止于第 {step} 步"),
        (RunState::Ended(Ending::Completed), _) => "已完成".to_owned(),
        (RunState::Ended(Ending::EarlyStopped), _) => "已早停".to_owned(),
        (RunState::Failed { .. }, _) => format!("第 {step} 步后出错"),
        (RunState::Weights, _) => "仅权重".to_owned(),
    }
}

fn about_run(record: &RunRecord, chosen: &[Setting], continues: Option<&str>) -> String {
    let engine = if record.engine.is_empty() { UNKNOWN } else { &record.engine };
    let (settings, began) = (settings(chosen), local_time(record.started_at_ms));
    let mut about = match record.ended_at_ms.map(local_time) {
        Some(ended) => format!("{settings}。{engine}。开始于 {began}，结束于 {ended}。"),
        None => format!("{settings}。{engine}。开始于 {began}。"),
    };
    match &record.origin {
        Origin::New => {}
        Origin::Branch { run, step } => {
            let run = continues.unwrap_or(run);
            about += &format!("从“{run}”的第 {} 步继续。", whole(*step));
        }
        Origin::Imported { file } => about += &format!("导入自 {file}。"),
        Origin::PyTorch { file } => about += &format!("由 PyTorch 脚本训练，导入自 {file}。"),
    }
    for GivenFile { part, from, sha256 } in &record.given {
        about += &format!("所用的{}来自 {from}（SHA-256 {sha256}）。", given_part(*part));
    }
    if let Some(data) = &record.data {
        about += &format!("所用数据集：{}。", data.title());
    }
    if record.corrections > 0 {
        about += &format!("采用了对数据集的 {} 项更正。", whole(record.corrections.into()));
    }
    if let Some(ExperimentRun { name, number, .. }) = &record.experiment {
        let name = if name.is_empty() { String::new() } else { format!("“{name}”") };
        about += &format!("实验{name}的第 {} 次运行。", whole((*number).into()));
    }
    if let RunState::Failed { why, .. } = &record.state {
        about += &format!("出错原因：{}。", quoted(why));
    }
    about
}
