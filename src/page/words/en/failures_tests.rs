//! The rules for every sentence about a failure.

use super::*;
use crate::page::words::failures_tests::everything;
use crate::protocol::failure_tests::samples;

/// Facts with which a sentence may begin, lower case or not.
const FACTS: [&str; 5] = ["file.pt", "https://", "model_", "webgpu-", "weights.pt"];

fn happened(failure: Failure) -> String {
    (WORDS.told)(&failure.into()).happened
}

#[test]
fn whatever_is_told_is_told_in_whole_sentences() {
    for what in everything() {
        let Told { happened, kept, next } = (WORDS.told)(&what);
        for told in [happened, kept, next] {
            let begins_well = told
                .starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit())
                || FACTS.iter().any(|fact| told.starts_with(fact));
            assert!(begins_well, "{what:?}: {told:?}");
            assert!(told.ends_with('.') && !told.ends_with(".."), "{what:?}: {told:?}");
            assert!(!told.contains("  "), "{what:?}: {told:?}");
        }
    }
}

#[test]
fn sentences_have_their_facts() {
    let facts = [
        ("train-04.bin", "1000000 bytes instead of 3925000"),
        ("the loss of step 1234 is NaN", "The run has diverged"),
        ("batch 3 names image 70000 of 60000", "The run cannot begin"),
        ("the GPU device was lost (Destroyed)", "WebGPU cannot be used"),
        ("fc3.bias has shape [2, 5], the network needs [10]", "file.pt was not imported"),
        ("fc1.bias is of type float64, not float32", "file.pt was not imported"),
        ("os.system", "which does not belong in a state dict"),
        ("\"atelier-run\" version 2", "up to 1"),
        ("https://example.org/gone.safetensors", "the server does not have it (HTTP 404)"),
        ("webgpu-fused-64 could not be measured", "the loss of step 1234 is NaN"),
        ("This run trains on the CPU engine instead.", "this browser has no WebGPU"),
    ];
    let told: Vec<String> = samples().into_iter().map(happened).collect();
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
    assert!(told(None).contains("losses up to step 6 are kept, but no checkpoint"));
    assert!(told(Some(4)).contains("its checkpoint after step 4"));
}

#[test]
fn an_origin_that_is_not_secure_is_told_how_to_become_so() {
    let next = |why| told(&Failure::Engine { webgpu: true, why }).next;
    let insecure = next(EngineFailure::NoWebGpu(NoWebGpu::InsecureOrigin));
    assert!(insecure.contains("https"));
    assert!(!next(EngineFailure::NoWebGpu(NoWebGpu::Missing)).contains("https"));
}
