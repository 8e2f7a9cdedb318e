//! A run as code, in Chinese.

use crate::library::Inexact;
use crate::page::words::CodeWords;

/// The sentences about code.
pub const WORDS: CodeWords = CodeWords {
    title: "用代码表示",
    about_script: "按当前设置写成的完整脚本，沿用教程中的名称，需要 PyTorch 2、torchvision 和 TensorBoard。运行结果可以导入：\
                   在“运行”中选择“导入文件”，把事件文件和权重一起选上。",
    exact: "精确：使用此运行的初始权重和数据顺序",
    about_exact: |exact, augments| match (exact, augments) {
        (false, _) => "种子相同，PyTorch 生成的随机数也不同，因此损失在细节上会有差异。",
        (true, false) => {
            "请把权重和顺序文件放在脚本旁边：在舍入误差放大之前，脚本的损失与本页面一致。"
        }
        (true, true) => {
            "请把权重和顺序文件放在脚本旁边。PyTorch 按相同的分布变换图像，但抽取的随机数不同：损失只在平均意义上一致，不会逐个相同。"
        }
    },
    inexact: |why| {
        match why {
        Inexact::PyTorch => {
            "无法为此运行提供精确脚本：它的初始权重和数据顺序由 PyTorch 抽取，Atelier 不知道所用的随机数。"
                .to_owned()
        }
        Inexact::Imported => {
            "无法为此运行提供精确脚本：它是从检查点导入的，检查点没有说明运行以哪些权重开始。".to_owned()
        }
        Inexact::Weights { from } => {
            format!("无法为此运行提供精确脚本：它以 {from} 中的权重开始，而库中没有保留这些权重。")
        }
        Inexact::NoCheckpoint => {
            "无法为此运行提供精确脚本：它的批次或更正保存在检查点里，而检查点已全部删除。".to_owned()
        }
        Inexact::DataSet => "无法为此运行提供精确脚本：它的数据集已不在此浏览器中。".to_owned(),
    }
    },
    copy: "复制",
    script: "脚本（.py）",
    notebook: "笔记本（.ipynb）",
    exact_file: "权重和顺序（.pt）",
    corrections_file: "更正（.json）",
    command: "用命令行表示",
    about_command: "用 Atelier 自带的命令行训练程序进行同样的运行。",
};
