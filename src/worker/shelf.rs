//! Commands about stored checkpoints, and about what a garment is by their weights.

use super::classifier::Classifier;
use super::desk::Desk;
use super::failure::{Describe as _, failure};
use super::run::{Run, believed};
use crate::checkpoint::store::Store;
use crate::checkpoint::{Checkpoint, write_weights};
use crate::protocol::{CheckpointRole, Event, Failure, Reply};

impl Desk {
    fn store(&self) -> Result<&Store, Failure> {
        self.store.as_deref().map_err(Clone::clone)
    }

    pub(super) async fn list(&self) -> Result<Reply, Failure> {
        self.store()?.list().await.map(Reply::Checkpoints).map_err(|error| error.describe())
    }

    pub(super) async fn delete(&self, name: &str) -> Result<Reply, Failure> {
        self.store()?.delete(name).await.map_err(|error| error.describe())?;
        self.list().await
    }

    pub(super) async fn resumable(&self, name: &str) -> Result<Checkpoint, Failure> {
        let checkpoint = self.store()?.load(name).await.map_err(|error| error.describe())?;
        if checkpoint.snapshot.ending().is_some() {
            let happened = format!("The run of {name} is over.");
            return Err(failure(happened, "The checkpoint.", "Start a new run."));
        }
        Ok(checkpoint)
    }

    pub(super) async fn export(&self, name: &str, weights_only: bool) -> Result<Reply, Failure> {
        let store = self.store()?;
        let bytes = if weights_only {
            let checkpoint = store.load(name).await.map_err(|error| error.describe())?;
            write_weights(&checkpoint.snapshot.inference_weights())
                .map_err(|error| error.describe())?
        } else {
            store.load_file(name).await.map_err(|error| error.describe())?
        };
        let kind = if weights_only { "" } else { ".checkpoint" };
        Ok(Reply::File { name: format!("{name}{kind}.safetensors"), bytes })
    }

    pub(super) async fn classify(
        &self,
        garment: &[u8],
        run: Option<&mut Run>,
    ) -> Result<Reply, Failure> {
        let prediction = match (run, &self.classifier) {
            (Some(run), _) => {
                let weights = format!("this run, step {}", run.trainer.steps_taken());
                let now = run.trainer.inference_weights();
                let classifier =
                    Classifier::new(&believed(&run.engine.health, now).await?, weights);
                classifier.map_err(|error| error.describe())?.classify(garment).await
            }
            (None, Some(classifier)) => classifier.classify(garment).await,
            (None, None) => Err(failure(
                "There are no trained weights yet.",
                "Your picture.",
                "Start training, and watch the answer get better.",
            )),
        };
        prediction.map(Reply::Prediction)
    }

    /// Classifies with a checkpoint's weights from now on.
    pub(super) async fn take_up(&mut self, name: &str) -> Result<Reply, Failure> {
        let checkpoint = self.store()?.load(name).await.map_err(|error| error.describe())?;
        let classifier = Classifier::new(&checkpoint.snapshot.inference_weights(), name.to_owned());
        self.classifier = Some(classifier.map_err(|error| error.describe())?);
        Ok(Reply::Done)
    }

    /// Classifies with the newest best checkpoint, if there is one.
    pub(super) async fn take_up_newest(&mut self) -> Result<(), Failure> {
        let Ok(store) = &self.store else { return Ok(()) };
        let list = store.list().await.map_err(|error| error.describe())?;
        let best = list.iter().find(|summary| summary.role == CheckpointRole::Best);
        let newest = best.or(list.first()).map(|summary| summary.name.clone());
        self.port.post(&Event::Checkpoints(list));
        if let Some(name) = newest {
            self.take_up(&name).await?;
        }
        Ok(())
    }

    /// Classifies with the weights that a run ended with.
    pub(super) async fn keep_weights(&mut self, run: &Run) {
        let name = format!("model_{}_last", run.name);
        let weights = believed(&run.engine.health, run.trainer.inference_weights()).await;
        if let Ok(weights) = weights
            && let Ok(classifier) = Classifier::new(&weights, name)
        {
            self.classifier = Some(classifier);
        }
    }
}
