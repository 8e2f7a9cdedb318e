//! A metric by two settings, as a grid of cells that keys go through.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::data::Compared;
use super::heat::{CellState, HeatGrid};
use super::shell::{Files, Shell, about_id};
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
            about=Signal::derive(|| figure_words().about_heat_map().to_owned())
            table files tools>
            <div class="insight-scroll">
                <table class="heat" role="grid" aria-label=heading aria-describedby=about_id(ID)
                    on:keydown=press>
                    {move || grid.with(|grid| grid.as_ref().map(|grid| cells(grid, at)))}
                </table>
            </div>
        </Shell>
    }
}

fn id_of((row, column): At) -> String {
    format!("{ID}-{row}-{column}")
}

/// The table's heads and cells; made anew when a result comes.
fn cells(grid: &HeatGrid, at: RwSignal<At>) -> impl IntoView + use<> {
    let words = figure_words();
    let (rows, columns) = grid.size();
    // Fewer cells than before leave none without one that Tab reaches.
    let current = Memo::new(move |_| {
        let (row, column) = at.get();
        (row.min(rows.saturating_sub(1)), column.min(columns.saturating_sub(1)))
    });
    let heads = grid.columns.iter().map(|value| {
        view! { <th scope="col">{grid.across.text(*value)}</th> }
    });
    let heads = heads.collect_view();
    let cell = |place: At| {
        let (summary, state, text) = (grid.cell(place), grid.state(place), grid.text(place, words));
        let told = words.cell_says(
            &[(&grid.down, grid.rows.get(place.0)), (&grid.across, grid.columns.get(place.1))].map(
                |(setting, value)| {
                    let text = value.map(|value| setting.text(*value)).unwrap_or_default();
                    (setting.label.clone(), text)
                },
            ),
            &text,
            &summary,
        );
        // Some diverged, but not all.
        let some = (state == CellState::Measured && summary.diverged > 0).then(
            || view! { <span class="heat-some" aria-hidden="true">"✕ " {summary.diverged}</span> },
        );
        view! {
            <td id=id_of(place) role="gridcell" data-testid="heat-cell" data-state=state.name()
                data-mean=summary.mean.map(|mean| mean.to_string())
                class:heat-best=grid.is_best(place)
                aria-label=told
                tabindex=move || if current.get() == place { "0" } else { "-1" }
                on:focus=move |_| at.set(place)>
                <span class="heat-shade" style:opacity=grid.opacity(place).to_string()></span>
                {text}
                {some}
            </td>
        }
    };
    let row = |row: usize| {
        let name = grid.rows.get(row).map(|value| grid.down.text(*value));
        let cells = (0..columns).map(|column| cell((row, column)));
        view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }
    };
    let rows = (0..rows).map(row).collect_view();
    let corner = format!("{} ↓ {} →", grid.down.label, grid.across.label);
    view! {
        <thead><tr><td>{corner}</td>{heads}</tr></thead>
        <tbody>{rows}</tbody>
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
