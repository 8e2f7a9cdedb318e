//! The data set as the worker has reported it so far, and images from it.

use leptos::prelude::*;

use super::connection::Connection;
use super::notices::{self, Complaint, Notice, Notices, Remedy};
use super::own_sets;
use crate::dataset::{DataOverview, DataProgress, FetchError, LabelledImage};
use crate::page::browser::{address_of, manifest_sha256};
use crate::page::class_names::class_name;
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
    /// The SHA-256 of the chosen data set, if that is one of one's own.
    pub own: RwSignal<Option<String>>,
}

impl DataState {
    pub(super) fn new(connection: Connection, notices: Notices) -> Self {
        let (progress, overview) = (RwSignal::new(None), RwSignal::new(None));
        let own = RwSignal::new(own_sets::kept_choice());
        let data = Self { connection, notices, progress, overview, own };
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
        // What another data set showed is not this one's.
        let is_other = self.overview.with_untracked(|overview| {
            let shown = overview.as_ref().map(|overview| overview.own.as_ref());
            let shown = shown.map(|own| own.map(|own| own.sha256().to_owned()));
            shown.is_some_and(|shown| shown != self.own.get_untracked())
        });
        if is_other {
            self.overview.set(None);
        }
        self.notices.remove(|notice| notice.remedy == Some(Remedy::RetryData));
        if refetch {
            self.connection.status.set(Status::Loading);
        }
        let (url, manifest_sha256) = self.source();
        // No server has one's own.
        let refetch = refetch && self.own.with_untracked(Option::is_none);
        let command = Command::LoadData { url, manifest_sha256, refetch };
        self.connection.ask(command, move |outcome| match outcome {
            // Each worker is asked when it starts.
            Err(failure) if !notices::is_of_worker(&failure) => self.tell_of_data(failure),
            _ => {}
        });
    }

    /// Where the chosen data set lies, and the SHA-256 of its manifest, if the build names that.
    pub fn source(self) -> (String, Option<String>) {
        match self.own.get_untracked() {
            Some(sha256) => (own_sets::address_of_own(&sha256), None),
            None => (address_of("data/"), manifest_sha256()),
        }
    }

    /// The names of one's own classes, if such a data set has been loaded.
    pub fn own_class_names(self) -> Option<Vec<String>> {
        self.overview.with(|overview| {
            let own = overview.as_ref()?.own.as_ref()?;
            Some(own.class_names().to_vec())
        })
    }

    /// The name of a label of the data set.
    pub fn class_name(self, label: usize) -> String {
        class_name(self.own_class_names().as_deref(), label)
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
