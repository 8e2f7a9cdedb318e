//! What came of an experiment: the sentence, and the table with a row for each combination.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::figures_view::Figures;
use super::plan::{Outcome, Trouble};
use super::state::Experiments;
use super::word;
use crate::experiment::{Column, Row, RowState};
use crate::page::format::UNKNOWN;
use crate::page::insight::{Cell, Save, csv};
use crate::page::words::{experiments_words, words};
use crate::settings::Field;

/// More rows are drawn only when they are asked for: a task would take too long.
const ROWS_AT_ONCE: usize = 100;

/// The results of the experiment at hand.
#[component]
pub fn Results(experiments: Experiments) -> impl IntoView {
    let fields = Memo::new(move |_| {
        experiments.plan.with(|plan| {
            let axes = plan.iter().flat_map(|plan| &plan.kept.experiment.axes);
            axes.map(|axis| axis.field).collect::<Vec<Field>>()
        })
    });
    let sort = RwSignal::new((Column::ValidLoss, false));
    let passing = RwSignal::new(None::<BTreeSet<usize>>);
    let rows = Memo::new(move |_| {
        let (column, is_descending) = sort.get();
        experiments.outcome.with(|outcome| {
            let table = outcome.as_ref().map(|outcome| &outcome.table);
            let rows = table.map(|table| table.sorted(column, is_descending)).unwrap_or_default();
            let passes = |row: &&Row| {
                passing.with(|passing| {
                    let at = row.combination as usize;
                    passing.as_ref().is_none_or(|passing| passing.contains(&at))
                })
            };
            rows.into_iter().filter(passes).cloned().collect::<Vec<Row>>()
        })
    });
    let shown = RwSignal::new(ROWS_AT_ONCE);
    let hidden = Memo::new(move |_| rows.with(Vec::len).saturating_sub(shown.get()));
    let summary = move || {
        let said = |outcome: &Outcome| experiments_words().summary(&outcome.findings);
        experiments.outcome.with(|outcome| outcome.as_ref().map(|outcome| said(outcome)))
    };
    let best = Memo::new(move |_| {
        let outcome = experiments.outcome.get()?;
        outcome.findings.best.as_ref().map(|best| best.combination)
    });
    let take_best = move |_| {
        let plan = experiments.plan.get_untracked();
        if let Some((plan, best)) = plan.zip(best.get_untracked())
            && let Some(run) = plan.runs.runs.iter().find(|run| run.combination == best)
        {
            experiments.take(&run.config);
        }
    };
    view! {
        <section class="panel insight" aria-labelledby="experiment-results">
            <div class="panel-head">
                <h2 id="experiment-results">{word(|words| words.results())}</h2>
                <p class="note">{word(|words| words.about_results())}</p>
            </div>
            <p class="experiment-summary" data-testid="experiment-summary">{summary}</p>
            <p class="note" aria-live="polite">{move || {
                let shown = passing.with(|passing| passing.as_ref().map(BTreeSet::len));
                let all = || experiments.outcome.with(|it| it.as_ref().map(|it| it.table.rows.len()));
                shown.zip(all()).map(|(shown, all)| experiments_words().passing(shown, all))
            }}</p>
            <div class="insight-scroll" tabindex="0" role="group" aria-labelledby="experiment-results">
                <table class="insight-table" aria-labelledby="experiment-results">
                    <thead><tr>
                        {move || fields.get().into_iter().map(|field| {
                            view! { <Head column=Column::Varied(field) sort /> }
                        }).collect_view()}
                        <Head column=Column::ValidLoss sort />
                        <Head column=Column::ValidAccuracy sort />
                        <Head column=Column::Seeds sort />
                        <Head column=Column::State sort />
                    </tr></thead>
                    <tbody>
                        <For
                            each=move || rows.with(|rows| {
                                let shown = rows.iter().take(shown.get());
                                shown.map(|row| row.combination).collect::<Vec<_>>()
                            })
                            key=|combination| *combination
                            let:combination
                        >
                            <RowView experiments fields combination />
                        </For>
                    </tbody>
                </table>
            </div>
            <Show when=move || { hidden.get() > 0 }>
                <button type="button" class="quiet" data-testid="experiment-more"
                    on:click=move |_| shown.update(|shown| *shown += ROWS_AT_ONCE)>
                    {move || experiments_words().more(hidden.get())}
                </button>
            </Show>
            <div class="run-actions">
                <button type="button" data-testid="experiment-take" disabled=move || best.get().is_none()
                    title=word(|words| words.about_take_best()) on:click=take_best>
                    {word(|words| words.take_best())}
                </button>
                <Save file_name=move |extension: &str| format!("experiment.{extension}") name="experiment-results"
                    title=|_| experiments_words().results()
                    csv=move |()| csv_of(experiments) />
                <SaveFiles experiments />
            </div>
            <Figures experiments passing />
        </section>
    }
}

