//! Writes `seeds/`: what each target begins with, small files of the kinds that it reads, made by the project's own writers.
//! `cargo run --example seeds` in this folder, after a format has changed.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use atelier::checkpoint::{Checkpoint, Snapshot, write_checkpoint, write_state};
use atelier::dataset::shard::write_shards;
use atelier::exchange::archive::Archive;
use atelier::exchange::bundle;
use atelier::experiment::{Choice, Halving, Preset as Ready, RunEnd, RunResult};
use atelier::history::{EpochMetrics, History, LossReport};
use atelier::library::blocks::blocks_from;
use atelier::library::{
    CheckpointRole, CheckpointSummary, Origin, RunLabels, RunMetrics, RunRecord, RunState,
    TimeMark, Timeline,
};
use atelier::protocol::{Command, Event, Export, LibraryCommand, Request, encode};
use atelier::settings::{Preset, TrainingConfig};
use atelier_fuzz::{no_turn, pack};
use pollster::block_on;

/// Where the seeds go.
struct Seeds(PathBuf);

impl Seeds {
    fn write(&self, target: &str, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        let folder = self.0.join(target);
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(name), bytes)?)
    }
}

const LINKS: [&str; 4] = [
    "engine=cpu&batch=64&epochs=1&lr=0.01&momentum=0.95&seed=42&autostart=1",
    "preset=quick&optimizer=adamw&lr=2e-3&beta2=0.99&weight-decay=0.1&clip=1&lang=zh&present=1",
    "optimizer=asgd&t0=100&averaged=1&patience=3&schedule=cosine&eta-min=1e-5&warm-up=10&steps=50",
    "nesterov=1&schedule=one-cycle&pct-start=0.2&shift=2&flip=1&erase=0.25&init=a&order=b&Batch=9",
];

fn metrics() -> RunMetrics {
    let history = History {
        losses: vec![2.25, 1.5, 0.75, 0.5],
        reports: vec![LossReport { step: 2, mean_loss: 1.875 }],
        epochs: vec![EpochMetrics {
            epoch: 1,
            step: 4,
            train_loss: 1.25,
            valid_loss: 0.5,
            valid_accuracy: 0.75,
        }],
    };
    let marks = [TimeMark { step: 2, ms: 1500.0 }, TimeMark { step: 4, ms: 3000.0 }];
    RunMetrics { history, timeline: Timeline::of(marks) }
}

fn checkpoint(config: TrainingConfig) -> Checkpoint {
    let mut snapshot = Snapshot::beginning(config);
    snapshot.history = metrics().history;
    for array in snapshot.weights.values_mut() {
        array.values.fill(0.0);
    }
    let momentum =
        |(name, array): (&String, &_)| (format!("momentum_buffer.{name}"), Clone::clone(array));
    snapshot.optimizer = snapshot.weights.iter().map(momentum).collect();
    snapshot.order = Some(vec![vec![3, 1], vec![2]]);
    let (run, engine) = ("20261123_081500".to_owned(), "CPU".to_owned());
    Checkpoint { run, engine, saved_at_ms: 1.5e12, snapshot }
}

/// A checkpoint's header, and as a number how many zeros its arrays have.
fn split(file: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = file.split_first_chunk::<8>()?;
    let (header, data) = rest.split_at_checked(u64::from_le_bytes(*length) as usize)?;
    let data_length = data.len().to_string();
    Some([header, &[pack::BETWEEN], data_length.as_bytes()].concat())
}

fn record(config: &TrainingConfig) -> RunRecord {
    let mut record = RunRecord {
        run: "20261123_081500".to_owned(),
        config: config.clone(),
        engine: "CPU".to_owned(),
        origin: Origin::New,
        given: Vec::new(),
        data: None,
        corrections: 0,
        experiment: None,
        state: RunState::Stopped,
        started_at_ms: 1.5e12,
        ended_at_ms: Some(1.5e12),
        trained_ms: 3000.0,
        steps: 0,
        steps_in_run: 8,
        steps_per_epoch: 4,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: Vec::new(),
    };
    record.follow(&metrics().history);
    record
}

