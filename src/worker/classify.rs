//! Commands about stored checkpoints, and about what a garment is by their weights.

use super::classifier::Classifier;
use super::dispatcher::Dispatcher;
use super::run::Run;
use crate::protocol::{CheckpointRole, Failure, Reply};

impl Dispatcher {
    pub(super) async fn classify(
        &self,
        garment: &[u8],
        run: Option<&mut Run>,
    ) -> Result<Reply, Failure> {
        let prediction = match (run, &self.classifier) {
            (Some(run), _) => {
                let weights = format!("this run, step {}", run.driver.trainer().steps_taken());
                let now = run.driver.inference_weights().await?;
                Classifier::new(&now, weights)?.classify(garment).await
            }
            (None, Some(classifier)) => classifier.classify(garment).await,
            (None, None) => Err(Failure::NoWeights),
        };
        prediction.map(Reply::Prediction)
    }

    /// Classifies with a checkpoint's weights from now on.
    pub(super) async fn take_up(&mut self, name: &str) -> Result<Reply, Failure> {
        let (_, checkpoint) = self.service.library.load(name).await?;
        let classifier = Classifier::new(&checkpoint.snapshot.inference_weights(), name.to_owned());
        self.classifier = Some(classifier?);
        Ok(Reply::Done)
    }

    /// Classifies with the newest best checkpoint, if there is one.
    pub(super) async fn take_up_newest(&mut self) -> Result<(), Failure> {
        self.service.post_all().await;
        // What keeps the library from being read has been told.
        let Ok(list) = self.service.library.checkpoints().await else { return Ok(()) };
        let best = list.iter().find(|summary| summary.role == CheckpointRole::Best);
        let newest = best.or(list.first()).map(|summary| summary.name.clone());
        if let Some(name) = newest {
            self.take_up(&name).await?;
        }
        Ok(())
    }

    /// Classifies with the weights that a run ended with.
    pub(super) async fn keep_weights(&mut self, run: &Run) {
        let name = format!("model_{}_last", run.name);
        if let Ok(weights) = run.driver.inference_weights().await
            && let Ok(classifier) = Classifier::new(&weights, name)
        {
            self.classifier = Some(classifier);
        }
    }
}
