//! A run's archive by what is in it: the description, the metrics and the header of a checkpoint.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::checksum::sha256_hex;
use atelier::exchange::import::{Contents, read};
use atelier_fuzz::{bounded, no_turn, pack, parts};
use pollster::block_on;

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let mut next = || parts.next().unwrap_or_default();
    let (described, metrics) = (next(), next());
    let checkpoint = pack::safetensors(parts.next(), parts.next());
    // The right checksum, where the seed has zeros.
    let described = String::from_utf8_lossy(described);
    let described = described.replace(&"0".repeat(64), &sha256_hex(&checkpoint));
    let files = [
        ("run.json", described.as_bytes()),
        ("metrics.json", metrics),
        ("checkpoints/a.safetensors", &checkpoint),
    ];
    let file = pack::archive(&files, input.len().is_multiple_of(16));
    bounded(&file, || {
        if let Ok(Contents::Run(bundle)) = block_on(read(&file, &no_turn)) {
            assert!(bundle.metrics.history.is_consistent());
        }
    });
});