fn write_runs(seeds: &Seeds, config: &TrainingConfig) -> Result<(), Box<dyn Error>> {
    let checkpoint = checkpoint(config.clone());
    let whole = write_checkpoint(&checkpoint)?;
    let split = |file: &[u8]| split(file).ok_or("a checkpoint of ours has a header");
    seeds.write("checkpoint_header", "whole", &split(&whole)?)?;
    seeds.write("checkpoint_header", "stored", &split(&write_state(&checkpoint)?)?)?;
    let labels = RunLabels {
        title: "Wide".to_owned(),
        note: "A note".to_owned(),
        tags: vec!["one".to_owned(), "two".to_owned()],
        deleted_at_ms: None,
    };
    let summary = CheckpointSummary {
        name: "a".to_owned(),
        run: checkpoint.run.clone(),
        role: CheckpointRole::Last,
        label: String::new(),
        epoch: 1,
        step: 4,
        finished: false,
        train_loss: Some(1.25),
        metrics: None,
        bytes: 1,
        sha256: "0".repeat(64),
        saved_at_ms: 1.5e12,
    };
    let (record, metrics) = (record(config), metrics());
    let checkpoints = vec![(summary, b"a".to_vec())];
    let archive = block_on(bundle::write(&record, &labels, &metrics, checkpoints, &no_turn))?;
    for target in ["exchange_archive", "exchange_import"] {
        seeds.write(target, "run", &archive)?;
    }
    let mut opened = Archive::open(&archive)?;
    let mut parts = Vec::new();
    for name in ["run.json", "metrics.json"] {
        parts.extend(block_on(opened.read(name, 1 << 20, &no_turn))?.unwrap_or_default());
        parts.push(pack::BETWEEN);
    }
    parts.extend(split(&whole)?);
    seeds.write("exchange_run", "run", &parts)
}

fn write_data(seeds: &Seeds) -> Result<(), Box<dyn Error>> {
    let pixels: Vec<u8> = (0..2 * 784).map(|at| (at % 200) as u8).collect();
    let images = [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28], &pixels[..]].concat();
    seeds.write("dataset_idx", "images", &images)?;
    seeds.write("dataset_idx", "labels", &[0, 0, 8, 1, 0, 0, 0, 3, 0, 9, 4])?;
    let names = br#"{"name":"things","classes":["cup","hat","pot"]}"#;
    let few: Vec<u8> = (0..6 * 784).map(|at| (at % 200) as u8).collect();
    let few = [&[0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 28, 0, 0, 0, 28], &few[..]].concat();
    let labels = [0, 0, 8, 1, 0, 0, 0, 6, 0, 2, 0, 2, 2, 0];
    seeds.write("dataset_own", "idx", &[&names[..], &labels, &few].join(&pack::BETWEEN))?;
    seeds.write(
        "dataset_own",
        "pictures",
        b"a/cup/1.png\na/cup/2.jpg\na/hat/x/1.webp\na/hat/2.gif\n",
    )?;
    seeds.write(
        "dataset_own",
        "divided",
        b"train/cup/1.png\ntrain/hat/2.png\nval/cup/3.png\nval/hat/4.png\n",
    )?;
    let split = (&pixels[..], &[1, 2][..]);
    let (manifest, _) = write_shards(split, split, 1, &pack::gzip)?;
    seeds.write("dataset_manifest", "two", &serde_json::to_vec(&manifest)?)?;
    let content = [&pixels[..], &[1, 2]].concat();
    seeds.write("dataset_shard", "packed", &[&[2, 0, 1], &content[..]].concat())?;
    seeds.write("dataset_shard", "plain", &[&[2, 0, 0], &content[..]].concat())?;
    seeds.write("dataset_shard", "gzip", &[&[2, 0, 0], &pack::gzip(&content)[..]].concat())?;
    seeds.write("dataset_order", "batches", b"[[1,2,3,4],[59999,0],[7]]")
}

fn write_messages(seeds: &Seeds, config: &TrainingConfig) -> Result<(), Box<dyn Error>> {
    let commands = [
        Command::Classify { garment: vec![0, 128, 200] },
        Command::Library(LibraryCommand::Export(Export::Bundle("20261123_081500".to_owned()))),
        Command::LoadData { url: "https://a/".to_owned(), manifest_sha256: None, refetch: false },
    ];
    for (id, command) in (1..).zip(commands) {
        let message = encode(&Request { id, command })?;
        seeds.write("protocol_message", &format!("request{id}"), &message[2..])?;
    }
    seeds.write("protocol_message", "listening", &encode(&Event::Listening)?[2..])?;
    seeds.write("settings_json", "json", &serde_json::to_vec(config)?)?;
    seeds.write("settings_json", "postcard", &postcard::to_stdvec(config)?)?;
    seeds.write(
        "settings_json",
        "first",
        br#"{"engine":"cpu","batch_size":64,"learning_rate":0.01}"#,
    )?;
    write_experiments(seeds, config)
}

