//! Files around the part that a target changes: with lengths and checksums that fit, so that changes get past those.

use std::io::{Cursor, Write as _};

use atelier::exchange::tensorboard::framed;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Stands between the parts of an input; no UTF-8 text has this byte.
pub const BETWEEN: u8 = 0xff;

/// The most zeros in a safetensors file: twice the network's numbers fit.
const MOST_ZEROS: usize = 1 << 19;

/// A safetensors file of this header, with so many zeros as its numbers, in decimal digits.
#[must_use]
pub fn safetensors(header: Option<&[u8]>, zeros: Option<&[u8]>) -> Vec<u8> {
    let header = header.unwrap_or_default();
    let zeros = zeros.and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
    let zeros = vec![0; MOST_ZEROS.min(zeros.unwrap_or(0))];
    [&(header.len() as u64).to_le_bytes(), header, &zeros].concat()
}

/// An archive of these files.
#[must_use]
pub fn archive(files: &[(&str, &[u8])], deflated: bool) -> Vec<u8> {
    let method = if deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        if writer.start_file(*name, options).is_err() || writer.write_all(bytes).is_err() {
            return Vec::new();
        }
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A file of events, of which each stands in the input behind its length, two bytes, the lower one first. What is left at the
/// end is the last one.
#[must_use]
pub fn events(mut input: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    while let Some((length, rest)) = input.split_first_chunk::<2>() {
        let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
        let (event, rest) = rest.split_at(length);
        file.extend(framed(event));
        input = rest;
    }
    file
}

/// These bytes, compressed by gzip.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    if writer.write_all(bytes).is_err() {
        return Vec::new();
    }
    writer.finish().unwrap_or_default()
}
