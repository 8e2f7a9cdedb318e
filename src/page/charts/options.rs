//! What a visitor chooses about the charts of a run.

use leptos::prelude::*;

use super::Smoothing;
use crate::page::session::LossSeries;
use crate::page::words::{Word, say};

/// The choices. Copies are the same ones.
#[derive(Clone, Copy)]
pub struct ChartOptions {
    /// The weight of all earlier steps in the smoothed loss, 0 to below 1.
    pub smoothing: RwSignal<f64>,
    /// Whether losses are on a logarithmic axis.
    log: RwSignal<bool>,
    /// Whether PyTorch's results are drawn.
    reference: RwSignal<bool>,
}

/// The choices at a moment, apart from the smoothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whether losses are on a logarithmic axis.
    pub log: bool,
    /// Whether PyTorch's results are drawn.
    pub reference: bool,
}

impl ChartOptions {
    /// What a visitor who has chosen nothing sees.
    pub fn new() -> Self {
        Self {
            smoothing: RwSignal::new(LossSeries::USUAL_WEIGHT),
            log: RwSignal::new(false),
            reference: RwSignal::new(true),
        }
    }

    /// The present choices, tracked.
    pub fn shown(self) -> Shown {
        Shown { log: self.log.get(), reference: self.reference.get() }
    }
}

/// The choices' controls; the one for PyTorch's results only where there are any to draw.
#[component]
pub fn Options(options: ChartOptions, #[prop(into)] has_reference: Signal<bool>) -> impl IntoView {
    let switch = |chosen: RwSignal<bool>, testid: &'static str, label: Word| {
        view! {
            <label class="chart-switch">
                <input
                    type="checkbox"
                    data-testid=testid
                    prop:checked=move || chosen.get()
                    on:change:target=move |event| chosen.set(event.target().checked())
                />
                {say(label)}
            </label>
        }
    };
    view! {
        <div class="chart-options">
            <Smoothing smoothing=options.smoothing />
            {switch(options.log, "loss-log", |words| words.charts.log_scale())}
            {move || has_reference.get().then(|| {
                switch(options.reference, "reference-toggle", |words| words.charts.pytorchs_range())
            })}
        </div>
    }
}
