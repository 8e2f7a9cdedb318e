//! A metric by two settings, as a grid of cells that keys go through.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::data::Compared;
use super::heat::{CellState, HeatGrid};
use super::shell::{Files, Shell, about_id, on_other_experiment};
use crate::page::browser::focus_id;
use crate::page::insight::grid_keys::{At, moved};
use crate::page::words::figure_words;

const ID: &str = "heat-map";

/// The least width of a cell in a file, in pixels.
const CELL_WIDTH: f64 = 60.0;

/// The mean of the metric with this index, by two settings: those with the indices 0 and 1, or if there are more, those that
/// the visitor chooses.
#[component]
pub fn HeatMap(
    /// The runs.
    #[prop(into)]
    compared: Signal<Compared>,
    /// The metric's index, from 0.
    #[prop(into)]
    metric: Signal<usize>,
) -> impl IntoView {
    let (down, across) = (RwSignal::new(0), RwSignal::new(1));
    let grid = Memo::new(move |_| {
        compared.with(|it| HeatGrid::of(it, down.get(), across.get(), metric.get()))
    });
    // The only cell that Tab reaches.
    let at = RwSignal::new((0, 0));
    on_other_experiment(compared, move || {
        down.set(0);
        across.set(1);
        at.set((0, 0));
    });
    let press = move |event: KeyboardEvent| {
        // With Alt, arrows go through the browser's history.
        if event.alt_key() {
            return;
        }
        let size = grid.with_untracked(|grid| grid.as_ref().map(HeatGrid::size));
        let control = event.ctrl_key() || event.meta_key();
        let to = size.and_then(|size| moved(at.get_untracked(), size, &event.key(), control));
        if let Some(to) = to {
            event.prevent_default();
            at.set(to);
            focus_id(&id_of(to));
        }
    };
    let heading = move || {
        let named = |grid: &HeatGrid| {
            figure_words().metric_by_two(grid.metric(), &grid.down.label, &grid.across.label)
        };
        grid.with(|grid| grid.as_ref().map(named)).unwrap_or_default()
    };
    let about = move || {
        let has_shared = grid.with(|grid| grid.as_ref().is_some_and(HeatGrid::has_shared));
        figure_words().about_heat_map(has_shared)
    };
    let files = Files {
        csv: Callback::new(move |()| grid.with_untracked(|grid| grid.as_ref().map(HeatGrid::csv))),
        picture: Callback::new(move |()| {
            let picture = |grid: &HeatGrid| grid.picture(CELL_WIDTH, figure_words());
            untrack(|| grid.with(|grid| grid.as_ref().map(picture)))
        }),
    };
    let table = move |()| {
        grid.with(|grid| grid.as_ref().map(|it| it.table(figure_words())).unwrap_or_default())
    };
    let tools = view! { <Choice compared down across /> }.into_any();
    view! {
        <Shell name=ID id=ID.to_owned() title=|_| figure_words().heat_map()
            heading=Signal::derive(heading)
            about=Signal::derive(about)
            table files tools>
            <div class="insight-scroll">
                <table class="heat" role="grid" aria-label=heading aria-describedby=about_id(ID)
                    on:keydown=press>
                    <Cells grid at />
                </table>
            </div>
        </Shell>
    }
}

fn id_of((row, column): At) -> String {
    format!("{ID}-{row}-{column}")
}

/// The table's heads and cells. They stay when results come, and only what has changed in them is drawn again: hundreds of
/// cells made anew would hold up the page.
#[component]
fn Cells(grid: Memo<Option<HeatGrid>>, at: RwSignal<At>) -> impl IntoView {
    let size = Memo::new(move |_| grid.with(|it| it.as_ref().map_or((0, 0), HeatGrid::size)));
    let rows = Memo::new(move |_| size.get().0);
    let columns = Memo::new(move |_| size.get().1);
    let corner = move || {
        let named = |grid: &HeatGrid| format!("{} ↓ {} →", grid.down.label, grid.across.label);
        grid.with(|grid| grid.as_ref().map(named))
    };
    let name = move |read: fn(&HeatGrid, usize) -> String, place: usize| {
        move || grid.with(|grid| grid.as_ref().map(|grid| read(grid, place)))
    };
    // Fewer cells than before leave none without one that Tab reaches.
    let current = Memo::new(move |_| {
        let ((row, column), (rows, columns)) = (at.get(), size.get());
        (row.min(rows.saturating_sub(1)), column.min(columns.saturating_sub(1)))
    });
    view! {
        <thead><tr>
            <td>{corner}</td>
            <For each=move || 0..columns.get() key=|column| *column let:column>
                <th scope="col">{name(HeatGrid::column_name, column)}</th>
            </For>
        </tr></thead>
        <tbody>
            <For each=move || 0..rows.get() key=|row| *row let:row>
                <tr>
                    <th scope="row">{name(HeatGrid::row_name, row)}</th>
                    <For each=move || 0..columns.get() key=|column| *column let:column>
                        <CellView grid at current place=(row, column) />
                    </For>
                </tr>
            </For>
        </tbody>
    }
}

