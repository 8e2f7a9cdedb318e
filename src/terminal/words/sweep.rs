//! Every sentence of `train sweep`, apart from the help of its flags.

use std::fmt::Write as _;
use std::path::Path;

use crate::experiment::{
    Column, Ends, Experiment, Findings, LeftOut, PlannedRun, Reason, Row, RowState, RunEnd,
    RunResult, Runs, Speed, Spread, Standing, Table, Told, Varied,
};
use crate::terminal::sweep::Estimate;

/// The progress bar; `{msg}` counts the runs.
pub(in crate::terminal) const PROGRESS: &str = "{wide_bar} {msg}, {eta} left";
/// What `--share` accepts.
pub(in crate::terminal) const SHARE: &str = "enter I/N, with I from 1 to N";
/// What `--halving` accepts.
pub(in crate::terminal) const HALVING: &str = "enter FIRST,FACTOR, for example 1,3";
/// An experiment whose runs ask for checkpoints at an interval.
pub(in crate::terminal) const KEEPS_NO_INTERVAL: &str =
    "A sweep keeps no checkpoints at an interval; keep-every has no effect.";
/// Why a result was not written after one that could not be.
pub(in crate::terminal) const AFTER_A_FAILED_LINE: &str = "an earlier line could not be written";
/// Below the help.
pub(in crate::terminal) const AFTER_HELP: &str = "\
Examples:
  train sweep --lr 0.001,0.01 --seed 0..4 --out rates     both ends included: five seeds
  train sweep --lr 0.0001..0.1~7~log --out rates          seven values at equal ratios
  train sweep experiment.json --jobs 8 --out DIR          as the page exports it
  train sweep experiment.json --share 2/16 --out DIR      part 2 of 16, for example on another machine
  train sweep --collect DIR                               gather all parts, and say what is missing

Called again with the same folder, it runs what is missing.

Exit codes: 0 all is done, 1 it could not start or continue, 2 a flag or a file is wrong, 4 runs are missing (--collect), \
130 it was interrupted and saved.";

/// Rows that a table shows; of more, only the number is told.
const MOST_ROWS: usize = 50;
/// Groups of numbers that are named; of more, only the number is told.
const MOST_GROUPS: usize = 20;
/// Reasons that are named for what is left out.
const MOST_REASONS: usize = 5;

fn runs_of(number: usize) -> String {
    if number == 1 { "1 run".to_owned() } else { format!("{number} runs") }
}

