//! ZIP archives: the index, and everything that it names.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::exchange::archive::{Archive, is_archive};
use atelier_fuzz::{bounded, no_turn};
use pollster::block_on;

fuzz_target!(|input: &[u8]| bounded(input, || {
    let _ = is_archive(input);
    let Ok(mut archive) = Archive::open(input) else { return };
    let names: Vec<_> = archive.names().map(<[u8]>::to_vec).collect();
    for name in names.iter().filter_map(|name| str::from_utf8(name).ok()) {
        assert!(archive.has(name));
        let _ = block_on(archive.read(name, 1 << 30, &no_turn));
    }
}));
