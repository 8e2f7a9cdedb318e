//! What a run of the library began with, as far as the library still has it.

use crate::checkpoint::Snapshot;
use crate::dataset::Corrections;
use crate::library::{GivenPart, Inexact, Origin, RunRecord};
use crate::state_dict::StateDict;

/// What the library has of a run beside its record.
#[derive(Debug)]
pub struct Remains<'a> {
    /// Where it comes from: if it is a branch, where the first run of its branches comes from.
    pub root: &'a Origin,
    /// One of its checkpoints, without metrics; of its first step, if there is one.
    pub checkpoint: Option<&'a Snapshot>,
    /// Whether that checkpoint is from before the first step.
    pub is_first: bool,
    /// Whether its data set is here.
    pub has_data: bool,
}

/// The weights before a run's first step.
#[derive(Clone, Debug, PartialEq)]
pub enum FirstWeights {
    /// Drawn from the seed.
    Drawn,
    /// These.
    Kept(StateDict),
    /// Those of the file at this address, if it still has this SHA-256.
    Linked {
        /// The address.
        from: String,
        /// 64 hexadecimal digits.
        sha256: String,
    },
}

/// What a run began with.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Its weights.
    pub weights: FirstWeights,
    /// The batches that it was given.
    pub batches: Option<Vec<Vec<u32>>>,
    /// Its corrections.
    pub corrections: Corrections,
}

impl Remains<'_> {
    /// The run's corrections; `None` if it has some that are no longer known.
    #[must_use]
    pub fn corrections(&self, record: &RunRecord) -> Option<Corrections> {
        match self.checkpoint {
            Some(checkpoint) if checkpoint.corrections.len() == record.corrections as usize => {
                Some(checkpoint.corrections.clone())
            }
            _ => (record.corrections == 0).then(Corrections::default),
        }
    }

    /// What the run began with; `can_fetch` says of an address whether a file may be loaded from there.
    ///
    /// # Errors
    /// [`Inexact`], if that is not known any more.
    pub fn start(
        &self,
        record: &RunRecord,
        can_fetch: impl Fn(&str) -> bool,
    ) -> Result<Start, Inexact> {
        if matches!(self.root, Origin::PyTorch { .. }) {
            return Err(Inexact::PyTorch);
        }
        if record.data.is_some() && !self.has_data {
            return Err(Inexact::DataSet);
        }
        // A run's archive brings its record with it, a checkpoint alone does not.
        let is_alone = match self.root {
            Origin::Imported { file } => !file.to_ascii_lowercase().ends_with(".zip"),
            _ => false,
        };
        let given = |part| record.given.iter().find(|file| file.part == part);
        let weights = match (self.checkpoint, given(GivenPart::Weights)) {
            (Some(checkpoint), _) if self.is_first => {
                FirstWeights::Kept(checkpoint.weights.clone())
            }
            (_, Some(file)) if can_fetch(&file.from) => {
                FirstWeights::Linked { from: file.from.clone(), sha256: file.sha256.clone() }
            }
            (_, Some(file)) => return Err(Inexact::Weights { from: file.from.clone() }),
            (_, None) if is_alone => return Err(Inexact::Imported),
            (_, None) => FirstWeights::Drawn,
        };
        let batches = self.checkpoint.and_then(|checkpoint| checkpoint.order.clone());
        if batches.is_none() && given(GivenPart::Batches).is_some() {
            return Err(Inexact::NoCheckpoint);
        }
        let corrections = self.corrections(record).ok_or(Inexact::NoCheckpoint)?;
        Ok(Start { weights, batches, corrections })
    }
}

#[cfg(test)]
#[path = "stored_tests.rs"]
mod tests;
