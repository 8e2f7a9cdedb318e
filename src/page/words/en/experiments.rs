//! Experiments, in English.

use super::experiment_mistakes::{mistake, trouble};
use super::settings::{WORDS as SETTINGS, label, optimizer};
use crate::experiment::{
    Findings, Preset, RowState, Spread, Standing as Place, Table, Told, Varied,
};
use crate::page::experiments::{Given, Standing};
use crate::page::format::{duration, four_decimals, percent, whole};
use crate::page::session::MOST_ATTEMPTS;
use crate::page::words::ExperimentsWords;
use crate::settings::{Field, OptimizerKind, ScheduleKind};

/// So many combinations are named of which the same is true.
const MOST_NAMED: usize = 3;

/// The sentences of experiments.
pub const WORDS: ExperimentsWords = ExperimentsWords {
    title: "Experiment",
    about: "Train with several values of some settings, each with several seeds, on every core. All other settings are those of Train.",
    presets: "Experiments that stand ready",
    preset: |preset| match preset {
        Preset::LearningRates => "Learning rates",
        Preset::Momenta => "Momenta",
        Preset::Optimizers => "Optimizers",
    },
    about_preset: |preset| match preset {
        Preset::LearningRates => "Seven learning rates from 0.0001 to 0.1, three seeds each",
        Preset::Momenta => "SGD with momenta from 0 to 0.99, three seeds each",
        Preset::Optimizers => "The six optimizers at two learning rates, three seeds each",
    },
    name: "Name",
    axis: |number| format!("Varied setting {number}"),
    setting: "Setting",
    given_as: "Given as",
    given: |given| match given {
        Given::List => "values",
        Given::Linear => "range, equal steps",
        Given::Logarithmic => "range, equal ratios",
    },
    values: "Values",
    from: "From",
    to: "To",
    count: "How many",
    add_axis: "Vary another setting",
    remove_axis: |field| format!("Do not vary {}", named(field)),
    seeds: "Seeds",
    about_seeds: "Each combination is trained with so many seeds, 1 to 10, beginning with the one in Train. Without several, nobody can say whether a difference is more than chance.",
    sample: "Only a random sample",
    about_sample: "Trains so many combinations, drawn at random by the seed, in place of all.",
    combinations: "Combinations",
    halving: "Stop runs that fall behind",
    about_halving: "Successive halving (ASHA): after so many epochs, and again after so many times as many, a run goes on only if it is among the best of those that have come as far. Which runs stop depends on which come first.",
    first_rung: "Epochs before runs are first compared",
    factor: "Runs of which one goes on",
    plan: |runs, combinations, invalid, same, seconds, workers| {
        let of = match combinations {
            1 => "1 combination".to_owned(),
            many => format!("{} combinations", whole(many.into())),
        };
        let runs =
            if runs == 1 { "1 run".to_owned() } else { format!("{} runs", whole(runs as u64)) };
        let invalid = match invalid {
            0 => String::new(),
            1 => " One combination cannot be trained and is left out.".to_owned(),
            many => {
                format!(" {} combinations cannot be trained and are left out.", whole(many as u64))
            }
        };
        let same = match same {
            0 => String::new(),
            1 => " One combination is left out because it is the same as another: a setting has no effect in it.".to_owned(),
            many => format!(
                " {} combinations are left out because they are the same as others: a setting has no effect in them.",
                whole(many as u64)
            ),
        };
        let with = if workers == 1 { "1 worker".to_owned() } else { format!("{workers} workers") };
        let time = seconds.map_or_else(
            || {
                " How long they take is known once this machine's speed has been measured."
                    .to_owned()
            },
            |seconds| format!(" About {} with {with}.", duration(seconds)),
        );
        format!("{runs} of {of}.{invalid}{same}{time}")
    },
    mistake,
    too_many_here: |found, most| {
        format!(
            "These are {} runs; a tab trains at most {}. The terminal trains more, also on many machines.",
            whole(found),
            whole(most)
        )
    },
    settings_wrong: "Correct the settings in Train first.",
    workers: "Workers",
    about_workers: |cores, megabytes| {
        let cores = if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
        format!(
            "This machine has {cores}. Each worker trains one run and takes about {megabytes:.0} MB of memory. One core less keeps the page quick."
        )
    },
    start: "Start the experiment",
    go_on: "Go on",
    pause: "Pause",
    stop: "Stop",
    stands: |standing, over, runs, begun, busy| {
        let of = format!("{} of {} runs", whole(over as u64), whole(runs as u64));
        match standing {
            Standing::Idle if over == 0 && begun == 0 => {
                format!("Not begun: {} runs.", whole(runs as u64))
            }
            Standing::Idle => {
                let again = if over == 0 { "" } else { ", which are not trained again" };
                let begun = match begun {
                    0 => String::new(),
                    1 => " 1 run has begun and goes on from its newest state.".to_owned(),
                    many => format!(" {many} runs have begun and go on from their newest states."),
                };
                format!("Stopped after {of}{again}.{begun}")
            }
            Standing::Running => {
                let now = match busy {
                    1 => "1 worker trains".to_owned(),
                    many => format!("{many} workers train"),
                };
                format!("{of} done; {now}.")
            }
            Standing::Paused => format!("Paused after {of}."),
            Standing::Stopping => "Stopping: every run keeps its newest state.".to_owned(),
            Standing::Done => format!("Done: {of}."),
        }
    },
    left: |seconds| format!("About {} left.", duration(seconds)),
    nothing_yet: "No experiment has been started.",
    measuring_engines: "Measuring whether the GPU or the CPU is faster here; the experiment then starts on that one…",
    reading: "Reading what the library has of it…",
    progress: "Progress of the experiment",
    deaths: |count| {
        let lost = match count {
            1 => "One worker was lost.".to_owned(),
            many => format!("{many} workers were lost."),
        };
        format!(
            "{lost} While the experiment goes on, a run that loses its worker is tried again in another one, from its newest checkpoint if it has one; after {MOST_ATTEMPTS} tries it counts as failed."
        )
    },
    unkept: "This browser does not remember the experiment. Its runs are in the library all the same.",
    summary,
    combination,
    value,
    results: "Results",
    about_results: "A row for each combination: the lowest validation loss of each run and the accuracy at that epoch, as mean ± standard deviation over the seeds.",
    valid_loss: "Validation loss",
    valid_accuracy: "Accuracy",
    seeds_done: "Seeds",
    state: "State",
    row_state: |state, is_at_work| match state {
        RowState::Waiting => "waiting",
        RowState::Running if !is_at_work => "incomplete",
        RowState::Running => "under way",
        RowState::Done => "done",
        RowState::Halved => "fell behind",
        RowState::Stopped => "stopped",
        RowState::Diverged => "diverged",
        RowState::Failed => "failed",
    },
    loss: |spread| spread_of(spread, |value| four_decimals(Some(value))),
    accuracy: |spread| spread_of(spread, percent),
    of_seeds: |done, planned| format!("{done} of {planned}"),
    more: |left| format!("Show more ({} left)", whole(left as u64)),
    figures_show: "Figures show",
    passing: |shown, all| format!("{shown} of {all} combinations pass the filters."),
    take_best: "Take the best settings to Train",
    about_take_best: "Sets the form in Train to the combination with the lowest mean validation loss",
    taken: |varied| format!("Train now has {}.", combination(varied)),
    copy_link: "Copy link",
    save_runs_csv: "Every run as CSV",
    save_runs_json: "Every run as JSON",
    save_experiment: "Save as a file for the terminal",
    remembered: "Earlier experiments",
    about_remembered: "Their runs are in the library like all others.",
    unnamed: "Experiment",
    entry: |name, varied, at| {
        let varied: Vec<String> = varied.iter().map(|field| named(*field)).collect();
        let varied = if varied.is_empty() { "seeds".to_owned() } else { varied.join(", ") };
        format!("{name}: {varied}; {at}")
    },
    open: "Show",
    forget: "Forget",
    trouble,
    other_optimizer: |used, now| {
        format!("With {}: {} has no momentum.", optimizer(used), optimizer(now))
    },
};

