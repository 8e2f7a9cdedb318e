//! Finding runs, and actions on several at once.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::choice::{Kind, Order};
use super::{LibraryView, shown_name};
use crate::page::session::DeletedThing;
use crate::page::words::{say, words};
use crate::protocol::{Export, Item};

/// Search, filter and sort order; for the selected runs, downloads and deletion.
#[component]
pub fn Toolbar(view: LibraryView) -> impl IntoView {
    let LibraryView { library, choice, compared, shown, .. } = view;
    let tags = Memo::new(move |_| {
        library.runs.with(|runs| {
            let tags = runs.iter().flat_map(|run| run.labels.tags.iter().cloned());
            // A collected set would be sorted first, and code that sorts weighs a kilobyte a type.
            let mut all = BTreeSet::new();
            all.extend(tags);
            all
        })
    });
    let kind = move || {
        choice.with(|choice| match &choice.kind {
            Kind::All => "all".to_owned(),
            Kind::Ended => "ended".to_owned(),
            Kind::Unended => "unended".to_owned(),
            Kind::Tag(tag) => format!("tag:{tag}"),
        })
    };
    let set_kind = move |word: String| {
        let kind = match (word.as_str(), word.strip_prefix("tag:")) {
            (_, Some(tag)) => Kind::Tag(tag.to_owned()),
            ("ended", _) => Kind::Ended,
            ("unended", _) => Kind::Unended,
            _ => Kind::All,
        };
        choice.update(|choice| choice.kind = kind);
    };
    let set_order = move |word: String| {
        if let Some(order) = Order::ALL.into_iter().find(|order| order.as_str() == word) {
            choice.update(|choice| choice.order = order);
        }
    };
    let count = move || {
        let (shown, all) = (shown.with(Vec::len), library.runs.with(Vec::len));
        words().library.count(shown, all)
    };
    view! {
        <div class="library-tools">
            <input type="search" class="library-search" data-testid="library-search"
                placeholder=say(|words| words.library.search_hint())
                aria-label=say(|words| words.library.search())
                prop:value=move || choice.with(|choice| choice.search.clone())
                on:input:target=move |event| {
                    choice.update(|choice| choice.search = event.target().value());
                }
            />
            <select data-testid="library-kind" aria-label=say(|words| words.library.which_runs())
                prop:value=kind
                on:change:target=move |event| set_kind(event.target().value())>
                <option value="all" prop:selected=move || kind() == "all">{say(|words| words.library.all_runs())}</option>
                <option value="ended" prop:selected=move || kind() == "ended">
                    {say(|words| words.library.ended_runs())}
                </option>
                <option value="unended" prop:selected=move || kind() == "unended">
                    {say(|words| words.library.unended_runs())}
                </option>
                {move || {
                    tags.get()
                        .into_iter()
                        .map(|tag| {
                            let value = format!("tag:{tag}");
                            let label = move || words().library.with_tag(&tag);
                            let is_chosen = {
                                let value = value.clone();
                                move || kind() == value
                            };
                            view! { <option value=value prop:selected=is_chosen>{label}</option> }
                        })
                        .collect_view()
                }}
            </select>
            <select data-testid="library-sort" aria-label=say(|words| words.library.order_of_runs())
                prop:value=move || choice.with(|choice| choice.order.as_str())
                on:change:target=move |event| set_order(event.target().value())>
                {Order::ALL
                    .map(|order| {
                        let label = move || words().library.order(order);
                        let is_chosen = move || choice.with(|choice| choice.order == order);
                        view! {
                            <option value=order.as_str() prop:selected=is_chosen>{label}</option>
                        }
                    })
                    .collect_view()}
            </select>
            <p class="note" data-testid="library-count">{count}</p>
            <Show when=move || compared.with(|compared| !compared.is_empty())>
                <ForCompared view />
            </Show>
        </div>
    }
}

#[component]
fn ForCompared(view: LibraryView) -> impl IntoView {
    let LibraryView { library, compared, .. } = view;
    let names = move || {
        let runs = untrack(|| view.compared_runs());
        runs.iter().map(|run| run.record.run.clone()).collect::<Vec<_>>()
    };
    let name_shown = move |name: &String| {
        untrack(|| library.run(name).map_or_else(|| name.clone(), |run| shown_name(&run)))
    };
    let export = move |make: fn(Vec<String>) -> Export| library.export(make(names()));
    let delete = move |_| {
        let names = names();
        let what = match names.as_slice() {
            [name] => DeletedThing::One(name_shown(name)),
            _ => DeletedThing::Runs(names.len()),
        };
        compared.set(Vec::new());
        library.delete(names.into_iter().map(Item::Run).collect(), what);
    };
    view! {
        <div class="library-chosen" role="group"
            aria-label=say(|words| words.library.chosen_runs())>
            <span class="note">{move || words().library.chosen(compared.with(Vec::len))}</span>
            <button type="button" data-testid="chosen-tensorboard"
                title=say(|words| words.library.about_tensorboards())
                on:click=move |_| export(Export::TensorBoard)>
                {say(|words| words.library.tensorboard())}
            </button>
            <button type="button" data-testid="chosen-csv" on:click=move |_| export(Export::Csv)>
                {say(|words| words.library.csv())}
            </button>
            <button type="button" data-testid="chosen-json" on:click=move |_| export(Export::Json)>
                {say(|words| words.library.json())}
            </button>
            <button type="button" class="quiet" data-testid="chosen-none"
                on:click=move |_| compared.set(Vec::new())>
                {say(|words| words.library.choose_none())}
            </button>
            <button type="button" class="danger" data-testid="chosen-delete" on:click=delete>
                {say(|words| words.library.delete())}
            </button>
        </div>
    }
}
