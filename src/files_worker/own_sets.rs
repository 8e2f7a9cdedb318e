//! Adds a data set of the visitor's own: reads its files, decodes its pictures, and keeps it in the browser.

use std::cell::Cell;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::decode::{DecodeError, decode};
use crate::dataset::fetch::download::download;
use crate::dataset::fetch::own_sets::{KeepError, keep};
use crate::dataset::own::layout::{IdxLayout, Layout, PictureLayout, layout};
use crate::dataset::own::{
    Collector, OwnMistake, SkipReason, Skipped, Validation, address, idx_files,
};
use crate::dataset::shard::{Manifest, write_own_shards};
use crate::dataset::{Dataset, OwnSet};
use crate::exchange::archive::{Archive, Limits, is_archive};
use crate::garment::garment_in;
use crate::garment::header::{HeaderMistake, MOST_BYTES};
use crate::protocol::{Event, MOST_IMPORTED_BYTES, OwnSetFailure, PickedFile};
use crate::text::quote;
use crate::worker_common::clock::date_ms;
use crate::worker_common::port::Port;

/// The progress is told no more often than this.
const TOLD_EVERY_MS: f64 = 100.0;
/// Slower than gzip's quickest level in wasm on two cores of an AMD EPYC.
const PACKED_BYTES_A_MS: f64 = 10_000.0;

/// The first files that were left out, and how many were.
type SkippedFiles = (Vec<Skipped>, u32);

/// The files that were chosen, or those in the archive that was.
enum Source<'a> {
    Picked(Vec<PickedFile>),
    /// The archive, and the names and paths of its files.
    Archive(Box<Archive<'a>>, Vec<Vec<u8>>, Vec<String>),
}

impl Source<'_> {
    fn paths(&self) -> impl Iterator<Item = &str> {
        let (picked, names): (&[PickedFile], &[String]) = match self {
            Self::Picked(files) => (&files[..], &[][..]),
            Self::Archive(.., paths) => (&[][..], &paths[..]),
        };
        picked.iter().map(|file| file.path.as_str()).chain(names.iter().map(String::as_str))
    }

    /// The file at this place, of at most so many bytes.
    async fn read(
        &mut self,
        file: usize,
        most: u64,
        turn: &impl AsyncFn(usize),
    ) -> Result<Vec<u8>, SkipReason> {
        let gone = || SkipReason::Gone;
        match self {
            Self::Picked(files) => {
                let url = &files.get(file).ok_or_else(gone)?.url;
                let bytes = download(url, most, |_| {}).await;
                bytes.map_err(|error| SkipReason::Unreadable(quote(&error.to_string())))
            }
            Self::Archive(archive, names, _) => {
                let name = names.get(file).ok_or_else(gone)?;
                let bytes = archive.read_raw(name, most, turn).await;
                let bytes =
                    bytes.map_err(|error| SkipReason::Unreadable(quote(&error.to_string())));
                bytes?.ok_or_else(gone)
            }
        }
    }

    fn path(&self, file: usize) -> String {
        self.paths().nth(file).unwrap_or_default().to_owned()
    }
}

/// Adds the data set that these files are, and says which of them were left out.
///
/// # Errors
/// [`OwnSetFailure`]; nothing has changed then.
pub async fn add(
    base: &str,
    name: &str,
    files: Vec<PickedFile>,
    port: &Port,
    turn: &impl AsyncFn(usize),
) -> Result<(OwnSet, SkippedFiles), OwnSetFailure> {
    let archive = match &files[..] {
        [only] => whole_archive(only).await?,
        _ => None,
    };
    let mut source = match &archive {
        None => Source::Picked(files),
        Some(bytes) => {
            let archive = Archive::open_within(bytes, Limits::DATA_SET);
            let archive = archive.map_err(|error| OwnSetFailure::Archive(error.into()))?;
            let (names, paths) = archive.files();
            Source::Archive(Box::new(archive), names, paths)
        }
    };
    let found = layout(source.paths())?;
    let (dataset, skipped) = match found {
        Layout::Idx(found) => (idx(&mut source, found, name, turn).await?, SkippedFiles::default()),
        Layout::Pictures(found) => pictures(&mut source, found, name, port, turn).await?,
        Layout::Shards { manifest } => {
            (shards(&mut source, manifest, turn).await?, SkippedFiles::default())
        }
    };
    let Some(own) = &dataset.own else { return Err(OwnMistake::Nothing.into()) };
    let splits = [&dataset.train, &dataset.test].map(|split| (split.pixels(), split.labels()));
    let [train, test] = splits;
    // All of it is compressed and summed up without a turn.
    port.announce((train.0.len() + test.0.len()) as f64 / PACKED_BYTES_A_MS);
    let (manifest, shards) = write_own_shards(own, train, test, &pack)
        .map_err(|error| OwnSetFailure::Shards { detail: quote(&error.to_string()) })?;
    let json = serde_json::to_vec(&manifest)
        .map_err(|error| OwnSetFailure::Shards { detail: quote(&error.to_string()) })?;
    let kept = keep(&address(base, own.sha256()), &manifest, &json, &shards).await;
    kept.map_err(|error| match error {
        KeepError::NoStorage => OwnSetFailure::NoStorage,
        KeepError::Refused(text) => OwnSetFailure::NotKept { browser_text: quote(&text) },
    })?;
    let set = manifest.own_set().ok_or(OwnMistake::Nothing)?;
    Ok((set, skipped))
}

