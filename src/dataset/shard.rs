//! Shards: the data set as static files that a browser can fetch one by one.
//!
//! A shard consists of its images' pixels ([`PIXELS`] bytes each), then their labels (a byte each). Its file is that,
//! compressed by gzip, and has a part of the content's SHA-256 in its name, so that a name never means another content.
//! `manifest.json` lists the shards of both splits in order, with sizes and SHA-256.

use super::idx::check_labels;
use super::{DataSetIdentity, ManifestMistake, OwnSet, ShardError};
use crate::checksum::sha256_hex;
use crate::network::{CLASS_NAMES, CLASSES, Network, PIXELS};
use serde::{Deserialize, Serialize};

/// The manifest's name beside the shards.
pub const MANIFEST_NAME: &str = "manifest.json";
/// The version of the tutorial's manifest and of the shards written here.
pub const FORMAT_VERSION: u32 = 2;
/// The version of the manifest of a data set of one's own: a build that does not know any would take one with ten classes for
/// the tutorial's. The shards are the same.
pub const OWN_VERSION: u32 = 3;
/// Images a shard: 3.9 MB, 2.2 MB as a file, so that the first one arrives quickly and twelve make up the training set.
pub const IMAGES_PER_SHARD: usize = 5000;

/// The most images that are accepted: more than the data set has, few enough for a tab's memory.
const MOST_IMAGES: u64 = 200_000;

/// The most images of a data set of one's own.
pub const MOST_OWN_IMAGES: u64 = 100_000;

/// The most images of a shard: the whole training split, 47 MB.
const MOST_IMAGES_IN_SHARD: u64 = 60_000;

/// The most bytes that compressing something incompressible adds to a shard.
const MOST_OVERHEAD: u64 = 4096;
/// Digits of a content's SHA-256 in its file's name.
const DIGITS_IN_NAME: usize = 16;

/// The content of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT_VERSION`] of the build that wrote it, or [`OWN_VERSION`].
    pub version: u32,
    /// What a data set of one's own is known by; absent from the tutorial's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnEntry>,
    /// A name for each class, by label; ten in the tutorial's.
    pub class_names: Vec<String>,
    /// The training split.
    pub train: SplitManifest,
    /// The test split.
    pub test: SplitManifest,
}

/// What a manifest says of a data set of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnEntry {
    /// Its name.
    pub name: String,
    /// The SHA-256 of its contents, which does not depend on how they are divided into shards.
    pub sha256: String,
}

/// One split's part of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitManifest {
    /// Images in all its shards.
    pub images: u64,
    /// Its shards, in the order of the images.
    pub shards: Vec<ShardEntry>,
}

/// One shard's entry in the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardEntry {
    /// File name beside the manifest.
    pub file: String,
    /// Images in it.
    pub images: u64,
    /// Its size in bytes once it is decompressed.
    pub bytes: u64,
    /// Its file's size in bytes.
    pub packed_bytes: u64,
    /// SHA-256 of the decompressed content, lower-case hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Reads and checks a manifest, which is untrusted until then.
    ///
    /// # Errors
    /// [`ShardError::Manifest`], [`ShardError::Version`] or [`ShardError::Inconsistent`].
    pub fn parse(json: &[u8]) -> Result<Self, ShardError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let unreadable = |error: serde_json::Error| ShardError::Manifest(error.to_string());
        let Versioned { version: found } = serde_json::from_slice(json).map_err(unreadable)?;
        if !matches!(found, FORMAT_VERSION | OWN_VERSION) {
            return Err(ShardError::Version { found });
        }
        let mut manifest: Self = serde_json::from_slice(json).map_err(unreadable)?;
        manifest.check()?;
        if let Some(own) = manifest.own() {
            manifest.class_names = own.class_names().to_vec();
        }
        Ok(manifest)
    }

    /// What its data set is known by, if that is one of one's own.
    #[must_use]
    pub fn own(&self) -> Option<DataSetIdentity> {
        let OwnEntry { name, sha256 } = self.own.as_ref()?;
        DataSetIdentity::new(name, sha256, &self.class_names).ok()
    }

    /// Its data set as it is listed, if that is one of one's own.
    #[must_use]
    pub fn own_set(&self) -> Option<OwnSet> {
        let identity = self.own()?;
        let (train_images, test_images) = (self.train.images as u32, self.test.images as u32);
        Some(OwnSet { identity, train_images, test_images })
    }

    /// The network that is trained on its data set.
    #[must_use]
    pub fn network(&self) -> Network {
        DataSetIdentity::network_for(self.own().as_ref())
    }

    /// Bytes of all shards' files.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.entries().map(|entry| entry.packed_bytes).sum()
    }

    /// The shards of both splits, training first.
    pub fn entries(&self) -> impl Iterator<Item = &ShardEntry> {
        self.train.shards.iter().chain(&self.test.shards)
    }

    fn check(&self) -> Result<(), ShardError> {
        let wrong = |what| Err(ShardError::Inconsistent(what));
        let most_images = match &self.own {
            Some(OwnEntry { name, sha256 }) => {
                DataSetIdentity::new(name, sha256, &self.class_names)
                    .map_err(|mistake| ShardError::Inconsistent(mistake.into()))?;
                MOST_OWN_IMAGES
            }
            None if self.class_names.len() != CLASSES => {
                return wrong(ManifestMistake::ClassNames(self.class_names.len()));
            }
            None => MOST_IMAGES,
        };
        if self.own.is_some() != (self.version == OWN_VERSION) {
            return wrong(ManifestMistake::OwnVersion(self.version));
        }
        for (train, split) in [(true, &self.train), (false, &self.test)] {
            if split.images == 0 || split.images > most_images {
                return wrong(ManifestMistake::Images { train, images: split.images });
            }
            let listed =
                split.shards.iter().try_fold(0u64, |sum, entry| sum.checked_add(entry.images));
            if listed != Some(split.images) {
                return wrong(ManifestMistake::Sum { train, images: split.images });
            }
            for entry in &split.shards {
                // The sum above has bounded the number of images.
                if entry.images == 0
                    || entry.images > MOST_IMAGES_IN_SHARD
                    || entry.images * (PIXELS as u64 + 1) != entry.bytes
                    || entry.packed_bytes == 0
                    || entry.packed_bytes > entry.bytes + MOST_OVERHEAD
                {
                    let (images, bytes) = (entry.images, entry.bytes);
                    let file = entry.file.clone();
                    return wrong(ManifestMistake::Shard { file, images, bytes });
                }
                if !is_plain(&entry.file) {
                    return wrong(ManifestMistake::FileName(entry.file.clone()));
                }
            }
        }
        Ok(())
    }
}

