//! Reads the data set: shards on disk, or files of one's own in a folder or in an archive.

use std::io::ErrorKind;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::files::read;
use super::pictures;
use super::sources::{Files, Folder, Zip};
use super::{TerminalError, words};
use crate::dataset::own::idx_files::{self, IdxFile};
use crate::dataset::own::layout::{IdxLayout, Layout, PictureFile, PictureLayout, layout};
use crate::dataset::own::{Collector, MOST_IMAGES, OwnMistake, SkipReason, Skipped, Validation};
use crate::dataset::shard::MANIFEST_NAME;
use crate::dataset::{Dataset, Manifest, ManifestMistake, ShardError};
use crate::exchange::archive::is_archive;
use crate::garment::Garment;
use crate::garment::header::MOST_BYTES;
use crate::network::PIXELS;
use crate::text;

/// The largest IDX file that is read, in bytes.
const MOST_IDX_BYTES: u64 = (MOST_IMAGES * PIXELS) as u64 + (1 << 20);
/// The largest manifest and list of names, in bytes.
const MOST_JSON_BYTES: u64 = 1 << 20;
/// Pictures that are read before they are decoded, by all processors at once.
const AT_ONCE: usize = 256;

/// A data set with what was said of its files.
pub struct Loaded {
    /// The data set.
    pub dataset: Dataset,
    /// The first files that were skipped.
    pub skipped: Vec<Skipped>,
    /// How many files were skipped.
    pub skipped_count: usize,
}

impl From<Dataset> for Loaded {
    fn from(dataset: Dataset) -> Self {
        Self { dataset, skipped: Vec::new(), skipped_count: 0 }
    }
}

/// Reads a data set: a folder of shards, of IDX files or of pictures by class, or an archive of IDX files or of pictures.
///
/// Files that are not divided into those to train on and those to validate on are divided by `validation`.
///
/// # Errors
/// [`TerminalError::NoData`], [`TerminalError::Read`], [`TerminalError::Data`], [`TerminalError::Own`] or
/// [`TerminalError::Archive`].
pub fn load(path: &Path, validation: Validation) -> Result<Loaded, TerminalError> {
    if path.join(MANIFEST_NAME).is_file() {
        return Ok(load_dataset(path)?.into());
    }
    let stem = path.canonicalize().ok();
    let stem = stem.as_deref().unwrap_or(path).file_stem().unwrap_or_default();
    let name = text::line(&stem.to_string_lossy(), text::MOST_NAME);
    if path.is_dir() {
        return load_files(path, &name, &mut Folder::list(path)?, validation);
    }
    let bytes = match read(path) {
        Err(TerminalError::Read { error, .. }) if error.kind() == ErrorKind::NotFound => {
            return Err(TerminalError::NoData(path.to_owned()));
        }
        read => read?,
    };
    let unusable = |error| TerminalError::Archive { path: path.to_owned(), error };
    if !is_archive(&bytes) {
        return Err(TerminalError::Own { path: path.to_owned(), error: OwnMistake::Nothing });
    }
    load_files(path, &name, &mut Zip::open(&bytes).map_err(unusable)?, validation)
}

/// Reads and verifies every shard of a folder.
///
/// # Errors
/// [`TerminalError::NoData`], [`TerminalError::Read`] or [`TerminalError::Data`].
pub fn load_dataset(folder: &Path) -> Result<Dataset, TerminalError> {
    let path = folder.join(MANIFEST_NAME);
    let json = read(&path).map_err(|error| match error {
        TerminalError::Read { error, .. } if error.kind() == ErrorKind::NotFound => {
            TerminalError::NoData(folder.to_owned())
        }
        other => other,
    })?;
    let wrong = |error| TerminalError::Data { path: path.clone(), error };
    let manifest = Manifest::parse(&json).map_err(wrong)?;
    let network = manifest.network();
    let mut dataset = Dataset::new(&manifest);
    for (split, entries) in
        [(&mut dataset.train, &manifest.train), (&mut dataset.test, &manifest.test)]
    {
        for (index, entry) in entries.shards.iter().enumerate() {
            let path = folder.join(&entry.file);
            let stored = read(&path)?;
            let wrong = |error| TerminalError::Data { path: path.clone(), error };
            let bytes = entry.unpack(stored).map_err(wrong)?;
            let (pixels, labels) = entry.open(&bytes, network).map_err(wrong)?;
            split.insert(index, pixels, labels);
        }
    }
    if let Some(own) = &dataset.own {
        let found = dataset.sha256();
        if found != own.sha256() {
            let mistake = ManifestMistake::Contents { expected: own.sha256().to_owned(), found };
            return Err(wrong(ShardError::Inconsistent(mistake)));
        }
    }
    Ok(dataset)
}

