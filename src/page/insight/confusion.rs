//! The confusion matrix: which classes are taken for which others.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Tr;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::cells::{Matrix, Shown};
use super::facts::Facts;
use super::grid_keys::{At, moved};
use super::save::Save;
use super::{Word, word};
use crate::page::browser::focus_id;
use crate::page::class_names::ClassNames;
use crate::page::later::Later;
use crate::page::words::insight_words;

/// The rows of more classes than these are drawn one after the other, so that drawing them is no single long task.
const AT_ONCE: usize = 12;
/// Fewer classes do not fill the width of the page.
const FEW: usize = 6;

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
    // Those of an earlier network are gone while there is no matrix.
    let classes = Memo::new(move |before: Option<&usize>| {
        let now = matrix.with(|matrix| matrix.as_ref().map(Matrix::classes));
        now.or(before.copied()).unwrap_or_default()
    });
    // The only cell that Tab reaches.
    let at = RwSignal::new((0, 0));
    Effect::new(move |before: Option<usize>| {
        let now = classes.get();
        if before.is_some_and(|before| before != now) {
            at.set((0, 0));
        }
        now
    });
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
        let size = classes.get_untracked();
        if let Some(to) = moved(at.get_untracked(), (size, size), &key, control) {
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
    let names = facts.names;
    let csv = move |()| {
        matrix.with_untracked(|matrix| {
            let csv = |names: &_| Some(matrix.as_ref()?.csv(names, wish.get_untracked()));
            names.with_untracked(csv)
        })
    };
    let class_name = move |label| move || names.with(|names| names.shown(label));
    let head = move |label| view! { <th scope="col">{class_name(label)}</th> };
    let row = move |class, classes| {
        let row = move || view! { <Row matrix names wish at open class classes /> };
        if classes > AT_ONCE {
            view! { <Later>{row()}</Later> }.into_any()
        } else {
            row().into_any()
        }
    };
    // A network with other classes has other cells.
    let each = move || {
        let all = classes.get();
        (0..all).map(move |class| (class, all))
    };
    view! {
        <section class="insight-matrix" aria-labelledby="confusion-title">
            <div class="insight-head">
                <h3 id="confusion-title">{word(|words| words.confusion_matrix())}</h3>
                <Switch matrix wish />
            </div>
            <Summary facts />
            <div class="insight-scroll" class:confusion-scroll=move || { classes.get() > AT_ONCE }>
                <table class="confusion" class:confusion-few=move || { classes.get() < FEW } role="grid" data-testid="confusion-matrix"
                    aria-labelledby="confusion-title" aria-describedby="confusion-keys"
                    on:keydown=press
                    on:click=move |event| {
                        if let Some(cell) = cell_at(&event) {
                            toggle(cell);
                        }
                    }>
                    <thead>
                        <tr>
                            <td>{word(|words| words.true_by_predicted())}</td>
                            <For each key=|class| *class let((class, _))>{head(class)}</For>
                        </tr>
                    </thead>
                    <tbody>
                        <For each key=|class| *class let((class, classes))>{row(class, classes)}</For>
                    </tbody>
                </table>
            </div>
            <p class="note" id="confusion-keys">{word(|words| words.how_to_open())}</p>
            <Save file_name=facts.names("confusion-matrix") name="confusion-matrix" title=|words| words.confusion_matrix() csv />
        </section>
    }
}

/// The cell that was clicked.
fn cell_at(event: &MouseEvent) -> Option<At> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    place_of(&target.closest("td").ok()??.id())
}

/// The cell whose element has this id.
fn place_of(id: &str) -> Option<At> {
    let (class, predicted) = id.strip_prefix("confusion-")?.split_once('-')?;
    Some((class.parse().ok()?, predicted.parse().ok()?))
}

/// The cells of a true class. The row itself writes into them what changes: an effect for each attribute of each cell would be
/// 45,000 with 64 classes.
#[component]
fn Row(
    matrix: Memo<Option<Matrix>>,
    names: Memo<ClassNames>,
    wish: RwSignal<Shown>,
    at: RwSignal<At>,
    open: RwSignal<Option<At>>,
    class: usize,
    classes: usize,
) -> impl IntoView {
    let row = NodeRef::<Tr>::new();
    let cells = move || {
        let cells = row.get().map(|row| row.children());
        (0..classes).filter_map(move |predicted| {
            Some((predicted, cells.as_ref()?.item(predicted as u32 + 1)?))
        })
    };
    Effect::new(move |_| {
        matrix.with(|matrix| {
            let Some(matrix) = matrix else { return };
            let wish = matrix.shown(wish.get());
            names.with(|names| {
                for (predicted, cell) in cells() {
                    write(&cell, matrix, names, (class, predicted), wish);
                }
            });
        });
    });
    let in_row = move |cell: Option<At>| cell.filter(|cell| cell.0 == class).map(|cell| cell.1);
    let opened = Memo::new(move |_| in_row(open.get()));
    let reached = Memo::new(move |_| in_row(Some(at.get())));
    Effect::new(move |_| {
        for (predicted, cell) in cells() {
            set(&cell, "aria-selected", &(opened.get() == Some(predicted)).to_string());
        }
    });
    Effect::new(move |_| {
        for (predicted, cell) in cells() {
            set(&cell, "tabindex", if reached.get() == Some(predicted) { "0" } else { "-1" });
        }
    });
    let cell = move |predicted| {
        view! {
            <td id=id_of((class, predicted)) role="gridcell" data-testid="confusion-cell"
                class:confusion-right=class == predicted></td>
        }
    };
    view! {
        <tr node_ref=row>
            <th scope="row">{move || names.with(|names| names.shown(class))}</th>
            {(0..classes).map(cell).collect_view()}
        </tr>
    }
}

/// What a cell shows, in the document and for screen readers.
fn write(cell: &Element, matrix: &Matrix, names: &ClassNames, place: At, wish: Shown) {
    let (shade, is_good) = matrix.shade(place, wish);
    let difference = matrix.difference(place);
    let [class, predicted] = [place.0, place.1].map(|it| names.shown(it));
    let told = match wish {
        Shown::Differences => insight_words().cell_difference(&class, &predicted, difference),
        _ => insight_words().cell(&class, &predicted, matrix.count(place), matrix.share(place)),
    };
    let compared = if matrix.is_compared() { difference.to_string() } else { String::new() };
    set(cell, "data-true", names.plain(place.0));
    set(cell, "data-predicted", names.plain(place.1));
    set(cell, "data-count", &matrix.count(place).to_string());
    set(cell, "data-difference", &compared);
    set(cell, "data-shade", &shade.to_string());
    set(cell, "data-good", &is_good.to_string());
    set(cell, "aria-label", &told);
    // Only a list of tokens that holds a space would be refused.
    let _ = cell.class_list().toggle_with_force("confusion-zero", matrix.is_zero(place, wish));
    cell.set_text_content(Some(&matrix.text(place, wish)));
}

/// Sets an attribute. Only a name that is none would be refused.
fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_by_its_elements_id() {
        assert_eq!(place_of(&id_of((3, 63))), Some((3, 63)));
        for id in ["", "confusion-title", "confusion-3", "confusion-3-x", "other-1-2"] {
            assert_eq!(place_of(id), None, "{id}");
        }
    }
}
