//! The library as the page knows it, and the requests to it.

mod imports;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::classifier::ClassifierState;
use super::connection::Connection;
use super::curves::LossSeries;
use super::files::FilesWorker;
use super::notices::{self, Complaint, Notices, PageFailure};
use crate::library::{RunEdit, RunMetrics, RunOwner, RunSummary, Timeline, WrittenCode};
use crate::page::browser::{download, words_of};
use crate::protocol::{
    CheckpointSummary, CodeFile, CodeOf, Command, EpochMetrics, Export, Item, LibraryCommand,
    LossReport, Reply, UNDO_MS,
};

/// A stored run's curves.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCurves {
    /// How many steps the run had when they were read.
    pub steps: u64,
    /// The loss of every step.
    pub losses: LossSeries,
    /// The tutorial's `Loss/train`.
    pub reports: Vec<LossReport>,
    /// Finished epochs.
    pub epochs: Vec<EpochMetrics>,
    /// The run's own time by step.
    pub timeline: Timeline,
}

/// A place that draws stored curves.
#[derive(Clone, Copy)]
pub enum Drawing {
    /// The comparison of runs.
    Compared,
    /// The opened run.
    Opened,
}

/// What was deleted in one action, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletedThing {
    /// A run or a checkpoint, by its display name.
    One(String),
    /// This many runs.
    Runs(usize),
}

/// A deletion that can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Unique.
    pub id: u32,
    /// The deleted items.
    pub items: Vec<Item>,
    /// Their description.
    pub what: DeletedThing,
}

/// What came of an experiment that was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExperimentImport {
    /// How many of its runs came.
    pub runs: u32,
    /// How many were there already.
    pub known: u32,
    /// Whether the browser has stored the experiment itself, so that it is listed.
    pub is_listed: bool,
}

/// The library as the worker has reported it.
#[derive(Clone, Copy)]
pub struct LibraryState {
    connection: Connection,
    files: FilesWorker,
    notices: Notices,
    classifier: ClassifierState,
    /// Whether the worker has reported anything yet.
    pub is_known: RwSignal<bool>,
    /// Its runs, in no particular order.
    pub runs: RwSignal<Vec<Arc<RunSummary>>>,
    /// The stored checkpoints, newest first.
    pub checkpoints: RwSignal<Vec<CheckpointSummary>>,
    /// The curves that have been requested.
    pub curves: RwSignal<HashMap<String, Arc<StoredCurves>>>,
    /// Deletions that can be undone, oldest first.
    pub deleted: RwSignal<Vec<Deleted>>,
    /// The file being imported.
    pub importing: RwSignal<Option<String>>,
    /// The run imported last.
    pub imported: RwSignal<Option<String>>,
    /// The experiment imported last.
    pub imported_experiment: RwSignal<Option<ExperimentImport>>,
    /// The runs whose curves each place draws.
    drawn: StoredValue<[Vec<String>; 2]>,
    /// Runs whose curves have been requested and have not arrived.
    asked: StoredValue<HashSet<String>>,
    /// Runs whose curves could not be read, with their steps at that time.
    unreadable: StoredValue<HashMap<String, u64>>,
    deletions: StoredValue<u32>,
}

impl LibraryState {
    pub(super) fn new(
        connection: Connection,
        notices: Notices,
        files: FilesWorker,
        classifier: ClassifierState,
    ) -> Self {
        Self {
            connection,
            files,
            notices,
            classifier,
            is_known: RwSignal::new(false),
            runs: RwSignal::new(Vec::new()),
            checkpoints: RwSignal::new(Vec::new()),
            curves: RwSignal::new(HashMap::new()),
            deleted: RwSignal::new(Vec::new()),
            importing: RwSignal::new(None),
            imported: RwSignal::new(None),
            imported_experiment: RwSignal::new(None),
            drawn: StoredValue::new([Vec::new(), Vec::new()]),
            asked: StoredValue::new(HashSet::new()),
            unreadable: StoredValue::new(HashMap::new()),
            deletions: StoredValue::new(0),
        }
    }

    /// A run in the library.
    pub fn run(self, name: &str) -> Option<Arc<RunSummary>> {
        self.runs.with(|runs| runs.iter().find(|run| run.record.run == name).cloned())
    }