/// What is shown of a cell.
#[derive(Clone, PartialEq)]
struct Shown {
    text: String,
    /// For screen readers.
    told: String,
    state: CellState,
    mean: Option<f64>,
    /// How many of its runs diverged, if not all did.
    diverged: Option<usize>,
    is_best: bool,
    opacity: f64,
}

impl Shown {
    fn of(grid: &HeatGrid, place: At) -> Self {
        let words = figure_words();
        let (summary, state, text) = (grid.cell(place), grid.state(place), grid.text(place, words));
        let settings = [
            (grid.down.label.clone(), grid.row_name(place.0)),
            (grid.across.label.clone(), grid.column_name(place.1)),
        ];
        let has_some = state == CellState::Measured && summary.diverged > 0;
        Self {
            told: words.cell_says(&settings, &text, &summary),
            text,
            state,
            mean: summary.mean,
            diverged: has_some.then_some(summary.diverged),
            is_best: grid.is_best(place),
            opacity: grid.opacity(place),
        }
    }
}

/// A cell of the table.
#[component]
fn CellView(
    grid: Memo<Option<HeatGrid>>,
    at: RwSignal<At>,
    current: Memo<At>,
    place: At,
) -> impl IntoView {
    let cell =
        Memo::new(move |_| grid.with(|grid| grid.as_ref().map(|grid| Shown::of(grid, place))));
    let some = move || {
        let diverged = cell.with(|cell| cell.as_ref()?.diverged)?;
        Some(view! { <span class="heat-some" aria-hidden="true">"✕ " {diverged}</span> })
    };
    view! {
        <td id=id_of(place) role="gridcell" data-testid="heat-cell"
            data-state=move || cell.with(|cell| cell.as_ref().map(|cell| cell.state.name()))
            data-mean=move || cell.with(|cell| Some(cell.as_ref()?.mean?.to_string()))
            class:heat-best=move || cell.with(|cell| cell.as_ref().is_some_and(|it| it.is_best))
            aria-label=move || cell.with(|cell| cell.as_ref().map(|cell| cell.told.clone()))
            tabindex=move || if current.get() == place { "0" } else { "-1" }
            on:focus=move |_| at.set(place)>
            <span class="heat-shade" style:opacity=move || {
                cell.with(|cell| cell.as_ref().map_or(0.0, |cell| cell.opacity).to_string())
            }></span>
            {move || cell.with(|cell| cell.as_ref().map(|cell| cell.text.clone()))}
            {some}
        </td>
    }
}

/// Which settings are the rows and the columns; nothing to choose for two.
#[component]
fn Choice(
    compared: Signal<Compared>,
    down: RwSignal<usize>,
    across: RwSignal<usize>,
) -> impl IntoView {
    let names = Memo::new(move |_| {
        compared.with(|it| it.settings.iter().map(|it| it.label.clone()).collect::<Vec<_>>())
    });
    // Both are never the same: choosing the other's setting exchanges them.
    let choose = move |this: RwSignal<usize>, other: RwSignal<usize>, chosen: usize| {
        if other.get_untracked() == chosen {
            other.set(this.get_untracked());
        }
        this.set(chosen);
    };
    let select = move |this: RwSignal<usize>, other: RwSignal<usize>, testid: &'static str| {
        let option = move |(at, name): (usize, String)| {
            view! { <option value=at.to_string() selected=move || this.get() == at>{name}</option> }
        };
        view! {
            <select data-testid=testid
                prop:value=move || this.get().to_string()
                on:change:target=move |event| {
                    if let Ok(chosen) = event.target().value().parse() {
                        choose(this, other, chosen);
                    }
                }>
                {move || names.get().into_iter().enumerate().map(option).collect_view()}
            </select>
        }
    };
    view! {
        <Show when=move || { names.with(|names| names.len() > 2) }>
            <div class="figure-tools">
                <label><span>{move || figure_words().rows()}</span>{select(down, across, "heat-down")}</label>
                <label><span>{move || figure_words().columns()}</span>{select(across, down, "heat-across")}</label>
            </div>
        </Show>
    }
}
