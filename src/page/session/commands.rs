//! What components may ask for.

use leptos::prelude::*;

use super::{Notice, PageFailure, Remedy, Session, notices};
use crate::dataset::LabelledImage;
use crate::page::browser::{address_of, words_of};
use crate::protocol::{Command, NewRun, Reply, Status};
use crate::settings::{Augmentation, EngineChoice};

impl Session {
    /// Has the worker fetch the data set, anew if the cached one is not to be trusted.
    pub fn load_data(self, refetch: bool) {
        self.data_progress.set(None);
        self.drop_notices(|notice| notice.remedy == Some(Remedy::RetryData));
        if refetch {
            self.status.set(Status::Loading);
        }
        let command = Command::LoadData { url: address_of("data/"), refetch };
        self.ask(command, move |outcome| match outcome {
            // Every worker is asked as it starts.
            Err(failure) if !notices::is_of_worker(&failure) => self.tell_of_data(failure),
            _ => {}
        });
    }

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
        self.drop_notices(|notice| notice.remedy != Some(Remedy::RetryData));
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
            self.replace_worker_without_gpu();
        }
        self.under_way.set(true);
        self.ask(command, move |outcome| {
            if let Err(failure) = outcome {
                self.under_way.set(false);
                self.notify(failure, None);
            }
        });
    }

    /// Holds the run, or goes on with it.
    pub fn pause_or_continue(self) {
        let paused = self.status.get_untracked() == Status::Paused;
        self.ask_plainly(if paused { Command::Continue } else { Command::Pause });
    }

    /// Ends the run; its last checkpoint is kept.
    pub fn stop(self) {
        self.ask_plainly(Command::Stop);
    }

    fn ask_plainly(self, command: Command) {
        self.ask(command, move |outcome| {
            if let Err(failure) = outcome {
                self.notify(failure, None);
            }
        });
    }

    /// Classifies with this checkpoint from now on.
    pub fn load_checkpoint(self, name: String) {
        let command = Command::LoadCheckpoint { name: name.clone() };
        self.ask(command, move |outcome| match outcome {
            Ok(_) => self.classifying_with.set(Some(name)),
            Err(failure) => self.notify(failure, None),
        });
    }

    /// Classifies a garment. One request is under way at a time; of those that come meanwhile only
    /// the newest is sent.
    pub fn classify(self, garment: Vec<u8>) {
        if !self.alive.get_untracked() {
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
        self.ask(Command::Classify { garment }, move |outcome| {
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

    /// Fetches the data panel's samples as an epoch (from 0) of a run sees them.
    pub fn samples(
        self,
        augmentation: Augmentation,
        seed: u64,
        epoch: u32,
        then: impl FnOnce(Vec<LabelledImage>) + 'static,
    ) {
        let command = Command::Samples { augmentation, seed, epoch };
        self.ask(command, move |outcome| match outcome {
            Ok(Reply::Samples(samples)) => then(samples),
            Ok(_) => self.notify(notices::wrong_answer(), None),
            // Nobody asked for them by hand.
            Err(failure) if notices::is_of_worker(&failure) => {}
            Err(failure) => self.notify(failure, None),
        });
    }

    /// Fetches a picture of the test split.
    pub fn test_image(self, index: u32, then: impl FnOnce(LabelledImage) + 'static) {
        self.ask(Command::TestImage { index }, move |outcome| match outcome {
            Ok(Reply::TestImage(image)) => then(image),
            Ok(_) => self.notify(notices::wrong_answer(), None),
            Err(failure) => self.notify(failure, None),
        });
    }

    /// Does what a message offers.
    pub fn remedy(self, remedy: Remedy) {
        match remedy {
            Remedy::RetryData => self.load_data(true),
            Remedy::Resume(checkpoint) => self.resume(checkpoint),
            Remedy::RestartWorker => {
                self.drop_notices(|notice| notice.remedy == Some(Remedy::RestartWorker));
                self.inner.update_value(|inner| inner.deaths.clear());
                self.start_worker();
            }
            Remedy::Reload => {
                if let Err(error) = window().location().reload() {
                    let browser_text = words_of(&error);
                    self.notify(PageFailure::NoReload { browser_text }, None);
                }
            }
        }
    }

    /// Takes a message off the page.
    pub fn dismiss(self, id: u32) {
        self.drop_notices(|notice| notice.id == id);
    }

    pub(super) fn drop_notices(self, unwanted: impl Fn(&Notice) -> bool) {
        if self.notices.with_untracked(|notices| notices.iter().any(&unwanted)) {
            self.notices.update(|notices| notices.retain(|notice| !unwanted(notice)));
        }
    }
}
