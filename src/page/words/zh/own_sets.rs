//! Data sets of one's own, in Chinese.

use super::causes::{download, idx, quoted};
use super::failures::sentences;
use super::file_causes::archive;
use crate::dataset::own::{MOST_IMAGES, OwnMistake, SkipReason, Skipped};
use crate::dataset::{IdentityMistake, OwnSet};
use crate::page::format::whole;
use crate::page::words::{OwnSetsWords, Told};
use crate::protocol::OwnSetFailure;
use crate::text::{MOST_QUOTE, line, quote};

/// The sentences about data sets of one's own.
pub const WORDS: OwnSetsWords = OwnSetsWords {
    label: "数据集",
    entry: |set| format!("{}，{} 个类别", name(set), set.identity.class_names().len()),
    about: |set| {
        format!(
            "{} 张训练图像和 {} 张验证图像，类别为 {}。图像只留在此浏览器中。",
            whole(set.train_images.into()),
            whole(set.test_images.into()),
            set.identity.class_names().join("、"),
        )
    },
    delete: "删除这个数据集",
    add: "使用自己的类别",
    about_adding: "2 到 64 个类别：一个文件夹或其 ZIP 压缩包，其中每个类别有一个图片文件夹；或者像 MNIST 那样的 IDX 图像和标签文件。除非文件另有划分，七分之一留作验证。不会上传任何内容。也可以拖到这里。",
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
    no_explorer: "探索数据集、图像分布图和标签更正目前只适用于在 Fashion-MNIST 上的运行。",
    skipped: |Skipped { path, why }| format!("{path}：{}", because(why)),
    more_skipped: |count| format!("另有 {} 个", whole(count as u64)),
};

fn name(set: &OwnSet) -> &str {
    match set.identity.name() {
        "" => "自己的数据集",
        name => name,
    }
}

/// Why a file was left out.
fn because(why: &SkipReason) -> String {
    match why {
        SkipReason::NoClass => "它不在任何以类别命名的文件夹中".into(),
        SkipReason::NoPicture => "它不是 PNG、JPEG、GIF、WebP 或 AVIF 文件".into(),
        SkipReason::TooLarge => "文件超过 40 MB".into(),
        SkipReason::TooManyPixels => "像素太多".into(),
        SkipReason::Gone => "文件已不存在".into(),
        SkipReason::Damaged => "文件不完整或已损坏".into(),
        SkipReason::Unreadable(words) | SkipReason::Undecodable(words) => {
            quoted(&line(words, MOST_QUOTE))
        }
        SkipReason::Empty => "无法从背景中分辨出任何东西".into(),
    }
}

/// What is wrong with the files.
fn mistake(why: &OwnMistake) -> String {
    match why {
        OwnMistake::Identity(IdentityMistake::Classes(count)) => {
            format!("共有 {} 个类别，而网络只能区分 2 到 64 个", whole(*count as u64))
        }
        OwnMistake::Identity(IdentityMistake::NoClassName(class)) => {
            format!("第 {} 个类别没有名称", class + 1)
        }
        OwnMistake::Identity(IdentityMistake::SameClassName(name)) => {
            format!("有两个类别都叫“{name}”")
        }
        OwnMistake::Identity(IdentityMistake::Sha256(_)) => "校验和无效".into(),
        OwnMistake::Nothing => "其中既没有 IDX 文件，也没有按类别分文件夹的图片".into(),
        OwnMistake::TooManyFiles(most) => format!("文件超过 {} 个", whole(*most as u64)),
        OwnMistake::TooManyImages => format!("图像超过 {} 张", whole(MOST_IMAGES as u64)),
        OwnMistake::FewImages { class, images } => {
            format!("类别“{class}”只有 {images} 张可用的图像，每个类别至少需要 2 张")
        }
        OwnMistake::NoImages { train: true } => "没有可用于训练的图像".into(),
        OwnMistake::NoImages { train: false } => "没有可用于验证的图像".into(),
        OwnMistake::AllSkipped(count) => {
            format!("{} 张图片都无法使用", whole(*count as u64))
        }
        OwnMistake::Share(share) => format!("无法将 {share} 的比例用作验证"),
        OwnMistake::HalfPair(file) => {
            format!("{file} 缺少与之成对的文件：图像需要标签，标签需要图像")
        }
        OwnMistake::TwoOfAKind { one, other } => {
            format!("无法判断应使用 {one} 还是 {other}")
        }
        OwnMistake::Count { images, found, labels, expected } => {
            format!("{images} 有 {found} 张图像，而 {labels} 有 {expected} 个标签")
        }
        OwnMistake::Idx { file, why } => {
            format!("{file} 不是相应的 IDX 文件（{}）", idx(why))
        }
        OwnMistake::Gzip { file } => format!("无法解压 {file}"),
        OwnMistake::Label { file, label } => {
            format!("{file} 中有标签 {label}，而标签只能是 0 到 63")
        }
        OwnMistake::UnknownLabel(label) => format!("标签 {label} 只出现在验证图像中"),
        OwnMistake::Names { file, why } => format!("{file} 不是名称列表（{}）", quote(why)),
        OwnMistake::MissingName { names, label } => {
            format!("只有 {names} 个名称，却有图像的标签是 {label}")
        }
    }
}

/// Why a data set of one's own could not be added.
pub(super) fn told(why: &OwnSetFailure) -> Told {
    match why {
        OwnSetFailure::Files(why) => refused(&mistake(why), "请改正后重新添加。"),
        OwnSetFailure::Download { file, why } => {
            refused(&format!("无法读取 {file}（{}）", download(why)), AGAIN)
        }
        OwnSetFailure::Unreadable(Skipped { path, why }) => {
            refused(&format!("无法使用 {path}：{}", because(why)), AGAIN)
        }
        OwnSetFailure::Archive(why) => {
            refused(&format!("无法读取 ZIP 文件：{}", archive(why)), "请重新打包，或选择其文件夹。")
        }
        OwnSetFailure::Shards { detail } => {
            refused(&format!("清单与分片不相符（{}）", quote(detail)), "请重新获取这个数据集。")
        }
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

const AGAIN: &str = "请重新选择文件。";

fn refused(why: &str, next: &str) -> Told {
    sentences(
        format!("这些文件不能作为数据集：{why}。"),
        "没有添加任何内容，其他一切保持原样。",
        next,
    )
}
