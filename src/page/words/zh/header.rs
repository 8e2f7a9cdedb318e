//! The masthead, in Chinese.

use crate::page::words::HeaderWords;

/// The masthead's sentences.
pub const WORDS: HeaderWords = HeaderWords {
    name: "Atelier",
    claim: "就在这个标签页里，用你自己的 GPU 训练 PyTorch 教程中的网络，看它学会辨认服装。",
    tutorial: "教程原文",
    source: "源代码",
    documentation: "文档",
    documentation_page: "docs/overview.zh.html",
    training_on: "正在使用",
    trained_on: "训练所用",
    will_train_on: "将使用",
    dark_theme: "深色主题",
    switch_to_light: "切换到浅色主题",
    switch_to_dark: "切换到深色主题",
    presentation: "演示模式",
    about_presentation: "演示模式：大字号，隐藏表单",
    leave_presentation: "退出演示",
};