fn count_of(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn name_of(varied: &Varied) -> String {
    let each = varied.iter().map(|(field, text)| {
        let text = if text.is_empty() { "none" } else { text };
        format!("{}={text}", field.key())
    });
    let named = each.collect::<Vec<_>>().join(" ");
    if named.is_empty() { "the only settings".to_owned() } else { named }
}

/// An experiment before it starts.
pub(in crate::terminal) fn plan(experiment: &Experiment, runs: &Runs) -> String {
    let all = runs_of(runs.runs.len());
    let combinations = count_of(runs.combinations, "combination", "combinations");
    let seeds = count_of(experiment.seeds.len() as u32, "seed", "seeds");
    let name = match experiment.name.as_str() {
        "" => String::new(),
        name => format!(" {name}"),
    };
    let mut plan = format!("Experiment{name}: {combinations}, each with {seeds}: {all}");
    plan.push_str(&left_out(&runs.left_out));
    plan
}

fn left_out(all: &[LeftOut]) -> String {
    let mut told = String::new();
    let same = all.iter().filter(|it| matches!(it.why, Reason::NoEffect(_))).count();
    if same > 0 {
        let _ =
            write!(told, "\nLeft out as the same as others, since a setting has no effect: {same}");
    }
    let invalid = all.iter().filter_map(|it| match &it.why {
        Reason::Invalid(wrong) => Some((&it.varied, wrong)),
        Reason::NoEffect(_) => None,
    });
    let invalid: Vec<_> = invalid.collect();
    for (varied, wrong) in invalid.iter().take(MOST_REASONS) {
        let why = wrong.iter().map(|(field, why)| format!("{}: {why}", field.key()));
        let why = why.collect::<Vec<_>>().join("; ");
        let _ = write!(told, "\nLeft out: {}: {why}", name_of(varied));
    }
    if invalid.len() > MOST_REASONS {
        let _ = write!(told, "\nand {} more", invalid.len() - MOST_REASONS);
    }
    told
}

/// What is begun: of all runs of this part, those that are missing, so many at once on the CPU.
pub(in crate::terminal) fn begins(ours: usize, missing: usize, jobs: usize) -> String {
    match missing {
        0 => format!("Nothing is missing: {} ended before.", runs_of(ours)),
        _ if missing == ours => format!("Running {}, {jobs} at once on the CPU", runs_of(ours)),
        _ => {
            let ended = ours - missing;
            format!(
                "Running {missing} of {}, {jobs} at once on the CPU; {ended} ended before",
                runs_of(ours)
            )
        }
    }
}

/// How long what is begun takes, if that could be measured; less if runs may stop before their last step.
pub(in crate::terminal) fn takes(estimate: Option<&Estimate>, may_stop: bool) -> String {
    let Some(estimate) = estimate else {
        return "How long that takes could not be measured.".to_owned();
    };
    let at_most = if may_stop { "At most about" } else { "About" };
    let speeds = [("CPU", &estimate.on_cpu), ("GPU", &estimate.on_gpu)].map(|(engine, speeds)| {
        let each = speeds.iter().map(|speed| {
            let Speed { batch_size, images_per_second } = speed;
            format!("{images_per_second:.0} at batches of {batch_size}")
        });
        let each = each.collect::<Vec<_>>().join(", ");
        if each.is_empty() { each } else { format!("on the {engine} {each}") }
    });
    let speeds = speeds.into_iter().filter(|told| !told.is_empty()).collect::<Vec<_>>();
    format!(
        "{at_most} {}, as just measured: images a second of one run {}",
        duration(estimate.seconds),
        speeds.join("; ")
    )
}

fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    match minutes {
        ..2 => format!("{:.0} s", seconds.ceil()),
        2..120 => format!("{minutes} min"),
        _ => format!("{:.0} h", seconds / 3600.0),
    }
}

/// How many runs have ended, and how many are under way.
pub(in crate::terminal) fn counts(ended: usize, all: usize, under_way: usize) -> String {
    format!("{ended} of {all} runs, {under_way} under way")
}

/// A run that has ended.
pub(in crate::terminal) fn ended(
    run: &PlannedRun,
    result: &RunResult,
    ended: usize,
    all: usize,
) -> String {
    let (settings, seed) = (name_of(&run.varied), run.config.seed);
    let how = result.end.as_ref().map(end).unwrap_or_default();
    let seconds = result.trained_ms / 1e3;
    let best = result.best().map(|best| {
        let (loss, accuracy) = (best.valid_loss, best.valid_accuracy);
        format!(", best valid {loss:.4}, accuracy {accuracy:.4}")
    });
    let best = best.unwrap_or_default();
    format!(
        "{ended}/{all}: run {}, {settings} seed={seed}: {how}{best}, {seconds:.1} s",
        run.number
    )
}

fn end(end: &RunEnd) -> String {
    match end {
        RunEnd::Completed => "completed".to_owned(),
        RunEnd::EarlyStopped => "stopped early: its loss no longer fell".to_owned(),
        RunEnd::Halved { epochs } => {
            let epochs = count_of(*epochs, "epoch", "epochs");
            format!("stopped after {epochs}: others were better")
        }
        RunEnd::Diverged { step } => format!("diverged after step {step}"),
        RunEnd::Stopped => "stopped".to_owned(),
        RunEnd::Failed { why } => format!("failed: {why}"),
    }
}

/// A sweep that was interrupted with so many runs missing.
pub(in crate::terminal) fn interrupted(missing: usize, folder: &Path) -> String {
    let missing = runs_of(missing);
    format!(
        "Interrupted with {missing} to go; what was under way is saved in {}.\n\
         To continue: the same command again",
        folder.display()
    )
}

