//! Imports files into the library.

use std::collections::{HashMap, HashSet};

use crate::checkpoint::file::is_timestamp;
use crate::checkpoint::{Checkpoint, CheckpointError, Snapshot, write_checkpoint, write_state};
use crate::dataset::fetch::download::download;
use crate::exchange::bundle::Bundle;
use crate::exchange::import::{Contents, ImportError, read};
use crate::library::blocks::blocks_from;
use crate::library::store::{Library, RunWrite, record_of, summarize};
use crate::library::{
    CheckpointRole, CheckpointSummary, GivenFile, Origin, RunEdit, RunLabels, RunMetrics,
    RunRecord, RunState, Timeline,
};
use crate::network::Network;
use crate::protocol::{Failure, ImportFailure, MOST_IMPORTED_BYTES};
use crate::settings::TrainingConfig;
use crate::worker_common::claim::claim_new;
use crate::worker_common::clock::date_ms;

/// A run to import, still with the name that the file gives it.
struct Incoming {
    record: RunRecord,
    labels: RunLabels,
    metrics: RunMetrics,
    checkpoints: Vec<(CheckpointRole, String, Checkpoint)>,
}

/// Imports a file as a run and returns that run's name. Either all of it is imported or nothing changes.
pub async fn import(
    library: &Library,
    name: &str,
    url: &str,
    turn: &impl AsyncFn(usize),
) -> Result<String, Failure> {
    let refused = |why| Failure::NotImported { file: name.to_owned(), why };
    let contents = contents(url, turn).await.map_err(refused)?;
    let mut incoming = Incoming::of(contents, name);
    let is_free = library.run(&incoming.record.run).await?.is_none();
    let claimed = if is_free && !incoming.record.run.is_empty() {
        None
    } else {
        // Held until the run is written.
        let (run, lock) = claim_new(library).await;
        incoming.record.run = run;
        Some(lock)
    };
    let run = incoming.record.run.clone();
    let files = incoming.files(turn).await.map_err(|error| refused(error.into()))?;
    let Incoming { record, labels, metrics, .. } = incoming;
    let RunMetrics { history, timeline } = &metrics;
    let write = RunWrite { record, blocks: blocks_from(history, timeline, 0), cut: false };
    let added = library.add_run(write, &labels, &files).await;
    if let Some(lock) = claimed {
        // This worker may end before a dropped one is given back.
        lock.give_back().await;
    }
    added?;
    Ok(run)
}

async fn contents(url: &str, turn: &impl AsyncFn(usize)) -> Result<Contents, ImportFailure> {
    let bytes = download(url, MOST_IMPORTED_BYTES, |_| {}).await?;
    let contents = read(&bytes, turn).await?;
    if let Contents::Weights(weights) = &contents {
        // Weights alone do not say which classes theirs are.
        Network::TUTORIAL.check(weights).map_err(ImportError::from)?;
    }
    Ok(contents)
}

impl Incoming {
    fn of(contents: Contents, file: &str) -> Self {
        let origin = Origin::Imported { file: file.to_owned() };
        match contents {
            Contents::Run(bundle) => Self::of_bundle(*bundle, origin),
            Contents::Checkpoint(checkpoint) => {
                let record = record_of(&checkpoint, origin);
                let metrics = RunMetrics {
                    history: checkpoint.snapshot.history.clone(),
                    timeline: Timeline::default(),
                };
                let checkpoints = vec![(CheckpointRole::Last, String::new(), *checkpoint)];
                Self { record, labels: RunLabels::default(), metrics, checkpoints }
            }
            Contents::Weights(weights) => {
                let snapshot =
                    Snapshot { weights, ..Snapshot::beginning(TrainingConfig::default()) };
                let (run, engine, saved_at_ms) = (String::new(), String::new(), date_ms());
                let checkpoint = Checkpoint { run, engine, saved_at_ms, snapshot };
                let mut record = record_of(&checkpoint, origin);
                record.state = RunState::Weights;
                let mut labels = RunLabels::default();
                let title = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
                labels.apply(RunEdit::Title(title.to_owned()));
                let checkpoints = vec![(CheckpointRole::Last, String::new(), checkpoint)];
                Self { record, labels, metrics: RunMetrics::default(), checkpoints }
            }
        }
    }

    fn of_bundle(bundle: Bundle, origin: Origin) -> Self {
        let Bundle { mut record, labels: said, metrics, checkpoints } = bundle;
        let RunMetrics { history, timeline } = metrics;
        // Whatever follows from the metrics is computed and not trusted.
        record.follow(&history);
        record.origin = origin;
        record.given = GivenFile::sound(record.given);
        if matches!(record.state, RunState::Training | RunState::Paused) {
            record.state = RunState::Stopped;
        }
        let mut labels = RunLabels::default();
        let edits =
            [RunEdit::Title(said.title), RunEdit::Note(said.note), RunEdit::Tags(said.tags)];
        edits.into_iter().for_each(|edit| labels.apply(edit));
        if !is_timestamp(&record.run) {
            record.run.clear();
        }
        let timeline = Timeline::of(timeline.marks().iter().copied());
        let checkpoints = checkpoints.into_iter();
        let checkpoints = checkpoints.map(|(summary, checkpoint)| {
            (summary.role, CheckpointSummary::fitting_label(&summary.label), checkpoint)
        });
        let checkpoints = checkpoints.collect();
        Self { record, labels, metrics: RunMetrics { history, timeline }, checkpoints }
    }

    /// The checkpoints' files, under the run's name here.
    async fn files(
        &mut self,
        turn: &impl AsyncFn(usize),
    ) -> Result<Vec<(CheckpointSummary, Vec<u8>)>, CheckpointError> {
        let mut files: Vec<(CheckpointSummary, Vec<u8>)> = Vec::new();
        // Names for kept ones go on for each step: a file may have thousands from the same.
        let (mut taken, mut kept) = (HashSet::new(), HashMap::new());
        let history = &self.metrics.history;
        // What the run measured is stored once, unless the file tells two stories of it.
        let tells_one =
            self.checkpoints.iter().all(|(.., it)| history.goes_on_from(&it.snapshot.history));
        for (role, label, mut checkpoint) in self.checkpoints.drain(..) {
            checkpoint.run.clone_from(&self.record.run);
            let bytes =
                if tells_one { write_state(&checkpoint)? } else { write_checkpoint(&checkpoint)? };
            turn(bytes.len()).await;
            let mut summary = CheckpointSummary { label, ..summarize(&checkpoint, role, &bytes) };
            if role == CheckpointRole::Kept {
                // The person may have named several from the same step.
                let names = kept.entry(summary.step).or_insert_with(|| summary.kept_names());
                summary.name = names.next().unwrap_or_default();
            }
            // Of two with the same name, such as two last ones, the file's first is used.
            if taken.insert(summary.name.clone()) {
                files.push((summary, bytes));
            }
        }
        Ok(files)
    }
}
