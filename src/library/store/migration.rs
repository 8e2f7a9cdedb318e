//! Migrates data that an earlier build stored.

use std::collections::BTreeMap;

use idb::{Database, Transaction, TransactionMode};
use serde::Deserialize;
use wasm_bindgen::JsValue;

use super::limit::within_limit;
use super::runs::put_blocks;
use super::summarize;
use super::{
    BLOCKS, CHECKPOINTS, FILES, Objects, RUNS, SUMMARIES, StoreError, bytes_of, committed,
};
use crate::checkpoint::{Checkpoint, read_checkpoint};
use crate::checksum::sha256_hex;
use crate::library::blocks::blocks_from;
use crate::library::{CheckpointRole, CheckpointSummary, Origin, RunRecord, RunState, Timeline};

/// More than a library of version 1 held. Nobody waits so long: where it takes longer than an opening may, the
/// library opens late.
const MOST_BYTES: usize = 55 << 20;

/// The needed part of what schema version 1 stored about a checkpoint.
#[derive(Deserialize)]
struct FormerEntry {
    summary: FormerSummary,
    sha256: String,
}

/// The part of its summary that identifies the checkpoint.
#[derive(Deserialize)]
struct FormerSummary {
    name: String,
    role: CheckpointRole,
}

/// Turns the checkpoints of schema version 1 into runs and checkpoints in one transaction: if it is
/// interrupted, the next opening starts again with everything still there.
///
/// A damaged file stays where it is, under its old name and without a run: nothing is deleted that could
/// still be rescued.
pub(super) async fn run(database: &Database) -> Result<(), StoreError> {
    let stores = [SUMMARIES, RUNS, BLOCKS, CHECKPOINTS, FILES];
    let transaction = database.transaction(&stores, TransactionMode::ReadWrite)?;
    within_limit(transaction, MOST_BYTES, migrate).await
}

async fn migrate(transaction: Transaction) -> Result<(), StoreError> {
    let former = transaction.object_store(SUMMARIES)?;
    let entries = former.get_all(None, None)?.await?;
    if entries.is_empty() {
        return committed(transaction).await;
    }
    let files = transaction.object_store(FILES)?;
    let checkpoints = Objects::of(&transaction, CHECKPOINTS)?;
    let mut newest: BTreeMap<String, Checkpoint> = BTreeMap::new();
    for entry in entries.iter().filter_map(super::parse::<FormerEntry>) {
        let FormerSummary { name, role } = entry.summary;
        let Some(bytes) = bytes_of(files.get(JsValue::from(&name))?.await?) else { continue };
        if sha256_hex(&bytes) != entry.sha256 {
            continue;
        }
        let Ok(checkpoint) = read_checkpoint(&bytes) else { continue };
        let summary = CheckpointSummary { name, ..summarize(&checkpoint, role, &bytes) };
        checkpoints.put(&summary.name, &summary).await?;
        former.delete(JsValue::from(&summary.name))?;
        let steps = |checkpoint: &Checkpoint| checkpoint.snapshot.history.losses.len();
        match newest.get(&checkpoint.run) {
            Some(known) if steps(known) >= steps(&checkpoint) => {}
            _ => drop(newest.insert(checkpoint.run.clone(), checkpoint)),
        }
    }
    let (runs, blocks) = (Objects::of(&transaction, RUNS)?, transaction.object_store(BLOCKS)?);
    for checkpoint in newest.into_values() {
        let history = &checkpoint.snapshot.history;
        let whole = blocks_from(history, &Timeline::default(), 0);
        put_blocks(&blocks, &checkpoint.run, &whole)?;
        runs.put(&checkpoint.run, &record_of(&checkpoint, Origin::New)).await?;
    }
    committed(transaction).await
}

/// The run of a checkpoint, made from the checkpoint alone.
pub fn record_of(checkpoint: &Checkpoint, origin: Origin) -> RunRecord {
    let Checkpoint { run, engine, saved_at_ms, snapshot } = checkpoint;
    let ending = snapshot.ending();
    let mut record = RunRecord {
        run: run.clone(),
        config: snapshot.config.clone(),
        engine: engine.clone(),
        origin,
        given: Vec::new(),
        corrections: snapshot.corrections.len() as u32,
        data: snapshot.data.clone(),
        state: ending.map_or(RunState::Stopped, RunState::Ended),
        started_at_ms: began_at_ms(run).unwrap_or(*saved_at_ms),
        ended_at_ms: Some(*saved_at_ms),
        trained_ms: 0.0,
        steps: 0,
        steps_in_run: 0,
        steps_per_epoch: 0,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    };
    record.follow(&snapshot.history);
    record
}

/// The time in a run's name, in milliseconds since 1970 UTC.
fn began_at_ms(run: &str) -> Option<f64> {
    let (day, time) = run.split_once('_')?;
    let part = |text: &str, range: std::ops::Range<usize>| text.get(range).map(str::to_owned);
    let (year, month, date) = (part(day, 0..4)?, part(day, 4..6)?, part(day, 6..8)?);
    let (hour, minute, second) = (part(time, 0..2)?, part(time, 2..4)?, part(time, 4..6)?);
    let moment = format!("{year}-{month}-{date}T{hour}:{minute}:{second}Z");
    Some(js_sys::Date::parse(&moment)).filter(|ms| ms.is_finite())
}
