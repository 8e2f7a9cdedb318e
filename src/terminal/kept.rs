//! Checkpoints kept at a fixed interval of steps, as files next to the newest one's, by the same rule as in
//! the library.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{TerminalError, files};
use crate::checkpoint::{Checkpoint, write_checkpoint};

/// The files `{stem}_step{step}.safetensors` next to a run's checkpoint, including those from before the
/// run was resumed.
pub(super) struct KeptFiles {
    folder: PathBuf,
    stem: String,
    /// Steps, ascending.
    steps: Vec<u64>,
}

impl KeptFiles {
    /// Finds the files that this run has left next to its checkpoint, and ignores those of other runs.
    ///
    /// # Errors
    /// [`TerminalError::Read`] if the folder exists and cannot be read.
    pub fn of(run: &str, checkpoint: &Path) -> Result<Self, TerminalError> {
        let folder = checkpoint.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let stem = checkpoint.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut kept = Self { folder, stem, steps: Vec::new() };
        let unreadable = |error| TerminalError::Read { path: kept.folder.clone(), error };
        let entries = match fs::read_dir(&kept.folder) {
            // The folder is created with the first file.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(kept),
            entries => entries.map_err(unreadable)?,
        };
        let mut steps = Vec::new();
        for entry in entries {
            let name = entry.map_err(unreadable)?.file_name();
            let Some(step) = name.to_str().and_then(|name| kept.step_of(name)) else { continue };
            // A file that cannot be read must never be removed.
            if files::read_run(&kept.path(step)).is_ok_and(|found| found.run == run) {
                steps.push(step);
            }
        }
        steps.sort_unstable();
        kept.steps = steps;
        Ok(kept)
    }

    fn step_of(&self, name: &str) -> Option<u64> {
        let step = name.strip_prefix(&self.stem)?.strip_prefix("_step")?;
        step.strip_suffix(".safetensors")?.parse().ok()
    }

    fn path(&self, step: u64) -> PathBuf {
        self.folder.join(format!("{}_step{step}.safetensors", self.stem))
    }

    /// Writes one more, and removes the oldest of those beyond the number that the run keeps.
    ///
    /// # Errors
    /// [`TerminalError::Write`]; the files from before are then still there.
    pub fn write(&mut self, checkpoint: &Checkpoint) -> Result<(), TerminalError> {
        let step = checkpoint.snapshot.history.losses.len() as u64;
        files::write_arrays(&self.path(step), write_checkpoint(checkpoint))?;
        if let Err(at) = self.steps.binary_search(&step) {
            self.steps.insert(at, step);
        }
        let surplus = self.steps.len().saturating_sub(checkpoint.snapshot.config.keep);
        let oldest: Vec<u64> =
            self.steps.iter().copied().filter(|other| *other != step).take(surplus).collect();
        for gone in oldest {
            self.steps.retain(|step| *step != gone);
            files::remove(&self.path(gone))?;
        }
        Ok(())
    }
}
