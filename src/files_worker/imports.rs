//! Imports files into the library.

use std::collections::{HashMap, HashSet};

use crate::checkpoint::file::is_timestamp;
use crate::checkpoint::{Checkpoint, CheckpointError, Snapshot, write_checkpoint, write_state};
use crate::dataset::DataSetIdentity;
use crate::dataset::fetch::download::download;
use crate::exchange::archive::Archive;
use crate::exchange::bundle::Bundle;
use crate::exchange::experiment::{ExperimentArchive, ExperimentError, is_experiment};
use crate::exchange::import::{Contents, ImportError, read};
use crate::exchange::tensorboard::ScriptRun;
use crate::experiment::{RunEnd, RunResult};
use crate::history::History;
use crate::library::blocks::blocks_from;
use crate::library::store::{Library, RunWrite, record_of, summarize};
use crate::library::{
    CheckpointRole, CheckpointSummary, ExperimentRun, GivenFile, Origin, RunEdit, RunLabels,
    RunMetrics, RunRecord, RunState, Timeline,
};
use crate::network::Network;
use crate::protocol::{
    EventsFailure, Failure, ImportFailure, MOST_IMPORTED_BYTES, PickedFile, Reply,
};
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;
use crate::worker_common::claim::claim_new;
use crate::worker_common::clock::date_ms;

/// A run to import, still with the name that the file gives it.
struct Incoming {
    record: RunRecord,
    labels: RunLabels,
    metrics: RunMetrics,
    checkpoints: Vec<(CheckpointRole, String, Checkpoint)>,
}

/// Imports a file as a run, or as an experiment with all of its runs, and returns the answer. Of a run, either all is imported
/// or nothing changes. `told` hears the name of each run.
pub async fn import(
    library: &Library,
    name: &str,
    url: &str,
    turn: &impl AsyncFn(usize),
    told: &impl Fn(&str),
) -> Result<Reply, Failure> {
    let refused = |why| Failure::NotImported { file: name.to_owned(), why };
    let download = download(url, MOST_IMPORTED_BYTES, |_| {}).await;
    let bytes = download.map_err(|error| refused(error.into()))?;
    if let Ok(archive) = Archive::open(&bytes)
        && is_experiment(&archive)
    {
        return import_experiment(library, name, archive, turn, told).await;
    }
    // Weights alone do not say which classes theirs are.
    let contents = contents(&bytes, Network::TUTORIAL, turn).await.map_err(refused)?;
    let run = add(library, Incoming::of(contents, name), name, turn).await?;
    told(&run);
    Ok(Reply::Imported { run })
}

/// Imports the events of a script for PyTorch, with the weights that it has saved, as one run. All is imported or nothing
/// changes.
pub async fn import_script(
    library: &Library,
    name: &str,
    url: &str,
    weights: Vec<PickedFile>,
    turn: &impl AsyncFn(usize),
    told: &impl Fn(&str),
) -> Result<Reply, Failure> {
    let read = async |name: &str, url: &str, network: Network| {
        let refused = |why| Failure::NotImported { file: name.to_owned(), why };
        let bytes = download(url, MOST_IMPORTED_BYTES, |_| {}).await;
        let bytes = bytes.map_err(|error| refused(error.into()))?;
        contents(&bytes, network, turn).await.map_err(refused)
    };
    let Contents::Script(script) = read(name, url, Network::TUTORIAL).await? else {
        let why = ImportFailure::Events(EventsFailure::NoSettings);
        return Err(Failure::NotImported { file: name.to_owned(), why });
    };
    let network = DataSetIdentity::network_for(script.data.as_ref());
    let mut incoming = Incoming::of_script(*script, name);
    for PickedFile { path, url } in weights {
        let Contents::Weights(weights) = read(&path, &url, network).await? else {
            return Err(Failure::NotImported { file: path, why: ImportFailure::NoWeights });
        };
        let added = incoming.add_weights(weights, &path);
        added.map_err(|why| Failure::NotImported { file: path, why })?;
    }
    let run = add(library, incoming, name, turn).await?;
    told(&run);
    Ok(Reply::Imported { run })
}

