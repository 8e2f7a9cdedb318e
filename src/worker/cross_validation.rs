//! A part of a cross-validation, for the part of the page that looks into networks. It runs in a worker of its own, on the
//! CPU, beside the one that trains the visitor's runs. The networks are not kept in the library, and none is read from there;
//! the worker opens it all the same, as each of this program does (`dispatcher`).

use std::rc::Rc;

use super::clock::Browser;
use super::data_store::DataStore;
use super::port::Port;
use super::yield_now::yield_now;
use crate::dataset::Folds;
use crate::engine::Engine;
use crate::library::epoch_weights;
use crate::protocol::insight::{Fold, InsightCommand, InsightNews};
use crate::protocol::{Event, Failure, ProtocolError, Reply, decode, encode};
use crate::training::folds::{run_without, train_to_the_end};

/// Images are seen no more often.
const MOST_TIMES: u32 = 20;

/// Executes a command of the part that looks into networks; all but one are another worker's.
pub async fn answer(bytes: &[u8], data: Rc<DataStore>, port: &Port) -> Result<Reply, Failure> {
    let InsightCommand::TrainWithout { url, manifest_sha256, fold, epochs } = decode(bytes)? else {
        return Err(ProtocolError::WrongProgram.into());
    };
    Rc::clone(&data).load(url, manifest_sha256, false).await?;
    let images = data.dataset().as_ref().map_or(0, |dataset| dataset.train.len());
    let Fold { seed, part, parts } = fold;
    let folds =
        Folds::new(seed, images, parts.into()).filter(|folds| usize::from(part) < folds.count());
    let folds = folds.ok_or_else(|| {
        // The page asks for parts that there are.
        ProtocolError::Malformed(format!("{images} images have no part {part} of {parts}"))
    })?;
    let run =
        run_without(&folds, part.into(), epochs.min(MOST_TIMES), seed.wrapping_add(part.into()));
    let rest = async |done: u64, total: u64| {
        let news = InsightNews::Trained { done: done as u32, total: total as u32 };
        if let Ok(bytes) = encode(&news) {
            port.post(&Event::Insight { bytes });
        }
        yield_now().await;
    };
    let backend = Engine::cpu().backend;
    let weights = train_to_the_end(run, images, &backend, Browser, &*data, rest).await;
    let bytes = epoch_weights::encode(&weights?).ok_or(Failure::NoWeights)?;
    Ok(Reply::Weights { bytes })
}