/// A part of an experiment that is done, with so many runs.
pub(in crate::terminal) fn part_done(runs: usize, folder: &Path) -> String {
    let folder = folder.display();
    format!("This part is done: {}. All parts: train sweep --collect {folder}", runs_of(runs))
}

/// Runs that are missing, by ascending numbers, at least one.
pub(in crate::terminal) fn missing(numbers: &[u32], all: usize) -> String {
    let (count, groups) = (numbers.len(), groups(numbers));
    let more = groups.len().saturating_sub(MOST_GROUPS);
    let named = groups.iter().take(MOST_GROUPS).cloned().collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more groups") } else { String::new() };
    format!("Missing: {count} of {}: {named}{more}", runs_of(all))
}

/// Ascending numbers, those in a row together.
fn groups(numbers: &[u32]) -> Vec<String> {
    let in_a_row = numbers.chunk_by(|one, next| one.checked_add(1) == Some(*next));
    let group = |row: &[u32]| match row {
        [first, .., last] => format!("{first}\u{2013}{last}"),
        [only] => only.to_string(),
        [] => String::new(),
    };
    in_a_row.map(group).collect()
}

/// An archive that was written.
pub(in crate::terminal) fn packed(path: &Path) -> String {
    format!("Written: {}, which the page imports", path.display())
}

/// An archive that was not written: it would have so many runs and bytes.
pub(in crate::terminal) fn too_large(runs: usize, bytes: u64) -> String {
    let megabytes = bytes.div_ceil(1 << 20);
    format!(
        "No experiment.zip: with {} in {megabytes} MB, the page would not take it. Each run is in runs/ by itself.",
        runs_of(runs)
    )
}

/// The table of an experiment, best first, and what is true of it.
pub(in crate::terminal) fn conclusion(
    experiment: &Experiment,
    table: &Table,
    found: &Findings,
) -> String {
    let mut told = String::new();
    let rows = table.sorted(Column::ValidLoss, false);
    let mut cells = vec![
        ["settings", "seeds", "valid loss", "lowest to highest", "accuracy", "state"]
            .map(str::to_owned),
    ];
    cells.extend(rows.iter().take(MOST_ROWS).map(|row| line(row)));
    let widths: [usize; 6] = std::array::from_fn(|column| {
        cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    });
    for row in &cells {
        let padded = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        let padded = padded.collect::<Vec<_>>().join("  ");
        told.push_str(padded.trim_end());
        told.push('\n');
    }
    if rows.len() > MOST_ROWS {
        let _ = writeln!(told, "and {} more", rows.len() - MOST_ROWS);
    }
    if experiment.halving.is_some() {
        told.push_str(HALVING_DEPENDS);
    }
    let name_in = |combination: u32| {
        table.get(combination).map_or_else(String::new, |row| name_of(&row.varied))
    };
    told.push_str(&sentence(found, &name_in));
    told
}

/// What stopped by comparison.
const HALVING_DEPENDS: &str =
    "Which runs were stopped for others depends on the order in which they ended.\n";

fn line(row: &Row) -> [String; 6] {
    let of_loss =
        |text: &dyn Fn(&Spread) -> String| row.valid_loss.as_ref().map(text).unwrap_or_default();
    [
        name_of(&row.varied),
        format!("{}/{}", row.seeds_done, row.seeds_planned),
        of_loss(&|spread| match spread.deviation {
            Some(deviation) => format!("{:.4} ± {deviation:.4}", spread.mean),
            None => format!("{:.4}", spread.mean),
        }),
        of_loss(&|spread| match spread.count {
            1 => String::new(),
            _ => format!("{:.4} to {:.4}", spread.least, spread.most),
        }),
        row.valid_accuracy.map(|spread| format!("{:.4}", spread.mean)).unwrap_or_default(),
        state(row),
    ]
}

