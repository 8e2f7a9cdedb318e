//! Checkpoints by their headers, whose length always fits: the description of the run, its settings and metrics.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::checkpoint::{read_state, write_checkpoint, write_state};
use atelier::history::History;
use atelier_fuzz::{bounded, pack, parts};

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let file = pack::safetensors(parts.next(), parts.next());
    bounded(&file, || {
        let Ok(state) = read_state(&file) else { return };
        let _ = state.inference_weights();
        let is_whole = state.steps_missing().is_none();
        if let Ok(checkpoint) = state.with_history(&History::default()) {
            let again = write_checkpoint(&checkpoint).expect("what was read can be written");
            assert!(!is_whole || read_state(&again).is_ok(), "what was written can be read");
            assert!(write_state(&checkpoint).is_ok());
        }
    });
});
