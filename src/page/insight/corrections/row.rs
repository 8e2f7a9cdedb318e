//! A correction in the list.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::menu::value_of;
use crate::dataset::Correction;
use crate::page::browser::paint_garment;
use crate::page::corrections::KeptCorrections;
use crate::page::insight::ShownImages;
use crate::page::words::{corrections_words, words};

/// The image, what becomes of it, and a button that takes the correction away.
#[component]
pub fn CorrectionRow(
    kept: KeptCorrections,
    images: ShownImages,
    correction: Correction,
) -> impl IntoView {
    let Correction { split, index, label } = correction;
    let pixels = RwSignal::from(images.image(split, index));
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some((canvas, pixels)) = canvas.get().zip(pixels.get()) {
            paint_garment(&canvas, &pixels);
        }
    });
    let name = |class: u8| words().classifier.class_name(class.into());
    let text = move || {
        let published = images.published(split, index).map(name);
        corrections_words().correction(split, index, published, label.map(name))
    };
    let remove = move |_| {
        let removed = kept.change(|list| {
            let mut list = list.clone();
            list.remove(split, index);
            Ok(list)
        });
        debug_assert!(removed.is_ok(), "fewer corrections leave more images");
    };
    view! {
        <li class="correction-row" data-testid="correction-row" data-index=index.to_string()
            data-split=split.as_str() data-label=value_of(Some(correction))
            data-painted=move || pixels.with(Option::is_some).to_string()>
            <canvas node_ref=canvas width="28" height="28" aria-hidden="true"></canvas>
            <span>{text}</span>
            <button type="button" class="quiet" data-testid="correction-undo"
                aria-label=move || corrections_words().undo_of(split, index) on:click=remove>
                {move || corrections_words().undo()}
            </button>
        </li>
    }
}
