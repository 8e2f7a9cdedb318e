//! A test image that is classified while a run trains and the pad is empty, so that one sees the network learn.

use leptos::prelude::*;

use crate::dataset::LabelledImage;
use crate::network::PIXELS;
use crate::page::session::{Connection, DataState};
use crate::protocol::Status;

/// The followed image. A new one comes when a run starts and after each epoch.
#[derive(Clone, Copy)]
pub struct Followed {
    connection: Connection,
    data: DataState,
    /// The image; absent without a run, and after a run once anything else has been on the pad.
    pub image: RwSignal<Option<LabelledImage>>,
}

impl Followed {
    /// Follows the runs of this connection.
    pub fn new(connection: Connection, data: DataState, is_blank: RwSignal<bool>) -> Self {
        let followed = Self { connection, data, image: RwSignal::new(None) };
        Effect::new(move |before: Option<Status>| {
            let status = connection.status.get();
            if begins_epoch(before, status) {
                followed.take_another();
            } else if !is_blank.get() {
                followed.forget();
            }
            status
        });
        followed
    }

    /// Asks for another image.
    pub fn take_another(self) {
        self.data.test_image(any_index(), move |image| {
            let is_wanted = untrack(move || self.is_fixed() || self.image.with(Option::is_some));
            if is_wanted && image.pixels.len() == PIXELS {
                self.image.set(Some(image));
            }
        });
    }

    /// Forgets the image unless a run is in progress.
    pub fn forget(self) {
        let can_go = untrack(move || !self.is_fixed() && self.image.with(Option::is_some));
        if can_go {
            self.image.set(None);
        }
    }

    /// Whether a run is in progress, during which there always is an image.
    pub fn is_fixed(self) -> bool {
        self.connection.status.get().is_running()
    }
}

/// An index of which the worker takes the remainder by the number of images.
pub fn any_index() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}

/// Whether a run has started or an epoch has ended, rather than a pause.
fn begins_epoch(before: Option<Status>, now: Status) -> bool {
    now == Status::Training && !matches!(before, Some(Status::Training | Status::Paused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_begins_with_a_run_and_after_a_validation_but_not_after_a_pause() {
        assert!(begins_epoch(None, Status::Training));
        assert!(begins_epoch(Some(Status::SelfTest), Status::Training));
        assert!(begins_epoch(Some(Status::Validating), Status::Training));
        assert!(!begins_epoch(Some(Status::Paused), Status::Training));
        assert!(!begins_epoch(Some(Status::Training), Status::Training));
        assert!(!begins_epoch(Some(Status::Training), Status::Validating));
    }
}
