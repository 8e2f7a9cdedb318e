//! The images that are shown: asked for once each, all that are wanted in a moment together.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::page::session::InsightWorker;
use crate::protocol::insight::{InsightCommand, InsightReply, MOST_IMAGES, SplitName};

/// How long to collect what is wanted.
const TOGETHER_MS: u32 = 10;

/// The 784 bytes of an image, row by row, 0 background to 255 garment, once they have arrived.
pub type ShownImage = RwSignal<Option<Arc<Vec<u8>>>>;

/// Images by split and index.
#[derive(Clone, Copy)]
pub struct ShownImages {
    worker: InsightWorker,
    known: StoredValue<BTreeMap<(SplitName, u32), ShownImage>>,
    wanted: StoredValue<BTreeMap<SplitName, Vec<u32>>>,
}

impl ShownImages {
    pub(super) fn new(worker: InsightWorker) -> Self {
        Self {
            worker,
            known: StoredValue::new(BTreeMap::new()),
            wanted: StoredValue::new(BTreeMap::new()),
        }
    }

    /// An image, which is asked for unless that has been done.
    pub fn image(self, split: SplitName, index: u32) -> ShownImage {
        let found = self.known.try_update_value(|known| match known.get(&(split, index)) {
            Some(image) => (*image, false),
            None => {
                let image = Owner::new().with(|| RwSignal::new(None));
                known.insert((split, index), image);
                (image, true)
            }
        });
        let Some((image, is_new)) = found else { return RwSignal::new(None) };
        if is_new {
            self.want(split, index);
        }
        image
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
        for (split, indices) in wanted {
            for some in indices.chunks(MOST_IMAGES) {
                let asked = some.to_vec();
                let command = InsightCommand::Images { split, indices: asked.clone() };
                self.worker.ask(&command, move |outcome| self.receive(split, asked, outcome.ok()));
            }
        }
    }

    /// Shows what has come; what has not is asked for again when it is next wanted.
    fn receive(self, split: SplitName, asked: Vec<u32>, reply: Option<InsightReply>) {
        let Some(InsightReply::Images(images)) = reply else {
            self.known.try_update_value(|known| {
                for index in asked {
                    known.remove(&(split, index));
                }
            });
            return;
        };
        for image in images {
            let shown =
                self.known.try_with_value(|known| known.get(&(split, image.index)).copied());
            if let Some(Some(shown)) = shown {
                // Its gallery may have gone.
                let _ = shown.try_set(Some(Arc::new(image.pixels)));
            }
        }
    }
}
