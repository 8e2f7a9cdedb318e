//! The images, loaded split by split when they are first needed.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use futures::lock::Mutex;

use crate::dataset::fetch::{Watcher, fetch_dataset, own_sets};
use crate::dataset::{DataProgress, Dataset, LabelledImage, Split};
use crate::protocol::Failure;
use crate::protocol::insight::{MOST_IMAGES, OwnSetAt, SplitName};

/// The data sets that were looked at: the tutorial's, and one of one's own at most.
#[derive(Default)]
pub struct ImageStore {
    /// Where the tutorial's is, and the SHA-256 of its manifest.
    site: RefCell<(String, Option<String>)>,
    tutorial: RefCell<Option<Rc<ImageSet>>>,
    own: RefCell<Option<Rc<ImageSet>>>,
}

impl ImageStore {
    /// The tutorial's data set is below this URL (ending in `/`), and its manifest has this SHA-256, if the build names it.
    pub fn come_from(&self, url: String, manifest_sha256: Option<String>) {
        self.site.replace((url, manifest_sha256));
    }

    /// The tutorial's images.
    pub fn tutorial(&self) -> Rc<ImageSet> {
        let (url, manifest_sha256) = self.site.borrow().clone();
        let new = || Rc::new(ImageSet { url, manifest_sha256, ..ImageSet::default() });
        Rc::clone(self.tutorial.borrow_mut().get_or_insert_with(new))
    }

    /// The images of a data set of one's own, or else the tutorial's. Another one of one's own is forgotten.
    pub fn of(&self, own: Option<&OwnSetAt>) -> Rc<ImageSet> {
        let Some(OwnSetAt { url, title }) = own else { return self.tutorial() };
        let mut kept = self.own.borrow_mut();
        match &*kept {
            Some(kept) if kept.url == *url => Rc::clone(kept),
            _ => {
                let title = Some(title.clone());
                let new = Rc::new(ImageSet { url: url.clone(), title, ..ImageSet::default() });
                Rc::clone(kept.insert(new))
            }
        }
    }
}

/// A data set as far as it was needed.
#[derive(Default)]
pub struct ImageSet {
    url: String,
    manifest_sha256: Option<String>,
    /// What it is called, if it is one of one's own, which this browser may have deleted.
    title: Option<String>,
    dataset: RefCell<Option<Dataset>>,
    /// Locked while a split is loaded.
    loading: Mutex<()>,
}

impl ImageSet {
    /// Loads a split unless it is there.
    pub async fn load(&self, split: SplitName) -> Result<(), Failure> {
        let _loading = self.loading.lock().await;
        if self.with(split, Split::is_complete).unwrap_or_default() {
            return Ok(());
        }
        if let Some(title) = &self.title
            && !own_sets::is_kept(&self.url).await
        {
            return Err(Failure::OwnSetGone { title: title.clone() });
        }
        let load = Load { images: self, split };
        Ok(fetch_dataset(&self.url, self.manifest_sha256.as_deref(), false, &load).await?)
    }

    /// How many images of a split are there; it must have been loaded.
    pub fn count(&self, split: SplitName) -> usize {
        self.with(split, Split::len).unwrap_or_default()
    }

    /// Pixels and labels of images that follow each other.
    pub fn slice(&self, split: SplitName, range: Range<usize>) -> (Vec<u8>, Vec<u8>) {
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        self.with(split, |images| {
            for (image, label) in range.map_while(|index| images.image(index)) {
                pixels.extend_from_slice(image);
                labels.push(label);
            }
        });
        (pixels, labels)
    }

    /// Images by their indices, as far as they exist.
    pub async fn get(
        &self,
        split: SplitName,
        indices: &[u32],
    ) -> Result<Vec<LabelledImage>, Failure> {
        self.load(split).await?;
        let found = self.with(split, |images| {
            let image = |&index: &u32| {
                let (pixels, label) = images.image(index as usize)?;
                Some(LabelledImage { index, label, pixels: pixels.to_vec() })
            };
            indices.iter().take(MOST_IMAGES).filter_map(image).collect()
        });
        Ok(found.unwrap_or_default())
    }

    /// Looks at a split as far as it is there; `None` if nothing has been loaded.
    pub fn with<T>(&self, split: SplitName, look: impl FnOnce(&Split) -> T) -> Option<T> {
        let dataset = self.dataset.borrow();
        let dataset = dataset.as_ref()?;
        Some(look(match split {
            SplitName::Train => &dataset.train,
            SplitName::Test => &dataset.test,
        }))
    }
}

/// The loading of one split.
struct Load<'a> {
    images: &'a ImageSet,
    split: SplitName,
}

impl Watcher for Load<'_> {
    fn opened(&self, dataset: Dataset) {
        // The other split may be there already, of the same manifest.
        self.images.dataset.borrow_mut().get_or_insert(dataset);
    }

    fn shard(&self, train: bool, index: usize, pixels: &[u8], labels: &[u8]) {
        if let Some(dataset) = &mut *self.images.dataset.borrow_mut() {
            let split = if train { &mut dataset.train } else { &mut dataset.test };
            split.insert(index, pixels, labels);
        }
    }

    fn progress(&self, _: DataProgress) {}

    fn is_current(&self) -> bool {
        true
    }

    fn wants(&self, train: bool) -> bool {
        train == (self.split == SplitName::Train)
    }
}
