//! The page around its parts, in Chinese.

use super::run;
use crate::page::address::Place;
use crate::page::words::PageWords;

/// The page's own sentences.
pub const WORDS: PageWords = PageWords {
    title: "Atelier：在这个标签页里训练服装分类器",
    title_measuring: "测速中 · Atelier",
    title_training: |percent| format!("已训练 {percent}% · Atelier"),
    title_paused: |percent| format!("已暂停于 {percent}% · Atelier"),
    title_trained: "训练完成 · Atelier",
    title_stopped: "已停止 · Atelier",
    places: "页面导航",
    place: |place| match place {
        Place::Train => "训练",
        Place::Understand => "理解",
        Place::Experiments => "实验",
        Place::Runs => "运行记录",
        Place::Lesson => "课程",
    },
    run_in_sight: |status, percent| format!("{} · {percent}%", run::WORDS.status(status)),
    run_and_settings: "运行与设置",
    results: "结果",
    all_stays_here: "一切都在这个标签页里运行：数据集只下载一次，训练过程、检查点和图片都不会离开这台设备。",
    data_source: |data_set| format!("数据：{data_set}，由 Zalando Research 以 MIT 许可证发布。"),
    copied: "已复制。",
    copy_by_hand: "剪贴板不可用，请从这里手动复制。",
};
