//! What every Chinese sentence about a failure must keep to.

use super::*;
use crate::page::words::failures_tests::everything;
use crate::page::words::tests::stands_apart;
use crate::protocol::failure_tests::samples;

#[test]
fn whatever_is_told_is_told_in_whole_sentences() {
    for what in everything() {
        let Told { happened, kept, next } = (WORDS.told)(&what);
        for told in [happened, kept, next] {
            assert!(told.ends_with('。') && !told.ends_with("。。"), "{what:?}: {told:?}");
            assert!(!told.contains("  ") && !told.contains("，，"), "{what:?}: {told:?}");
            assert!(stands_apart(&told), "{what:?}: {told:?}");
        }
    }
}

#[test]
fn sentences_have_their_facts() {
    let facts = [
        ("train-04.bin", "1000000 字节，应为 3925000 字节"),
        ("第 1234 步的损失是 NaN", "训练已发散"),
        ("批次 3 用到了图像 70000，而图像只有 60000 张", "无法开始运行"),
        ("GPU 设备已丢失（Destroyed，“Device was destroyed”）", "WebGPU 无法使用"),
        ("fc3.bias 的形状是 [2, 5]，网络需要 [10]", "file.pt 没有导入"),
        ("fc1.bias 的类型是 float64，应为 float32", "file.pt 没有导入"),
        ("os.system", "这不属于 state dict"),
        ("“atelier-run”版本 2", "版本 1"),
        ("https://example.org/gone.safetensors", "服务器上没有这个文件（HTTP 404）"),
        ("webgpu-fused-64 测量失败", "第 1234 步的损失是 NaN"),
        ("本次运行改用 CPU 引擎训练。", "此浏览器不支持 WebGPU"),
    ];
    let told: Vec<String> =
        samples().into_iter().map(|failure| (WORDS.told)(&failure.into()).happened).collect();
    for (one, other) in facts {
        let has_both = |told: &String| told.contains(one) && told.contains(other);
        assert!(told.iter().any(has_both), "{one}, {other}");
    }
}

#[test]
fn a_run_that_diverged_says_what_is_left_of_it() {
    let told = |saved| {
        let how = crate::protocol::Divergence::Weights { step: 7 };
        told(&Failure::RunDiverged { how, measured: 6, saved }).kept
    };
    assert!(told(None).contains("截至第 6 步的损失；没有检查点"));
    assert!(told(Some(4)).contains("第 4 步之后的检查点"));
}

#[test]
fn an_origin_that_is_not_secure_is_told_how_to_become_so() {
    let next = |why| told(&Failure::Engine { webgpu: true, why }).next;
    assert!(next(EngineFailure::NoWebGpu(NoWebGpu::InsecureOrigin)).contains("https"));
    assert!(!next(EngineFailure::NoWebGpu(NoWebGpu::Missing)).contains("https"));
}