/// The head of a column, which sorts by it.
#[component]
fn Head(column: Column, sort: RwSignal<(Column, bool)>) -> impl IntoView {
    let title = move || {
        let words = experiments_words();
        match column {
            Column::Varied(field) => self::words().settings.label(field),
            Column::ValidAccuracy => words.valid_accuracy(),
            Column::Seeds => words.seeds_done(),
            Column::State => words.state(),
            Column::ValidLoss | Column::LossDeviation | Column::Combination => words.valid_loss(),
        }
    };
    let key = match column {
        Column::Varied(field) => field.key(),
        Column::ValidAccuracy => "valid-accuracy",
        Column::Seeds => "seeds",
        Column::State => "state",
        Column::ValidLoss | Column::LossDeviation | Column::Combination => "valid-loss",
    };
    let direction = move || match sort.get() {
        (sorted, false) if sorted == column => "ascending",
        (sorted, true) if sorted == column => "descending",
        _ => "none",
    };
    let mark = move || match direction() {
        "ascending" => " ▲",
        "descending" => " ▼",
        _ => "",
    };
    let press = move |_| {
        sort.update(|(sorted, is_descending)| {
            // The best first: the lowest loss, but the highest accuracy.
            let first = column == Column::ValidAccuracy;
            *is_descending = if *sorted == column { !*is_descending } else { first };
            *sorted = column;
        });
    };
    view! {
        <th scope="col" aria-sort=direction class:insight-number=!matches!(column, Column::Varied(_) | Column::State)>
            <button type="button" class="quiet" data-testid=format!("experiment-sort-{key}") on:click=press>
                {title}
                <span aria-hidden="true">{mark}</span>
            </button>
        </th>
    }
}

/// The row of a combination.
#[component]
fn RowView(experiments: Experiments, fields: Memo<Vec<Field>>, combination: u32) -> impl IntoView {
    let row = Memo::new(move |_| {
        experiments.outcome.with(|it| it.as_ref()?.table.get(combination).cloned())
    });
    let settings = move || {
        row.with(|row| {
            let varied = row.iter().flat_map(|row| &row.varied);
            varied
                .map(|(field, text)| format!("{}={text}", field.key()))
                .collect::<Vec<_>>()
                .join("&")
        })
    };
    let value = move |field: Field| {
        row.with(|row| {
            let text = row.as_ref().and_then(|row| row.varied.iter().find(|it| it.0 == field));
            text.map_or_else(
                || UNKNOWN.to_owned(),
                |(_, text)| experiments_words().value(field, text),
            )
        })
    };
    let number = move |read: fn(&Row) -> Option<f64>| {
        move || row.with(|row| row.as_ref().and_then(read).map(|number| number.to_string()))
    };
    let state = move || row.with(|row| row.as_ref().map(|row| row.state).unwrap_or_default());
    view! {
        <tr data-testid="experiment-row" data-settings=settings
            data-valid-loss=number(|row| row.valid_loss.map(|it| it.mean))
            data-valid-accuracy=number(|row| row.valid_accuracy.map(|it| it.mean))
            data-seeds=number(|row| Some(f64::from(row.seeds_done)))
            data-state=move || state_word(state())>
            {move || fields.get().into_iter().map(|field| {
                view! { <td>{move || value(field)}</td> }
            }).collect_view()}
            <td class="insight-number">{move || row.with(|row| {
                let spread = row.as_ref().and_then(|row| row.valid_loss);
                spread.map_or_else(|| UNKNOWN.to_owned(), |it| experiments_words().loss(&it))
            })}</td>
            <td class="insight-number">{move || row.with(|row| {
                let spread = row.as_ref().and_then(|row| row.valid_accuracy);
                spread.map_or_else(|| UNKNOWN.to_owned(), |it| experiments_words().accuracy(&it))
            })}</td>
            <td class="insight-number">{move || row.with(|row| {
                row.as_ref().map(|row| experiments_words().of_seeds(row.seeds_done, row.seeds_planned))
            })}</td>
            <td>{move || experiments_words().row_state(state())}</td>
        </tr>
    }
}