fn load_files(
    path: &Path,
    name: &str,
    files: &mut impl Files,
    validation: Validation,
) -> Result<Loaded, TerminalError> {
    let wrong = |error| TerminalError::Own { path: path.to_owned(), error };
    let found = match layout(files.paths().iter().map(String::as_str)) {
        Err(OwnMistake::Nothing) if path.is_dir() && files.paths().is_empty() => {
            return Err(TerminalError::NoData(path.to_owned()));
        }
        found => found.map_err(wrong)?,
    };
    match found {
        // A folder with one has been read already, and shards within an archive would be packed twice.
        Layout::Shards { .. } => Err(TerminalError::PackedShards(path.to_owned())),
        Layout::Idx(found) => idx(path, name, files, found, validation).map(Into::into),
        Layout::Pictures(found) => collect(files, &found)
            .and_then(|collector| {
                let (skipped, skipped_count) = collector.skipped();
                let skipped = skipped.to_vec();
                let dataset = collector.finish(name, validation)?;
                Ok(Loaded { dataset, skipped, skipped_count })
            })
            .map_err(wrong),
    }
}

fn idx(
    path: &Path,
    name: &str,
    files: &mut impl Files,
    found: IdxLayout,
    validation: Validation,
) -> Result<Dataset, TerminalError> {
    let mut named = |at: usize, most| {
        let file = files.paths().get(at).cloned().unwrap_or_default();
        let bytes = files.read(at, most).map_err(|why| TerminalError::Unreadable {
            path: path.to_owned(),
            file: file.clone(),
            why,
        })?;
        Ok::<_, TerminalError>((file, bytes))
    };
    let wrong = |error| TerminalError::Own { path: path.to_owned(), error };
    let names = match found.names {
        None => idx_files::Names::default(),
        Some(at) => {
            let (file, json) = named(at, MOST_JSON_BYTES)?;
            idx_files::Names::read((&file, &json)).map_err(wrong)?
        }
    };
    let mut pair = |(images, labels)| {
        Ok::<_, TerminalError>((named(images, MOST_IDX_BYTES)?, named(labels, MOST_IDX_BYTES)?))
    };
    let train = pair(found.train)?;
    let test = found.test.map(pair).transpose()?;
    let test = test.as_ref().map(lent);
    idx_files::data_set(name, &names, lent(&train), test, validation).map_err(wrong)
}

/// A file by its path and its bytes.
type NamedFile = (String, Vec<u8>);

fn lent(
    ((images, pixels), (labels, bytes)): &(NamedFile, NamedFile),
) -> (IdxFile<'_>, IdxFile<'_>) {
    ((images, pixels), (labels, bytes))
}

/// Reads pictures, and decodes as many at a time as there are processors.
fn collect(files: &mut impl Files, found: &PictureLayout) -> Result<Collector, OwnMistake> {
    let mut collector = Collector::new(found.classes.clone())?;
    for Skipped { path, why } in &found.skipped {
        collector.skip(path, why.clone());
    }
    let bar = ProgressBar::new(found.pictures.len() as u64);
    if let Ok(style) = ProgressStyle::with_template(words::READING) {
        bar.set_style(style);
    }
    for pictures in found.pictures.chunks(AT_ONCE) {
        let read = |it: &PictureFile| files.read(it.file, MOST_BYTES);
        let bytes: Vec<_> = pictures.iter().map(read).collect();
        for (picture, image) in pictures.iter().zip(decoded(bytes)) {
            match image {
                Ok(image) => collector.take(&image, picture.label, picture.is_validation)?,
                Err(why) => {
                    let path = files.paths().get(picture.file).map_or("", String::as_str);
                    collector.skip(found.path_within(path), why);
                }
            }
        }
        bar.inc(pictures.len() as u64);
    }
    bar.finish_and_clear();
    Ok(collector)
}

/// The 28×28 images of pictures' files, in their order.
fn decoded(files: Vec<Result<Vec<u8>, String>>) -> Vec<Result<Garment, SkipReason>> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = files.len().div_ceil(workers).max(1);
    let garment = |file: &Result<Vec<u8>, String>| match file {
        Ok(bytes) => pictures::garment(bytes),
        Err(why) => Err(SkipReason::Unreadable(why.clone())),
    };
    std::thread::scope(|scope| {
        let parts: Vec<_> = files
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(garment).collect::<Vec<_>>()))
            .collect();
        let lost = |part: usize| {
            let files = files.chunks(share).nth(part).unwrap_or_default();
            vec![Err(SkipReason::Undecodable("the decoder failed".to_owned())); files.len()]
        };
        let joined = parts.into_iter().enumerate();
        joined.flat_map(|(part, thread)| thread.join().unwrap_or_else(|_| lost(part))).collect()
    })
}
