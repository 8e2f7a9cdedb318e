//! Makes brotli and gzip copies of files, for servers that serve them to browsers that accept them.

use super::DistError;
use crate::gzip;
use brotli::enc::BrotliEncoderParams;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions of files that compress well; wasm and the data are compressed already.
const ENDINGS: [&str; 6] = ["html", "css", "js", "json", "svg", "webmanifest"];
/// Brotli's slowest setting.
const SLOWEST: i32 = 11;

/// The file's copy with this ending.
pub fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Writes both copies and returns the brotli copy's size in bytes; `None` for a file that is not compressed.
pub fn compress(file: &Path) -> Result<Option<u64>, DistError> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !ENDINGS.contains(&ending) {
        return Ok(None);
    }
    let failed = |path: &Path, source| DistError::File { path: path.to_owned(), source };
    let bytes = std::fs::read(file).map_err(|source| failed(file, source))?;
    let packed = as_brotli(&bytes).map_err(|source| failed(file, source))?;
    let gzip = gzip::compressed(&bytes);
    for (ending, bytes) in [("br", &packed), ("gz", &gzip)] {
        let copy = beside(file, ending);
        std::fs::write(&copy, bytes).map_err(|source| failed(&copy, source))?;
    }
    Ok(Some(packed.len() as u64))
}

/// How many bytes the file has as brotli.
pub fn brotli_size(file: &Path) -> Result<u64, DistError> {
    let packed = std::fs::read(file).and_then(|bytes| as_brotli(&bytes));
    let packed = packed.map_err(|source| DistError::File { path: file.to_owned(), source })?;
    Ok(packed.len() as u64)
}

fn as_brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    // A window of 16 MiB is the largest that every browser accepts.
    let parameters = BrotliEncoderParams { quality: SLOWEST, lgwin: 24, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Read as _;

    #[test]
    fn both_copies_unpack_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.js");
        let bytes: Vec<u8> = (0..200_000u32).map(|at| (at / 7 % 251) as u8).collect();
        std::fs::write(&file, &bytes).unwrap();
        let size = compress(&file).unwrap().unwrap();
        let packed = std::fs::read(beside(&file, "br")).unwrap();
        assert_eq!(size, packed.len() as u64);
        assert!(packed.len() < bytes.len() / 10);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert!(unpacked == bytes);
        let gzip = std::fs::read(beside(&file, "gz")).unwrap();
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == bytes);
    }

    #[test]
    fn pictures_are_left_alone() {
        assert!(matches!(compress(Path::new("nowhere/shot.png")), Ok(None)));
    }
}
