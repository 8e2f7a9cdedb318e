//! Settings as JSON and as the protocol has them.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::settings::TrainingConfig;
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| bounded(input, || {
    let json = serde_json::from_slice::<TrainingConfig>(input).ok();
    let bytes = postcard::from_bytes::<TrainingConfig>(input).ok();
    for config in json.into_iter().chain(bytes) {
        let json = serde_json::to_vec(&config).expect("settings can be written");
        assert_eq!(serde_json::from_slice::<TrainingConfig>(&json).ok(), Some(config));
    }
}));
