//! The data set as it arrives, shared by the loader and the run.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use super::clock::now_ms;
use super::port::Port;
use crate::dataset::augmentation::augmented;
use crate::dataset::fetch::{Watcher, fetch_dataset};
use crate::dataset::{
    DataOverview, DataProgress, DataSetIdentity, Dataset, FetchError, LabelledImage,
};
use crate::network::Network;
use crate::protocol::{Event, Failure, Reply};
use crate::settings::Augmentation;
use crate::training::Source;

/// Samples shown before training.
const SAMPLES: usize = 24;
/// The distance between samples: they all lie in the first shard, so that they are available early.
const SAMPLE_STRIDE: usize = 37;
/// Progress is reported no more often than this.
const PROGRESS_EVERY_MS: f64 = 100.0;

/// The data set as loaded so far, and its loading.
pub struct DataStore {
    port: Rc<Port>,
    dataset: RefCell<Option<Dataset>>,
    error: RefCell<Option<FetchError>>,
    complete: Cell<bool>,
    /// Where it was last loaded from.
    url: RefCell<String>,
    /// Incremented by every load, so that an older one knows that it is obsolete.
    generation: Cell<u64>,
    progress_sent_at: Cell<f64>,
}

impl Source for DataStore {
    fn look<T>(&self, look: impl FnOnce(&Dataset) -> T) -> Option<T> {
        self.dataset.borrow().as_ref().map(look)
    }
}

impl DataStore {
    pub fn new(port: Rc<Port>) -> Self {
        Self {
            port,
            dataset: RefCell::default(),
            error: RefCell::default(),
            complete: Cell::new(false),
            url: RefCell::default(),
            generation: Cell::new(0),
            progress_sent_at: Cell::new(f64::NEG_INFINITY),
        }
    }

    /// What the data set is known by, if it is one of one's own and its manifest has arrived.
    pub fn own(&self) -> Option<DataSetIdentity> {
        self.dataset().as_ref().and_then(|dataset| dataset.own.clone())
    }

    /// The network that is trained on the data set; before its manifest has arrived, the tutorial's.
    pub fn network(&self) -> Network {
        self.dataset().as_ref().map_or(Network::TUTORIAL, Dataset::network)
    }

    /// The data set, complete or partial; `None` before its manifest is read.
    pub fn dataset(&self) -> Ref<'_, Option<Dataset>> {
        self.dataset.borrow()
    }

    pub fn is_complete(&self) -> bool {
        self.complete.get()
    }

    /// Whether this address is of another data set than the one that is loaded.
    pub fn is_elsewhere(&self, url: &str) -> bool {
        *self.url.borrow() != url
    }

    /// Why loading stopped before the data set was complete.
    pub fn error(&self) -> Option<FetchError> {
        self.error.borrow().clone()
    }

    /// Fetches the data set.
    pub async fn load(
        self: Rc<Self>,
        url: String,
        manifest_sha256: Option<String>,
        refetch: bool,
    ) -> Result<Reply, Failure> {
        let is_other = self.is_elsewhere(&url);
        if self.is_complete() && !refetch && !is_other {
            return Ok(Reply::Done);
        }
        if is_other {
            // Nothing is to be taken from one for the other.
            self.dataset.replace(None);
        }
        self.url.replace(url.clone());
        self.generation.set(self.generation.get() + 1);
        self.complete.set(false);
        self.error.replace(None);
        let load = Load { data: &self, generation: self.generation.get() };
        let fetched = fetch_dataset(&url, manifest_sha256.as_deref(), refetch, &load).await;
        if !load.is_current() && self.is_elsewhere(&url) {
            // Another data set is wanted by now, and its load says how it ends.
            return Ok(Reply::Done);
        }
        match fetched {
            Ok(()) => {
                self.complete.set(true);
                Ok(Reply::Done)
            }
            Err(error) => {
                if error != FetchError::Replaced {
                    self.error.replace(Some(error.clone()));
                }
                Err(error.into())
            }
        }
    }

    /// The data panel's samples as an epoch (from 0) of a run with this seed sees them; empty until they have
    /// arrived.
    pub fn samples(
        &self,
        augmentation: &Augmentation,
        seed: u64,
        epoch: u32,
    ) -> Vec<LabelledImage> {
        let dataset = self.dataset.borrow();
        let Some(dataset) = &*dataset else { return Vec::new() };
        let sample = |index: usize| {
            let (pixels, label) = dataset.train.image(index)?;
            let pixels = augmented(pixels, augmentation, seed, u64::from(epoch), index as u32);
            Some(LabelledImage { index: index as u32, label, pixels })
        };
        (0..SAMPLES).filter_map(|at| sample(at * SAMPLE_STRIDE)).collect()
    }

    /// The pixels of the first `count` images of the test split, one after the other, as far as they have
    /// arrived.
    pub fn first_test_images(&self, count: usize) -> Vec<u8> {
        let dataset = self.dataset.borrow();
        let Some(dataset) = &*dataset else { return Vec::new() };
        let images = (0..count).map_while(|index| dataset.test.image(index));
        images.flat_map(|(pixels, _)| pixels).copied().collect()
    }

    fn send_overview(&self) {
        let samples = self.samples(&Augmentation::default(), 0, 0);
        let dataset = self.dataset.borrow();
        let Some(dataset) = &*dataset else { return };
        self.port.post(&Event::DataOverview(DataOverview {
            own: dataset.own.clone(),
            class_names: dataset.class_names.clone(),
            train_images: dataset.train.len() as u32,
            test_images: dataset.test.len() as u32,
            samples,
        }));
    }

    /// An image of the test split, if it has arrived.
    pub fn test_image(&self, index: u32) -> Option<LabelledImage> {
        let dataset = self.dataset.borrow();
        let test = &dataset.as_ref()?.test;
        let index = index as usize % test.len().max(1);
        Some(labelled(test.image(index)?, index))
    }
}

fn labelled((pixels, label): (&[u8], u8), index: usize) -> LabelledImage {
    LabelledImage { index: index as u32, label, pixels: pixels.to_vec() }
}

/// One load of the data set.
struct Load<'a> {
    data: &'a DataStore,
    generation: u64,
}

impl Watcher for Load<'_> {
    fn opened(&self, dataset: Dataset) {
        self.data.dataset.replace(Some(dataset));
    }

    fn shard(&self, train: bool, index: usize, pixels: &[u8], labels: &[u8]) {
        if let Some(dataset) = &mut *self.data.dataset.borrow_mut() {
            let split = if train { &mut dataset.train } else { &mut dataset.test };
            split.insert(index, pixels, labels);
        }
        // Shards arrive in any order; the samples are in the first.
        if train && index == 0 {
            self.data.send_overview();
        }
    }

    fn progress(&self, progress: DataProgress) {
        if !self.is_current() {
            return;
        }
        let now = now_ms();
        let whole = progress.shards == progress.total_shards;
        if whole || now - self.data.progress_sent_at.get() >= PROGRESS_EVERY_MS {
            self.data.progress_sent_at.set(now);
            self.data.port.post(&Event::DataProgress(progress));
        }
    }

    fn is_current(&self) -> bool {
        self.data.generation.get() == self.generation
    }
}
