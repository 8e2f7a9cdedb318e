//! Checkpoints, in Chinese.

use super::units::bytes;
use crate::page::browser::local_time;
use crate::page::format::whole;
use crate::page::words::CheckpointWords;
use crate::protocol::{CheckpointRole, CheckpointSummary};

/// The checkpoints' sentences.
pub const WORDS: CheckpointWords = CheckpointWords {
    heading: "检查点",
    none: "还没有检查点。",
    resume: "继续训练",
    about_resume: "从这里继续这次运行",
    branch: "分支",
    about_branch: "从这里开始一次独立的运行",
    in_use: "使用中",
    use_it: "使用",
    about_use: "用这些权重分类",
    weights: "权重",
    about_weights: "仅权重，safetensors 格式，可由 PyTorch 的 load_state_dict 加载",
    onnx: "ONNX",
    about_onnx: "从像素到概率的完整网络，供 ONNX 运行时使用",
    full_file: "完整文件",
    about_full_file: "继续训练所需的全部内容，safetensors 格式",
    delete: "删除",
    more: "更多",
    more_for: |checkpoint| format!("检查点“{checkpoint}”的更多操作"),
    title,
    of_run: |checkpoint, run| format!("{checkpoint}（{run}）"),
    rename: "重命名",
    name: "检查点名称",
    about,
    checksum: |digits| format!("SHA-256：{digits}…"),
    epochs: "轮次",
    step: "步",
    training_loss: "训练损失",
    validation_loss: "验证损失",
    accuracy: "准确率",
};

fn title(checkpoint: &CheckpointSummary) -> String {
    match (checkpoint.role, checkpoint.finished) {
        (CheckpointRole::Best, _) => format!("第 {} 轮（最佳）", checkpoint.epoch),
        (CheckpointRole::Last, true) => "最终".to_owned(),
        (CheckpointRole::Last, false) => "最新".to_owned(),
        (CheckpointRole::Kept, _) => format!("第 {} 步", whole(checkpoint.step)),
    }
}

fn about(checkpoint: &CheckpointSummary) -> String {
    let role = match (checkpoint.role, checkpoint.finished) {
        (CheckpointRole::Best, _) => "本次运行的最佳结果",
        (CheckpointRole::Last, true) => "本次运行的最终结果",
        (CheckpointRole::Last, false) => "最新状态",
        (CheckpointRole::Kept, _) => "中途保留",
    };
    let (when, size) = (local_time(checkpoint.saved_at_ms), bytes(checkpoint.bytes));
    if checkpoint.label.is_empty() {
        format!("{role}，{when}，{size}")
    } else {
        format!("{role}，{when}，{size}，{}", checkpoint.name)
    }
}
