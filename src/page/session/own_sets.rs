//! Data sets of the visitor's own: those kept in this browser, which one is chosen, and adding and deleting them.

use leptos::prelude::*;
use web_sys::{File, Url};

use super::connection::Connection;
use super::data::DataState;
use super::files::FilesWorker;
use super::notices::{self, Notices, PageFailure};
use crate::dataset::OwnSet;
use crate::dataset::own::{Skipped, address};
use crate::library::{RunRecord, RunState, RunSummary};
use crate::page::browser::{address_of, words_of};
use crate::protocol::{CodeOf, Command, LibraryCommand, PickedFile, Reply, Status};

/// Under this key of `localStorage` stands the SHA-256 of the chosen data set.
const KEY: &str = "atelier-data-set";

/// A file that the visitor chose or dropped, with its path in the folder that it came from.
#[derive(Clone)]
pub struct Picked {
    /// Folders and name, with `/` between them.
    pub path: String,
    /// The file.
    pub file: File,
}

/// What came of adding a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    /// The data set.
    pub set: OwnSet,
    /// The first files that were left out, each with its reason.
    pub skipped: Vec<Skipped>,
    /// How many were left out.
    pub skipped_count: u32,
}

/// The data sets of one's own.
#[derive(Clone, Copy)]
pub struct OwnSets {
    connection: Connection,
    notices: Notices,
    files: FilesWorker,
    data: DataState,
    /// Those that are kept in this browser, by name.
    pub list: RwSignal<Vec<OwnSet>>,
    /// How many files of those that are being added have been read, and how many there are.
    pub adding: RwSignal<Option<(u32, u32)>>,
    /// What the last addition came to.
    pub added: RwSignal<Option<Added>>,
}

impl OwnSets {
    pub(super) fn new(
        connection: Connection,
        notices: Notices,
        files: FilesWorker,
        data: DataState,
    ) -> Self {
        let (list, added) = (RwSignal::new(Vec::new()), RwSignal::new(None));
        Self { connection, notices, data, list, adding: files.adding, files, added }
    }

    /// Asks which there are.
    pub(super) fn read(self) {
        let command = Command::OwnSets { base: base() };
        self.connection.ask(command, move |outcome| match outcome {
            Ok(Reply::OwnSets(mut sets)) => {
                sets.sort_by(|one, other| one.identity.name().cmp(other.identity.name()));
                self.list.set(sets);
                let is_gone = self.data.own.get_untracked().is_some_and(|chosen| {
                    self.list.with_untracked(|sets| {
                        !sets.iter().any(|set| set.identity.sha256() == chosen)
                    })
                });
                if is_gone && self.is_free() {
                    self.take(None);
                    self.notices.notify(PageFailure::OwnSetGone, None);
                }
            }
            Ok(_) => self.notices.notify(notices::wrong_answer(), None),
            // Each worker is asked when it starts.
            Err(failure) if notices::is_of_worker(&failure) => {}
            Err(failure) => self.notices.notify(failure, None),
        });
    }

    /// Which one is chosen; `None` for the tutorial's.
    pub fn chosen(self) -> Option<String> {
        self.data.own.get()
    }

    /// A stored run for its code; `None` for weights without a run.
    pub fn code_of(self, run: &RunSummary) -> Option<CodeOf> {
        let RunRecord { run, data, state, .. } = &run.record;
        if *state == RunState::Weights {
            return None;
        }
        let training_images = self.list.with(|sets| {
            let data = data.as_ref()?;
            let set = sets.iter().find(|set| set.identity.sha256() == data.sha256())?;
            Some(set.train_images)
        });
        Some(CodeOf::Stored { run: run.clone(), training_images })
    }

    /// Trains on the data set with this SHA-256 from now on, or on the tutorial's.
    pub fn choose(self, sha256: Option<String>) {
        // A run goes on with the data set that it has, and so does a measurement.
        if self.data.own.get_untracked() != sha256 && self.is_free() {
            self.take(sha256);
        }
    }

    fn is_free(self) -> bool {
        let status = self.connection.status.get_untracked();
        !status.is_running() && status != Status::Benchmark
    }

    fn take(self, sha256: Option<String>) {
        keep_choice(sha256.as_deref());
        self.data.own.set(sha256);
        self.data.load(false);
    }

    /// Adds a data set of this name from these files, and chooses it.
    pub fn add(self, name: String, picked: Vec<Picked>) {
        // Nothing at all, such as a text that was dropped, is refused like files of which none is of use.
        if self.adding.with_untracked(Option::is_some) {
            return;
        }
        let mut files = Vec::with_capacity(picked.len());
        for Picked { path, file } in picked {
            match Url::create_object_url_with_blob(&file) {
                Ok(url) => files.push(PickedFile { path, url }),
                Err(error) => {
                    release(&files);
                    let browser_text = words_of(&error);
                    let failure = PageFailure::UnreadableFile { file: path, browser_text };
                    return self.notices.notify(failure, None);
                }
            }
        }
        self.added.set(None);
        self.adding.set(Some((0, files.len() as u32)));
        let names = files.first().map(|file| file.path.clone()).into_iter().collect();
        let command = LibraryCommand::AddOwnSet { base: base(), name, files: files.clone() };
        let then = move |outcome| {
            release(&files);
            self.adding.set(None);
            match outcome {
                Ok(Reply::OwnSetAdded { set, skipped, skipped_count }) => {
                    let sha256 = set.identity.sha256().to_owned();
                    self.added.set(Some(Added { set, skipped, skipped_count }));
                    self.read();
                    // Also if it is chosen already: it may have been gone.
                    if self.is_free() {
                        self.take(Some(sha256));
                    }
                }
                Ok(_) => self.notices.notify(notices::wrong_answer(), None),
                Err(failure) => {
                    self.notices.notify(self.files.complaint(failure, names), None);
                }
            }
        };
        self.files.ask(Command::Library(command), Box::new(then));
    }

    /// Deletes a data set; if it was chosen, the tutorial's is.
    pub fn delete(self, sha256: String) {
        let command = Command::ForgetOwnSet { base: base(), sha256: sha256.clone() };
        self.connection.ask(command, move |outcome| match outcome {
            Ok(_) => {
                self.added.set(None);
                self.read();
                if self.data.own.get_untracked().as_ref() == Some(&sha256) {
                    self.choose(None);
                }
            }
            Err(failure) => self.notices.notify(failure, None),
        });
    }
}

/// Data sets of one's own lie below this address in the browser's cache; no server has them.
fn base() -> String {
    address_of("own/")
}

/// Where the data set with this SHA-256 lies.
pub fn address_of_own(sha256: &str) -> String {
    address(&base(), sha256)
}

fn release(files: &[PickedFile]) {
    for PickedFile { url, .. } in files {
        // A failure is harmless: the URL is revoked with the page at the latest.
        let _ = Url::revoke_object_url(url);
    }
}

/// The data set that was chosen at the last visit.
pub(super) fn kept_choice() -> Option<String> {
    let kept = window().local_storage().ok().flatten()?.get_item(KEY).ok().flatten()?;
    (kept.len() == 64 && kept.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(kept)
}

/// Without storage, the choice holds until the page is left.
fn keep_choice(sha256: Option<&str>) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    let _ = match sha256 {
        Some(sha256) => storage.set_item(KEY, sha256),
        None => storage.remove_item(KEY),
    };
}
