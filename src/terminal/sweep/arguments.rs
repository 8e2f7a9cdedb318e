//! The flags of `train sweep`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::Share;
use crate::dataset::own::Validation;
use crate::experiment::{Axis, Choice, Experiment, Halving, whole_numbers};
use crate::settings::{Field, Kind};
use crate::terminal::arguments::{config_of, validation};
use crate::terminal::{FlagMistake, TerminalError, files, words};
use crate::text;

/// What `train sweep` does.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::terminal) enum SweepTask {
    /// Runs an experiment.
    Run(Box<SweepOptions>),
    /// Gathers the results of all of its parts.
    Collect(PathBuf),
}

/// How an experiment is run.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::terminal) struct SweepOptions {
    /// The experiment.
    pub experiment: Experiment,
    /// The folder for everything that comes of it.
    pub out: PathBuf,
    /// Training loops at once; `None` for as many as there are processors.
    pub jobs: Option<usize>,
    /// The part of it that is run here.
    pub share: Option<Share>,
    /// What is kept of each run.
    pub keeps: Keeps,
    /// The folder with the data set's shards, or files of one's own.
    pub data: PathBuf,
    /// How files that are not divided are.
    pub validation: Validation,
}

/// What is kept of a run that has ended, besides its line among the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::terminal) enum Keeps {
    /// Its measurements and its weights, the last ones and the best, as in the page's library.
    Weights,
    /// Its measurements.
    Measurements,
    /// Nothing more.
    Nothing,
}

impl Keeps {
    const ALL: [(&'static str, Self); 3] = [
        ("weights", Self::Weights),
        ("measurements", Self::Measurements),
        ("nothing", Self::Nothing),
    ];
}

/// The most training loops at once.
const MOST_JOBS: u32 = 1024;

/// The command, given the flags that it has in common with training.
pub(in crate::terminal) fn command(common: Vec<Arg>) -> Command {
    let settings = Field::ALL.map(setting_flag);
    let mut flags: Vec<&'static str> = Field::ALL.iter().map(|field| field.key()).collect();
    flags.extend(["preset", "sample", "sample-seed", "halving", "name"]);
    let path = |name: &'static str| Arg::new(name).value_parser(value_parser!(PathBuf));
    Command::new("sweep")
        .about("Runs an experiment: training over varied settings and seeds, on every core")
        .after_help(words::sweep::AFTER_HELP)
        .arg(
            path("experiment")
                .value_name("experiment.json")
                .conflicts_with_all(flags)
                .help("the experiment, as the page exports it; or the settings below, those with several values varied"),
        )
        .arg(
            path("out")
                .long("out")
                .value_name("DIR")
                .required_unless_present("collect")
                .help("the folder for results; called again with it, what is missing is run"),
        )
        .arg(
            Arg::new("jobs")
                .long("jobs")
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..=i64::from(MOST_JOBS)))
                .help("runs at once [default: as many as there are processors]"),
        )
        .arg(
            Arg::new("share")
                .long("share")
                .value_name("I/N")
                .value_parser(share)
                .help("run only part I of N, counted from 1"),
        )
        .arg(
            path("collect")
                .long("collect")
                .value_name("DIR")
                .exclusive(true)
                .help("gather the results of all parts and say which runs are missing"),
        )
        .arg(
            Arg::new("archive")
                .long("archive")
                .value_name("WHAT")
                .value_parser(Keeps::ALL.map(|(word, _)| word))
                .default_value(Keeps::ALL[0].0)
                .help("what the archive has of each run; results are always kept"),
        )
        .args(common)
        .next_help_heading("Experiment")
        .arg(Arg::new("name").long("name").value_name("TEXT").help("what to call it"))
        .arg(
            Arg::new("sample")
                .long("sample")
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..))
                .help("only so many combinations, drawn at random"),
        )
        .arg(
            Arg::new("sample-seed")
                .long("sample-seed")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .requires("sample")
                .help("what they are drawn by [default: 0]"),
        )
        .arg(
            Arg::new("halving")
                .long("halving")
                .value_name("FIRST,FACTOR")
                .value_parser(halving)
                .help("after FIRST epochs, and each FACTOR times as many, only one in FACTOR goes on"),
        )
        .next_help_heading("Settings (VALUE,… or FROM..TO~COUNT[~log] varies one)")
        .args(settings)
}

fn setting_flag(field: Field) -> Arg {
    let flag = Arg::new(field.key()).long(field.key()).allow_negative_numbers(true);
    let flag = match field.kind() {
        Kind::Flag => flag.num_args(0..=1).value_name("0|1").default_missing_value("1"),
        Kind::Choice(_) => flag.value_name("NAME"),
        Kind::Whole { .. } => flag.value_name("N"),
        Kind::Real { .. } => flag.value_name("X"),
    };
    flag.help(field.about()).action(ArgAction::Set)
}

