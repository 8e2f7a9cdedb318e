//! TensorBoard's events, byte by byte; and event by event, with lengths and checksums put right.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::exchange::tensorboard::read_run;
use atelier_fuzz::{bounded, pack};

fuzz_target!(|input: &[u8]| bounded(input, || {
    for file in [input.to_vec(), pack::events(input)] {
        if let Ok(run) = read_run(&file) {
            assert!(run.metrics.history.is_consistent());
            assert!(run.metrics.history.losses.iter().all(|loss| loss.is_finite()));
        }
    }
}));
