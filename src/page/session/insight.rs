//! The worker that looks into networks: started when something is asked of it, ended with the place that shows it.
//!
//! It has no part in the run. For a cross-validation, another one beside it trains networks of its own.

use leptos::prelude::*;

use super::connection::{Connection, News};
use super::notices::{self, Complaint, Death, Notices, PageFailure, wrong_answer};
use super::worker_link::Program;
use crate::page::browser::{address_of, manifest_sha256};
use crate::protocol::insight::{Fold, InsightCommand, InsightNews, InsightReply};
use crate::protocol::{Command, Event, Failure, Reply, decode, encode};

/// The connection to the worker for insight.
#[derive(Clone, Copy)]
pub struct InsightWorker {
    connection: Connection,
    /// How the last worker that died did so.
    death: StoredValue<Option<Death>>,
    /// The newest change in the library: a run that has changed, or `None` if all may be another. No change so far reads as
    /// the latter does.
    pub change: RwSignal<Option<String>>,
    /// How far a command is that takes long.
    pub news: RwSignal<Option<InsightNews>>,
    /// Whether it has been ended for good.
    is_over: StoredValue<bool>,
}

impl InsightWorker {
    /// No worker yet.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Program::Insight)
    }

    /// No worker yet, of the program that trains: one beside the visitor's runs, for [`InsightCommand::TrainWithout`].
    #[must_use]
    pub fn trainer() -> Self {
        Self::of(Program::Training)
    }

    fn of(program: Program) -> Self {
        let connection = Connection::new(program, Notices::new());
        let death = StoredValue::new(None);
        let (change, is_over) = (RwSignal::new(None), StoredValue::new(false));
        let this = Self { connection, death, change, news: RwSignal::new(None), is_over };
        connection.watch(move |news| this.hear(news));
        this
    }

    /// Sends a command, for which a worker is started if there is none; `then` is called once with its answer.
    pub fn ask(
        self,
        command: &InsightCommand,
        then: impl FnOnce(Result<InsightReply, Complaint>) + 'static,
    ) {
        self.send(command, move |outcome| {
            then(outcome.and_then(|reply| match reply {
                Reply::Insight { bytes } => {
                    decode(&bytes).map_err(|error| Failure::NotUnderstood(error).into())
                }
                _ => Err(wrong_answer()),
            }));
        });
    }

    /// Trains a network without a part of the training images, in a [`Self::trainer`]; `then` is called once with its
    /// weights, as the library keeps those of an epoch.
    pub fn train_without(
        self,
        fold: Fold,
        epochs: u32,
        then: impl FnOnce(Result<Vec<u8>, Complaint>) + 'static,
    ) {
        let (url, manifest_sha256) = (address_of("data/"), manifest_sha256());
        let command = InsightCommand::TrainWithout { url, manifest_sha256, fold, epochs };
        self.send(&command, move |outcome| {
            then(outcome.and_then(|reply| match reply {
                Reply::Weights { bytes } => Ok(bytes),
                _ => Err(wrong_answer()),
            }));
        });
    }

    fn send(self, command: &InsightCommand, then: impl FnOnce(Result<Reply, Complaint>) + 'static) {
        if self.is_over.try_get_value() != Some(false) {
            return then(Err(notices::worker_ended()));
        }
        self.connection.start_worker_anew();
        let bytes = match encode(command) {
            Ok(bytes) => bytes,
            Err(error) => return then(Err(Failure::NotUnderstood(error).into())),
        };
        self.connection.ask(Command::Insight { bytes }, move |outcome| {
            then(outcome.map_err(|failure| self.told(failure)));
        });
    }

    /// Ends the worker, if there is one, and with it what it is doing. The next command starts another.
    pub fn cancel(self) {
        self.connection.end_worker();
    }

    /// Ends the worker, if there is one. None is started afterwards.
    pub fn end(self) {
        self.is_over.set_value(true);
        self.connection.end_worker();
    }

    /// How the worker died, if that is what happened.
    fn told(self, failure: Complaint) -> Complaint {
        match self.death.get_value() {
            Some(how) if notices::is_of_worker(&failure) => {
                PageFailure::InsightWorkerLost { how: Box::new(how) }.into()
            }
            _ => failure,
        }
    }

    fn hear(self, news: News) {
        match news {
            // Another one gets that with its command: with images, the program that trains would prepare a GPU.
            News::Started if self.connection.program() == Program::Insight => {
                self.connection.order(Command::LoadData {
                    url: address_of("data/"),
                    manifest_sha256: manifest_sha256(),
                    refetch: false,
                });
            }
            News::Said(Event::Listening) => self.connection.begin_talking(),
            News::Said(Event::Answer { id, outcome }) => {
                self.connection.answer(id, outcome.map_err(Complaint::from));
            }
            News::Said(Event::LibraryChanged { run }) => self.change.set(run),
            News::Said(Event::Insight { bytes }) => {
                let _ = self.news.try_set(decode(&bytes).ok());
            }
            News::Said(Event::Died(failure)) => self.lose(failure.into()),
            News::Lost(death) => self.lose(death),
            _ => {}
        }
    }

    /// Cleans up after a dead worker. Nothing is tried again by itself; the next command starts another.
    fn lose(self, death: Death) {
        self.death.set_value(Some(death));
        if let Some(lost) = self.connection.give_up(notices::worker_ended(), true) {
            lost.unanswered.answer();
        }
    }
}
