//! The data set as the worker has reported it so far, and images from it.

use leptos::prelude::*;

use super::connection::Connection;
use super::notices::{self, Complaint, Notice, Notices, Remedy};
use crate::dataset::{DataOverview, DataProgress, FetchError, LabelledImage};
use crate::page::browser::{address_of, manifest_sha256};
use crate::protocol::{Command, Failure, Reply, Status};
use crate::settings::Augmentation;

/// The data set.
#[derive(Clone, Copy)]
pub struct DataState {
    connection: Connection,
    notices: Notices,
    /// The loading progress.
    pub progress: RwSignal<Option<DataProgress>>,
    /// Samples and sizes.
    pub overview: RwSignal<Option<DataOverview>>,
}

impl DataState {
    pub(super) fn new(connection: Connection, notices: Notices) -> Self {
        let (progress, overview) = (RwSignal::new(None), RwSignal::new(None));
        let data = Self { connection, notices, progress, overview };
        // What the network has interrupted goes on once there is one again.
        window_event_listener_untyped("online", move |_| {
            let may_retry = |notice: &Notice| notice.remedy == Some(Remedy::RetryData);
            if notices.list.with_untracked(|notices| notices.iter().any(may_retry)) {
                data.load(false);
            }
        });
        data
    }

    /// Asks the worker to fetch the data set, ignoring the cache if it may be wrong.
    pub(super) fn load(self, refetch: bool) {
        self.progress.set(None);
        self.notices.remove(|notice| notice.remedy == Some(Remedy::RetryData));
        if refetch {
            self.connection.status.set(Status::Loading);
        }
        let (url, manifest_sha256) = (address_of("data/"), manifest_sha256());
        let command = Command::LoadData { url, manifest_sha256, refetch };
        self.connection.ask(command, move |outcome| match outcome {
            // Each worker is asked when it starts.
            Err(failure) if !notices::is_of_worker(&failure) => self.tell_of_data(failure),
            _ => {}
        });
    }

    /// Whether every image has arrived. A run may start before.
    pub fn is_complete(self) -> bool {
        self.progress.with(|progress| {
            progress.as_ref().is_some_and(|progress| {
                progress.total_shards > 0 && progress.shards == progress.total_shards
            })
        })
    }

    /// Offers to try fetching the data again.
    fn tell_of_data(self, failure: Complaint) {
        if self.connection.status.get_untracked() == Status::Loading {
            self.connection.status.set(Status::Error);
        }
        let is_new = failure == Complaint::Worker(Failure::Data(FetchError::NewVersion));
        let remedy = if is_new { Remedy::Reload } else { Remedy::RetryData };
        self.notices.notify(failure, Some(remedy));
    }

    /// Fetches the data panel's samples as a run's epoch (from 0) sees them.
    pub fn samples(
        self,
        augmentation: Augmentation,
        seed: u64,
        epoch: u32,
        then: impl FnOnce(Vec<LabelledImage>) + 'static,
    ) {
        let command = Command::Samples { augmentation, seed, epoch };
        self.connection.ask(command, move |outcome| match outcome {
            Ok(Reply::Samples(samples)) => then(samples),
            Ok(_) => self.notices.notify(notices::wrong_answer(), None),
            // The visitor did not ask for them.
            Err(failure) if notices::is_of_worker(&failure) => {}
            Err(failure) => self.notices.notify(failure, None),
        });
    }

    /// Fetches an image from the test split.
    pub fn test_image(self, index: u32, then: impl FnOnce(LabelledImage) + 'static) {
        self.connection.ask(Command::TestImage { index }, move |outcome| match outcome {
            Ok(Reply::TestImage(image)) => then(image),
            Ok(_) => self.notices.notify(notices::wrong_answer(), None),
            // The worker's end has a message of its own, and a run asks without the visitor.
            Err(failure) if notices::is_of_worker(&failure) => {}
            Err(failure) => self.notices.notify(failure, None),
        });
    }
}
