//! The confusion matrix: which classes are taken for which others.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::cells::{Matrix, Shown};
use super::facts::Facts;
use super::grid_keys::{At, moved};
use super::save::Save;
use super::{Word, word};
use crate::network::{CLASS_NAMES, CLASSES};
use crate::page::browser::focus_id;
use crate::page::words::{insight_words, words};

/// The id of a cell's element.
pub fn id_of((class, predicted): At) -> String {
    format!("confusion-{class}-{predicted}")
}

/// The matrix, above it the accuracy. `open` is the cell whose images are shown, as `(true, predicted)`.
#[component]
pub fn ConfusionMatrix(facts: Facts, open: RwSignal<Option<At>>) -> impl IntoView {
    let matrix = Memo::new(move |_| {
        let other = facts.other_confusion.get();
        facts.confusion.get().map(|confusion| Matrix::new(confusion, other))
    });
    let wish = RwSignal::new(Shown::default());
    // The only cell that Tab reaches.
    let at = RwSignal::new((0, 0));
    let toggle = move |cell: At| {
        at.set(cell);
        open.update(|open| *open = (*open != Some(cell)).then_some(cell));
    };
    let press = move |event: KeyboardEvent| {
        // With Alt, arrows go through the browser's history.
        if event.alt_key() {
            return;
        }
        let key = event.key();
        let control = event.ctrl_key() || event.meta_key();
        if let Some(to) = moved(at.get_untracked(), (CLASSES, CLASSES), &key, control) {
            at.set(to);
            focus_id(&id_of(to));
        } else if key == "Enter" || key == " " {
            toggle(at.get_untracked());
        } else if key == "Escape" && open.with_untracked(Option::is_some) {
            open.set(None);
        } else {
            return;
        }
        event.prevent_default();
    };
    let csv =
        move |()| matrix.with_untracked(|matrix| Some(matrix.as_ref()?.csv(wish.get_untracked())));
    let class_name = |label| move || words().classifier.class_name(label);
    let head = |label| view! { <th scope="col">{class_name(label)}</th> };
    let row = |class| {
        let cells = (0..CLASSES).map(|predicted| {
            view! { <Cell matrix wish at open place=(class, predicted) toggle /> }
        });
        view! {
            <tr>
                <th scope="row">{class_name(class)}</th>
                {cells.collect_view()}
            </tr>
        }
    };
    view! {
        <section class="insight-matrix" aria-labelledby="confusion-title">
            <div class="insight-head">
                <h3 id="confusion-title">{word(|words| words.confusion_matrix())}</h3>
                <Switch matrix wish />
            </div>
            <Summary facts />
            <div class="insight-scroll">
                <table class="confusion" role="grid" data-testid="confusion-matrix"
                    aria-labelledby="confusion-title" aria-describedby="confusion-keys"
                    on:keydown=press>
                    <thead>
                        <tr>
                            <td>{word(|words| words.true_by_predicted())}</td>
                            {(0..CLASSES).map(head).collect_view()}
                        </tr>
                    </thead>
                    <tbody>{(0..CLASSES).map(row).collect_view()}</tbody>
                </table>
            </div>
            <p class="note" id="confusion-keys">{word(|words| words.how_to_open())}</p>
            <Save file_name=facts.names("confusion-matrix") name="confusion-matrix" title=|words| words.confusion_matrix() csv />
        </section>
    }
}