/// The stable word of a state, which tests read.
const fn state_word(state: RowState) -> &'static str {
    match state {
        RowState::Waiting => "waiting",
        RowState::Running => "running",
        RowState::Done => "done",
        RowState::Halved => "halved",
        RowState::Stopped => "stopped",
        RowState::Diverged => "diverged",
        RowState::Failed => "failed",
    }
}

/// The table as CSV: a line a combination, in the order of the combinations.
fn csv_of(experiments: Experiments) -> Option<String> {
    let (plan, outcome) = (experiments.plan.get_untracked()?, experiments.outcome.get_untracked()?);
    let fields: Vec<Field> = plan.kept.experiment.axes.iter().map(|axis| axis.field).collect();
    let mut heads: Vec<&str> = fields.iter().map(|field| field.key()).collect();
    heads.extend([
        "seeds_planned",
        "seeds_done",
        "state",
        "valid_loss_mean",
        "valid_loss_least",
        "valid_loss_most",
        "valid_loss_deviation",
        "valid_accuracy_mean",
        "valid_accuracy_deviation",
        "diverged",
        "fell_behind",
        "failed",
    ]);
    let line = |row: &Row| {
        let text = |field: &Field| {
            let found = row.varied.iter().find(|it| it.0 == *field);
            Cell::text(found.map_or("", |(_, text)| text.as_str()))
        };
        let mut cells: Vec<Cell> = fields.iter().map(text).collect();
        let (loss, accuracy) = (row.valid_loss, row.valid_accuracy);
        cells.extend([
            Cell::Whole(row.seeds_planned.into()),
            Cell::Whole(row.seeds_done.into()),
            Cell::text(state_word(row.state)),
            Cell::Number(loss.map(|it| it.mean)),
            Cell::Number(loss.map(|it| it.least)),
            Cell::Number(loss.map(|it| it.most)),
            Cell::Number(loss.and_then(|it| it.deviation)),
            Cell::Number(accuracy.map(|it| it.mean)),
            Cell::Number(accuracy.and_then(|it| it.deviation)),
            Cell::Whole(row.ended.diverged.into()),
            Cell::Whole(row.ended.halved.into()),
            Cell::Whole(row.ended.failed.into()),
        ]);
        cells
    };
    let lines: Vec<Vec<Cell>> = outcome.table.rows.iter().map(line).collect();
    Some(csv(&heads, &lines))
}

/// The buttons that save the results of every run as JSON, and the experiment as the terminal reads it.
#[component]
fn SaveFiles(experiments: Experiments) -> impl IntoView {
    use crate::page::browser::download;
    let save = move |name: &str, text: String| {
        if let Err(error) = download(name, text.as_bytes()) {
            let browser_text = crate::page::browser::words_of(&error);
            let failure = crate::page::session::PageFailure::NoDownload { browser_text };
            experiments.trouble.set(Some(Trouble::Failed(failure.into())));
        }
    };
    let save_results = move |_| {
        if let Some(outcome) = experiments.outcome.get_untracked() {
            let lines = outcome.results.all();
            let lines = lines.iter().filter_map(|result| serde_json::to_string(result).ok());
            save("results.jsonl", lines.map(|line| line + "\n").collect());
        }
    };
    let save_experiment = move |_| {
        if let Some(plan) = experiments.plan.get_untracked() {
            save("experiment.json", plan.kept.experiment.to_json());
        }
    };
    view! {
        <button type="button" class="quiet" data-testid="experiment-json" on:click=save_results>"JSON"</button>
        <button type="button" class="quiet" data-testid="experiment-file" on:click=save_experiment>
            {word(|words| words.save_experiment())}
        </button>
    }
}
