//! The four official files of Fashion-MNIST, and how to recognise them.

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use thiserror::Error;

/// One way in which a file was published.
#[derive(Clone, Copy, Debug)]
pub struct Packing {
    /// Size of the `.gz` in bytes.
    pub bytes: u64,
    /// SHA-256 of the `.gz`.
    pub sha256: &'static str,
}

/// A file of the data set.
#[derive(Clone, Copy, Debug)]
pub struct OfficialFile {
    /// Its name.
    pub name: &'static str,
    /// The `.gz` files with this content: upstream's, and Debian's, which lacks the original name
    /// and time in its header and is the same after that.
    pub packings: &'static [Packing],
    /// Size of the content in bytes.
    pub unpacked: u64,
}

/// Training images and labels, then test images and labels.
pub const FILES: [OfficialFile; 4] = [
    OfficialFile {
        name: "train-images-idx3-ubyte.gz",
        packings: &[
            Packing {
                bytes: 26_421_880,
                sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            },
            Packing {
                bytes: 26_421_856,
                sha256: "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
            },
        ],
        unpacked: 47_040_016,
    },
    OfficialFile {
        name: "train-labels-idx1-ubyte.gz",
        packings: &[
            Packing {
                bytes: 29_515,
                sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            },
            Packing {
                bytes: 29_491,
                sha256: "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
            },
        ],
        unpacked: 60_008,
    },
    OfficialFile {
        name: "t10k-images-idx3-ubyte.gz",
        packings: &[
            Packing {
                bytes: 4_422_102,
                sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            },
            Packing {
                bytes: 4_422_079,
                sha256: "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
            },
        ],
        unpacked: 7_840_016,
    },
    OfficialFile {
        name: "t10k-labels-idx1-ubyte.gz",
        packings: &[
            Packing {
                bytes: 5_148,
                sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            },
            Packing {
                bytes: 5_125,
                sha256: "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
            },
        ],
        unpacked: 10_008,
    },
];

/// Why bytes are not an official file.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum NotOfficial {
    /// A different checksum.
    #[error("{name} is not the official file: it has {bytes} bytes and SHA-256 {sha256}")]
    Altered {
        /// The file.
        name: &'static str,
        /// Bytes found.
        bytes: usize,
        /// Checksum found.
        sha256: String,
    },
    /// The right checksum, but not a gzip of the right size; only a mistake in our table can cause this.
    #[error("{0} does not unpack to the expected size")]
    Unpacking(&'static str),
}

impl OfficialFile {
    /// The most bytes of any `.gz` with this content.
    pub fn most_bytes(&self) -> u64 {
        self.packings.iter().map(|packing| packing.bytes).max().unwrap_or(0)
    }

    /// Checks a whole `.gz`.
    pub fn check(&self, gz: &[u8]) -> Result<(), NotOfficial> {
        let sha256 = sha256_hex(gz);
        if self.packings.iter().any(|packing| packing.sha256 == sha256) {
            return Ok(());
        }
        Err(NotOfficial::Altered { name: self.name, bytes: gz.len(), sha256 })
    }

    /// Checks and unpacks a `.gz`.
    pub fn unpack(&self, gz: &[u8]) -> Result<Vec<u8>, NotOfficial> {
        self.check(gz)?;
        let mut content = Vec::new();
        // One byte more than expected is enough to tell that there is too much.
        let mut limited = GzDecoder::new(gz).take(self.unpacked + 1);
        match limited.read_to_end(&mut content) {
            Ok(size) if size as u64 == self.unpacked => Ok(content),
            _ => Err(NotOfficial::Unpacking(self.name)),
        }
    }
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn file_of(gz: &[u8], unpacked: u64) -> OfficialFile {
        let sha256 = sha256_hex(gz).leak();
        let packings = vec![Packing { bytes: gz.len() as u64, sha256 }].leak();
        OfficialFile { name: "some.gz", packings, unpacked }
    }

    #[test]
    fn the_right_file_is_unpacked() {
        let gz = packed(b"ten images");
        assert_eq!(file_of(&gz, 10).unpack(&gz).unwrap(), b"ten images");
    }

    #[test]
    fn one_altered_byte_is_noticed() {
        let gz = packed(b"ten images");
        let mut altered = gz.clone();
        altered[12] ^= 1;
        let refused = file_of(&gz, 10).unpack(&altered);
        assert!(matches!(refused, Err(NotOfficial::Altered { .. })));
    }

    #[test]
    fn a_file_never_unpacks_to_more_than_it_should() {
        let gz = packed(&vec![0; 1 << 20]);
        assert_eq!(file_of(&gz, 10).unpack(&gz), Err(NotOfficial::Unpacking("some.gz")));
    }

    #[test]
    fn the_table_itself_is_plausible() {
        for file in FILES {
            assert!(file.packings.iter().all(|packing| packing.sha256.len() == 64));
            // The name with its closing zero is all that Debian's header lacks.
            let name = file.name.trim_end_matches(".gz").len() as u64 + 1;
            assert_eq!(file.packings[0].bytes - file.packings[1].bytes, name);
        }
    }
}