/// The bytes of a file if it is an archive.
async fn whole_archive(file: &PickedFile) -> Result<Option<Vec<u8>>, OwnSetFailure> {
    let bytes = download(&file.url, MOST_IMPORTED_BYTES, |_| {}).await;
    let bytes = bytes.map_err(|why| OwnSetFailure::Download { file: file.path.clone(), why })?;
    Ok(is_archive(&bytes).then_some(bytes))
}

async fn idx(
    source: &mut Source<'_>,
    found: IdxLayout,
    name: &str,
    turn: &impl AsyncFn(usize),
) -> Result<Dataset, OwnSetFailure> {
    let IdxLayout { train, test, names } = found;
    let mut whole = Vec::new();
    let places = [train.0, train.1].into_iter().chain(test.iter().flat_map(|it| [it.0, it.1]));
    for file in places.chain(names) {
        let path = source.path(file);
        let bytes = source.read(file, MOST_IMPORTED_BYTES, turn).await;
        let bytes =
            bytes.map_err(|why| OwnSetFailure::Unreadable(Skipped { path: quote(&path), why }))?;
        whole.push((path, bytes));
    }
    let file = |at: usize| whole.get(at).map(|(path, bytes)| (path.as_str(), &bytes[..]));
    let pair = |at: usize| file(at).zip(file(at + 1));
    let train = pair(0).ok_or(OwnMistake::Nothing)?;
    let test = if test.is_some() { pair(2) } else { None };
    let names = match names.and_then(|_| file(whole.len() - 1)) {
        Some(file) => idx_files::Names::read(file)?,
        None => idx_files::Names::default(),
    };
    Ok(idx_files::data_set(name, &names, train, test, Validation::default())?)
}

async fn pictures(
    source: &mut Source<'_>,
    mut found: PictureLayout,
    name: &str,
    port: &Port,
    turn: &impl AsyncFn(usize),
) -> Result<(Dataset, SkippedFiles), OwnSetFailure> {
    let mut collector =
        Collector::new(std::mem::take(&mut found.classes)).map_err(OwnMistake::from)?;
    for Skipped { path, why } in std::mem::take(&mut found.skipped) {
        collector.skip(&path, why);
    }
    let all = found.pictures.len() as u32;
    let told = Cell::new(f64::NEG_INFINITY);
    for (done, picture) in (0..).zip(&found.pictures) {
        let now = date_ms();
        if now - told.get() > TOLD_EVERY_MS {
            told.set(now);
            port.post(&Event::OwnSetProgress { done, all });
        }
        match garment(source, picture.file, turn).await {
            Ok(image) => collector.take(&image, picture.label, picture.is_validation)?,
            Err(why) => {
                let path = source.path(picture.file);
                collector.skip(found.path_within(&path), why);
            }
        }
    }
    let (skipped, count) = collector.skipped();
    let skipped = (skipped.to_vec(), count as u32);
    Ok((collector.finish(name, Validation::default())?, skipped))
}

async fn garment(
    source: &mut Source<'_>,
    file: usize,
    turn: &impl AsyncFn(usize),
) -> Result<crate::garment::Garment, SkipReason> {
    let bytes = source.read(file, MOST_BYTES, turn).await?;
    turn(bytes.len()).await;
    let picture = decode(&bytes).await.map_err(|error| match error {
        DecodeError::TooLarge => SkipReason::TooLarge,
        DecodeError::Header(HeaderMistake::Unknown) => SkipReason::NoPicture,
        DecodeError::Header(HeaderMistake::TooLarge { .. }) => SkipReason::TooManyPixels,
        DecodeError::Header(HeaderMistake::Cut | HeaderMistake::Empty) => SkipReason::Damaged,
        DecodeError::Browser(words) => SkipReason::Undecodable(words),
    })?;
    garment_in(&picture).ok_or(SkipReason::Empty)
}

/// A data set as it is shared: its manifest and its shards.
async fn shards(
    source: &mut Source<'_>,
    manifest: usize,
    turn: &impl AsyncFn(usize),
) -> Result<Dataset, OwnSetFailure> {
    let path = source.path(manifest);
    let unreadable =
        |path: &str, why| OwnSetFailure::Unreadable(Skipped { path: quote(path), why });
    let wrong =
        |error: &dyn std::fmt::Display| OwnSetFailure::Shards { detail: quote(&error.to_string()) };
    let json = source.read(manifest, 1 << 20, turn).await.map_err(|why| unreadable(&path, why))?;
    let manifest = Manifest::parse(&json).map_err(|error| wrong(&error))?;
    let folder = path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let (mut dataset, network) = (Dataset::new(&manifest), manifest.network());
    for (split, entries) in
        [(&mut dataset.train, &manifest.train), (&mut dataset.test, &manifest.test)]
    {
        for (index, entry) in entries.shards.iter().enumerate() {
            let name = format!("{folder}{}", entry.file);
            let at = source.paths().position(|path| path == name);
            let at = at.ok_or_else(|| OwnSetFailure::Shards { detail: quote(&name) })?;
            let most = entry.bytes.max(entry.packed_bytes);
            let stored = source.read(at, most, turn).await.map_err(|why| unreadable(&name, why))?;
            let bytes = entry.unpack(stored).map_err(|error| wrong(&error))?;
            let (pixels, labels) = entry.open(&bytes, network).map_err(|error| wrong(&error))?;
            split.insert(index, pixels, labels);
        }
    }
    let found = dataset.sha256();
    match &dataset.own {
        Some(own) if own.sha256() == found => Ok(dataset),
        Some(_) => Err(OwnSetFailure::Shards { detail: found }),
        None => Err(OwnMistake::Nothing.into()),
    }
}

/// Compresses a shard; at worst it stays as it is, which its entry then says.
fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = packed.write_all(bytes);
    packed.finish().unwrap_or_default()
}
