//! The classifier, in Chinese.

use super::causes::quoted;
use crate::garment::header::HeaderMistake;
use crate::garment::{Caution, StageKind, Tone};
use crate::network::CLASSES;
use crate::page::format::{UNKNOWN, percent, whole};
use crate::page::train::classifier::{CameraFailure, Complaint};
use crate::page::words::ClassifierWords;
use crate::text::{MOST_QUOTE, line};

/// The classifier's sentences.
pub const WORDS: ClassifierWords = ClassifierWords {
    class_name,
    title: "分类",
    pad: "画板。用鼠标、手指、触控笔或键盘绘制，Shift 加方向键移动得更远，Escape 抬笔，按 Control Z 撤销。",
    pad_keys: "方向键移动，空格键落笔或抬笔，Delete 清空",
    pen: |is_down, across, down| {
        let pen = if is_down { "已落笔" } else { "已抬笔" };
        format!("{pen}，距左边 {across}%，距上边 {down}%")
    },
    shapes: "现成的形状",
    // “T恤”, rather than “T恤/上衣”.
    shape: |label| class_name(label).split('/').next().unwrap_or(UNKNOWN),
    pad_hint: "在此绘制、拖入或粘贴一件衣物",
    brush: "笔刷",
    shade: "亮度",
    fill: "填充闭合的轮廓",
    undo: "撤销",
    clear: "清空",
    test_image: "测试图像",
    upload: "上传图片",
    webcam: "摄像头",
    webcam_waits: "正在等待摄像头，浏览器会询问是否允许本页使用它。",
    webcam_keep: "保留这张画面",
    webcam_stop: "关闭摄像头",
    webcam_rate: |a_second| format!("每秒 {a_second:.0} 张"),
    photo_tools: "图片工具",
    crop: "裁剪",
    crop_how: "在衣物周围画一个矩形。用键盘时：在一角按空格键，用方向键移动，在对角再按空格键。",
    whole_picture: "整张图片",
    turn: "旋转",
    background: "背景",
    tone_found: |tone| match tone {
        None => "自动判断".to_owned(),
        Some(tone) => format!("自动判断：{}", tone_name(tone)),
    },
    tone: tone_name,
    stages: "图片如何变成网络的输入",
    stage: |stage| match stage {
        StageKind::Picture => "图片",
        StageKind::Separated => "去除背景",
        StageKind::Trimmed => "裁边，转为灰度，黑底亮图",
        StageKind::Small => "长边缩到 28 像素",
        StageKind::Network => "锐化并居中",
    },
    caution: |caution| match caution {
        Caution::PaleOnLight => {
            "浅色背景上的浅色衣物。数据集中几乎没有这样的图像，结果不太可靠，请换成深色背景。"
        }
        Caution::LittleContrast => "衣物与背景几乎没有反差，轮廓可能不准。请更换背景，或裁剪图片。",
        Caution::CutOff => "衣物超出了图片。数据集中的衣物都是完整的，结果可能有误。",
        Caution::SmallInPicture => "衣物在图片中太小，网络看不清。请裁剪图片。",
    },
    complaint: |complaint| match complaint {
        Complaint::NoPicture => "这不是图片文件。".to_owned(),
        Complaint::TooLarge { file } => refused(file, "文件超过 40 MB", SMALLER),
        Complaint::Header { file, why: HeaderMistake::TooLarge { width, height } } => {
            refused(file, &format!("{width}×{height} 像素的图片太大"), SMALLER)
        }
        Complaint::Header { file, why: HeaderMistake::Unknown } => {
            refused(file, "它不是 PNG、JPEG、GIF、WebP、BMP、AVIF 或 HEIC 文件", ANOTHER)
        }
        Complaint::Header { file, why: HeaderMistake::Cut } => {
            refused(file, "文件不完整或已损坏", ANOTHER)
        }
        Complaint::Header { file, why: HeaderMistake::Empty } => {
            refused(file, "图片没有像素", ANOTHER)
        }
        Complaint::Unreadable { file, why } => {
            refused(file, &quoted(&line(why, MOST_QUOTE)), ANOTHER)
        }
        Complaint::Camera(failure) => match failure {
            CameraFailure::NotOffered => {
                "浏览器没有向本页提供摄像头。请通过 HTTPS 或在本机打开本页，或上传图片。".to_owned()
            }
            CameraFailure::Refused => {
                "未获准使用摄像头，画板保持原样。请在浏览器中允许本页使用摄像头，或上传图片。"
                    .to_owned()
            }
            CameraFailure::Missing => {
                "没有找到摄像头，画板保持原样。请连接摄像头后重试，或上传图片。".to_owned()
            }
            CameraFailure::Busy => {
                "摄像头没有响应，可能正被其他程序使用，画板保持原样。请关闭那个程序后重试。"
                    .to_owned()
            }
            CameraFailure::Ended => {
                "摄像头自行停止了，画板已恢复原样。请重新连接后再次打开摄像头。".to_owned()
            }
            CameraFailure::Other(why) => format!(
                "无法使用摄像头：{}。画板保持原样。请重试，或上传图片。",
                quoted(&line(why, MOST_QUOTE))
            ),
        },
        Complaint::NoGarment => "无法从这张图片的背景中分辨出衣物。".to_owned(),
        Complaint::NotDrawn { why } => format!("无法绘制画板：{}。", quoted(why)),
    },
    preview: "网络看到的 28×28 像素图像",
    what_network_sees: "网络看到的图像",
    probabilities: "概率",
    answer_by_run: |share, step| {
        format!("{}，依据本次运行第 {} 步的权重", percent(share), whole(step))
    },
    answer_by_checkpoint: |share, checkpoint| {
        format!("{}，依据检查点“{checkpoint}”", percent(share))
    },
    test_label: |index, label, answer| match answer {
        None => format!("测试图像 {index} 的标签是“{label}”。"),
        Some(answer) if answer == label => {
            format!("测试图像 {index} 的标签是“{label}”，网络的判断与之一致。")
        }
        Some(answer) => {
            format!("测试图像 {index} 的标签是“{label}”，网络的判断是“{answer}”。")
        }
    },
    followed_image: |index, label| format!("测试图像 {index}，标签为“{label}”"),
    another_image: "换一张图像",
    why: "为什么是这个答案？",
};

const ANOTHER: &str = "请选择另一张图片。";
const SMALLER: &str = "请选择不超过 40 MB、6,400 万像素且每边不超过 16,384 像素的图片。";

/// What happened, what was kept, what to do next.
fn refused(file: &str, why: &str, next: &str) -> String {
    format!("无法将 {file} 读取为图片：{why}。画板保持不变。{next}")
}

const NAMES: [&str; CLASSES] =
    ["T恤/上衣", "裤子", "套头衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴"];

const fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Light => "浅色",
        Tone::Dark => "深色",
    }
}

pub(super) fn class_name(label: usize) -> &'static str {
    NAMES.get(label).copied().unwrap_or(UNKNOWN)
}
