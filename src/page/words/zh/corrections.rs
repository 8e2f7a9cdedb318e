//! Corrections of the data set, in Chinese.

use crate::dataset::corrections::{FORMAT, MOST_BYTES, VERSION};
use crate::dataset::{CorrectionsError, CorrectionsMistake, SplitName};
use crate::page::format::{UNKNOWN, whole};
use crate::page::words::CorrectionsWords;

/// The sentences.
pub const WORDS: CorrectionsWords = CorrectionsWords {
    title: "标签更正",
    about: "为图像改用其他标签或将其排除，用于下一次运行和对比。",
    label_of: |split, index| format!("{}的标签", image(split, index)),
    as_published: "原标签",
    leave_out: "排除",
    mark: |label| match label {
        Some(label) => format!("更正为{label}"),
        None => "已排除".to_owned(),
    },
    mistake: |mistake| format!("未做任何更改：{}。", mistaken(mistake)),
    summary: |labels, training, validation| match labels + training + validation {
        0 => "还没有更正。可在图像下方选择其他标签，或将其排除。".to_owned(),
        _ => format!(
            "{} 张图像改用其他标签，{} 张不参与训练，{} 张不参与验证。下一次运行会采用这些更正，除非在设置中关闭。",
            whole(labels as u64),
            whole(training as u64),
            whole(validation as u64)
        ),
    },
    unstored: "此浏览器无法保存更正。关闭页面之前它们仍然有效；如需保留，请导出。",
    correction: |split, index, published, label| {
        let published = published.unwrap_or(UNKNOWN);
        let becomes = label.map_or_else(|| "，已排除".to_owned(), |label| format!(" → {label}"));
        format!("{}：{published}{becomes}", image(split, index))
    },
    undo: "撤销",
    undo_of: |split, index| format!("撤销对{}的更正", image(split, index)),
    remove_all: "全部移除",
    removed: |count| format!("已移除 {} 项更正。", whole(count as u64)),
    bring_back: "恢复",
    export: "导出",
    import: "导入",
    about_import: "加入文件中的更正。若与列表更正了同一张图像，以文件为准。",
    imported: |file, read, replaced| {
        let replaced = match replaced {
            0 => String::new(),
            replaced => format!("其中 {} 项取代了原有的更正。", whole(replaced as u64)),
        };
        format!("已从 {file} 读取 {} 项更正。{replaced}", whole(read as u64))
    },
    refused: |file, why| {
        let why = match why {
            CorrectionsError::TooLarge(bytes) => {
                format!("文件有 {} MB，最多 {} MB", bytes.div_ceil(1 << 20), MOST_BYTES >> 20)
            }
            CorrectionsError::Json(_) => "不是 JSON".to_owned(),
            CorrectionsError::Shape(error) => format!("是其他内容的 JSON（{error}）"),
            CorrectionsError::Version { format, version } => {
                format!("格式为“{format}”第 {version} 版，而当前程序读取“{FORMAT}”第 {VERSION} 版")
            }
            CorrectionsError::Mistake(mistake) => mistaken(mistake),
        };
        format!("{file} 无法使用：{why}。现有的更正没有改变。请选择由 Atelier 导出的文件。")
    },
    judged_by: "标签",
    by_published: "原标签",
    by_corrected: "更正后",
    about_judged_by: "选择“更正后”时，所显示的结果及其对比对象都按更正后的标签评判，并且不计入已排除的图像。",
};

fn image(split: SplitName, index: u32) -> String {
    let split = match split {
        SplitName::Train => "训练",
        SplitName::Test => "测试",
    };
    format!("{split}图像 {}", whole(index.into()))
}

fn mistaken(mistake: &CorrectionsMistake) -> String {
    match *mistake {
        CorrectionsMistake::NoImage { split, index } => format!("没有{}", image(split, index)),
        CorrectionsMistake::NoClass { split, index, label } => {
            format!("{}的标签 {label} 不是任何类别", image(split, index))
        }
        CorrectionsMistake::Twice { split, index } => {
            format!("{}被更正了两次", image(split, index))
        }
        CorrectionsMistake::NothingLeft { split: SplitName::Train } => {
            "训练图像将一张不剩".to_owned()
        }
        CorrectionsMistake::NothingLeft { split: SplitName::Test } => {
            "测试图像将一张不剩".to_owned()
        }
    }
}