    pub(super) fn take_all(self, runs: Vec<RunSummary>, checkpoints: Vec<CheckpointSummary>) {
        self.runs.set(runs.into_iter().map(Arc::new).collect());
        self.is_known.set(true);
        self.checkpoints.set(checkpoints);
    }

    pub(super) fn take_run(self, run: RunSummary) {
        self.runs.update(|runs| {
            let run = Arc::new(run);
            match runs.iter_mut().find(|known| known.record.run == run.record.run) {
                Some(known) => *known = run,
                None => runs.push(run),
            }
        });
    }

    /// Forgets a run that is gone.
    pub(super) fn drop_run(self, run: &str) {
        self.runs.update(|runs| runs.retain(|known| known.record.run != run));
        self.checkpoints.update(|all| all.retain(|checkpoint| checkpoint.run != run));
        self.forget_curves(run);
    }

    /// Forgets a run's curves, also if they arrive later.
    fn forget_curves(self, run: &str) {
        self.asked.update_value(|asked| {
            asked.remove(run);
        });
        self.curves.update(|curves| drop(curves.remove(run)));
    }

    /// From now on, this place draws the curves of these runs; what none draws any more is forgotten.
    pub fn draws(self, place: Drawing, runs: Vec<String>) {
        let mut former = runs;
        self.drawn.update_value(|drawn| {
            std::mem::swap(&mut drawn[place as usize], &mut former);
            former.retain(|run| !drawn.iter().flatten().any(|drawn| drawn == run));
        });
        former.iter().for_each(|run| self.forget_curves(run));
    }

    pub(super) fn take_checkpoints(self, run: &str, newest_first: Vec<CheckpointSummary>) {
        self.checkpoints.update(|all| {
            all.retain(|checkpoint| checkpoint.run != run);
            for checkpoint in newest_first {
                let at = all.partition_point(|known| known.saved_at_ms >= checkpoint.saved_at_ms);
                all.insert(at, checkpoint);
            }
        });
    }

    fn ask(self, command: LibraryCommand, then: impl FnOnce(Result<Reply, Complaint>) + 'static) {
        self.connection.ask(Command::Library(command), then);
    }

    fn order(self, command: LibraryCommand) {
        self.connection.order(Command::Library(command));
    }

    pub(super) fn list(self) {
        self.ask(LibraryCommand::List, move |outcome| match outcome {
            // Each worker is asked when it starts.
            Err(failure) if !notices::is_of_worker(&failure) => self.notices.notify(failure, None),
            _ => {}
        });
    }

    /// Edits a run's labels.
    pub fn edit_run(self, run: String, edit: RunEdit) {
        self.order(LibraryCommand::Edit { run, edit });
    }

    /// Renames a checkpoint.
    pub fn label_checkpoint(self, checkpoint: String, label: String) {
        self.order(LibraryCommand::Label { checkpoint, label });
    }

    /// Deletes items; `what` is shown beside the undo button.
    pub fn delete(self, items: Vec<Item>, what: DeletedThing) {
        self.deletions.update_value(|count| *count += 1);
        let id = self.deletions.get_value();
        let deleted = Deleted { id, items: items.clone(), what };
        self.ask(LibraryCommand::Delete(items), move |outcome| match outcome {
            Ok(Reply::RemovedForGood) => {
                self.notices.notify(PageFailure::RemovedForGood(deleted.what), None);
            }
            Ok(_) => {
                self.classifier.classifying_with.update(|used| {
                    used.take_if(|used| deleted.items.contains(&Item::Checkpoint(used.clone())));
                });
                self.deleted.update(|all| all.push(deleted));
                let forget = move || self.deleted.update(|all| all.retain(|it| it.id != id));
                Timeout::new(UNDO_MS as u32, forget).forget();
            }
            Err(failure) => self.notices.notify(failure, None),
        });
    }

    /// Undoes a deletion.
    pub fn undo_deletion(self, id: u32) {
        let found = self.deleted.with_untracked(|all| {
            all.iter().find(|deleted| deleted.id == id).map(|deleted| deleted.items.clone())
        });
        let Some(items) = found else { return };
        self.ask(LibraryCommand::Restore(items), move |outcome| match outcome {
            Ok(_) => self.deleted.update(|all| all.retain(|deleted| deleted.id != id)),
            Err(failure) => self.notices.notify(failure, None),
        });
    }

