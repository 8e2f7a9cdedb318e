//! The images that are shown: asked for once each, all that are wanted in a moment together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::page::session::{Complaint, InsightWorker, wrong_answer};
use crate::protocol::insight::{InsightCommand, InsightReply, MOST_IMAGES, OwnSetAt, SplitName};

/// How many test images the tutorial's data set has.
pub const TEST_IMAGES: u32 = 10_000;
/// How long to collect what is wanted.
const TOGETHER_MS: u32 = 10;

/// The 784 bytes of an image, row by row, 0 background to 255 garment, once they have arrived.
pub type ShownImage = ArcRwSignal<Option<Arc<Vec<u8>>>>;

/// Images by split and index.
#[derive(Clone, Copy)]
pub struct ShownImages {
    worker: InsightWorker,
    /// Whose images are shown, if they are of a data set of one's own.
    own: Signal<Option<OwnSetAt>>,
    /// How many images the test split has.
    pub test_images: Signal<u32>,
    /// Whose images these are that have come or are awaited.
    of: StoredValue<Option<OwnSetAt>>,
    known: StoredValue<BTreeMap<(SplitName, u32), ShownImage>>,
    wanted: StoredValue<BTreeMap<SplitName, Vec<u32>>>,
    /// The published labels of the images that have arrived.
    labels: RwSignal<BTreeMap<(SplitName, u32), u8>>,
    /// Those that were asked for and have not come.
    missing: StoredValue<BTreeSet<(SplitName, u32)>>,
    /// Whether images have been asked for since the last ones came.
    is_awaited: RwSignal<bool>,
    /// Why some have not come; `None` once others have.
    pub complaint: RwSignal<Option<Complaint>>,
}

impl ShownImages {
    /// None yet of the tutorial's; this worker will be asked for them.
    pub fn new(worker: InsightWorker) -> Self {
        Self::of(worker, Signal::stored(None), Signal::stored(TEST_IMAGES))
    }

    /// None yet; this worker will be asked for them. With `own`, they are of a data set of one's own; the test split has
    /// `test_images`.
    pub fn of(
        worker: InsightWorker,
        own: Signal<Option<OwnSetAt>>,
        test_images: Signal<u32>,
    ) -> Self {
        Self {
            worker,
            own,
            test_images,
            of: StoredValue::new(None),
            known: StoredValue::new(BTreeMap::new()),
            wanted: StoredValue::new(BTreeMap::new()),
            labels: RwSignal::new(BTreeMap::new()),
            missing: StoredValue::new(BTreeSet::new()),
            is_awaited: RwSignal::new(false),
            complaint: RwSignal::new(None),
        }
    }

    /// An image, which is asked for unless that has been done.
    pub fn image(self, split: SplitName, index: u32) -> ShownImage {
        self.forget_others();
        let found = self.known.try_update_value(|known| match known.get(&(split, index)) {
            Some(image) => (image.clone(), self.forget_missing(split, index)),
            None => {
                // No component owns it, so that it outlives the first gallery that shows it.
                let image = ShownImage::new(None);
                known.insert((split, index), image.clone());
                (image, true)
            }
        });
        let Some((image, is_wanted)) = found else { return ShownImage::new(None) };
        if is_wanted {
            self.want(split, index);
        }
        image
    }

    /// Tells the caller when the images are those of another data set.
    pub fn track(self) {
        self.own.track();
    }

    /// The published label of an image, once it has arrived.
    pub fn published(self, split: SplitName, index: u32) -> Option<u8> {
        self.labels.with(|labels| labels.get(&(split, index)).copied())
    }

    /// Whether the first ones are on their way.
    pub fn is_first_awaited(self) -> bool {
        self.is_awaited.get() && self.labels.with(BTreeMap::is_empty)
    }

    /// Asks again for those that have not come.
    pub fn again(self) {
        self.complaint.set(None);
        let missing = self.missing.try_update_value(std::mem::take).unwrap_or_default();
        for (split, index) in missing {
            self.want(split, index);
        }
    }

    /// Forgets the images of a data set that is no longer the one whose images are shown.
    fn forget_others(self) {
        let own = self.own.get_untracked();
        let Some(true) = self.of.try_update_value(|of| {
            let is_other = *of != own;
            *of = own;
            is_other
        }) else {
            return;
        };
        self.known.set_value(BTreeMap::new());
        self.wanted.set_value(BTreeMap::new());
        self.missing.set_value(BTreeSet::new());
        // Whoever shows a label asks for the image first, and hears of it when that comes.
        self.labels.update_untracked(BTreeMap::clear);
        if self.complaint.with_untracked(Option::is_some) {
            self.complaint.set(None);
        }
    }

    /// Whether it was asked for and has not come; then it is no longer known as such.
    fn forget_missing(self, split: SplitName, index: u32) -> bool {
        self.missing.try_update_value(|missing| missing.remove(&(split, index))) == Some(true)
    }

    fn want(self, split: SplitName, index: u32) {
        let is_first = self.wanted.try_update_value(|wanted| {
            let is_first = wanted.values().all(Vec::is_empty);
            wanted.entry(split).or_default().push(index);
            is_first
        });
        if is_first == Some(true) {
            Timeout::new(TOGETHER_MS, move || self.ask()).forget();
        }
    }

    fn ask(self) {
        let Some(wanted) = self.wanted.try_update_value(std::mem::take) else { return };
        let _ = self.is_awaited.try_set(true);
        for (split, indices) in wanted {
            for some in indices.chunks(MOST_IMAGES) {
                let asked = some.to_vec();
                let own = self.of.get_value();
                let command =
                    InsightCommand::Images { own: own.clone(), split, indices: asked.clone() };
                self.worker.ask(&command, move |outcome| {
                    if self.of.try_get_value() == Some(own) {
                        self.receive(split, asked, outcome);
                    }
                });
            }
        }
    }

    /// Shows what has come; what has not is asked for again when it is next wanted.
    fn receive(self, split: SplitName, asked: Vec<u32>, outcome: Result<InsightReply, Complaint>) {
        let _ = self.is_awaited.try_set(false);
        let images = match outcome {
            Ok(InsightReply::Images(images)) => images,
            other => {
                let indices = asked.into_iter().map(|index| (split, index));
                self.missing.try_update_value(|missing| missing.extend(indices));
                let why = other.err().unwrap_or_else(wrong_answer);
                let _ = self.complaint.try_set(Some(why));
                return;
            }
        };
        let _ = self.complaint.try_set(None);
        let labels = images.iter().map(|image| ((split, image.index), image.label));
        let _ = self.labels.try_update(|known| known.extend(labels));
        for image in images {
            let shown =
                self.known.try_with_value(|known| known.get(&(split, image.index)).cloned());
            if let Some(Some(shown)) = shown {
                shown.set(Some(Arc::new(image.pixels)));
            }
        }
    }
}
