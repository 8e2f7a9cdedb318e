//! IDX files: images and labels.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::dataset::idx::{parse_images, parse_labels};
use atelier::network::Network;
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| bounded(input, || {
    if let Ok(pixels) = parse_images(input) {
        assert_eq!(pixels, input[16..]);
    }
    if let Ok(labels) = parse_labels(input, Network::TUTORIAL) {
        assert!(labels.iter().all(|&label| label < 10));
    }
}));
