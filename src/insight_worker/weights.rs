//! The weights of runs: which are kept, and their numbers.

use std::collections::BTreeMap;

use crate::library::store::Library;
use crate::protocol::Failure;
use crate::protocol::insight::{KeptWeights, RunWeights, WeightsAt};
use crate::state_dict::StateDict;

/// Reads the library.
pub struct WeightStore {
    library: Library,
}

impl WeightStore {
    pub fn new() -> Self {
        // Whoever asks next opens the library again, so there is nothing to do when it opens late or is lost.
        Self { library: Library::new(Box::new(|| {}), Box::new(|| {})) }
    }

    /// The runs that have weights, newest first.
    pub async fn runs(&self) -> Result<Vec<RunWeights>, Failure> {
        let mut kept: BTreeMap<String, Vec<KeptWeights>> = BTreeMap::new();
        for (run, epoch) in self.library.all_epochs_kept().await? {
            let at = WeightsAt::Epoch { run: run.clone(), epoch };
            kept.entry(run).or_default().push(KeptWeights { at, epoch, step: None });
        }
        for summary in self.library.checkpoints().await? {
            let of_run = kept.entry(summary.run).or_default();
            let ends_epoch = summary.metrics.is_some_and(|newest| newest.step == summary.step);
            // The epoch's weights are the same.
            if ends_epoch && of_run.iter().any(|it| it.epoch == summary.epoch && it.step.is_none())
            {
                continue;
            }
            let step = (!ends_epoch).then_some(summary.step);
            if of_run.iter().any(|it| it.epoch == summary.epoch && it.step == step) {
                continue;
            }
            let at = WeightsAt::Checkpoint { name: summary.name };
            of_run.push(KeptWeights { at, epoch: summary.epoch, step });
        }
        let mut runs = Vec::new();
        for (record, labels) in self.library.runs().await? {
            if let Some(mut kept) = kept.remove(&record.run)
                && labels.deleted_at_ms.is_none()
            {
                kept.sort_by_key(|it| (it.epoch, it.step));
                runs.push(RunWeights { run: record.run, title: labels.title, kept });
            }
        }
        runs.sort_by(|a, b| b.run.cmp(&a.run));
        Ok(runs)
    }

    /// The weights that classify.
    pub async fn read(&self, at: &WeightsAt) -> Result<StateDict, Failure> {
        match at {
            WeightsAt::Epoch { run, epoch } => Ok(self.library.epoch_weights(run, *epoch).await?),
            WeightsAt::Checkpoint { name } => {
                Ok(self.library.state(name).await?.1.inference_weights())
            }
        }
    }
}
