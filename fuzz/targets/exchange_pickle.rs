//! The pickle of a PyTorch file, in an archive that is sound.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::exchange::pytorch::read_state_dict;
use atelier_fuzz::{bounded, pack};

/// The numbers of the pickle's storages.
const NUMBERS: [u8; 24] = [0; 24];

fuzz_target!(|pickle: &[u8]| {
    let files = [("a/data.pkl", pickle), ("a/data/0", &NUMBERS), ("a/data/1", &NUMBERS[..8])];
    let file = pack::archive(&files, false);
    bounded(&file, || {
        for array in read_state_dict(&file).unwrap_or_default().values() {
            assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
        }
    });
});
