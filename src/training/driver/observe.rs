//! A single step, looked at closely: for whoever wants to see what a step does.

use super::{ANSWER_WITHIN_S, Driver, Host, RunEvent, Source, StepsTaken};
use crate::dataset::ImageBuffer;
use crate::state_dict::StateDict;
use crate::training::TrainingError;

/// A step of which everything was read back.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedStep {
    /// The step, as one of a stretch.
    pub taken: StepsTaken,
    /// Which training images it saw, in their order in the batch.
    pub indices: Vec<u32>,
    /// These images as the network received them, and their labels.
    pub images: ImageBuffer,
    /// The weights before the step, not averaged.
    pub before: StateDict,
    /// The gradient of the batch's mean loss at those, as the engine computed it: before clipping and weight decay.
    pub gradients: StateDict,
    /// The weights after the step.
    pub after: StateDict,
}

impl<H: Host> Driver<H> {
    /// Takes a single step, of which everything is read back; `None` if something else is due before the next step, or its
    /// images have not arrived. The run is none the wiser: later steps compute what they would have.
    ///
    /// # Errors
    /// As [`Self::advance`], which returns the same error once more if the run has diverged.
    pub async fn observe(
        &mut self,
        source: &impl Source,
    ) -> Result<Option<ObservedStep>, TrainingError> {
        self.health.check()?;
        if !self.is_about_to_step(source) {
            return Ok(None);
        }
        let images = source.look(|dataset| self.trainer.next_images(&dataset.train)).flatten();
        let (Some(images), Some(indices)) = (images, self.trainer.next_batch()) else {
            return Ok(None);
        };
        let indices = indices.to_vec();
        let (health, host) = (self.health.clone(), &self.host);
        let before = host.believed(&health, ANSWER_WITHIN_S, self.trainer.weights()).await?;
        let gradients = {
            let trainer = &mut self.trainer;
            let gradients = source.look(|dataset| trainer.next_gradients(&dataset.train)).flatten();
            let Some(gradients) = gradients else { return Ok(None) };
            host.believed(&health, ANSWER_WITHIN_S, gradients).await?.1
        };
        let taken = match self.train(source, Some(1)).await {
            Ok(RunEvent::StepsTaken(taken)) => taken,
            Ok(_) => return Ok(None),
            Err(error) => {
                // Whoever advances the run next is told, too.
                self.failed = Some(error.clone());
                return Err(error);
            }
        };
        let after = self.host.believed(&health, ANSWER_WITHIN_S, self.trainer.weights()).await?;
        Ok(Some(ObservedStep { taken, indices, images, before, gradients, after }))
    }
}