    /// Exports a file and downloads it.
    pub fn export(self, export: Export) {
        self.save(LibraryCommand::Export(export));
    }

    /// Downloads a file of a run's code.
    pub fn save_code(self, of: CodeOf, exact: bool, file: CodeFile) {
        self.save(LibraryCommand::SaveCode { of, exact, file });
    }

    /// Downloads what the worker for files makes.
    fn save(self, command: LibraryCommand) {
        let then = move |outcome| match outcome {
            Ok(Reply::File { name, bytes }) => {
                if let Err(error) = download(&name, &bytes) {
                    let browser_text = words_of(&error);
                    self.notices.notify(PageFailure::NoDownload { browser_text }, None);
                }
            }
            Ok(_) => self.notices.notify(notices::wrong_answer(), None),
            Err(failure) => {
                self.notices.notify(self.files.complaint(failure, Vec::new()), None);
            }
        };
        self.files.ask(Command::Library(command), Box::new(then));
    }

    /// Writes a run as code, exact if that is wanted and possible.
    pub fn write_code(self, of: CodeOf, exact: bool, then: impl FnOnce(WrittenCode) + 'static) {
        let command = LibraryCommand::WriteCode { of, exact };
        let then = move |outcome| match outcome {
            Ok(Reply::Code(code)) => then(*code),
            Ok(_) => self.notices.notify(notices::wrong_answer(), None),
            Err(failure) => {
                self.notices.notify(self.files.complaint(failure, Vec::new()), None);
            }
        };
        self.files.ask(Command::Library(command), Box::new(then));
    }

    /// Requests the description of a checkpoint's file as it leaves the browser. A file that cannot be read is
    /// reported when it is used.
    pub fn describe(self, checkpoint: String, then: impl FnOnce(CheckpointSummary) + 'static) {
        self.ask(LibraryCommand::Describe { checkpoint }, move |outcome| {
            if let Ok(Reply::Described(summary)) = outcome {
                then(*summary);
            }
        });
    }

    /// Requests a run's curves, unless they have arrived or been requested. The curves of a run in progress
    /// are read again once it has grown visibly.
    pub fn want_curves(self, run: &RunSummary) {
        let (name, steps) = (run.record.run.clone(), run.record.steps);
        let grows = run.owner != RunOwner::AtRest;
        let least = if grows { steps * 19 / 20 } else { steps };
        let there = self.curves.with_untracked(|curves| {
            // If there are more steps than the run has, the curves are from before the run was resumed from
            // an earlier state.
            curves.get(&name).is_some_and(|known| (least..=steps).contains(&known.steps))
        });
        let unreadable = self.unreadable.with_value(|all| all.get(&name) == Some(&steps));
        let may_ask = || self.asked.try_update_value(|asked| asked.insert(name.clone()));
        if there || unreadable || may_ask() != Some(true) {
            return;
        }
        let command = LibraryCommand::Metrics { run: name.clone() };
        self.ask(command, move |outcome| {
            // Forgotten meanwhile, or requested again and answered.
            if self.asked.try_update_value(|asked| asked.remove(&name)) != Some(true) {
                return;
            }
            match outcome {
                Ok(Reply::Metrics(metrics)) => {
                    let curves = Arc::new(curves_of(*metrics));
                    self.curves.update(|all| drop(all.insert(name, curves)));
                }
                Ok(_) => self.notices.notify(notices::wrong_answer(), None),
                // The next worker is asked when the curves are needed again.
                Err(failure) if notices::is_of_worker(&failure) => {}
                Err(failure) => {
                    self.unreadable.update_value(|all| {
                        all.insert(name, steps);
                    });
                    self.notices.notify(failure, None);
                }
            }
        });
    }
}

fn curves_of(RunMetrics { history, timeline }: RunMetrics) -> StoredCurves {
    StoredCurves {
        steps: history.losses.len() as u64,
        losses: LossSeries::of(history.losses),
        reports: history.reports,
        epochs: history.epochs,
        timeline,
    }
}