/// Imports the runs of an experiment that the library does not have. The whole archive is looked at first; a run that cannot
/// be written then ends the import, and those before it stay.
async fn import_experiment(
    library: &Library,
    name: &str,
    archive: Archive<'_>,
    turn: &impl AsyncFn(usize),
    told: &impl Fn(&str),
) -> Result<Reply, Failure> {
    let refused = |error: ExperimentError| Failure::NotImported {
        file: name.to_owned(),
        why: ImportError::from(Box::new(error)).into(),
    };
    let mut archive = ExperimentArchive::open(archive, turn).await.map_err(refused)?;
    let numbers = archive.numbers().map_err(refused)?;
    let data = archive.data_of(&numbers, turn).await.map_err(refused)?;
    let id = archive.experiment.identity_on(data.as_deref());
    let kept = library.runs().await?.into_iter().map(|(record, _)| record);
    let of_it = kept.filter_map(|record| record.experiment.filter(|it| it.id == id));
    let known: HashSet<u32> = of_it.map(|it| it.number).collect();
    let (mut runs, mut known_already) = (0, 0);
    for number in numbers {
        if known.contains(&number) {
            known_already += 1;
            continue;
        }
        let Some(mut bundle) = archive.run(number, turn).await.map_err(refused)? else { continue };
        let experiment = archive.experiment.name.clone();
        bundle.record.experiment = Some(ExperimentRun { id: id.clone(), name: experiment, number });
        let incoming = Incoming::of(Contents::Run(Box::new(bundle)), name);
        told(&add(library, incoming, name, turn).await?);
        runs += 1;
    }
    let halved = |result: &&RunResult| matches!(result.end, Some(RunEnd::Halved { .. }));
    Ok(Reply::ImportedExperiment {
        json: archive.experiment.to_json(),
        data,
        fell_behind: archive.results.iter().filter(halved).map(|it| it.number).collect(),
        runs,
        known: known_already,
    })
}

/// Adds a run to the library and returns its name there.
async fn add(
    library: &Library,
    mut incoming: Incoming,
    name: &str,
    turn: &impl AsyncFn(usize),
) -> Result<String, Failure> {
    let refused = |why| Failure::NotImported { file: name.to_owned(), why };
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

/// What a file holds; weights, only if they are of this network.
async fn contents(
    bytes: &[u8],
    network: Network,
    turn: &impl AsyncFn(usize),
) -> Result<Contents, ImportFailure> {
    let contents = read(bytes, turn).await?;
    if let Contents::Weights(weights) = &contents {
        network.check(weights).map_err(ImportError::from)?;
    }
    Ok(contents)
}

impl Incoming {
    fn of(contents: Contents, file: &str) -> Self {
        let origin = Origin::Imported { file: file.to_owned() };
        match contents {
            Contents::Script(script) => Self::of_script(*script, file),
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

    /// A run that a script has trained, without weights. It cannot go on here, since the state of its optimizer is not known.
    fn of_script(script: ScriptRun, file: &str) -> Self {
        let ScriptRun { run, config, engine, data, corrections, metrics, times_ms } = script;
        let [began_ms, ended_ms] = times_ms;
        let run = if is_timestamp(&run) { run } else { String::new() };
        let snapshot = Snapshot {
            weights: StateDict::new(),
            history: metrics.history.clone(),
            ..Snapshot::beginning_on(data, config)
        };
        let checkpoint = Checkpoint { run, engine, saved_at_ms: ended_ms, snapshot };
        let mut record = record_of(&checkpoint, Origin::PyTorch { file: file.to_owned() });
        let History { epochs, .. } = &metrics.history;
        record.steps_per_epoch = epochs.first().map_or(0, |epoch| epoch.step);
        record.steps_in_run = record.steps;
        record.corrections = corrections;
        record.started_at_ms = began_ms;
        record.trained_ms = ended_ms - began_ms;
        Self { record, labels: RunLabels::default(), metrics, checkpoints: Vec::new() }
    }

    /// Adds weights that the script has saved: after the epoch that the file's name ends in, or else after the best one.
    fn add_weights(&mut self, weights: StateDict, file: &str) -> Result<(), ImportFailure> {
        let history = &self.metrics.history;
        let best = history.best_epoch().map(|best| best.epoch);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let named = stem.rsplit_once('_').and_then(|(_, epoch)| epoch.parse().ok());
        let epochs = history.epochs.len() as u32;
        let epoch = named.or(best).unwrap_or(0);
        let of = epoch.checked_sub(1).and_then(|at| history.epochs.get(at as usize));
        let Some(metrics) = of else { return Err(ImportFailure::NoEpoch { epoch, epochs }) };
        let known = history.up_to(metrics.step, epoch).unwrap_or_default();
        let config = self.record.config.clone();
        let beginning = Snapshot::beginning_on(self.record.data.clone(), config);
        let snapshot = Snapshot { weights, history: known, ..beginning };
        let checkpoint = Checkpoint {
            run: String::new(),
            engine: self.record.engine.clone(),
            saved_at_ms: self.record.started_at_ms + self.metrics.timeline.at(metrics.step as f64),
            snapshot,
        };
        let role = match epoch {
            _ if Some(epoch) == best => CheckpointRole::Best,
            _ if epoch == epochs => CheckpointRole::Last,
            _ => CheckpointRole::Kept,
        };
        self.checkpoints.push((role, String::new(), checkpoint));
        Ok(())
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
