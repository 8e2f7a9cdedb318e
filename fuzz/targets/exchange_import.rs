//! Whatever a person imports, byte by byte.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::exchange::import::{Contents, read};
use atelier_fuzz::{bounded, no_turn};
use pollster::block_on;

fuzz_target!(|input: &[u8]| bounded(input, || {
    if let Ok(Contents::Run(bundle)) = block_on(read(input, &no_turn)) {
        assert!(bundle.metrics.history.is_consistent());
    }
}));
