//! Data sets of one's own, in Chinese.

use super::causes::quoted;
use super::failures::sentences;
use crate::dataset::OwnSet;
use crate::page::format::whole;
use crate::page::words::{OwnSetsWords, Told};
use crate::protocol::{OwnSetFailure, SkippedFile, SkippedWhy};
use crate::text::{MOST_QUOTE, line};

/// The sentences about data sets of one's own.
pub const WORDS: OwnSetsWords = OwnSetsWords {
    label: "数据集",
    entry: |set| format!("{}，{} 个类别", name(set), set.identity.class_names().len()),
    about: |set| {
        format!(
            "{} 张训练图像和 {} 张验证图像，类别为{}。图像只留在此浏览器中。",
            whole(set.train_images.into()),
            whole(set.test_images.into()),
            set.identity.class_names().join("、"),
        )
    },
    delete: "删除这个数据集",
    add: "使用自己的类别",
    about_adding: "2 到 64 个类别：一个文件夹或其 ZIP 压缩包，其中每个类别一个图片文件夹；或者像 MNIST 那样的 IDX 图像和标签文件。除非文件另有划分，七分之一留作验证。不会上传任何内容。也可以拖到这里。",
    files: "选择 ZIP 或 IDX 文件",
    folder: "选择文件夹",
    reading: |done, all| format!("已读取 {} / {} 个文件", whole(done.into()), whole(all.into())),
    added: |set, skipped| {
        let images = u64::from(set.train_images) + u64::from(set.test_images);
        let (classes, images) = (set.identity.class_names().len(), whole(images));
        let added = format!("已添加“{}”：{images} 张图像，{classes} 个类别。", name(set));
        match skipped {
            0 => added,
            skipped => format!("{added}略过了 {} 个文件：", whole(skipped as u64)),
        }
    },
    no_insight: "验证详情、网络内部和数据集浏览目前只适用于在 Fashion-MNIST 上的运行。",
    skipped: |SkippedFile { file, why }| format!("{file}：{}", because(why)),
    more_skipped: |count| format!("另有 {} 个", whole(count as u64)),
};

fn name(set: &OwnSet) -> &str {
    match set.identity.name() {
        "" => "自己的数据集",
        name => name,
    }
}

/// Why a file was left out.
fn because(why: &SkippedWhy) -> String {
    match why {
        SkippedWhy::NoPicture => "它不是 PNG、JPEG、GIF、WebP、BMP、AVIF 或 HEIC 文件".into(),
        SkippedWhy::Cut => "文件不完整或已损坏".into(),
        SkippedWhy::Empty => "图片没有像素".into(),
        SkippedWhy::TooLarge => "图片太大，无法解码".into(),
        SkippedWhy::Undecodable { browser_text } => quoted(&line(browser_text, MOST_QUOTE)),
        SkippedWhy::OnlyBackground => "无法从背景中分辨出任何东西".into(),
        SkippedWhy::NoClass => "它不在任何以类别命名的文件夹中".into(),
    }
}

/// Why a data set of one's own could not be added.
pub(super) fn told(why: &OwnSetFailure) -> Told {
    match why {
        OwnSetFailure::NoStorage => sentences(
            "浏览器没有向本页提供存储空间，无法保存自己的数据集。",
            "没有任何改变。",
            "请通过 HTTPS 或在本机打开本页，且不要使用无痕窗口。",
        ),
        OwnSetFailure::NotKept { browser_text } => sentences(
            format!("无法保存数据集：{}。", quoted(&line(browser_text, MOST_QUOTE))),
            "它没有留下任何部分，其他一切保持原样。",
            "请腾出一些空间，或减少图片数量。",
        ),
    }
}
