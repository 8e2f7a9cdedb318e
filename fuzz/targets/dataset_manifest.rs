//! The data set's manifest.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::dataset::Manifest;
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| bounded(input, || {
    if let Ok(manifest) = Manifest::parse(input) {
        let images: u64 = manifest.entries().map(|entry| entry.images).sum();
        assert_eq!(images, manifest.train.images + manifest.test.images);
        assert!(manifest.entries().all(|entry| !entry.file.contains('/')));
        let _ = manifest.total_bytes();
    }
}));
