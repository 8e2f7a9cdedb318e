//! A shard's file: gzip, then pixels and labels, as its entry in the manifest describes it.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::checksum::sha256_hex;
use atelier::dataset::{Manifest, shard::ShardEntry};
use atelier::network::Network;
use atelier_fuzz::{bounded, pack};

fuzz_target!(|input: &[u8]| {
    let Some((&[low, high, packed], rest)) = input.split_first_chunk::<3>() else { return };
    let images = u64::from(u16::from_le_bytes([low, high]));
    let stored = if packed & 1 == 1 { pack::gzip(rest) } else { rest.to_vec() };
    let described = format!(
        r#"{{"file":"a.gz","images":{images},"bytes":{},"packed_bytes":{},"sha256":""}}"#,
        images * 785,
        stored.len()
    );
    let Ok(mut entry) = serde_json::from_str::<ShardEntry>(&described) else { return };
    bounded(input, || {
        let Ok(bytes) = entry.unpack(stored) else { return };
        assert!(entry.open(&bytes, Network::TUTORIAL).is_err(), "another checksum");
        entry.sha256 = sha256_hex(&bytes);
        if let Ok((pixels, labels)) = entry.open(&bytes, Network::TUTORIAL) {
            assert_eq!((pixels.len(), labels.len() as u64), (labels.len() * 784, images));
        }
        let _ = Manifest::parse(&bytes);
    });
});
