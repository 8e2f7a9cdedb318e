//! The weights of runs: which are kept, and their numbers.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::history::History;
use crate::library::store::{Library, StoreError};
use crate::library::{CheckpointSummary, RunMetrics, RunRecord};
use crate::protocol::Failure;
use crate::protocol::insight::{KeptWeights, MOST_MEASURED, MeasuredRun, NamedRun, WeightsAt};
use crate::state_dict::StateDict;

/// So many networks are kept after reading.
const KEPT: usize = 4;

/// Reads the library.
pub struct WeightStore {
    library: Library,
    /// What was read last: what is asked for part by part goes on when a run in training has replaced its checkpoint.
    read: RefCell<VecDeque<(WeightsAt, StateDict)>>,
}

impl WeightStore {
    pub fn new() -> Self {
        // Whoever asks next opens the library again, so there is nothing to do when it opens late or is lost.
        let library = Library::new(Box::new(|| {}), Box::new(|| {}));
        Self { library, read: RefCell::default() }
    }

    /// The runs, newest first.
    pub async fn runs(&self) -> Result<Vec<NamedRun>, Failure> {
        let runs = self.library.runs().await?.into_iter();
        let mut runs: Vec<_> = runs
            .filter(|(_, labels)| labels.deleted_at_ms.is_none())
            .map(|(record, labels)| NamedRun {
                run: record.run,
                title: labels.title,
                own: record.data,
            })
            .collect();
        runs.sort_by(|a, b| b.run.cmp(&a.run));
        Ok(runs)
    }

    /// The runs of an experiment.
    pub async fn of_experiment(&self, id: &str) -> Result<Vec<RunRecord>, Failure> {
        let runs = self.library.runs().await?.into_iter();
        let is_of_it =
            |record: &RunRecord| record.experiment.as_ref().is_some_and(|it| it.id == id);
        let kept = runs.filter(|(_, labels)| labels.deleted_at_ms.is_none());
        Ok(kept.map(|(record, _)| record).filter(is_of_it).collect())
    }

    /// What runs have measured. A run that is gone, or whose blocks cannot be read, is left out: its record says how it
    /// ended all the same.
    pub async fn measured(&self, runs: &[String]) -> Result<Vec<(String, MeasuredRun)>, Failure> {
        let mut measured = Vec::new();
        for run in runs.iter().take(MOST_MEASURED) {
            match self.library.metrics(run).await {
                Ok(RunMetrics { history: History { epochs, reports, .. }, .. }) => {
                    measured.push((run.clone(), MeasuredRun { epochs, reports }));
                }
                Err(StoreError::NoRun(_) | StoreError::Metrics(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(measured)
    }

    /// The weights that are kept of a run, in the order of their steps; each once, though it may be kept as an epoch's and in
    /// checkpoints.
    pub async fn of_run(&self, run: &str) -> Result<Vec<KeptWeights>, Failure> {
        let own = self.library.run(run).await?.and_then(|(record, _)| record.data);
        let epoch = |epoch| KeptWeights {
            at: WeightsAt::Epoch { run: run.to_owned(), epoch },
            epoch,
            step: None,
            own: own.clone(),
        };
        let mut kept: Vec<_> =
            self.library.epochs_kept(run).await?.into_iter().map(epoch).collect();
        for summary in self.library.checkpoints_of(run).await? {
            let ends_epoch = summary.metrics.is_some_and(|newest| newest.step == summary.step);
            let step = (!ends_epoch).then_some(summary.step);
            if !kept.iter().any(|it| (it.epoch, it.step) == (summary.epoch, step)) {
                let CheckpointSummary { name, sha256, epoch, .. } = summary;
                let at = WeightsAt::Checkpoint { name, sha256 };
                kept.push(KeptWeights { at, epoch, step, own: own.clone() });
            }
        }
        // Steps are counted within the epoch that follows, so the end of an epoch comes first.
        kept.sort_by_key(|it| (it.epoch, it.step));
        Ok(kept)
    }

    /// The weights that classify.
    pub async fn read(&self, at: &WeightsAt) -> Result<StateDict, Failure> {
        let known = self.read.borrow().iter().find(|(known, _)| known == at).cloned();
        if let Some((_, weights)) = known {
            return Ok(weights);
        }
        let weights = self.read_anew(at).await?;
        let mut read = self.read.borrow_mut();
        read.push_front((at.clone(), weights.clone()));
        read.truncate(KEPT);
        Ok(weights)
    }

    async fn read_anew(&self, at: &WeightsAt) -> Result<StateDict, Failure> {
        match at {
            WeightsAt::Epoch { run, epoch } => Ok(self.library.epoch_weights(run, *epoch).await?),
            WeightsAt::Checkpoint { name, sha256 } => {
                let (summary, state) = self.library.state(name).await?;
                if summary.sha256 == *sha256 {
                    Ok(state.inference_weights())
                } else {
                    // Another one has taken its name.
                    Err(StoreError::NoCheckpoint(name.clone()).into())
                }
            }
        }
    }
}
