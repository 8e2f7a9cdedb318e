//! Corrections of the data set, as JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::dataset::Corrections;
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| bounded(input, || {
    if let Ok(read) = Corrections::read(input) {
        assert_eq!(Corrections::read(read.write().as_bytes()).ok(), Some(read));
    }
}));
