//! The worker for insight: what a network says of the images, and why.
//!
//! The part of the page that shows it (`page/insight`) starts this worker and ends it. It only reads: weights from the
//! library, images from the browser's cache, or from the site. Without Burn, so that it arrives fast; a run trains on in a
//! worker of its own meanwhile.

mod explain;
mod images;
mod inside;
mod neighbours;
mod parts;
mod weights;

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc::unbounded;

use self::explain::explain;
use self::images::ImageStore;
use self::weights::WeightStore;
use crate::insight::{CrossValidation, Evaluation, ForwardPass, ImageIndex, InsightError};
use crate::library::tabs::{TabMessage, Tabs};
use crate::protocol::insight::{InsightCommand, InsightReply, OwnSetAt, SplitName, WeightsAt};
use crate::protocol::{Command, Event, Failure, ProtocolError, Reply, Request, decode, encode};
use crate::worker_common::port::Port;

/// Starts the worker. Called once, at load.
pub fn run() {
    let port = Rc::new(Port::new());
    port.report_panics();
    let (sender, mut inbox) = unbounded();
    port.listen(sender);
    let worker = Rc::new(Insight::new(Rc::clone(&port)));
    port.post(&Event::Listening);
    wasm_bindgen_futures::spawn_local(async move {
        while let Some(Request { id, command }) = inbox.next().await {
            let worker = Rc::clone(&worker);
            // Each in a task of its own: an image that a person waits for does not wait for an evaluation.
            wasm_bindgen_futures::spawn_local(async move {
                let outcome = worker.answer(command).await;
                worker.port.answer(id, outcome);
            });
        }
    });
}

/// What the worker has: images, weights, and the connection to the page.
struct Insight {
    port: Rc<Port>,
    images: ImageStore,
    weights: WeightStore,
    /// The training images by sums of their pixels, once they have been searched.
    index: RefCell<Option<ImageIndex>>,
    /// What the networks of a cross-validation have said so far.
    cross_validation: RefCell<CrossValidation>,
    /// Tells of changes in the library.
    _tabs: Tabs,
}

impl Insight {
    fn new(port: Rc<Port>) -> Self {
        let told = Rc::clone(&port);
        let tabs = Tabs::join(move |message| {
            let run = match message {
                TabMessage::Run(run) => Some(run),
                TabMessage::Library => None,
            };
            told.post(&Event::LibraryChanged { run });
        });
        Self {
            port,
            images: ImageStore::default(),
            weights: WeightStore::new(),
            index: RefCell::new(None),
            cross_validation: RefCell::default(),
            _tabs: tabs,
        }
    }

    async fn answer(&self, command: Command) -> Result<Reply, Failure> {
        match command {
            Command::LoadData { url, manifest_sha256, .. } => {
                self.images.come_from(url, manifest_sha256);
                Ok(Reply::Done)
            }
            Command::Insight { bytes } => {
                let reply = self.look(decode(&bytes)?).await?;
                Ok(Reply::Insight { bytes: encode(&reply)? })
            }
            // Other workers do this.
            _ => Err(ProtocolError::WrongProgram.into()),
        }
    }

    async fn look(&self, command: InsightCommand) -> Result<InsightReply, Failure> {
        match command {
            InsightCommand::Runs => Ok(InsightReply::Runs(self.weights.runs().await?)),
            InsightCommand::ExperimentRuns { id } => {
                Ok(InsightReply::ExperimentRuns(self.weights.of_experiment(&id).await?))
            }
            InsightCommand::Measured { runs } => {
                Ok(InsightReply::Measured(self.weights.measured(&runs).await?))
            }
            InsightCommand::Weights { run } => {
                Ok(InsightReply::Weights(self.weights.of_run(&run).await?))
            }
            InsightCommand::Evaluate { weights, own, split } => {
                let evaluation = self.evaluate(&weights, own.as_ref(), split).await?;
                Ok(InsightReply::Evaluation(evaluation))
            }
            InsightCommand::Explain { weights, image, class, method } => {
                explain(&weights, &image, class, method).map(InsightReply::Explanation)
            }
            InsightCommand::Inside { weights, image } => {
                let weights = self.weights.read(&weights).await?;
                inside::of_network(&weights, &image).map(InsightReply::Inside)
            }
            InsightCommand::InsideStep { seen, image } => {
                inside::of_step(&decode(&seen)?, &image).map(InsightReply::Inside)
            }
            InsightCommand::EpochHistograms { run, except } => {
                let epochs = inside::of_epochs(&self.weights, &run, &except).await?;
                Ok(InsightReply::EpochHistograms(epochs))
            }
            InsightCommand::Images { own, split, indices } => {
                let images = self.images.of(own.as_ref()).get(split, &indices).await?;
                Ok(InsightReply::Images(images))
            }

            InsightCommand::EvaluatePart { weights, split, from } => {
                let part = self.evaluate_part(&weights, split, from).await?;
                Ok(InsightReply::Evaluation(part))
            }
            InsightCommand::Nearest { from, within } => self.nearest(from, within).await,
            InsightCommand::HeldOut { weights, fold } => {
                self.held_out(&weights, fold).await.map(InsightReply::Doubted)
            }
            InsightCommand::Embedding { weights } => {
                self.embedding(&weights).await.map(InsightReply::Embedding)
            }
            InsightCommand::Neighbours { weights, epochs } => {
                self.neighbours(&weights, epochs).await.map(InsightReply::Neighbours)
            }
            // The worker that trains does this.
            InsightCommand::TrainWithout { .. } => Err(ProtocolError::WrongProgram.into()),
        }
    }

    async fn evaluate(
        &self,
        at: &WeightsAt,
        own: Option<&OwnSetAt>,
        split: SplitName,
    ) -> Result<Evaluation, Failure> {
        let weights = self.weights.read(at).await?;
        let forward = ForwardPass::new(&weights)?;
        let images = self.images.of(own);
        images.load(split).await?;
        parts::evaluate(&forward, &images, split, 0..images.count(split)).await
    }
}

impl From<InsightError> for Failure {
    fn from(error: InsightError) -> Self {
        match error {
            InsightError::Model(error) => error.into(),
            // The images come from shards that were verified.
            _ => Self::NoTestImages,
        }
    }
}
