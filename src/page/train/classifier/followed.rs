//! A test image that is classified while a run trains and the pad is empty, so that one sees the network learn.

use leptos::prelude::*;

use crate::dataset::LabelledImage;
use crate::network::PIXELS;
use crate::page::session::{Connection, DataState};
use crate::protocol::Status;

/// The followed image. A new one comes when a run starts, or has test images if it started
/// before them, and after each epoch.
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
        let has_images = Memo::new(move |_| data.is_complete());
        Effect::new(move |before: Option<(Status, bool)>| {
            let now = (connection.status.get(), has_images.get());
            if is_due(before, now) {
                followed.take_another();
            } else if !is_blank.get() {
                followed.forget();
            }
            now
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

/// Whether another image is due: when an epoch begins, or once there are test images if a run began before them.
fn is_due(before: Option<(Status, bool)>, (status, has_images): (Status, bool)) -> bool {
    let had_images = before.is_some_and(|(_, had_images)| had_images);
    let begins = begins_epoch(before.map(|(status, _)| status), status);
    has_images && (begins || (!had_images && status.is_running()))
}

/// Whether a run has started or an epoch has ended, rather than a pause.
fn begins_epoch(before: Option<Status>, now: Status) -> bool {
    now == Status::Training && !matches!(before, Some(Status::Training | Status::Paused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_begins_before_the_test_images_gets_one_once_they_are_there() {
        let (training, waiting) = ((Status::Training, true), (Status::Training, false));
        assert!(!is_due(Some((Status::SelfTest, false)), waiting));
        assert!(is_due(Some(waiting), training));
        assert!(!is_due(Some(training), training));
        assert!(is_due(Some((Status::SelfTest, true)), training));
        assert!(!is_due(Some((Status::Loading, false)), (Status::Ready, true)));
    }

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
