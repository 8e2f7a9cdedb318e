//! Which weights classify: those of the current run, or the ones loaded last.

use std::rc::Rc;

use futures::lock::Mutex;

use super::classifier::Classifier;
use super::library_service::LibraryService;
use super::port::Port;
use super::run::Run;
use crate::library::epoch_weights;
use crate::protocol::{CheckpointRole, CheckpointSummary, Event, Failure, Reply, WeightsOf};
use crate::state_dict::StateDict;

/// Classifies garments with the newest weights.
pub struct ClassifyService {
    service: Rc<LibraryService>,
    port: Rc<Port>,
    /// Holds a checkpoint's weights, or those that a run ended with; `None` while there are none. Locked while weights are
    /// read, so that what is to be classified waits for them. Beside it they are as a state dict.
    classifier: Mutex<Option<(Classifier, StateDict)>>,
}

impl ClassifyService {
    /// Without weights so far; checkpoints come from this library.
    pub fn new(service: Rc<LibraryService>, port: Rc<Port>) -> Self {
        Self { service, port, classifier: Mutex::default() }
    }

    /// The classes' probabilities for a garment of 784 pixels, by a run's current weights.
    pub async fn classify_with(run: &mut Run, garment: &[u8]) -> Result<Reply, Failure> {
        let weights = WeightsOf::Run { step: run.driver.trainer().steps_taken() };
        let now = run.driver.inference_weights().await?;
        let data = run.driver.trainer().data();
        Classifier::new(&now, weights, data)?.classify(garment).await.map(Reply::Prediction)
    }

    /// The classes' probabilities for a garment of 784 pixels, by the weights that were taken up last.
    pub async fn classify(&self, garment: &[u8]) -> Result<Reply, Failure> {
        match &*self.classifier.lock().await {
            Some((classifier, _)) => classifier.classify(garment).await.map(Reply::Prediction),
            None => Err(Failure::NoWeights),
        }
    }

    /// A run's current weights.
    pub async fn weights_of(run: &mut Run) -> Result<Reply, Failure> {
        weights_reply(&run.driver.inference_weights().await?)
    }

    /// The weights that were taken up last.
    pub async fn weights(&self) -> Result<Reply, Failure> {
        match &*self.classifier.lock().await {
            Some((_, weights)) => weights_reply(weights),
            None => Err(Failure::NoWeights),
        }
    }

    /// Classifies with a checkpoint's weights from now on.
    pub async fn take_up(&self, name: &str) -> Result<Reply, Failure> {
        let mut classifier = self.classifier.lock().await;
        *classifier = Some(self.read(name).await?);
        Ok(Reply::Done)
    }

    /// Classifies with the newest best checkpoint, if there is one besides these.
    pub async fn take_up_newest(&self, except: &[String]) -> Result<Reply, Failure> {
        let mut classifier = self.classifier.lock().await;
        // The error of an unreadable library has already been reported.
        let Ok(mut list) = self.service.library.checkpoints().await else { return Ok(Reply::Done) };
        list.retain(|summary| !except.contains(&summary.name));
        let best = list.iter().find(|summary| summary.role == CheckpointRole::Best);
        if let Some(newest) = best.or(list.first()) {
            *classifier = Some(self.read(&newest.name).await?);
        }
        Ok(Reply::Done)
    }

    /// A checkpoint's weights. The page is told, so that it knows of a checkpoint whose reader does not survive.
    async fn read(&self, name: &str) -> Result<(Classifier, StateDict), Failure> {
        let reading = |is_over| Event::Reading { checkpoint: name.to_owned(), is_over };
        self.port.post(&reading(false));
        let state = self.service.library.state(name).await;
        let whose = WeightsOf::Checkpoint { name: name.to_owned() };
        let read = state.map_err(Failure::from).and_then(|(_, state)| {
            let weights = state.inference_weights();
            Ok((Classifier::new(&weights, whose, state.data())?, weights))
        });
        self.port.post(&reading(true));
        read
    }

    /// Classifies with the weights that a run ended with.
    pub async fn keep_weights(self: &Rc<Self>, run: &Run) {
        let name = CheckpointSummary::name_of(&run.name, CheckpointRole::Last, 0, 0);
        let whose = WeightsOf::Checkpoint { name };
        if let Ok(weights) = run.driver.inference_weights().await
            && let Ok(classifier) = Classifier::new(&weights, whose, run.driver.trainer().data())
        {
            let this = Rc::clone(self);
            // Weights may be being read from storage that does not answer; nobody waits for that.
            wasm_bindgen_futures::spawn_local(async move {
                *this.classifier.lock().await = Some((classifier, weights));
            });
        }
    }
}

fn weights_reply(weights: &StateDict) -> Result<Reply, Failure> {
    let bytes = epoch_weights::encode(weights).ok_or(Failure::NoWeights)?;
    Ok(Reply::Weights { bytes })
}
