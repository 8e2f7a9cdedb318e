//! Fetching the data set in a browser: network, verification, cache.
//!
//! Every shard is verified against the manifest, wherever it came from, and cached only then. A reload
//! therefore fetches nothing, and a damaged cache repairs itself.

mod cache;
mod digest;
pub(crate) mod download;
pub mod own_sets;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use gloo::timers::future::sleep;

use self::cache::ShardCache;
use super::shard::{MANIFEST_NAME, Manifest, ShardEntry};
use super::{DataProgress, Dataset, DownloadError, FetchError, ShardError};
use crate::checksum::sha256_hex;
use crate::network::{Network, PIXELS};

/// Shards fetched at once, after the first: enough to use the bandwidth, few enough that the next ones arrive early.
const SHARDS_AT_ONCE: usize = 3;
/// Waits before the second, third and fourth attempt at a file.
const BACKOFF: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// A manifest has about 2 kB; a file above this size, in bytes, is something else.
const MOST_MANIFEST_BYTES: u64 = 1 << 20;

/// Receives what happens while the data set arrives.
pub trait Watcher {
    /// The manifest has been read; allocates the data set.
    fn opened(&self, dataset: Dataset);
    /// A verified shard has arrived; `index` is its place in its split, from 0.
    fn shard(&self, train: bool, index: usize, pixels: &[u8], labels: &[u8]);
    /// Bytes or shards have arrived.
    fn progress(&self, progress: DataProgress);
    /// Whether the data set is still wanted.
    fn is_current(&self) -> bool;
    /// Whether the shards of this split are wanted.
    fn wants(&self, _train: bool) -> bool {
        true
    }
}

/// Fetches the data set below `url` (ending in `/`) and hands it to the watcher.
///
/// `manifest_sha256` is that of the manifest which this build of the site has; any other belongs to another build. With
/// `refetch`, the cache is not read. Without it, a cache whose shards the server no longer has is replaced as a whole.
///
/// # Errors
/// Any [`FetchError`]; shards that arrived before stay with the watcher and in the cache.
pub async fn fetch_dataset(
    url: &str,
    manifest_sha256: Option<&str>,
    refetch: bool,
    watcher: &dyn Watcher,
) -> Result<(), FetchError> {
    let cache = ShardCache::open().await;
    if !refetch && let Some(manifest) = cached_manifest(url, manifest_sha256, &cache).await {
        match fetch_shards(url, &manifest, &cache, true, watcher).await {
            Err(FetchError::Download { .. } | FetchError::Content(_)) => {}
            settled => return settled,
        }
    }
    let bytes = fetch_manifest(url, manifest_sha256).await?;
    let manifest = Manifest::parse(&bytes)?;
    let fetched = fetch_shards(url, &manifest, &cache, !refetch, watcher).await;
    if let Err(FetchError::Download { source: DownloadError::Missing, .. }) = &fetched {
        // The site may have got another build in the meantime.
        fetch_manifest(url, manifest_sha256).await?;
    }
    fetched?;
    // Last, so that a cached manifest implies cached shards: all of them.
    if watcher.wants(true) && watcher.wants(false) {
        cache.put(&format!("{url}{MANIFEST_NAME}"), &bytes).await;
        cache.keep_only(url, &manifest).await;
    }
    Ok(())
}

async fn fetch_manifest(url: &str, sha256: Option<&str>) -> Result<Vec<u8>, FetchError> {
    retried(|| async {
        let name = MANIFEST_NAME.to_owned();
        let bytes =
            download::download(&format!("{url}{MANIFEST_NAME}"), MOST_MANIFEST_BYTES, |_| {})
                .await
                .map_err(|source| FetchError::Download { file: name, source })?;
        Manifest::parse(&bytes)?;
        if is_of_this_build(&bytes, sha256) { Ok(bytes) } else { Err(FetchError::NewVersion) }
    })
    .await
}

async fn cached_manifest(url: &str, sha256: Option<&str>, cache: &ShardCache) -> Option<Manifest> {
    let bytes = cache.get(&format!("{url}{MANIFEST_NAME}")).await?;
    Manifest::parse(&bytes).ok().filter(|_| is_of_this_build(&bytes, sha256))
}

/// Whether this is the manifest that the build names. What `trunk serve` serves names none.
fn is_of_this_build(manifest: &[u8], sha256: Option<&str>) -> bool {
    sha256.is_none_or(|sha256| sha256_hex(manifest) == sha256)
}

/// The counters that concurrent shard downloads share.
struct Tally<'a> {
    watcher: &'a dyn Watcher,
    progress: Cell<DataProgress>,
}

impl Tally<'_> {
    fn change(&self, change: impl FnOnce(&mut DataProgress)) {
        let mut progress = self.progress.get();
        change(&mut progress);
        self.progress.set(progress);
        self.watcher.progress(progress);
    }
}

