//! Inside the network: filters, feature maps, the distributions of each layer's numbers, and what a single step does.
//!
//! `training` reaches the run that trains, `look` decides what is looked at and asks the worker for insight about it; the
//! components are in files of their own, with their drawings as plain data in `drawings`, `ridges` and `ratios`.

mod drawings;
mod histograms;
mod layers;
mod look;
mod maps;
mod ratios;
mod ridges;
mod step;
mod training;

use leptos::prelude::*;

use self::histograms::Histograms;
pub use self::histograms::Kind;
use self::layers::LayersTable;
use self::look::Look;
use self::maps::{Filters, ImageChoice, Maps};
use self::ratios::Ratios;
use self::step::StepOnce;
pub use self::training::{Doing, RunInTraining};
use super::ShownImages;
use super::trouble::Trouble;
use super::validation::Validation;
use super::word;
use crate::page::session::InsightWorker;
use crate::page::words::insight_words;

/// The section's content. While the run trains, it follows it; the run loses less than a twentieth of its speed.
#[component]
pub fn InsideNetwork(
    worker: InsightWorker,
    validation: Validation,
    images: ShownImages,
    training: RunInTraining,
) -> impl IntoView {
    let look = Look::new(worker, validation, images, training);
    let about = move || {
        insight_words().inside_state(look.doing.get(), look.inside_step(), look.weights().is_some())
    };
    view! {
        <p class="note" data-testid="inside-state"
            data-step=move || look.seen.with(|seen| seen.as_ref().map(|seen| seen.step.to_string()))>
            {about}
        </p>
        <Trouble complaint=Signal::derive(move || look.complaint())
            again=Callback::new(move |()| look.ask()) testid="inside-failure" />
        <div class="inside-figures">
            <StepOnce look />
            <LayersTable look />
            <Ratios look />
            <ImageChoice look />
            <Filters look />
            <Maps look />
            <Histograms look />
        </div>
        <p class="note">{word(|words| words.inside_cost())}</p>
    }
}
