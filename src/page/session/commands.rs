//! What components may ask for.

use leptos::prelude::*;

use super::{Remedy, Session, notices};
use crate::page::browser::words_of;

impl Session {
    /// Does what a message offers.
    pub fn remedy(self, remedy: Remedy) {
        match remedy {
            Remedy::RetryData => self.data.load(true),
            Remedy::Resume(checkpoint) => self.run.resume(checkpoint),
            Remedy::RestartWorker => {
                self.notices.remove(|notice| notice.remedy == Some(Remedy::RestartWorker));
                self.connection.start_worker_anew();
            }
            Remedy::Reload => {
                if let Err(error) = window().location().reload() {
                    self.notices.notify(notices::no_reload(&words_of(&error)), None);
                }
            }
        }
    }
}