/// Whether an address with this name at its end lies in the folder: a browser removes spaces and line ends, and takes two dots
/// for the folder above.
fn is_plain(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.len() <= 100 && name.bytes().all(fits)
}

impl ShardEntry {
    /// Checks a file against this entry and splits it into pixels and labels, which are classes of this network.
    ///
    /// ```
    /// use atelier::dataset::ShardError;
    /// use atelier::dataset::shard::write_shards;
    /// use atelier::network::{Network, PIXELS};
    ///
    /// // Three images to train on and one to validate on. `pack` would compress by gzip.
    /// let (pixels, labels) = (vec![0; 3 * PIXELS], [9, 0, 3]);
    /// let pack = |bytes: &[u8]| bytes.to_vec();
    /// let test = (&pixels[..PIXELS], &labels[..1]);
    /// let (manifest, files) = write_shards((&pixels, &labels), test, 5000, &pack)?;
    ///
    /// let (entry, (_name, mut bytes)) = (&manifest.train.shards[0], files[0].clone());
    /// assert_eq!(entry.open(&bytes, Network::TUTORIAL)?.1, labels);
    /// bytes[0] = 1;
    /// assert!(matches!(entry.open(&bytes, Network::TUTORIAL), Err(ShardError::Altered { .. })));
    /// # Ok::<(), ShardError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShardError::Size`], [`ShardError::Altered`] or [`ShardError::Label`].
    pub fn open<'a>(
        &self,
        bytes: &'a [u8],
        network: Network,
    ) -> Result<(&'a [u8], &'a [u8]), ShardError> {
        self.check_size(bytes)?;
        self.open_with_sum(bytes, sha256_hex(bytes), network)
    }

    /// Refuses content of another size, before any SHA-256 is computed.
    pub(super) fn check_size(&self, bytes: &[u8]) -> Result<(), ShardError> {
        let found = bytes.len() as u64;
        if found == self.bytes {
            return Ok(());
        }
        Err(ShardError::Size { file: self.file.clone(), expected: self.bytes, found })
    }

    /// As [`Self::open`], with the SHA-256 of `bytes` already computed: 64 lower-case hexadecimal digits.
    pub(super) fn open_with_sum<'a>(
        &self,
        bytes: &'a [u8],
        sha256: String,
        network: Network,
    ) -> Result<(&'a [u8], &'a [u8]), ShardError> {
        self.check_size(bytes)?;
        let file = || self.file.clone();
        if sha256 != self.sha256 {
            return Err(ShardError::Altered {
                file: file(),
                expected: self.sha256.clone(),
                found: sha256,
            });
        }
        let (pixels, labels) = bytes.split_at(self.images as usize * PIXELS);
        check_labels(labels, network)
            .map_err(|source| ShardError::Label { file: file(), source })?;
        Ok((pixels, labels))
    }
}

