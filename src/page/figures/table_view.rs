//! A figure as a table, in a part that is opened on demand.

use leptos::ev::Targeted;
use leptos::prelude::*;
use web_sys::{Event, HtmlDetailsElement};

use crate::page::words::insight_words;

/// A table of texts in the visitor's language; each row begins with what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTable {
    /// The columns' names.
    pub heads: Vec<String>,
    /// As many texts a row as there are heads.
    pub rows: Vec<Vec<String>>,
}

/// So many rows are shown at first, and so many more at a time: making hundreds at once would hold the page.
const ROWS: usize = 60;

/// The table; made when it is opened. `label` is the id of the figure's heading.
#[component]
pub fn TableView(
    label: String,
    #[prop(into)] table: Callback<(), TextTable>,
    testid: String,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let shown = RwSignal::new(ROWS);
    let toggle =
        move |event: Targeted<Event, HtmlDetailsElement>| is_open.set(event.target().open());
    let (label, testid) = (StoredValue::new(label), StoredValue::new(testid));
    let all = Memo::new(move |_| if is_open.get() { table.run(()) } else { TextTable::default() });
    let left = move || all.with(|all| all.rows.len().saturating_sub(shown.get()));
    let heads = move || {
        all.with(|all| {
            let head = |(at, head): (usize, &String)| {
                view! { <th scope="col" class:insight-number=at != 0>{head.clone()}</th> }
            };
            all.heads.iter().enumerate().map(head).collect_view()
        })
    };
    let rows = move || {
        all.with(|all| all.rows.iter().take(shown.get()).map(|row| row_of(row)).collect_view())
    };
    view! {
        <details class="insight-details figure-table" on:toggle:target=toggle>
            <summary>{move || insight_words().as_table()}</summary>
            <Show when=move || is_open.get()>
                <div class="insight-scroll" tabindex="0" role="group" aria-labelledby=label.get_value()>
                    <table class="insight-table" data-testid=testid.get_value()
                        aria-labelledby=label.get_value()>
                        <thead><tr>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <Show when=move || { left() > 0 }>
                    <button type="button" class="quiet" on:click=move |_| shown.update(|it| *it += ROWS)>
                        {move || insight_words().show_more(left())}
                    </button>
                </Show>
            </Show>
        </details>
    }
}

fn row_of(row: &[String]) -> impl IntoView + use<> {
    let mut texts = row.iter().cloned();
    let head = texts.next().map(|text| view! { <th scope="row">{text}</th> });
    let cells = texts.map(|text| view! { <td class="insight-number">{text}</td> });
    view! { <tr>{head}{cells.collect_view()}</tr> }
}
