//! The lesson, in Chinese.

use super::classifier::class_name;
use crate::page::format::{four_decimals, percent, significant, whole};
use crate::page::lesson::{Exercise, InputMistake, RateEnd, RateOutcome, Step, Turn};
use crate::page::words::LessonWords;

/// The sentences.
pub const WORDS: LessonWords = LessonWords {
    title: "课程",
    about: "分八步走完 PyTorch 教程。每个数字、每张图表都由这个标签页现场计算。",
    steps: "课程的步骤",
    step,
    story,
    next: |to| format!("下一步：{}", step(to)),
    previous: |to| format!("上一步：{}", step(to)),
    to_train: "现在训练你自己的网络",
    in_pytorch: "在 PyTorch 中",
    builds_on: "接着前面各步的代码。",
    in_this_project: "在本项目中",
    source_code: "源代码",
    page_trains: "你自己的运行正在训练，不会中断；课程的运行会在它旁边训练，两者都会变慢。",
    exercise: |exercise| match exercise {
        Exercise::Epoch => "课程：训练循环",
        Exercise::Overfitting => "课程：过拟合",
        Exercise::LearningRate => "课程：学习率",
    },
    seed: "随机种子",
    seed_mistake: "随机种子应为不小于 0 的整数。在此之前，仍显示上一个有效种子的批次。",
    again: "重试",
    loading_images: "正在加载图像……",

    batch: |number, all| format!("第 {} 批，共 {} 批", whole(number), whole(all)),
    batch_before: "上一批",
    batch_after: "下一批",
    image: |index| format!("训练图像 {}", whole(index.into())),
    label: |label, class| format!("{label}：{class}"),
    samples: "数据集中的六十张图像，每列一个类别",
    samples_describe: "T 恤/上衣、裤子、套头衫、连衣裙、外套、凉鞋、衬衫、运动鞋、包、短靴，各六张。",

    weights: "权重",
    initial_weights: |seed| format!("第一步之前（种子 {seed}）"),
    test_image: "测试图像",
    image_before: "上一张",
    image_after: "下一张",
    layer: "层",
    output: "输出",
    parameters: "参数",
    input: "图像",
    all_parameters: |numbers| format!("所有层共有 {} 个参数。", whole(numbers)),
    feature_maps: |layer| format!("{layer} 的特征图"),
    feature_map: |layer, channel| format!("{layer} 的特征图 {channel}"),
    answer: |classes| {
        let named = classes
            .iter()
            .map(|(label, share)| format!("{} {}", class_name(*label), percent(*share)));
        format!("网络的回答：{}。", named.collect::<Vec<_>>().join("、"))
    },

    outputs: "这一批的输出，每列一个类别",
    output_of: |row, class| format!("第 {row} 行，类别 {class} 的输出"),
    row: |row| format!("第 {row} 行"),
    label_of_row: "标签",
    label_of: |row| format!("第 {row} 行的标签"),
    probability: "概率",
    row_loss: "损失",
    batch_loss: "平均值，即这一批的损失",
    mistake: |mistake| match mistake {
        InputMistake::Output { row, class } => {
            format!("第 {row} 行，类别 {class}：这里应是 −1000 到 1000 之间的数。")
        }
        InputMistake::Label { row } => format!("第 {row} 行：标签应是 0 到 9 的整数。"),
    },
    reset: "恢复教程中的数字",
    about_rounding: "教程中这一批的损失是 2.42895：它的输出实际上不止打印出来的四位小数。",

    followed: |place| format!("第一个卷积核中央的权重：{place}"),
    learning_rate: "学习率",
    momentum: "动量",
    rate_mistake: "学习率应大于 0 且不超过 10。",
    momentum_mistake: "动量应不小于 0 且小于 1。",
    step_number: "步",
    loss: "损失",
    weight_before: "权重",
    gradient: "梯度",
    buffer: "动量缓冲",
    weight_after: "新权重",
    another_step: "再更新一步",
    start_over: "从头开始",
    about_steps: "每一步使用下一批的四张图像。全部 44,426 个权重都会更新，表中只跟踪其中一个。",
    all_steps: |steps| format!("已显示 {steps} 步。可以从头开始，或前往训练循环。"),

    epochs: "轮数",
    start: "开始",
    stop: "停止",
    progress: |step, of| format!("第 {} 步，共 {} 步", whole(step), whole(of)),
    begins: "正在开始……",
    goes_on: "页面曾在训练途中关闭；训练已从上次保存的地方继续。",
    loss_line: |train, valid| {
        format!("LOSS train {} valid {}", four_decimals(Some(train)), four_decimals(Some(valid)))
    },
    epoch_line: |epoch| format!("EPOCH {epoch}:"),
    loss_by_step: "每一步的损失",
    loss_by_epoch: "每一轮的损失",
    accuracy_by_epoch: "每一轮的验证准确率",
    training_loss: "训练",
    validation_loss: "验证",
    accuracy: "准确率",
    nothing_yet: "请点击“开始”。",
    kept_run: "在“训练”中查看这次运行",

    lowest: |epoch| format!("最低：第 {epoch} 轮"),
    turn: |turn| {
        let Turn { best, best_loss, last, last_loss, train_then, train_now } = *turn;
        let loss = |loss| four_decimals(Some(loss));
        if best == last {
            return format!("验证损失目前处于最低点：第 {best} 轮后为 {}。", loss(best_loss));
        }
        let train = if train_now < train_then { "降到了" } else { "变为" };
        let so = if train_now < train_then {
            "从那里开始，网络只是在死记训练图像：这就是过拟合。"
        } else {
            ""
        };
        format!(
            "验证损失在第 {best} 轮后最低，为 {}；到第 {last} 轮已升到 {}，而训练损失同时从 {} {train} {}。{so}",
            loss(best_loss),
            loss(last_loss),
            loss(train_then),
            loss(train_now)
        )
    },

    rate: |number| format!("学习率 {number}"),
    rate_line: |rate| format!("lr {rate}"),
    rates: |outcomes| outcomes.iter().map(rate_outcome).collect(),

    no_run: "课程中还没有训练过。请先训练一轮，最佳模型就会出现在这里。",
    to_epoch: "前往训练循环",
    kept: |run, epoch| {
        format!(
            "已从此浏览器的运行记录中加载课程中的运行 {run} 的最佳模型，即第 {epoch} 轮之后的权重。"
        )
    },
    reads: "正在读取运行记录……",
    reload: "重新加载页面",
    same_answer: "页面已重新打开，加载的模型给出的十个概率与之前逐位相同。",
    other_answer: "页面已重新打开，这次的回答与之前不同。",
    to_run: "在“训练”中查看这次运行",
};