#[cfg(feature = "exchange")]
impl ShardEntry {
    /// The content of a shard's file, to be checked by [`Self::open`]: decompressed, unless a host has done that already.
    /// Whatever the file says of itself, no more than the expected size is decompressed.
    ///
    /// # Errors
    /// [`ShardError::Size`] or [`ShardError::Altered`].
    pub fn unpack(&self, stored: Vec<u8>) -> Result<Vec<u8>, ShardError> {
        use std::io::Read as _;

        if !stored.starts_with(&[0x1f, 0x8b]) {
            return Ok(stored);
        }
        let found = stored.len() as u64;
        if found != self.packed_bytes {
            let file = self.file.clone();
            return Err(ShardError::Size { file, expected: self.packed_bytes, found });
        }
        // No more is reserved than so many bytes can be decompressed to, a thousandfold.
        let most = found.saturating_mul(1032).min(self.bytes);
        let mut bytes = Vec::with_capacity(most as usize + 1);
        let mut decoder = flate2::read::GzDecoder::new(&stored[..]).take(self.bytes + 1);
        // A damaged file gives an error or another content; either way its SHA-256 says so.
        let complete = decoder.read_to_end(&mut bytes).is_ok() && bytes.len() as u64 == self.bytes;
        if complete {
            return Ok(bytes);
        }
        Err(ShardError::Altered {
            file: self.file.clone(),
            expected: self.sha256.clone(),
            found: sha256_hex(&bytes),
        })
    }
}

/// A shard to be written: its file name and its content.
pub type ShardFile = (String, Vec<u8>);

/// The manifest of the two splits and the shards as `(file name, content)`.
///
/// Each split is `(pixels, labels)`; `pack` compresses by gzip.
///
/// # Errors
/// [`ShardError::Mismatch`] if a split's pixels and labels do not match in number.
pub fn write_shards(
    train: (&[u8], &[u8]),
    test: (&[u8], &[u8]),
    images_per_shard: usize,
    pack: &dyn Fn(&[u8]) -> Vec<u8>,
) -> Result<(Manifest, Vec<ShardFile>), ShardError> {
    let class_names = CLASS_NAMES.map(String::from).to_vec();
    let (manifest, files) = write_splits(train, test, images_per_shard, pack)?;
    Ok((Manifest { class_names, ..manifest }, files))
}

/// The manifest of a data set of one's own and its shards as `(file name, content)`; `pack` compresses by gzip.
///
/// # Errors
/// [`ShardError::Mismatch`] if a split's pixels and labels do not match in number.
pub fn write_own_shards(
    own: &DataSetIdentity,
    train: (&[u8], &[u8]),
    test: (&[u8], &[u8]),
    pack: &dyn Fn(&[u8]) -> Vec<u8>,
) -> Result<(Manifest, Vec<ShardFile>), ShardError> {
    let (manifest, files) = write_splits(train, test, IMAGES_PER_SHARD, pack)?;
    let class_names = own.class_names().to_vec();
    let own = OwnEntry { name: own.name().to_owned(), sha256: own.sha256().to_owned() };
    Ok((Manifest { version: OWN_VERSION, own: Some(own), class_names, ..manifest }, files))
}

/// Both splits' shards, and a manifest without names.
fn write_splits(
    train: (&[u8], &[u8]),
    test: (&[u8], &[u8]),
    images_per_shard: usize,
    pack: &dyn Fn(&[u8]) -> Vec<u8>,
) -> Result<(Manifest, Vec<ShardFile>), ShardError> {
    let mut files = Vec::new();
    let train = write_split("train", train, images_per_shard, pack, &mut files)?;
    let test = write_split("test", test, images_per_shard, pack, &mut files)?;
    let (version, class_names) = (FORMAT_VERSION, Vec::new());
    Ok((Manifest { version, own: None, class_names, train, test }, files))
}

fn write_split(
    name: &str,
    (pixels, labels): (&[u8], &[u8]),
    images_per_shard: usize,
    pack: &dyn Fn(&[u8]) -> Vec<u8>,
    files: &mut Vec<ShardFile>,
) -> Result<SplitManifest, ShardError> {
    if pixels.len() != labels.len() * PIXELS {
        return Err(ShardError::Mismatch { pixels: pixels.len(), labels: labels.len() });
    }
    let per_shard = images_per_shard.max(1);
    let mut shards = Vec::new();
    for (pixels, labels) in pixels.chunks(per_shard * PIXELS).zip(labels.chunks(per_shard)) {
        let bytes = [pixels, labels].concat();
        let sha256 = sha256_hex(&bytes);
        let packed = pack(&bytes);
        let entry = ShardEntry {
            file: format!("{name}-{:02}-{}.bin.gz", shards.len(), &sha256[..DIGITS_IN_NAME]),
            images: labels.len() as u64,
            bytes: bytes.len() as u64,
            packed_bytes: packed.len() as u64,
            sha256,
        };
        files.push((entry.file.clone(), packed));
        shards.push(entry);
    }
    Ok(SplitManifest { images: labels.len() as u64, shards })
}

#[cfg(test)]
#[path = "shard_tests.rs"]
mod tests;
