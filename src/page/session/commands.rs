//! What components may ask for.

use leptos::prelude::*;

use super::{Remedy, Session, notices};
use crate::page::browser::words_of;
use crate::protocol::{Command, NewRun, Reply, Status};
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
                    untrack(move || self.auto_is_webgpu(run.config.batch_size)) == Some(false)
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

    /// Classifies with this checkpoint from now on.
    pub fn load_checkpoint(self, name: String) {
        let command = Command::LoadCheckpoint { name: name.clone() };
        self.connection.ask(command, move |outcome| match outcome {
            Ok(_) => self.classifying_with.set(Some(name)),
            Err(failure) => self.notices.notify(failure, None),
        });
    }

    /// Classifies a garment. One request is under way at a time; of those that come meanwhile only
    /// the newest is sent.
    pub fn classify(self, garment: Vec<u8>) {
        if !self.connection.alive.get_untracked() {
            return;
        }
        let now = self.inner.try_update_value(|inner| {
            if inner.classifying {
                inner.next_garment = Some(garment);
                None
            } else {
                inner.classifying = true;
                Some(garment)
            }
        });
        let Some(Some(garment)) = now else { return };
        self.connection.ask(Command::Classify { garment }, move |outcome| {
            self.prediction.set(Some(match outcome {
                Ok(Reply::Prediction(prediction)) => Ok(prediction),
                Ok(_) => Err(notices::wrong_answer()),
                Err(failure) => Err(failure),
            }));
            let next = self.inner.try_update_value(|inner| {
                inner.classifying = false;
                inner.next_garment.take()
            });
            if let Some(Some(garment)) = next {
                self.classify(garment);
            }
        });
    }

    /// Forgets the prediction, as its garment is gone.
    pub fn forget_prediction(self) {
        self.inner.update_value(|inner| inner.next_garment = None);
        self.prediction.set(None);
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
