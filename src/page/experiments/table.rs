//! What came of an experiment: the sentence, and the table with a row for each combination.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::figures_view::Figures;
use super::plan::{Outcome, Standing};
use super::saving::{SaveFiles, csv_of};
use super::state::Experiments;
use super::word;
use crate::experiment::{Column, Row, RowState, Varied};
use crate::page::format::UNKNOWN;
use crate::page::insight::Save;
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
        let said =
            |outcome: &Outcome| experiments_words().summary(&outcome.findings, &outcome.table);
        experiments.outcome.with(|outcome| outcome.as_ref().map(|outcome| said(outcome)))
    };
    let best = Memo::new(move |_| {
        let outcome = experiments.outcome.get()?;
        outcome.findings.best.as_ref().map(|best| best.combination)
    });
    let taken = RwSignal::new(None::<Varied>);
    let take_best = move |_| {
        let plan = experiments.plan.get_untracked();
        if let Some((plan, best)) = plan.zip(best.get_untracked())
            && let Some(run) = plan.runs.runs.iter().find(|run| run.combination == best)
        {
            experiments.take(&run.config);
            taken.set(Some(run.varied.clone()));
        }
    };
    let id =
        Memo::new(move |_| experiments.plan.with(|plan| plan.as_ref().map(|plan| plan.id.clone())));
    // What was chosen of another experiment's settings means nothing in this one.
    Effect::new(move |before: Option<Option<String>>| {
        let id = id.get();
        if before.is_some_and(|before| before != id) {
            sort.set((Column::ValidLoss, false));
            shown.set(ROWS_AT_ONCE);
            passing.set(None);
            taken.set(None);
        }
        id
    });
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
            <p class="note" role="status" data-testid="experiment-taken">
                {move || taken.get().map(|varied| experiments_words().taken(&varied))}
            </p>
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
            Column::ValidLoss => words.valid_loss(),
        }
    };
    let key = match column {
        Column::Varied(field) => field.key(),
        Column::ValidAccuracy => "valid-accuracy",
        Column::Seeds => "seeds",
        Column::State => "state",
        Column::ValidLoss => "valid-loss",
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
    let is_at_work =
        Memo::new(move |_| !matches!(experiments.standing(), Standing::Idle | Standing::Done));
    view! {
        <tr data-testid="experiment-row" data-settings=settings
            data-valid-loss=number(|row| row.valid_loss.map(|it| it.mean))
            data-valid-accuracy=number(|row| row.valid_accuracy.map(|it| it.mean))
            data-seeds=number(|row| Some(f64::from(row.seeds_done)))
            data-state=move || state_word(state(), is_at_work.get())>
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
            <td>{move || experiments_words().row_state(state(), is_at_work.get())}</td>
        </tr>
    }
}

/// The stable word of a state, which tests and files read. Where no run of the experiment is trained, a row that lacks some is
/// not under way.
pub(super) const fn state_word(state: RowState, is_at_work: bool) -> &'static str {
    match state {
        RowState::Running if !is_at_work => "incomplete",
        RowState::Waiting => "waiting",
        RowState::Running => "running",
        RowState::Done => "done",
        RowState::Halved => "halved",
        RowState::Stopped => "stopped",
        RowState::Diverged => "diverged",
        RowState::Failed => "failed",
    }
}
