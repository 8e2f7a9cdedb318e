//! The label of an image, as a choice: as published, another one, or left out.

use leptos::prelude::*;
use web_sys::HtmlSelectElement;

use crate::dataset::{Correction, CorrectionsMistake, SplitName};
use crate::network::CLASSES;
use crate::page::corrections::KeptCorrections;
use crate::page::words::{corrections_words, words};

/// The choice of the published label.
const PUBLISHED: &str = "published";
/// The choice to leave the image out.
const OUT: &str = "out";

/// The choice for one image, and a mark if it is corrected.
#[component]
pub fn CorrectionMenu(
    kept: KeptCorrections,
    split: SplitName,
    /// The image's index in its split, from 0.
    index: u32,
    /// Its published label, below [`CLASSES`].
    published: usize,
) -> impl IntoView {
    let mistake = RwSignal::new(None::<CorrectionsMistake>);
    let correction = Memo::new(move |_| {
        // A file may confirm the published label, which corrects nothing.
        let corrects = |it: &Correction| it.label.map(usize::from) != Some(published);
        kept.list.with(|list| list.of(split, index)).filter(corrects)
    });
    let chosen = Memo::new(move |_| value_of(correction.get()));
    let choose = move |select: HtmlSelectElement| {
        let value = select.value();
        let outcome = kept.change(|list| {
            let mut list = list.clone();
            match chosen_of(&value, published) {
                Some(label) => list.set(Correction { split, index, label })?,
                None => list.remove(split, index),
            }
            Ok(list)
        });
        if outcome.is_err() {
            // Nothing was changed, so the choice is as it was.
            select.set_value(&chosen.get_untracked());
        }
        let _ = mistake.try_set(outcome.err());
    };
    let option = move |value: String, text: Signal<String>| {
        let this = value.clone();
        view! {
            <option value=value prop:selected=move || chosen.with(|chosen| *chosen == this)>{text}</option>
        }
    };
    let name = |class| words().classifier.class_name(class);
    let as_published = Signal::derive(move || corrections_words().as_published().to_owned());
    let others = (0..CLASSES).filter(|class| *class != published);
    let others = others
        .map(|class| option(class.to_string(), Signal::derive(move || name(class).to_owned())))
        .collect_view();
    let leave_out = Signal::derive(move || corrections_words().leave_out().to_owned());
    view! {
        <select class="correction-choice" data-testid="correct"
            aria-label=move || corrections_words().label_of(split, index)
            prop:value=move || chosen.get()
            on:change:target=move |event| choose(event.target())>
            {option(PUBLISHED.to_owned(), as_published)}
            {others}
            {option(OUT.to_owned(), leave_out)}
        </select>
        {move || correction.get().map(|it| view! {
            <p class="correction-mark" data-testid="correction" data-index=index.to_string()
                data-split=split.as_str() data-label=value_of(Some(it))>
                {move || corrections_words().mark(it.label.map(|label| name(label.into())))}
            </p>
        })}
        {move || mistake.get().map(|mistake| view! {
            <p class="correction-mistake" role="alert">{move || corrections_words().mistake(&mistake)}</p>
        })}
    }
}

/// A choice as the page's elements name it.
pub fn value_of(correction: Option<Correction>) -> String {
    match correction {
        None => PUBLISHED.to_owned(),
        Some(Correction { label: None, .. }) => OUT.to_owned(),
        Some(Correction { label: Some(label), .. }) => label.to_string(),
    }
}

/// What a correction makes of the image by the name of a choice: another label, or left out; `None` if the image stays as
/// published.
fn chosen_of(value: &str, published: usize) -> Option<Option<u8>> {
    if value == OUT {
        return Some(None);
    }
    let label: u8 = value.parse().ok()?;
    (usize::from(label) != published && usize::from(label) < CLASSES).then_some(Some(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_another_label_or_leaves_out_or_is_no_correction() {
        assert_eq!(chosen_of("out", 3), Some(None));
        assert_eq!(chosen_of("4", 3), Some(Some(4)));
        for none in ["3", "published", "", "10", "-1", "256"] {
            assert_eq!(chosen_of(none, 3), None, "{none}");
        }
        let correction = |label| Correction { split: SplitName::Train, index: 1, label };
        for label in [None, Some(0), Some(9)] {
            assert_eq!(chosen_of(&value_of(Some(correction(label))), 3), Some(label));
        }
        assert_eq!(chosen_of(&value_of(None), 3), None);
    }
}
