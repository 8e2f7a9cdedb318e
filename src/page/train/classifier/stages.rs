//! How what is on the pad becomes a garment, stage by stage.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::Subject;
use super::disclosure::Disclosure;
use crate::garment::StageKind;
use crate::page::browser::paint_rgba;
use crate::page::words::words;

/// The stages, drawn while they are open.
#[component]
pub fn Stages(subject: Subject) -> impl IntoView {
    let is_there = Memo::new(move |_| subject.prepared.with(Option::is_some));
    view! {
        <Disclosure is_there label=|words| words.classifier.stages() testid="picture-stages">
            <ol class="stages">
                <For each=move || kinds(subject) key=|kind| *kind let:kind>
                    <StageFigure subject kind />
                </For>
            </ol>
        </Disclosure>
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
            // Also clears it.
            canvas.set_width(stage.width as u32);
            canvas.set_height(stage.height as u32);
            paint_rgba(&canvas, &stage.rgba, stage.width);
        });
    });
    view! {
        <li class="stage" data-testid="picture-stage" data-stage=name_of(kind)>
            <canvas node_ref=canvas aria-hidden="true"></canvas>
            <span>{move || words().classifier.stage(kind)}</span>
        </li>
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
