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
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::settings::{EngineChoice, OptimizerKind};

    fn parsed(line: &str) -> Result<TrainOptions, String> {
        let words = std::iter::once("train").chain(line.split_whitespace());
        let matches = command().try_get_matches_from(words).map_err(|error| error.to_string())?;
        options(&matches).map_err(|error| error.to_string())
    }

    fn config_in(line: &str) -> TrainingConfig {
        match parsed(line).unwrap().start {
            Start::New { config, .. } => *config,
            Start::Resume(_) => panic!("{line} resumes"),
        }
    }

    #[test]
    fn without_flags_it_is_the_tutorial() {
        assert_eq!(config_in(""), TrainingConfig::default());
        assert_eq!(config_in("--preset tutorial"), TrainingConfig::default());
        assert_eq!(parsed("").unwrap().data, PathBuf::from("www/data"));
    }

    #[test]
    fn flags_are_the_keys_of_links() {
        let config = config_in(
            "--engine wgpu --batch 32 --epochs 2 --optimizer adamw --lr 0.002 --weight-decay 0.1 \
             --schedule cosine --flip --shift 2 --seed 9",
        );
        let query = "engine=webgpu&batch=32&epochs=2&optimizer=adamw&lr=0.002&weight-decay=0.1\
                     &schedule=cosine&shift=2&flip=1&seed=9";
        assert_eq!(config.to_query(), query);
        assert_eq!(config_in("--engine cpu").engine, EngineChoice::Cpu);
    }

    #[test]
    fn flags_change_a_preset() {
        let quick = Preset::Quick.config();
        let changed = config_in("--preset quick --epochs 3");
        assert_eq!(changed, TrainingConfig { epochs: 3, ..quick });
    }

    #[test]
    fn steps_take_as_many_epochs_as_they_need() {
        let config = config_in("--steps 123456");
        assert_eq!((config.steps, config.epochs), (Some(123_456), TrainingConfig::MAX_EPOCHS));
        let both = config_in("--steps 5 --epochs 2");
        assert_eq!((both.steps, both.epochs), (Some(5), 2), "whichever comes first");
    }

    #[test]
    fn a_given_order_is_taken_once() {
        assert_eq!(config_in("--order o.json").epochs, 1);
        assert_eq!(config_in("--order o.json --epochs 4").epochs, 4);
        assert_eq!(config_in("--order o.json --steps 7").steps, Some(7));
    }

    #[test]
    fn every_wrong_flag_is_named_with_what_to_enter() {
        let error = parsed("--lr -1 --batch 0 --optimizer adam").unwrap_err();
        assert!(error.contains("--lr: enter a number above 0, at most 10"), "{error}");
        assert!(error.contains("--batch: enter a whole number from 1 to 4096"), "{error}");
        let error = parsed("--optimizer lion").unwrap_err();
        assert!(error.contains("sgd, asgd, adagrad, adam, adamw, rmsprop"), "{error}");
        assert!(parsed("--learning-rate 1").is_err() && parsed("--preset best").is_err());
    }

    #[test]
    fn a_flag_without_effect_is_refused() {
        let error = parsed("--optimizer adam --momentum 0.5").unwrap_err();
        assert!(error.contains("--momentum has no effect with optimizer adam"), "{error}");
        assert_eq!(config_in("--optimizer adam").optimizer.kind(), OptimizerKind::Adam);
    }

    #[test]
    fn a_resumed_run_brings_its_own_settings() {
        assert_eq!(parsed("--resume a").unwrap().start, Start::Resume("a".into()));
        for flag in
            ["--lr 1", "--preset quick", "--init w", "--order o", "--corrections c", "--flip"]
        {
            assert!(parsed(&format!("--resume a {flag}")).is_err(), "{flag}");
        }
        assert!(parsed("--resume a --save b --losses c --tensorboard d").is_ok());
    }
}
