//! Files of `torch.save`, byte by byte.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::exchange::pytorch::read_state_dict;
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| bounded(input, || {
    for array in read_state_dict(input).unwrap_or_default().values() {
        assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
    }
}));