fn step(step: Step) -> &'static str {
    match step {
        Step::Data => "数据集与加载器",
        Step::Model => "模型",
        Step::Loss => "损失",
        Step::Optimizer => "优化器",
        Step::Epoch => "训练循环",
        Step::Overfitting => "过拟合",
        Step::LearningRate => "学习率",
        Step::Saving => "保存与加载",
    }
}

fn story(step: Step) -> &'static [&'static str] {
    match step {
        Step::Data => &[
            "数据集有 60,000 张训练图像和 10,000 张验证图像：十个类别的服装，每张 28×28 个灰度像素。网络看到图像之前，像素值会从 \
             0…255 缩放到 −1…1。",
            "加载器在每一轮开始时重新打乱训练图像，然后每次取出四张，组成一批。顺序由随机种子决定：同样的种子在任何机器上都取出同样\
             的批次。（PyTorch 的随机数生成器不同，取出的图像也不同。）",
        ],
        Step::Model => &[
            "这是一个小型卷积网络：两个卷积层，各接 ReLU 和最大池化，然后是三个线性层。它把一张图像变成十个数，每个类别一个，其中最大\
             的就是它的回答。",
            "下面的图片是两个卷积层经过 ReLU 后的特征图：越亮，说明卷积核的响应越强。可以把尚未训练的权重与某次运行训练出的权重作比较。",
        ],
        Step::Loss => &[
            "损失用一个数表示网络对一批图像错得有多严重。Softmax 把一行的十个输出变成概率；这一行的损失是其标签概率的负对数，整批的\
             损失是各行的平均值。",
            "这些是教程中打印出的数字。改一改试试：调高某一行标签对应的输出，这一行的损失就会下降。随机猜测的网络，损失是 ln 10 = \
             2.3026。",
        ],
        Step::Optimizer => &[
            "对每个权重，梯度指出损失朝哪个方向上升、上升得有多陡。SGD 让每个权重朝反方向移动一点点。有了动量，它会把每次的梯度加到\
             之前各次梯度衰减后的累积上：",
            "动量缓冲 ← 动量 · 动量缓冲 + 梯度",
            "权重 ← 权重 − 学习率 · 动量缓冲",
            "下表跟踪其中一个权重：从这个种子的初始权重出发，依次使用加载器最先取出的各批图像。",
        ],
        Step::Epoch => &[
            "训练循环对每一批都走这样一步。每批四张，15,000 批为一轮；每 1,000 批报告一次平均损失。",
            "每一轮结束后，用从不参与训练的 10,000 张图像验证网络。如果它们的损失是目前最低的，就把权重保存为最佳模型。这就是教程中的\
             运行，使用第一步中的种子，在这台机器的 CPU 上训练。",
        ],
        Step::Overfitting => &[
            "如果训练得太久会怎样？这次运行只有 1,000 张训练图像，而不是 60,000 张，每张要看 20 遍（Adam，每批八张）。验证用的是从不参与训练的 2,000 \
             张图像。",
            "点击开始，观察两条损失曲线。",
        ],
        Step::LearningRate => &[
            "学习率决定每一步走多远。三次运行从同样的权重开始，按同样的顺序看同样的 2,000 批图像，除了这个数以外没有任何不同。",
            "换几个学习率，看看从哪里开始太小，又从哪里开始太大。",
        ],
        Step::Saving => &[
            "网络学到的一切都在权重里，所以保存下来的模型就是一个含有 44,426 个数的文件。在这里，每次运行的最佳权重由此浏览器中的运行\
             记录保存，关闭页面后仍在。",
            "重新加载页面，或关闭后再回来：模型会被重新加载，回答与之前一样。",
        ],
    }
}

fn rate_outcome(outcome: &RateOutcome) -> String {
    let RateOutcome { rate, end } = outcome;
    match end {
        RateEnd::Diverged { step } => {
            format!("学习率为 {rate} 时步子太大：{} 步之后，损失不再是有限的数。", whole(*step))
        }
        RateEnd::TooSmall { loss } => {
            format!(
                "学习率为 {rate} 时步子太小，几乎没有进展：损失仍为 {}；随机猜测的损失是 2.30。",
                significant(*loss)
            )
        }
        RateEnd::TooLarge { loss } => {
            format!(
                "学习率为 {rate} 时步子太大，每次都越过最低点：损失为 {}；随机猜测的损失是 2.30。",
                significant(*loss)
            )
        }
        RateEnd::Stuck { loss } => {
            format!("学习率为 {rate} 时，损失为 {}；随机猜测的损失是 2.30。", significant(*loss))
        }
        RateEnd::Falls { loss, is_lowest: true } => {
            format!("学习率为 {rate} 时，损失降到了 {}，是其中最低的。", significant(*loss))
        }
        RateEnd::Falls { loss, is_lowest: false } => {
            format!("学习率为 {rate} 时，损失降到了 {}。", significant(*loss))
        }
    }
}