#[component]
fn Cell(
    matrix: Memo<Option<Matrix>>,
    wish: RwSignal<Shown>,
    at: RwSignal<At>,
    open: RwSignal<Option<At>>,
    place: At,
    #[prop(into)] toggle: Callback<At>,
) -> impl IntoView {
    let of = move |read: fn(&Matrix, At, Shown) -> String| {
        move || matrix.with(|matrix| Some(read(matrix.as_ref()?, place, wish.get())))
    };
    let told = move || {
        let (class, predicted) = place;
        let [class, predicted] = [class, predicted].map(|it| words().classifier.class_name(it));
        matrix.with(|matrix| {
            let matrix = matrix.as_ref()?;
            Some(match matrix.shown(wish.get()) {
                Shown::Differences => {
                    insight_words().cell_difference(class, predicted, matrix.difference(place))
                }
                _ => {
                    let (count, share) = (matrix.count(place), matrix.share(place));
                    insight_words().cell(class, predicted, count, share)
                }
            })
        })
    };
    view! {
        <td
            id=id_of(place)
            role="gridcell"
            data-testid="confusion-cell"
            data-true=CLASS_NAMES[place.0]
            data-predicted=CLASS_NAMES[place.1]
            data-count=of(|matrix, at, _| matrix.count(at).to_string())
            data-difference=of(|matrix, at, _| {
                if matrix.is_compared() { matrix.difference(at).to_string() } else { String::new() }
            })
            data-shade=of(|matrix, at, wish| matrix.shade(at, wish).0.to_string())
            data-good=of(|matrix, at, wish| matrix.shade(at, wish).1.to_string())
            class:confusion-right=place.0 == place.1
            class:confusion-zero=move || {
                matrix.with(|matrix| matrix.as_ref().is_some_and(|it| it.is_zero(place, wish.get())))
            }
            aria-label=told
            aria-selected=move || (open.get() == Some(place)).to_string()
            tabindex=move || if at.get() == place { "0" } else { "-1" }
            on:click=move |_| toggle.run(place)
        >
            {of(Matrix::text)}
        </td>
    }
}

/// Counts, shares or, where weights are compared, differences.
#[component]
fn Switch(matrix: Memo<Option<Matrix>>, wish: RwSignal<Shown>) -> impl IntoView {
    let shown = Memo::new(move |_| {
        matrix.with(|matrix| matrix.as_ref().map(|matrix| matrix.shown(wish.get())))
    });
    let is_compared =
        Memo::new(move |_| matrix.with(|matrix| matrix.as_ref().is_some_and(Matrix::is_compared)));
    let button = move |this: Shown, name: &'static str, label: Word| {
        view! {
            <button type="button" class="quiet" data-testid=format!("cells-{name}")
                aria-pressed=move || (shown.get() == Some(this)).to_string()
                on:click=move |_| wish.set(this)>{word(label)}</button>
        }
    };
    view! {
        <div class="presets" role="group" aria-label=word(|words| words.cells_show())>
            {button(Shown::Counts, "counts", |words| words.counts())}
            {button(Shown::Shares, "shares", |words| words.shares())}
            <Show when=move || is_compared.get()>
                {button(Shown::Differences, "differences", |words| words.differences())}
            </Show>
        </div>
    }
}

/// Accuracy and mistakes, and by how much they differ from the other weights'.
#[component]
fn Summary(facts: Facts) -> impl IntoView {
    let numbers = |confusion: Memo<Option<crate::insight::Confusion>>| {
        confusion.with(|confusion| {
            let confusion = confusion.as_ref()?;
            Some((confusion.accuracy()?, confusion.wrong(), confusion.images()))
        })
    };
    let shown = Memo::new(move |_| numbers(facts.confusion));
    let other = Memo::new(move |_| numbers(facts.other_confusion));
    let told = move || {
        let (accuracy, wrong, images) = shown.get()?;
        let mut told = insight_words().summary(accuracy, wrong, images);
        if let Some((other_accuracy, other_wrong, _)) = other.get() {
            let wrong = wrong.cast_signed() - other_wrong.cast_signed();
            told += &insight_words().summary_difference(accuracy - other_accuracy, wrong);
        }
        Some(told)
    };
    view! {
        <p class="insight-summary" data-testid="validation-summary"
            data-accuracy=move || shown.get().map(|(accuracy, ..)| accuracy.to_string())
            data-wrong=move || shown.get().map(|(_, wrong, _)| wrong.to_string())>{told}</p>
    }
}