fn write_experiments(seeds: &Seeds, config: &TrainingConfig) -> Result<(), Box<dyn Error>> {
    let known = Ready::Momenta.experiment(&TrainingConfig::default());
    let runs = known.runs().map_err(|mistakes| format!("{mistakes:?}"))?;
    let epoch =
        EpochMetrics { epoch: 1, step: 2, train_loss: 0.5, valid_loss: 0.4, valid_accuracy: 0.8 };
    let history = History { losses: vec![2.3, 1.1], epochs: vec![epoch], ..History::default() };
    let ends = [RunEnd::Completed, RunEnd::Diverged { step: 2 }, RunEnd::Halved { epochs: 1 }];
    let lines = runs.runs.iter().zip(ends).map(|(run, end)| {
        RunResult::of(run.number, Some(end), &history, 9.5).to_line(&known.identity(), run)
    });
    let lines: String = lines.collect();
    for preset in Ready::ALL {
        let mut experiment = preset.experiment(config);
        experiment.choice = Choice::Sample { combinations: 3, seed: 1 };
        experiment.halving = Some(Halving { first: 1, factor: 3 });
        let parts = [experiment.to_json(), lines.clone(), experiment.to_link()];
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        seeds.write("experiment_file", preset.as_str(), &parts.join(&pack::BETWEEN))?;
    }
    let lines = lines.replace(&known.identity(), &"0".repeat(16));
    let run = runs.get(2).ok_or("it has several runs")?;
    let (record, labels) = (record(&run.config), RunLabels::default());
    let archive = block_on(bundle::write(&record, &labels, &metrics(), Vec::new(), &no_turn))?;
    let mut opened = Archive::open(&archive)?;
    let mut parts = vec![known.to_json().into_bytes(), lines.into_bytes(), b"000002".to_vec()];
    for name in ["run.json", "metrics.json"] {
        parts.push(block_on(opened.read(name, 1 << 20, &no_turn))?.unwrap_or_default());
    }
    seeds.write("exchange_experiment", "momenta", &parts.join(&pack::BETWEEN))
}

/// The tests' files of PyTorch.
const PYTORCH: [&str; 11] = [
    "bfloat16",
    "evil",
    "legacy",
    "list",
    "name_of_21_characters",
    "nested",
    "no_checksums",
    "strided_protocol2",
    "strided_protocol4",
    "strings",
    "whole_model",
];

/// Files and pickles as PyTorch writes them.
fn write_pytorch(seeds: &Seeds, fixtures: &Path) -> Result<(), Box<dyn Error>> {
    for name in PYTORCH {
        let file = fs::read(fixtures.join(name).with_extension("pt"))?;
        for target in ["exchange_archive", "exchange_import", "exchange_pytorch"] {
            seeds.write(target, &format!("{name}.pt"), &file)?;
        }
        // Those before version 1.6 are none.
        let Ok(mut archive) = Archive::open(&file) else { continue };
        let names: Vec<String> =
            archive.names().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        for path in names.iter().filter(|path| path.ends_with("/data.pkl")) {
            // Files without checksums count as damaged here.
            if let Ok(Some(pickle)) = block_on(archive.read(path, 1 << 20, &no_turn)) {
                seeds.write("exchange_pickle", name, &pickle)?;
            }
        }
    }
    for name in ["strided", "nested"] {
        let file = fs::read(fixtures.join(name).with_extension("safetensors"))?;
        for target in ["checkpoint_file", "exchange_import"] {
            seeds.write(target, &format!("{name}.safetensors"), &file)?;
        }
    }
    Ok(())
}

/// Events as PyTorch writes them: the file, and each event behind its length.
fn write_events(seeds: &Seeds, fixtures: &Path) -> Result<(), Box<dyn Error>> {
    let file = fs::read(fixtures.join("run/events.out.tfevents.1"))?;
    let (mut rest, mut events) = (&file[..], Vec::new());
    while let Some((length, after)) = rest.split_first_chunk::<8>() {
        let length = u64::from_le_bytes(*length) as usize;
        events.extend(u16::try_from(length)?.to_le_bytes());
        events.extend(&after[4..4 + length]);
        rest = &after[4 + length + 4..];
    }
    seeds.write("exchange_events", "file", &file)?;
    seeds.write("exchange_import", "events", &file)?;
    seeds.write("exchange_events", "events", &events)
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = Seeds(root.join("seeds"));
    let config = Preset::Quick.config();
    write_runs(&seeds, &config)?;
    write_data(&seeds)?;
    write_messages(&seeds, &config)?;
    write_pytorch(&seeds, &root.join("../tests/fixtures/pytorch"))?;
    write_events(&seeds, &root.join("../tests/fixtures/pytorch"))?;
    let blocks = blocks_from(&metrics().history, &metrics().timeline, 0);
    for (_, block) in &blocks {
        seeds.write("library_blocks", "checked", block)?;
        // Without version and checksum, which the target adds.
        seeds.write("library_blocks", "plain", &block[65..])?;
    }
    for (at, link) in LINKS.iter().enumerate() {
        seeds.write("settings_link", &at.to_string(), link.as_bytes())?;
    }
    Ok(())
}
