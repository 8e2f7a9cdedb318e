//! The data set, in Chinese.

use super::units::bytes;
use crate::dataset::DataProgress;
use crate::page::format::whole;
use crate::page::words::DataWords;

/// The data set's sentences.
pub const WORDS: DataWords = DataWords {
    title: "数据",
    sixty_samples: |classes| {
        format!(
            "Fashion-MNIST 共有 70,000 张图像，这里是其中六十张。每列一个类别：{}。",
            classes.join("、")
        )
    },
    sizes: |overview| {
        format!(
            "{} 张训练图像，{} 张测试图像，{} 个类别，每张 28×28 像素",
            whole(overview.train_images.into()),
            whole(overview.test_images.into()),
            overview.class_names.len(),
        )
    },
    loading: "数据集",
    waiting_for_worker: "正在等待训练线程",
    progress: |DataProgress { bytes: come, total_bytes, shards, total_shards, from_cache }| {
        if total_shards == 0 || shards < total_shards {
            let (come, all) = (bytes(come), bytes(total_bytes));
            return format!("{come} / {all}，已校验 {shards} / {total_shards} 个分片");
        }
        let all = bytes(total_bytes);
        let whence = match from_cache {
            0 => "全部为新下载".to_owned(),
            all if all == total_shards => "全部来自浏览器缓存".to_owned(),
            some => format!("其中 {some} 个来自浏览器缓存"),
        };
        format!("{all}，共 {total_shards} 个分片，均已通过 SHA-256 校验，{whence}")
    },
    augmented_in_epoch: |epoch| format!("按当前设置，第 {epoch} 轮的数据增强效果如图。"),
    next_epoch: "下一轮",
};
