//! The data set as far as the worker has told of it, and pictures out of it.

use leptos::prelude::*;

use super::connection::Connection;
use super::notices::{self, Complaint, Notices, Remedy};
use crate::dataset::{DataOverview, DataProgress, LabelledImage};
use crate::page::browser::address_of;
use crate::protocol::{Command, Reply, Status};
use crate::settings::Augmentation;

/// The data set.
#[derive(Clone, Copy)]
pub struct DataState {
    connection: Connection,
    notices: Notices,
    /// How far it has come.
    pub progress: RwSignal<Option<DataProgress>>,
    /// Samples and sizes.
    pub overview: RwSignal<Option<DataOverview>>,
}

impl DataState {
    pub(super) fn new(connection: Connection, notices: Notices) -> Self {
        Self { connection, notices, progress: RwSignal::new(None), overview: RwSignal::new(None) }
    }

    /// Has the worker fetch the data set, anew if the cached one is not to be trusted.
    pub(super) fn load(self, refetch: bool) {
        self.progress.set(None);
        self.notices.remove(|notice| notice.remedy == Some(Remedy::RetryData));
        if refetch {
            self.connection.status.set(Status::Loading);
        }
        let command = Command::LoadData { url: address_of("data/"), refetch };
        self.connection.ask(command, move |outcome| match outcome {
            // Every worker is asked as it starts.
            Err(failure) if !notices::is_of_worker(&failure) => self.tell_of_data(failure),
            _ => {}
        });
    }

    /// Offers to try the data once more.
    fn tell_of_data(self, failure: Complaint) {
        if self.connection.status.get_untracked() == Status::Loading {
            self.connection.status.set(Status::Error);
        }
        self.notices.notify(failure, Some(Remedy::RetryData));
    }

    /// Fetches the data panel's samples as an epoch (from 0) of a run sees them.
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
            // Nobody asked for them by hand.
            Err(failure) if notices::is_of_worker(&failure) => {}
            Err(failure) => self.notices.notify(failure, None),
        });
    }

    /// Fetches a picture of the test split.
    pub fn test_image(self, index: u32, then: impl FnOnce(LabelledImage) + 'static) {
        self.connection.ask(Command::TestImage { index }, move |outcome| match outcome {
            Ok(Reply::TestImage(image)) => then(image),
            Ok(_) => self.notices.notify(notices::wrong_answer(), None),
            Err(failure) => self.notices.notify(failure, None),
        });
    }
}
