//! The actions of the buttons beside messages.

use leptos::prelude::*;

use super::benchmark::BenchmarkState;
use super::connection::Connection;
use super::data::DataState;
use super::library::LibraryState;
use super::notices::{Notices, PageFailure, Remedy};
use super::run::CurrentRun;
use crate::page::browser::words_of;

/// Carries out the actions that messages offer.
#[derive(Clone, Copy)]
pub struct Remedies {
    pub(super) connection: Connection,
    pub(super) notices: Notices,
    pub(super) data: DataState,
    pub(super) run: CurrentRun,
    pub(super) library: LibraryState,
    pub(super) benchmark: BenchmarkState,
}

impl Remedies {
    /// Whether the action is possible now. A run can be resumed once the new worker lists its checkpoint.
    pub fn can_do(self, remedy: &Remedy) -> bool {
        match remedy {
            Remedy::Resume(name) => {
                let stored = self.library.checkpoints.get();
                !self.run.is_busy()
                    && !self.benchmark.is_measuring()
                    && stored.iter().any(|stored| stored.name == *name && !stored.finished)
            }
            _ => true,
        }
    }

    /// Carries out a message's action.
    pub fn carry_out(self, remedy: Remedy) {
        match remedy {
            Remedy::RetryData => self.data.load(true),
            Remedy::Resume(checkpoint) => self.run.resume(checkpoint),
            Remedy::RestartWorker => {
                self.notices.remove(|notice| notice.remedy == Some(Remedy::RestartWorker));
                self.connection.start_worker_anew();
            }
            Remedy::Reload => {
                if let Err(error) = window().location().reload() {
                    let browser_text = words_of(&error);
                    self.notices.notify(PageFailure::NoReload { browser_text }, None);
                }
            }
        }
    }
}
