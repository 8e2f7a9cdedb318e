//! What components may ask for.

use leptos::prelude::*;

use super::{Remedy, Session, notices};
use crate::page::browser::words_of;
use crate::protocol::{Command, NewRun, Status};
use crate::settings::EngineChoice;

impl Session {
    /// Begins a run.
    pub fn start(self, run: NewRun) {
        self.begin(Command::Start(run));
    }

    /// Goes on with an unfinished run.
    pub fn resume(self, checkpoint: String) {
        self.begin(Command::Resume { checkpoint });
    }

    fn begin(self, command: Command) {
        self.inner.update_value(|inner| {
            inner.at_stake = match &command {
                Command::Resume { checkpoint } => Some(checkpoint.clone()),
                _ => None,
            };
        });
        self.ending.set(None);
        // Messages about an earlier run end with it; those about the data do not.
        self.notices.remove(|notice| notice.remedy != Some(Remedy::RetryData));
        let is_for_cpu = match &command {
            Command::Start(run) => match run.config.engine {
                EngineChoice::Cpu => true,
                EngineChoice::WebGpu => false,
                EngineChoice::Auto => {
                    untrack(move || self.machine.auto_is_webgpu(run.config.batch_size))
                        == Some(false)
                }
            },
            // A resumed run's engine is not known here.
            _ => false,
        };
        // What it says of interrupted work comes after the former messages went.
        if !is_for_cpu {
            self.connection.replace_worker_without_gpu();
        }
        self.under_way.set(true);
        self.connection.ask(command, move |outcome| {
            if let Err(failure) = outcome {
                self.under_way.set(false);
                self.notices.notify(failure, None);
            }
        });
    }

    /// Holds the run, or goes on with it.
    pub fn pause_or_continue(self) {
        let paused = self.connection.status.get_untracked() == Status::Paused;
        self.connection.order(if paused { Command::Continue } else { Command::Pause });
    }

    /// Ends the run; its last checkpoint is kept.
    pub fn stop(self) {
        self.connection.order(Command::Stop);
    }

    /// Does what a message offers.
    pub fn remedy(self, remedy: Remedy) {
        match remedy {
            Remedy::RetryData => self.data.load(true),
            Remedy::Resume(checkpoint) => self.resume(checkpoint),
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
