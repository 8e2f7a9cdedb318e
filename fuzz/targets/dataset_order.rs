//! Batches that a run is given, as JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::dataset::order;
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| bounded(input, || {
    let read = order::read(input).ok();
    if let Some(order) = &read {
        assert_eq!(serde_json::from_slice(input).ok().as_ref(), Some(order));
    }
}));
