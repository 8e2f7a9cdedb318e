//! What the network learned, where it errs, and why: the part of the place `understand` that looks into a run.
//!
//! It is a program of its own (`src/bin/insight.rs`), which `www/page_loader.js` loads when the place is first opened, so
//! that it weighs nothing for who never opens it. The page hands it an element, the run at hand and the language
//! ([`offer`], `understand/insight_part`); it has a worker of its own, which reads the library and the images
//! (`insight_worker`).
//!
//! [`validation`] holds which weights are looked at and what they say of the test images, `images` the images that are
//! shown; the components draw what `crate::insight` computes from that.

mod images;
mod offer;
mod validation;

use leptos::prelude::*;

pub use self::images::{ShownImage, ShownImages};
pub use self::offer::offer;
use self::validation::Validation;
use super::session::InsightWorker;

/// All of it, for the run with this name.
#[component]
fn Insight(run: RwSignal<Option<String>>) -> impl IntoView {
    let worker = InsightWorker::new();
    on_cleanup(move || worker.end());
    let validation = Validation::follow(worker, run);
    let images = ShownImages::new(worker);
    let _ = images;
    view! {
        <section class="panel insight" data-testid="insight">
            {move || validation.shown().map(|evaluation| evaluation.labels.len())}
        </section>
    }
}
