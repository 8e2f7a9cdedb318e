//! Messages between tabs, page and workers.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::protocol::{Event, PROTOCOL_VERSION, Request, decode, encode};
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| {
    let message = [&PROTOCOL_VERSION.to_le_bytes(), input].concat();
    bounded(&message, || {
        let _ = decode::<Event>(input);
        if let Ok(request) = decode::<Request>(&message) {
            assert!(encode(&request).is_ok());
        }
        if let Ok(event) = decode::<Event>(&message) {
            assert!(encode(&event).is_ok());
        }
    });
});