fn named(field: Field) -> String {
    // A name within a sentence; abbreviations and persons keep their capitals.
    match field {
        Field::Nesterov => label(field).to_owned(),
        _ => label(field).to_lowercase(),
    }
}

fn value(field: Field, text: &str) -> String {
    let kind = || OptimizerKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    let schedule = || ScheduleKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    match (field, text) {
        (Field::Optimizer, _) => {
            kind().map_or_else(|| text.to_owned(), |kind| optimizer(kind).to_owned())
        }
        (Field::Schedule, _) => {
            let name = schedule().map(|kind| SETTINGS.schedule(kind));
            name.unwrap_or(text).to_owned()
        }
        (Field::Nesterov | Field::Averaged | Field::Centered | Field::Flip, "1") => "on".to_owned(),
        (Field::Nesterov | Field::Averaged | Field::Centered | Field::Flip, "0") => {
            "off".to_owned()
        }
        (_, "") => "off".to_owned(),
        _ => text.to_owned(),
    }
}

fn combination(varied: &Varied) -> String {
    if varied.is_empty() {
        return "these settings".to_owned();
    }
    let said = varied.iter().map(|(field, text)| match field {
        Field::Optimizer => value(*field, text),
        Field::Schedule => format!("{} schedule", value(*field, text).to_lowercase()),
        _ => format!("{} {}", named(*field), value(*field, text)),
    });
    said.collect::<Vec<_>>().join(", ")
}