async fn fetch_shards(
    url: &str,
    manifest: &Manifest,
    cache: &ShardCache,
    use_cache: bool,
    watcher: &dyn Watcher,
) -> Result<(), FetchError> {
    if !watcher.is_current() {
        return Err(FetchError::Replaced);
    }
    watcher.opened(Dataset::new(manifest));
    let network = manifest.network();
    let total_shards = manifest.entries().count() as u32;
    let progress =
        DataProgress { total_bytes: manifest.total_bytes(), total_shards, ..Default::default() };
    let tally = Rc::new(Tally { watcher, progress: Cell::new(progress) });
    tally.change(|_| {});

    let train = manifest.train.shards.iter().enumerate().map(|(index, entry)| (true, index, entry));
    let test = manifest.test.shards.iter().enumerate().map(|(index, entry)| (false, index, entry));
    let one = |(is_train, index, entry): (bool, usize, &ShardEntry)| {
        let (tally, entry) = (Rc::clone(&tally), entry.clone());
        async move {
            let bytes = fetch_shard(url, (&entry, network), cache, use_cache, &tally).await?;
            if !watcher.is_current() {
                return Err(FetchError::Replaced);
            }
            // Verified already: this only splits it.
            let (pixels, labels) = bytes.split_at(entry.images as usize * PIXELS);
            watcher.shard(is_train, index, pixels, labels);
            tally.change(|progress| progress.shards += 1);
            Ok(())
        }
    };
    let mut shards = train.chain(test).filter(|(is_train, ..)| watcher.wants(*is_train));
    // Training begins with the first, which therefore gets the whole bandwidth.
    if let Some(first) = shards.next() {
        one(first).await?;
    }
    let failure = RefCell::new(None);
    stream::iter(shards)
        .map(one)
        .buffered(SHARDS_AT_ONCE)
        .take_while(|outcome| {
            let fine = outcome.is_ok();
            failure.replace(outcome.clone().err());
            async move { fine }
        })
        .for_each(|_| async {})
        .await;
    failure.into_inner().map_or(Ok(()), Err)
}

async fn fetch_shard(
    url: &str,
    (entry, network): (&ShardEntry, Network),
    cache: &ShardCache,
    use_cache: bool,
    tally: &Tally<'_>,
) -> Result<Vec<u8>, FetchError> {
    let key = ShardCache::key_of(url, entry);
    if use_cache
        && let Some(stored) = cache.get(&key).await
        && let Ok(bytes) = opened(entry, stored, network).await
    {
        tally.change(|progress| {
            progress.bytes += entry.packed_bytes;
            progress.from_cache += 1;
        });
        return Ok(bytes);
    }
    let (stored, bytes) = retried(|| async {
        let counted = Cell::new(0);
        // A host that decompresses the file sends more than its size.
        let count = |more: u64| {
            let more = more.min(entry.packed_bytes - counted.get());
            counted.set(counted.get() + more);
            tally.change(|progress| progress.bytes += more);
        };
        let fetched = async {
            let address = format!("{url}{}", entry.file);
            let most = entry.bytes.max(entry.packed_bytes);
            let stored = download::download(&address, most, count)
                .await
                .map_err(|source| FetchError::Download { file: entry.file.clone(), source })?;
            let bytes = opened(entry, stored.clone(), network).await?;
            Ok((stored, bytes))
        }
        .await;
        if fetched.is_err() {
            tally.change(|progress| progress.bytes -= counted.get());
        }
        fetched
    })
    .await?;
    cache.put(&key, &stored).await;
    Ok(bytes)
}

/// The content of a shard's file, verified.
async fn opened(
    entry: &ShardEntry,
    stored: Vec<u8>,
    network: Network,
) -> Result<Vec<u8>, ShardError> {
    let bytes = entry.unpack(stored)?;
    entry.check_size(&bytes)?;
    let sum = digest::sha256_hex(&bytes).await;
    entry.open_with_sum(&bytes, sum, network)?;
    Ok(bytes)
}

/// Retries after a transient failure; a missing file or a newer format is final.
async fn retried<T, F>(attempt: impl Fn() -> F) -> Result<T, FetchError>
where
    F: Future<Output = Result<T, FetchError>>,
{
    for wait in BACKOFF {
        match attempt().await {
            Err(error) if may_pass(&error) => sleep(wait).await,
            settled => return settled,
        }
    }
    attempt().await
}

const fn may_pass(error: &FetchError) -> bool {
    match error {
        FetchError::Download { source, .. } => source.may_pass(),
        // A truncated or corrupted transfer also looks like this.
        FetchError::Content(ShardError::Size { .. } | ShardError::Altered { .. }) => true,
        FetchError::Content(_) | FetchError::NewVersion | FetchError::Replaced => false,
    }
}
