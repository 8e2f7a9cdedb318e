//! Which weights classify: those of the current run, or the ones loaded last.

use std::cell::RefCell;
use std::rc::Rc;

use super::classifier::Classifier;
use super::library_service::LibraryService;
use super::run::Run;
use crate::protocol::{CheckpointRole, Failure, Reply, WeightsOf};

/// Classifies garments with the newest weights.
#[derive(Clone)]
pub struct ClassifyService {
    service: Rc<LibraryService>,
    /// Holds a checkpoint's weights, or those that a run ended with; `None` while there are none.
    classifier: Rc<RefCell<Option<Rc<Classifier>>>>,
}

impl ClassifyService {
    /// Without weights so far; checkpoints come from this library.
    pub fn new(service: Rc<LibraryService>) -> Self {
        Self { service, classifier: Rc::default() }
    }

    /// Ten probabilities for a garment of 784 pixels, by the current run's weights if there is one.
    pub async fn classify(&self, garment: &[u8], run: Option<&mut Run>) -> Result<Reply, Failure> {
        let classifier = self.classifier.borrow().clone();
        let prediction = match (run, classifier) {
            (Some(run), _) => {
                let weights = WeightsOf::Run { step: run.driver.trainer().steps_taken() };
                let now = run.driver.inference_weights().await?;
                Classifier::new(&now, weights)?.classify(garment).await
            }
            (None, Some(classifier)) => classifier.classify(garment).await,
            (None, None) => Err(Failure::NoWeights),
        };
        prediction.map(Reply::Prediction)
    }

    /// Classifies with a checkpoint's weights from now on.
    pub async fn take_up(&self, name: &str) -> Result<Reply, Failure> {
        let (_, state) = self.service.library.state(name).await?;
        let classifier = Classifier::new(
            &state.inference_weights(),
            WeightsOf::Checkpoint { name: name.to_owned() },
        );
        self.classifier.replace(Some(Rc::new(classifier?)));
        Ok(Reply::Done)
    }

    /// Classifies with the newest best checkpoint, if there is one.
    pub async fn take_up_newest(&self) -> Result<(), Failure> {
        // The error of an unreadable library has already been reported.
        let Ok(list) = self.service.library.checkpoints().await else { return Ok(()) };
        let best = list.iter().find(|summary| summary.role == CheckpointRole::Best);
        let newest = best.or(list.first()).map(|summary| summary.name.clone());
        if let Some(name) = newest {
            self.take_up(&name).await?;
        }
        Ok(())
    }

    /// Classifies with the weights that a run ended with.
    pub async fn keep_weights(&self, run: &Run) {
        let name = format!("model_{}_last", run.name);
        let whose = WeightsOf::Checkpoint { name };
        if let Ok(weights) = run.driver.inference_weights().await
            && let Ok(classifier) = Classifier::new(&weights, whose)
        {
            self.classifier.replace(Some(Rc::new(classifier)));
        }
    }
}
