//! Which data set the next run trains on, and adding one's own.

mod dropped;

use leptos::prelude::*;
use web_sys::{DragEvent, HtmlInputElement};

use self::dropped::{Dropped, picked_of};
use crate::dataset::OwnSet;
use crate::page::progress_bar::ProgressBar;
use crate::page::session::{OwnSets, Picked};
use crate::page::words::{say, words};

/// So many files that were left out are named.
const MOST_NAMED: usize = 8;

/// The choice, with what was added.
#[component]
pub fn DataSetChoice(sets: OwnSets) -> impl IntoView {
    let chosen = Memo::new(move |_| sets.chosen());
    let own = Memo::new(move |_| {
        let sha256 = chosen.get()?;
        sets.list.with(|list| list.iter().find(|set| set.identity.sha256() == sha256).cloned())
    });
    let is_adding = Memo::new(move |_| sets.adding.with(Option::is_some));
    view! {
        <div class="field">
            <label for="data-set">{say(|words| words.own_sets.label())}</label>
            <select id="data-set" data-testid="data-set-select" disabled=move || is_adding.get()
                on:change:target=move |event| {
                    let value = event.target().value();
                    sets.choose((!value.is_empty()).then_some(value));
                }>
                <option value="" prop:selected=move || chosen.with(Option::is_none)>
                    "Fashion-MNIST"
                </option>
                <For each=move || sets.list.get() key=|set| set.identity.sha256().to_owned() let:set>
                    <SetOption set chosen />
                </For>
            </select>
            {move || own.get().map(|set| {
                let sha256 = set.identity.sha256().to_owned();
                view! {
                    <p class="note" data-testid="own-set">{move || words().own_sets.about(&set)} " "
                        <button type="button" class="quiet" data-testid="data-set-delete"
                            on:click=move |_| sets.delete(sha256.clone())>
                            {say(|words| words.own_sets.delete())}
                        </button>
                    </p>
                }
            })}
            <AddOwn sets />
        </div>
    }
}

#[component]
fn SetOption(set: OwnSet, chosen: Memo<Option<String>>) -> impl IntoView {
    let sha256 = set.identity.sha256().to_owned();
    view! {
        <option value=sha256.clone()
            prop:selected=move || chosen.with(|chosen| chosen.as_ref() == Some(&sha256))>
            {move || words().own_sets.entry(&set)}
        </option>
    }
}

/// Files for a data set of one's own: chosen, a folder, or dropped.
#[component]
fn AddOwn(sets: OwnSets) -> impl IntoView {
    let over = RwSignal::new(false);
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        over.set(false);
        let Some(transfer) = event.data_transfer() else { return };
        // The browser forgets what was dropped after this task.
        let dropped = Dropped::of(&transfer);
        leptos::task::spawn_local(async move {
            let (name, picked) = dropped.files().await;
            sets.add(name, picked);
        });
    };
    let choose = move |input: HtmlInputElement| {
        let (name, picked) = picked_of(input.files());
        sets.add(name, picked);
        // Lets the same files be chosen again.
        input.set_value("");
    };
    view! {
        <details class="section" data-testid="own-data">
            <summary><span>{say(|words| words.own_sets.add())}</span></summary>
            <div class="own-drop" class:import-over=move || over.get() data-testid="classes-drop"
                on:dragover=move |event| {
                    event.prevent_default();
                    event.stop_propagation();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=on_drop>
                <p class="note">{say(|words| words.own_sets.about_adding())}</p>
                <label class="upload">
                    <input type="file" multiple=true data-testid="classes-input"
                        on:change:target=move |event| choose(event.target()) />
                    <span>{say(|words| words.own_sets.files())}</span>
                </label>
                <label class="upload">
                    <input type="file" prop:webkitdirectory=true data-testid="classes-folder"
                        on:change:target=move |event| choose(event.target()) />
                    <span>{say(|words| words.own_sets.folder())}</span>
                </label>
            </div>
            <State sets />
        </details>
    }
}

/// How far adding is, and what it came to.
#[component]
fn State(sets: OwnSets) -> impl IntoView {
    let share = move || match sets.adding.get() {
        Some((done, all)) if all > 0 => f64::from(done) / f64::from(all),
        _ => 0.0,
    };
    let state = move || match (sets.adding.get(), sets.added.get()) {
        (None, Some(added)) => words().own_sets.added(&added.set, added.skipped_count as usize),
        _ => String::new(),
    };
    let reading = move || {
        let (done, all) = sets.adding.get().unwrap_or_default();
        words().own_sets.reading(done, all)
    };
    let skipped = move || {
        let added = sets.added.get();
        let count = added.as_ref().map_or(0, |added| added.skipped_count as usize);
        let skipped = added.map(|added| added.skipped).unwrap_or_default();
        let more = count.saturating_sub(MOST_NAMED);
        let named = skipped.into_iter().take(MOST_NAMED);
        let named = named.map(|file| view! { <li>{words().own_sets.skipped(&file)}</li> });
        let more = (more > 0).then(|| view! { <li>{words().own_sets.more_skipped(more)}</li> });
        view! { {named.collect_view()} {more} }
    };
    view! {
        <Show when=move || sets.adding.with(Option::is_some)>
            <ProgressBar label=say(|words| words.own_sets.add()) share />
            <p class="note">{reading}</p>
        </Show>
        <p class="note" role="status" data-testid="own-data-state">{state}</p>
        <ul class="note own-skipped" data-testid="own-data-skipped">{skipped}</ul>
    }
}

/// The name of a data set made of these files: that of the folder or of the only file.
fn name_of(picked: &[Picked]) -> String {
    let first = picked.first().map(|file| file.path.as_str()).unwrap_or_default();
    let is_one = picked.len() == 1;
    match first.split_once('/') {
        Some((folder, _)) => folder.to_owned(),
        None if is_one => first.strip_suffix(".zip").unwrap_or(first).to_owned(),
        None => String::new(),
    }
}
