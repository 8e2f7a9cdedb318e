//! The compression of what browsers unpack by themselves.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// The bytes as gzip, as small as it gets. The same bytes give the same file.
pub fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
