//! Importing files.

use std::collections::VecDeque;

use leptos::prelude::*;
use web_sys::{File, Url};

use super::{ExperimentImport, LibraryState};
use crate::page::browser::{name_of_file, words_of};
use crate::page::imported_experiments;
use crate::page::session::notices::{self, PageFailure};
use crate::protocol::{Command, LibraryCommand, MOST_IMPORTED_BYTES, PickedFile, Reply};

/// Part of the name of every file of TensorBoard's events, without which TensorBoard does not find it either.
const EVENTS: &str = "tfevents";
/// How the names of files that `torch.save` has written end.
const WEIGHTS: [&str; 2] = [".pt", ".pth"];

/// A file to import, and those that belong to it.
type Import = (File, Vec<File>);

impl LibraryState {
    /// Imports files one after the other. A worker reads them, since they may be large. The weights that a script for PyTorch
    /// has saved go with its events, if there are some among the files.
    pub fn import(self, files: Vec<File>) {
        let is_events = |file: &File| name_of_file(file).contains(EVENTS);
        let is_weights = |file: &File| {
            let name = name_of_file(file).to_ascii_lowercase();
            WEIGHTS.iter().any(|ending| name.ends_with(ending))
        };
        if files.iter().filter(|file| is_events(file)).count() != 1 {
            return self.import_each(files.into_iter().map(|file| (file, Vec::new())).collect());
        }
        let (events, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_events);
        let (weights, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_weights);
        let with_events = events.into_iter().map(|events| (events, weights.clone()));
        let others = others.into_iter().map(|file| (file, Vec::new()));
        self.import_each(with_events.chain(others).collect());
    }

    /// Imports files, each with those that belong to it.
    fn import_each(self, files: VecDeque<Import>) {
        let mut rest = files;
        let Some((file, weights)) = rest.pop_front() else { return };
        let name = name_of_file(&file);
        let mut urls = Vec::new();
        for file in std::iter::once(&file).chain(&weights) {
            match url_of(file) {
                Ok(url) => urls.push(PickedFile { path: name_of_file(file), url }),
                Err(failure) => {
                    revoke(&urls);
                    self.notices.notify(failure, None);
                    return self.import_each(rest);
                }
            }
        }
        self.importing.set(Some(name.clone()));
        self.imported.set(None);
        self.imported_experiment.set(None);
        let url = urls.first().map(|file| file.url.clone()).unwrap_or_default();
        let weights = urls.get(1..).unwrap_or_default().to_vec();
        let command = LibraryCommand::Import { name: name.clone(), url, weights };
        let then = move |outcome| {
            // The files' URLs are no longer needed.
            revoke(&urls);
            self.importing.set(None);
            match outcome {
                Ok(Reply::Imported { run }) => self.imported.set(Some(run)),
                Ok(Reply::ImportedExperiment { json, data, fell_behind, runs, known }) => {
                    let is_listed =
                        imported_experiments::keep(&json, data.as_deref(), &fell_behind);
                    let imported = ExperimentImport { runs, known, is_listed };
                    self.imported_experiment.set(Some(imported));
                }
                Ok(_) => self.notices.notify(notices::wrong_answer(), None),
                // This file may have ended the worker, so the others are not tried with the next one.
                Err(failure) if notices::is_of_worker(&failure) => {
                    let unread = rest.iter().map(|(file, _)| name_of_file(file));
                    let unread = std::iter::once(name).chain(unread);
                    let complaint = self.files.complaint(failure, unread.collect());
                    return self.notices.notify(complaint, None);
                }
                Err(failure) => self.notices.notify(failure, None),
            }
            self.import_each(rest);
        };
        self.files.ask(Command::Library(command), Box::new(then));
    }
}

/// An object URL of a file that is not too large.
fn url_of(file: &File) -> Result<String, PageFailure> {
    let name = || name_of_file(file);
    if file.size() > MOST_IMPORTED_BYTES as f64 {
        return Err(PageFailure::FileTooLarge { file: name(), bytes: file.size() as u64 });
    }
    Url::create_object_url_with_blob(file).map_err(|error| {
        let browser_text = words_of(&error);
        PageFailure::UnreadableFile { file: name(), browser_text }
    })
}

/// Gives object URLs back.
fn revoke(files: &[PickedFile]) {
    for PickedFile { url, .. } in files {
        // A failure is harmless: the URL is revoked with the page at the latest.
        let _ = Url::revoke_object_url(url);
    }
}