fn share(given: &str) -> Result<Share, String> {
    Share::parse(given).ok_or_else(|| words::sweep::SHARE.to_owned())
}

fn halving(given: &str) -> Result<Halving, String> {
    let pair = given.split_once(',');
    let pair = pair.and_then(|(first, factor)| Some((first.parse().ok()?, factor.parse().ok()?)));
    let halving = pair.map(|(first, factor)| Halving { first, factor });
    halving.ok_or_else(|| words::sweep::HALVING.to_owned())
}

/// What the flags ask for.
///
/// # Errors
/// [`TerminalError::Flags`], [`TerminalError::Experiment`], or [`TerminalError::Read`] for the experiment's file.
pub(in crate::terminal) fn task(matches: &ArgMatches) -> Result<SweepTask, TerminalError> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    if let Some(folder) = path("collect") {
        return Ok(SweepTask::Collect(folder));
    }
    let experiment = match path("experiment") {
        Some(path) => files::read_experiment(&path)?,
        None => of_flags(matches)?,
    };
    let word = matches.get_one::<String>("archive").map_or("", String::as_str);
    let keeps = Keeps::ALL.into_iter().find(|keeps| keeps.0 == word);
    Ok(SweepTask::Run(Box::new(SweepOptions {
        experiment,
        out: path("out").unwrap_or_default(),
        jobs: matches.get_one::<u32>("jobs").map(|jobs| *jobs as usize),
        share: matches.get_one("share").copied(),
        keeps: keeps.map_or(Keeps::Weights, |keeps| keeps.1),
        data: path("data").unwrap_or_default(),
        validation: validation(matches),
    })))
}

/// The experiment that flags describe: settings with several values are varied, in the order of the form.
fn of_flags(matches: &ArgMatches) -> Result<Experiment, TerminalError> {
    let said = |key: &str| matches.get_one::<String>(key).map(String::as_str);
    let (mut axes, mut mistakes) = (Vec::new(), Vec::new());
    // What the base takes: single values, and the first of several where other defaults follow it.
    let mut base: Vec<(&'static str, String)> = Vec::new();
    let mut seeds = None;
    for field in Field::ALL {
        let Some(text) = said(field.key()) else { continue };
        let text = browsers_words(field, text);
        if field == Field::Seed && is_several(&text) {
            seeds = whole_numbers(&text, Experiment::MOST_SEEDS);
            if seeds.is_none() {
                mistakes.push(FlagMistake::Seeds);
            }
        } else if is_several(&text) {
            match Axis::of_text(field, &text) {
                Some(axis) => {
                    let leads = [Field::Optimizer, Field::Schedule, Field::Steps].contains(&field);
                    let first = axis.values().first().cloned().filter(|_| leads);
                    base.extend(first.map(|first| (field.key(), first)));
                    axes.push(axis);
                }
                None => mistakes.push(FlagMistake::Varied(field)),
            }
        } else {
            base.push((field.key(), text));
        }
    }
    if !mistakes.is_empty() {
        return Err(TerminalError::Flags(mistakes));
    }
    let of_base = |key: &str| base.iter().find(|pair| pair.0 == key).map(|pair| pair.1.as_str());
    let text = |key: &str| if key == "preset" { said(key) } else { of_base(key) };
    let base = config_of(text, false)?;
    let choice = matches.get_one("sample").map(|combinations| Choice::Sample {
        combinations: *combinations,
        seed: matches.get_one("sample-seed").copied().unwrap_or_default(),
    });
    let experiment = Experiment {
        name: text::line(said("name").unwrap_or_default(), text::MOST_NAME),
        seeds: seeds.unwrap_or_else(|| vec![base.seed]),
        base,
        axes,
        choice: choice.unwrap_or_default(),
        halving: matches.get_one("halving").copied(),
    };
    let wrong = |mistakes| TerminalError::Experiment { path: None, mistakes };
    experiment.check().map_err(wrong)?;
    Ok(experiment)
}

fn is_several(text: &str) -> bool {
    text.contains(',') || text.contains("..")
}

/// The engine that browsers call `webgpu` is called wgpu here.
fn browsers_words(field: Field, text: &str) -> String {
    let word = |word: &str| if word == "wgpu" { "webgpu".to_owned() } else { word.to_owned() };
    match field {
        Field::Engine => text.split(',').map(word).collect::<Vec<_>>().join(","),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