fn spread_of(spread: &Spread, said: impl Fn(f64) -> String) -> String {
    let mean = said(spread.mean);
    spread
        .deviation
        .map_or_else(|| mean.clone(), |deviation| format!("{mean} ± {}", said(deviation)))
}

fn runs(count: u32) -> String {
    if count == 1 { "1 run".to_owned() } else { format!("{} runs", whole(count.into())) }
}

fn loss(value: f64) -> String {
    four_decimals(Some(value))
}

fn summary(findings: &Findings, table: &Table) -> String {
    let mut said = vec![best(findings)];
    let which = |combinations: &[u32]| named_in(table, combinations);
    if findings.learnt_nothing > 0 {
        let which = which(&findings.learnt_nothing_in);
        said.push(format!("{} learnt nothing{which}.", runs(findings.learnt_nothing)));
    }
    if findings.ended.diverged > 0 {
        let which = which(&findings.diverged_in);
        said.push(format!("{} diverged{which}.", runs(findings.ended.diverged)));
    }
    if findings.ended.halved > 0 {
        said.push(match findings.ended.halved {
            1 => "1 run fell behind and was stopped early.".to_owned(),
            many => format!("{} fell behind and were stopped early.", runs(many)),
        });
    }
    if findings.ended.failed > 0 {
        let which = which(&findings.failed_in);
        said.push(format!("{} failed{which}.", runs(findings.ended.failed)));
    }
    if findings.missing > 0 && findings.best.is_some() {
        said.push(match findings.missing {
            1 => "1 run is still missing.".to_owned(),
            many => format!("{} are still missing.", runs(many)),
        });
    }
    said.join(" ")
}

/// Which combination is the best, and by how much.
fn best(findings: &Findings) -> String {
    let Some(best) = &findings.best else {
        return if findings.missing > 0 {
            "There is no finished run to compare yet.".to_owned()
        } else {
            "No run was trained to its end, so there is nothing to compare.".to_owned()
        };
    };
    let accuracy = best.valid_accuracy.map(|accuracy| percent(accuracy.mean));
    let accuracy = accuracy.map(|accuracy| format!(", accuracy {accuracy}")).unwrap_or_default();
    let place = |place: &Place| combination(&place.varied);
    let Some((next, lead)) = findings.next.as_ref().zip(findings.lead) else {
        let loss = spread_of(&best.valid_loss, loss);
        return if findings.combinations <= 1 {
            format!("The validation loss is {loss}{accuracy}.")
        } else {
            let place = place(best);
            format!(
                "Only with {place} was a run trained to its end: validation loss {loss}{accuracy}."
            )
        };
    };
    // Of several settings, the last one is followed by a comma, too.
    let comma = if best.varied.len() > 1 { "," } else { "" };
    let leads = format!(
        "{}{comma} has the lowest validation loss: {}{accuracy}",
        capitalised(&place(best)),
        loss(best.valid_loss.mean)
    );
    let (difference, next_place) = (loss(lead.difference), place(next));
    let deviation = lead.deviation.map(loss).unwrap_or_default();
    match lead.told {
        Told::Apart => format!(
            "{leads}. That is {difference} below {next_place}, more than the spread over the seeds ({deviation})."
        ),
        Told::NotApart => format!(
            "{leads}. But it is only {difference} below {next_place}, and the spread over the seeds is {deviation}: with other seeds, the order might differ."
        ),
        Told::SpreadUnknown => {
            let with = match (best.valid_loss.count, next.valid_loss.count) {
                (1, 1) => "one finished run of each".to_owned(),
                (1, _) => format!("only one finished run of {}", place(best)),
                _ => format!("only one finished run of {next_place}"),
            };
            format!(
                "{leads}, {difference} below {next_place}. With {with}, nobody can say whether that is more than chance."
            )
        }
    }
}

/// Some combinations by their settings, after what is said of them; nothing where no setting varies.
fn named_in(table: &Table, combinations: &[u32]) -> String {
    let rows = combinations.iter().filter_map(|at| table.get(*at));
    let names = rows.filter(|row| !row.varied.is_empty()).map(|row| combination(&row.varied));
    let names: Vec<String> = names.take(MOST_NAMED).collect();
    match combinations.len().saturating_sub(names.len()) {
        _ if names.is_empty() => String::new(),
        0 => format!(": {}", names.join("; ")),
        more => format!(": {} and {} more", names.join("; "), whole(more as u64)),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
