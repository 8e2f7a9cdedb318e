//! What an experiment came to: its results gathered, as a table, as files, and as an archive that the page imports.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::folder::Folder;
use super::results;
use crate::exchange::bundle::BundleError;
use crate::exchange::experiment::{self, MOST_BYTES, MOST_RUNS, Writer};
use crate::experiment::{Experiment, Findings, Lines, RunResult, Runs, Table, results_csv};
use crate::network::CLASSES;
use crate::terminal::{Outcome, TerminalError, files, words};

/// An experiment with all results that its folder holds.
pub(super) struct Gathered {
    pub experiment: Experiment,
    pub runs: Runs,
    /// By ascending numbers, each run once.
    pub results: Vec<RunResult>,
    /// How many classes the data set has.
    pub classes: u32,
}

/// Gathers the results of all parts in a folder, writes them, and says what is missing.
///
/// # Errors
/// [`TerminalError::NoExperiment`], [`TerminalError::InUse`], [`TerminalError::Results`], and those of reading and writing.
pub(super) fn collect(path: &Path) -> Result<Outcome, TerminalError> {
    let (folder, experiment) = Folder::gather(path)?;
    let wrong = |mistakes| TerminalError::Experiment { path: Some(path.to_owned()), mistakes };
    let runs = experiment.runs().map_err(wrong)?;
    let identity = experiment.identity();
    let mut lines = Lines::default();
    for file in folder.all_results()? {
        results::read(&mut lines, &file, &identity, &runs)?;
    }
    let classes = folder.data()?.map_or(CLASSES as u32, |note| note.classes as u32);
    let mut gathered = Gathered { experiment, runs, results: lines.results, classes };
    gathered.results.sort_unstable_by_key(|result| result.number);
    gathered.write_lines(&folder.results())?;
    gathered.conclude(&folder)
}

impl Gathered {
    /// Writes the table and, if no run is missing, the archive; prints what came of the experiment.
    ///
    /// # Errors
    /// [`TerminalError::Write`] or [`TerminalError::Pack`].
    pub fn conclude(&self, folder: &Folder) -> Result<Outcome, TerminalError> {
        let csv = results_csv(&self.experiment, &self.runs, &self.results);
        files::write(&folder.path().join("results.csv"), csv.as_bytes())?;
        self.print();
        let missing = self.missing();
        if !missing.is_empty() {
            eprintln!("{}", words::sweep::missing(&missing, self.runs.runs.len()));
            return Ok(Outcome::Incomplete);
        }
        self.pack(folder)?;
        Ok(Outcome::Ended)
    }

    /// Prints the table and what is true of it.
    pub fn print(&self) {
        let table = Table::new(&self.runs, &self.results);
        let found = Findings::of(&self.runs, &table, &self.results, self.classes);
        let told = words::sweep::conclusion(&self.experiment, &table, &found);
        // Whoever no longer reads it has the files.
        let _ = writeln!(std::io::stdout(), "{told}");
    }

    /// The numbers of the runs without a result, ascending.
    fn missing(&self) -> Vec<u32> {
        let mut has_ended = vec![false; self.runs.runs.len()];
        for result in &self.results {
            let place = (result.number as usize).checked_sub(1);
            if let Some(place) = place.and_then(|place| has_ended.get_mut(place)) {
                *place = true;
            }
        }
        let numbers = (1..).zip(has_ended);
        numbers.filter(|(_, has_ended)| !has_ended).map(|(number, _)| number).collect()
    }

    /// Writes all results to one file.
    fn write_lines(&self, path: &Path) -> Result<(), TerminalError> {
        let lines = self.lines();
        files::write(path, &lines)
    }

    fn lines(&self) -> Vec<u8> {
        let identity = self.experiment.identity();
        let mut lines = Vec::new();
        for result in &self.results {
            if let Some(planned) = self.runs.get(result.number) {
                lines.extend_from_slice(result.to_line(&identity, planned).as_bytes());
            }
        }
        lines
    }

    /// Writes the archive that the page imports, unless there are no archives of runs or it would take no such archive.
    fn pack(&self, folder: &Folder) -> Result<(), TerminalError> {
        let mut archives = Vec::new();
        for RunResult { number, .. } in &self.results {
            let path = folder.run_archive(*number);
            if let Some(bytes) = files::size(&path)? {
                archives.push((*number, path, bytes));
            }
        }
        if archives.is_empty() {
            return Ok(());
        }
        let lines = self.lines();
        let sizes = archives.iter().map(|(.., bytes)| *bytes);
        let size = experiment::size(&self.experiment, lines.len() as u64, sizes);
        if size > MOST_BYTES || archives.len() > MOST_RUNS {
            eprintln!("{}", words::sweep::too_large(archives.len(), size));
            return Ok(());
        }
        let path = folder.path().join("experiment.zip");
        let partial = folder.path().join("experiment.zip.partial");
        let unwritable = |error| TerminalError::Write { path: path.clone(), error };
        let wrong = |error: BundleError| TerminalError::Pack { path: path.clone(), error };
        let file = File::create(&partial).map_err(unwritable)?;
        let writer = Writer::new(BufWriter::new(file), &self.experiment, &lines);
        let mut writer = writer.map_err(|error| wrong(error.into()))?;
        for (number, archive, _) in archives {
            let added = writer.add_run(number, &files::read(&archive)?);
            added.map_err(|error| wrong(error.into()))?;
        }
        let file = writer.finish().map_err(|error| wrong(error.into()))?;
        let file = file.into_inner().map_err(|error| unwritable(error.into_error()))?;
        let renamed = file.sync_all().and_then(|()| fs::rename(&partial, &path));
        renamed.map_err(unwritable)?;
        eprintln!("{}", words::sweep::packed(&path));
        Ok(())
    }
}
