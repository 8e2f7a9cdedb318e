//! The run, in Chinese.

use super::units::duration;
use crate::page::format::{percent, whole};
use crate::page::words::RunWords;
use crate::protocol::Status;

/// The run's sentences.
pub const WORDS: RunWords = RunWords {
    status: |status| match status {
        Status::Loading => "加载中",
        Status::Ready => "就绪",
        Status::Benchmark => "测速中",
        Status::SelfTest => "自检中",
        Status::Training => "训练中",
        Status::Validating => "验证中",
        Status::Paused => "已暂停",
        Status::Stopping => "正在停止",
        Status::Done => "已完成",
        Status::Stopped => "已停止",
        Status::Failed => "失败",
        Status::Error => "出错",
    },
    epoch_ended: |epoch| {
        let (loss, accuracy) = (epoch.valid_loss, percent(epoch.valid_accuracy));
        format!("第 {} 轮已结束：验证损失 {loss:.4}，准确率 {accuracy}", epoch.epoch)
    },
    start: "开始训练",
    correct_settings_first: "请先修正设置",
    pause: "暂停",
    resume: "继续",
    stop: "停止",
    resume_run: "继续训练",
    another_is_shown: "这是之前的一次运行；另一次运行正在进行。",
    show_current: "查看正在进行的运行",
    replay: "回放",
    about_replay: "按所选速度逐步重新绘制这次运行的曲线",
    go_on: "继续",
    replay_position: "回放的步数",
    replay_pace: "回放时长",
    replay_in: |seconds| format!("{}放完", duration(seconds.into())),
    replay_stop: "关闭回放",
    interrupted_at: |step| format!("停在第 {} 步，可继续训练", whole(step)),
    progress: "运行进度",
    validating: |done, total| format!("验证中：{} / {} 张图像", whole(done), whole(total)),
    checking_engine: "正在用已知答案检查引擎",
    paused: "已暂停，本次运行的最新检查点已保存",
    no_run: "还没有运行",
    stopped_early: |step| format!("在第 {} 步早停：验证损失不再下降", whole(step)),
    step_of: |step, steps| format!("第 {} 步，共 {} 步", whole(step), whole(steps)),
    time_left: |seconds| format!("剩余 {}", duration(seconds)),
    self_test_passed: |opened| {
        let (difference, ms) = (opened.gradient_difference, opened.self_test_ms);
        if opened.webgpu {
            format!("自检通过：梯度与 CPU 引擎相差不超过 {difference:.1e}（{ms:.0} 毫秒）")
        } else {
            format!("自检通过：损失和梯度与已知答案一致（{ms:.0} 毫秒）")
        }
    },
    training_loss: "训练损失",
    last_batches: |batches| format!("最近 {batches} 个批次"),
    validation_loss: "验证损失",
    validation_accuracy: "验证准确率",
    after_epoch: |epoch| match epoch {
        Some(epoch) => format!("第 {epoch} 轮结束时"),
        None => "每轮结束时".to_owned(),
    },
    epoch: "轮次",
    passes: "遍历数据集的次数",
    of_epochs: |epochs| format!("共 {epochs} 轮"),
    step: "步",
    batches_seen: "已训练的批次",
    images_a_second: "每秒图像数",
    in_training: "训练期间",
    in_background: |rate| {
        let (hidden, share) = (whole(rate.hidden as u64), percent(rate.share));
        format!("在后台时为 {hidden}，是之前的 {share}")
    },
    keep_screen_on: "保持屏幕常亮",
    about_screen: "运行期间，屏幕不会自动关闭，设备也不会自动休眠",
    screen_refused: "浏览器现在不允许保持屏幕常亮，可能是为了省电。运行会继续。",
};
