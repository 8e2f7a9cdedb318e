//! Safetensors files, byte by byte: what the format's own reader takes, and nothing else.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::checkpoint::file::{is_checkpoint, read_arrays, read_state, read_weights};
use atelier_fuzz::bounded;
use safetensors::SafeTensors;

fuzz_target!(|input: &[u8]| {
    bounded(input, || {
        let _ = (is_checkpoint(input), read_weights(input), read_state(input));
    });
    if let Ok(arrays) = read_arrays(input) {
        let known = SafeTensors::deserialize(input).expect("the format's own reader takes it");
        assert_eq!(known.len(), arrays.len());
        for (name, array) in arrays {
            let view = known.tensor(&name).expect("it has the same arrays");
            assert_eq!(view.shape(), array.shape);
            let bytes = array.values.iter().flat_map(|value| value.to_le_bytes());
            assert!(bytes.eq(view.data().iter().copied()));
        }
    }
});
