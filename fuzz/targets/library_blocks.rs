//! A run's metrics as the library stores them, in blocks.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::library::blocks::{blocks_from, decode};
use atelier_fuzz::{bounded, parts};

fuzz_target!(|input: &[u8]| bounded(input, || {
    // With the first version's byte, since no change gets past a checksum.
    let blocks: Vec<_> = parts(input).map(|part| [&[1], part].concat()).collect();
    let _ = decode(parts(input));
    let Ok(metrics) = decode(blocks.iter().map(Vec::as_slice)) else { return };
    let again = blocks_from(&metrics.history, &metrics.timeline, 0);
    assert!(decode(again.iter().map(|block| block.1.as_slice())).is_ok());
}));
