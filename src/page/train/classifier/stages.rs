//! How what is on the pad becomes a garment, stage by stage.

use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::Clamped;
use web_sys::ImageData;

use super::Subject;
use crate::garment::{Stage, StageKind};
use crate::page::browser::context_of;
use crate::page::words::{say, words};

/// The stages, drawn while they are open.
#[component]
pub fn Stages(subject: Subject) -> impl IntoView {
    let is_there = Memo::new(move |_| subject.prepared.with(Option::is_some));
    let is_open = RwSignal::new(false);
    view! {
        <Show when=move || is_there.get()>
            <button type="button" class="quiet" data-testid="picture-stages"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)>
                {say(|words| words.classifier.stages())}
            </button>
            <Show when=move || is_open.get()>
                <ol class="stages">
                    <For each=move || kinds(subject) key=|kind| *kind let:kind>
                        <StageFigure subject kind />
                    </For>
                </ol>
            </Show>
        </Show>
    }
}

fn kinds(subject: Subject) -> Vec<StageKind> {
    subject.prepared.with(|prepared| {
        let stages = prepared.iter().flat_map(|prepared| &prepared.stages);
        stages.map(|stage| stage.kind).collect()
    })
}

#[component]
fn StageFigure(subject: Subject, kind: StageKind) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        subject.prepared.with(|prepared| {
            let stages = prepared.iter().flat_map(|prepared| &prepared.stages);
            let Some(stage) = stages.into_iter().find(|stage| stage.kind == kind) else { return };
            paint(&canvas, stage);
        });
    });
    view! {
        <li class="stage" data-testid="picture-stage" data-stage=name_of(kind)>
            <canvas node_ref=canvas aria-hidden="true"></canvas>
            <span>{move || words().classifier.stage(kind)}</span>
        </li>
    }
}

fn paint(canvas: &web_sys::HtmlCanvasElement, stage: &Stage) {
    // Also clears it.
    canvas.set_width(stage.width as u32);
    canvas.set_height(stage.height as u32);
    let image = ImageData::new_with_u8_clamped_array(Clamped(&stage.rgba), stage.width as u32);
    // What cannot be drawn stays empty; its caption still says what it would be.
    if let (Ok(image), Some(context)) = (image, context_of(canvas, false)) {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// A stage as the page's elements name it.
const fn name_of(kind: StageKind) -> &'static str {
    match kind {
        StageKind::Picture => "picture",
        StageKind::Separated => "separated",
        StageKind::Trimmed => "trimmed",
        StageKind::Small => "small",
        StageKind::Network => "network",
    }
}
