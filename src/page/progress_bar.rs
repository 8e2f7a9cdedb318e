//! A bar that fills.

use leptos::prelude::*;

use super::words::{Word, say};

/// A bar for a share of 0 to 1.
#[component]
pub fn ProgressBar(
    label: Word,
    share: impl Fn() -> f64 + Copy + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <div
            class="bar"
            role="progressbar"
            aria-label=say(label)
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", share() * 100.0)
        >
            <div class="bar-fill" style:transform=move || format!("scaleX({})", share())></div>
        </div>
    }
}
