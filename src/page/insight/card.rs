//! An image of the data set as galleries show it.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::corrections::CorrectionMenu;
use super::{ShownImage, ShownImages, class_names};
use crate::insight::EvaluatedImage;
use crate::page::browser::paint_garment;
use crate::page::class_names::ClassNames;
use crate::page::corrections::KeptCorrections;
use crate::page::words::insight_words;
use crate::protocol::insight::SplitName;

/// The entry of a gallery: an image with its class (`label`), below it what its `children` say, and the
/// menu by which it is corrected. Its class is the published one unless `published` says which that is. Further attributes
/// go to the entry's element.
#[component]
pub fn ImageCard(
    images: ShownImages,
    split: SplitName,
    index: u32,
    label: usize,
    #[prop(optional)] published: Option<usize>,
    testid: &'static str,
    children: Children,
) -> impl IntoView {
    let pixels = images.image(split, index);
    let names = class_names();
    // Corrections are of the tutorial's labels.
    let corrections = use_context::<KeptCorrections>();
    let corrections = corrections.filter(|_| !names.with_untracked(ClassNames::are_own));
    let is_painted = RwSignal::from(pixels.clone());
    view! {
        <li class="mistake" data-testid=testid data-index=index.to_string()
            data-split=split.as_str()
            data-true=move || names.with(|names| names.plain(label).to_owned())
            data-painted=move || is_painted.with(Option::is_some).to_string()>
            <Garment pixels />
            <p>{move || names.with(|names| insight_words().true_class(&names.shown(label)))}</p>
            {children()}
            {corrections.map(|kept| {
                view! { <CorrectionMenu kept split index published=published.unwrap_or(label) /> }
            })}
        </li>
    }
}

/// An image that was evaluated: below its class the prediction and the loss, and what `children` say. Its class is the
/// published one unless `published` says which that is.
#[component]
pub fn EvaluatedCard(
    images: ShownImages,
    split: SplitName,
    image: EvaluatedImage,
    #[prop(optional)] published: Option<usize>,
    testid: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let EvaluatedImage { index, label, predicted, confidence, loss } = image;
    let names = class_names();
    view! {
        <ImageCard images split index label published=published.unwrap_or(label) testid
            attr:data-predicted=move || names.with(|names| names.plain(predicted).to_owned())
            attr:data-loss=loss.to_string() attr:data-confidence=confidence.to_string()>
            <p class="mistake-predicted">
                {move || {
                    let name = names.with(|names| names.shown(predicted));
                    insight_words().predicted_class(&name, confidence.into())
                }}
            </p>
            <p class="note">{move || insight_words().loss_of_image(loss.into(), index)}</p>
            {children.map(|children| children())}
        </ImageCard>
    }
}

/// The pixels of an image, drawn once they have arrived.
#[component]
pub fn Garment(pixels: ShownImage) -> impl IntoView {
    let pixels = RwSignal::from(pixels);
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some((canvas, pixels)) = canvas.get().zip(pixels.get()) {
            paint_garment(&canvas, &pixels);
        }
    });
    view! { <canvas node_ref=canvas width="28" height="28" aria-hidden="true"></canvas> }
}
