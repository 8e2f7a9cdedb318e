//! The command line. Every setting of a run is a flag, named by its key in links.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::sweep::{self, SweepTask};
use super::{FlagMistake, TerminalError, words};
use crate::benchmark::BenchmarkCase;
use crate::dataset::own::Validation;
use crate::settings::{Field, Kind, Preset, SettingsDraft, TrainingConfig};

/// What the program should do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Task {
    Train(Box<TrainOptions>),
    Bench(BenchOptions),
    Sweep(SweepTask),
}

/// What to time, and how.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BenchOptions {
    pub cases: Vec<BenchmarkCase>,
    /// Seconds for each case, 0.1 to 3600.
    pub seconds: f64,
    /// The folder with the data set's shards.
    pub data: PathBuf,
    pub json: bool,
}

/// The options of a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TrainOptions {
    /// A new run or one to resume.
    pub start: Start,
    /// The folder with the data set's shards, or files of one's own.
    pub data: PathBuf,
    /// How files that are not divided are.
    pub validation: Validation,
    /// The folder into which the data set is written as shards, instead of being trained on.
    pub write_data: Option<PathBuf>,
    /// The file for the losses, as JSON.
    pub losses: Option<PathBuf>,
    /// The folder for event files.
    pub tensorboard: Option<PathBuf>,
    /// The file for the final weights.
    pub save: Option<PathBuf>,
    /// The file for the final weights as an ONNX model.
    pub onnx: Option<PathBuf>,
    /// The file for the weights with the lowest validation loss.
    pub best: Option<PathBuf>,
    /// The file for the run's newest state, written after every epoch, now and then in between, and on an
    /// interrupt.
    pub checkpoint: Option<PathBuf>,
}

/// How a run begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    New {
        config: Box<TrainingConfig>,
        /// The file with the initial weights.
        init: Option<PathBuf>,
        /// The file with the batches to train on.
        order: Option<PathBuf>,
        /// The file with the corrections of the data set.
        corrections: Option<PathBuf>,
    },
    Resume(PathBuf),
}

/// Reads the command line; `--help`, `--version` and unknown flags end the program.
pub(super) fn parse() -> Result<Task, TerminalError> {
    task_of(&command().get_matches())
}

/// What flags that were read ask for.
///
/// # Errors
/// [`TerminalError::Flags`], or those of an experiment and its file.
pub(super) fn task_of(matches: &ArgMatches) -> Result<Task, TerminalError> {
    match matches.subcommand() {
        Some(("bench", matches)) => Ok(Task::Bench(bench_options(matches))),
        Some(("sweep", matches)) => Ok(Task::Sweep(sweep::task(matches)?)),
        _ => Ok(Task::Train(Box::new(options(matches)?))),
    }
}

fn bench_command(data: Arg) -> Command {
    let cases = ["cpu-fused-4", "cpu-fused-64", "cpu-fused-512"];
    Command::new("bench")
        .about("Times training steps on this machine")
        .arg(
            Arg::new("cases")
                .long("cases")
                .value_name("CASE,…")
                .value_delimiter(',')
                .value_parser(value_parser!(BenchmarkCase))
                .default_values(cases)
                .help("{cpu|webgpu}-{fused|general}-BATCH, each"),
        )
        .arg(
            Arg::new("seconds")
                .long("seconds")
                .value_name("S")
                .value_parser(seconds)
                .default_value("3")
                .help("for each case, warm-up included"),
        )
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("a JSON object a line"))
        .arg(data)
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.1..=3600.0).contains(seconds));
    seconds.ok_or_else(|| words::SECONDS.to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| *share > 0.0 && *share < 1.0);
    share.ok_or_else(|| words::SHARE.to_owned())
}

pub(super) fn validation(matches: &ArgMatches) -> Validation {
    let usual = Validation::default();
    Validation {
        share: matches.get_one("valid-share").copied().unwrap_or(usual.share),
        seed: matches.get_one("valid-seed").copied().unwrap_or(usual.seed),
    }
}

fn bench_options(matches: &ArgMatches) -> BenchOptions {
    BenchOptions {
        cases: matches.get_many("cases").unwrap_or_default().copied().collect(),
        seconds: matches.get_one("seconds").copied().unwrap_or(3.0),
        data: matches.get_one::<PathBuf>("data").cloned().unwrap_or_default(),
        json: matches.get_flag("json"),
    }
}