fn state(row: &Row) -> String {
    let Ends { halved, diverged, stopped, failed, .. } = row.ended;
    let word = match row.state {
        RowState::Waiting => "missing",
        RowState::Running => "incomplete",
        RowState::Done => "done",
        RowState::Halved => "stopped for others",
        RowState::Stopped => "stopped",
        RowState::Diverged => "diverged",
        RowState::Failed => "failed",
    };
    let kinds = [
        (halved, "stopped for others"),
        (diverged, "diverged"),
        (stopped, "stopped"),
        (failed, "failed"),
    ];
    let kinds = kinds.iter().filter(|(count, kind)| *count > 0 && *kind != word);
    let kinds: Vec<String> = kinds.map(|(count, kind)| format!("{count} {kind}")).collect();
    if kinds.is_empty() { word.to_owned() } else { format!("{word}, {}", kinds.join(", ")) }
}

/// What is true of the results.
fn sentence(found: &Findings, name_in: &dyn Fn(u32) -> String) -> String {
    let mut sentences = vec![match (&found.best, &found.next) {
        (None, _) => {
            "No run has ended as its settings say, so there is nothing to compare.".to_owned()
        }
        (Some(best), None) => format!("{} with nothing to compare it with.", standing(best)),
        (Some(best), Some(next)) => compared(found, best, next),
    }];
    if !found.diverged_in.is_empty() {
        let runs = runs_of(found.ended.diverged as usize);
        sentences.push(format!("{runs} diverged: {}.", named(&found.diverged_in, name_in)));
    }
    if found.learnt_nothing > 0 {
        let runs = runs_of(found.learnt_nothing as usize);
        let which = named(&found.learnt_nothing_in, name_in);
        sentences.push(format!(
            "{runs} learnt nothing, with an accuracy near that of guessing: {which}."
        ));
    }
    if !found.failed_in.is_empty() {
        let runs = runs_of(found.ended.failed as usize);
        sentences.push(format!("{runs} failed: {}.", named(&found.failed_in, name_in)));
    }
    if found.ended.halved > 0 {
        let runs = runs_of(found.ended.halved as usize);
        sentences.push(format!("{runs} stopped early because others were better."));
    }
    if found.missing > 0 {
        sentences.push(format!("Missing: {} of {}.", found.missing, runs_of(found.runs as usize)));
    }
    sentences.join(" ")
}

fn standing(best: &Standing) -> String {
    let (name, loss) = (name_of(&best.varied), best.valid_loss.mean);
    format!("Best: {name}, with a mean validation loss of {loss:.4},")
}

fn compared(found: &Findings, best: &Standing, next: &Standing) -> String {
    let next_name = name_of(&next.varied);
    let difference = found.lead.map_or(0.0, |lead| lead.difference);
    let before = format!("{} {difference:.4} below the next, {next_name}", standing(best));
    match found.lead.map(|lead| (lead.told, lead.deviation)) {
        Some((Told::Apart, Some(deviation))) => {
            format!("{before}: more than the seeds spread (standard deviation {deviation:.4}).")
        }
        Some((Told::NotApart, Some(deviation))) => format!(
            "{before}: no more than the seeds spread (standard deviation {deviation:.4}), so the two are not told apart."
        ),
        // Several seeds may be planned, of which others have not ended, or not as their settings say.
        _ => {
            let of = match (best.valid_loss.count, next.valid_loss.count) {
                (1, 1) => "each".to_owned(),
                (1, _) => name_of(&best.varied),
                _ => next_name,
            };
            format!(
                "{before}; with only one finished run of {of}, how far seeds spread is unknown."
            )
        }
    }
}

fn named(combinations: &[u32], name_in: &dyn Fn(u32) -> String) -> String {
    let names = combinations.iter().take(MOST_REASONS).map(|combination| name_in(*combination));
    let names = names.collect::<Vec<_>>().join("; ");
    match combinations.len().saturating_sub(MOST_REASONS) {
        0 => names,
        more => format!("{names}; and {more} more"),
    }
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