/// The whole command line.
pub(super) fn command() -> Command {
    let file = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf)).help(help)
    };
    let data = file(
        "data",
        "PATH",
        "a folder with the data set's shards; or, for classes of one's own, IDX files or pictures in folders by class, in a \
         folder or a ZIP archive",
    )
    .default_value("www/data");
    let preset = Arg::new("preset")
        .long("preset")
        .value_name("NAME")
        .value_parser(Preset::ALL.map(Preset::as_str))
        .help("the recipe that the other settings change");
    let valid_share = Arg::new("valid-share")
        .long("valid-share")
        .value_name("X")
        .value_parser(share)
        .help("of files that are not divided: the share of each class to validate on [default: a seventh]");
    let valid_seed = Arg::new("valid-seed")
        .long("valid-seed")
        .value_name("N")
        .value_parser(value_parser!(u64))
        .help("what those images are drawn by, and the order of the others [default: 0]");
    let of_data = [data.clone(), valid_share, valid_seed];
    let in_sweep = of_data.iter().chain([&preset]).cloned().collect();
    let settings = Field::ALL.map(setting_flag);
    let keys = Field::ALL.map(Field::key);
    Command::new("train")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Trains Atelier's garment classifier in the terminal")
        .after_help(
            "Exit codes: 0 the run ended, 1 it could not start or continue, 2 a flag or a file is wrong, \
             3 it diverged, 4 runs of a sweep are missing, 130 it was interrupted and saved.",
        )
        .arg(preset)
        .args(settings)
        .next_help_heading("Files")
        .args(of_data)
        .arg(file("write-data", "DIR", "write classes of one's own as shards, to be shared, and train nothing"))
        .args_conflicts_with_subcommands(true)
        .subcommand(bench_command(data))
        .subcommand(sweep::command(in_sweep))
        .arg(file("init", "F.safetensors", "weights to start from"))
        .arg(file("order", "F.json", "batches to train on, each a list of training images"))
        .arg(file("corrections", "F.json", "images with another label or left out, as the page exports them"))
        .arg(
            file("resume", "F.safetensors", "continue the run of a checkpoint")
                .conflicts_with_all(keys)
                .conflicts_with_all(["preset", "init", "order", "corrections"]),
        )
        .arg(file("losses", "OUT.json", "write every step's loss"))
        .arg(file("tensorboard", "DIR", "write event files for TensorBoard"))
        .arg(file("save", "F.safetensors", "write the final weights, as PyTorch loads them"))
        .arg(file("onnx", "F.onnx", "write the final weights as an ONNX model, from pixels to probabilities"))
        .arg(file("best", "F.safetensors", "write the weights with the lowest validation loss"))
        .arg(file(
            "checkpoint",
            "F.safetensors",
            "write the run's state after every epoch and now and then in between, for --resume",
        ))
}

fn setting_flag(field: Field) -> Arg {
    let key = field.key();
    let flag = Arg::new(key).long(key).help_heading("Settings").allow_negative_numbers(true);
    let flag = match field.kind() {
        // The engine that browsers call `webgpu` is called wgpu here.
        Kind::Choice(_) if field == Field::Engine => {
            flag.value_name("ENGINE").value_parser(["auto", "wgpu", "webgpu", "cpu"])
        }
        Kind::Choice(words) => flag.value_name("NAME").value_parser(words.to_vec()),
        Kind::Whole { .. } => flag.value_name("N"),
        Kind::Real { .. } => flag.value_name("X"),
        Kind::Flag => flag.num_args(0..=1).value_name("0|1").default_missing_value("1"),
    };
    flag.help(field.about())
}

fn options(matches: &ArgMatches) -> Result<TrainOptions, TerminalError> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let start = match path("resume") {
        Some(checkpoint) => Start::Resume(checkpoint),
        None => {
            let order = path("order");
            let text = |key: &str| matches.get_one::<String>(key).map(String::as_str);
            let config = Box::new(config_of(text, order.is_some())?);
            if config.keep_every.is_some() && path("checkpoint").is_none() {
                return Err(TerminalError::Flags(vec![FlagMistake::KeepsWithoutCheckpoint]));
            }
            Start::New { config, init: path("init"), order, corrections: path("corrections") }
        }
    };
    Ok(TrainOptions {
        start,
        data: path("data").unwrap_or_default(),
        validation: validation(matches),
        write_data: path("write-data"),
        losses: path("losses"),
        tensorboard: path("tensorboard"),
        save: path("save"),
        onnx: path("onnx"),
        best: path("best"),
        checkpoint: path("checkpoint"),
    })
}

/// The config of flags by their keys, the preset's among them.
///
/// # Errors
/// [`TerminalError::Flags`].
pub(super) fn config_of<'a>(
    text: impl Fn(&str) -> Option<&'a str>,
    given_order: bool,
) -> Result<TrainingConfig, TerminalError> {
    let preset = text("preset").and_then(Preset::named).unwrap_or(Preset::Tutorial);
    let mut draft = preset.in_draft(&SettingsDraft::default());
    if text("steps").is_some() {
        // Enough epochs for any number of steps.
        draft.set(Field::Epochs, &TrainingConfig::MAX_EPOCHS.to_string());
    } else if given_order {
        // Given batches are trained on once, unless more is requested.
        draft.set(Field::Epochs, "1");
    }
    let said = Field::ALL.into_iter().filter_map(|field| Some((field.key(), text(field.key())?)));
    let said: Vec<_> =
        said.map(|(key, text)| (key, if text == "wgpu" { "webgpu" } else { text })).collect();
    draft.set_pairs(said.iter().copied());
    let (optimizer, schedule) = (draft.optimizer(), draft.schedule());
    let idle = said.iter().filter_map(|(key, _)| {
        let field = Field::with_key(key).filter(|field| !draft.applies(*field))?;
        Some(FlagMistake::NoEffect { field, optimizer, schedule })
    });
    let mut mistakes: Vec<FlagMistake> = idle.collect();
    match draft.check() {
        Ok(config) if mistakes.is_empty() => Ok(config),
        Ok(_) => Err(TerminalError::Flags(mistakes)),
        Err(errors) => {
            mistakes
                .extend(errors.into_iter().map(|(field, error)| FlagMistake::Value(field, error)));
            Err(TerminalError::Flags(mistakes))
        }
    }
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
