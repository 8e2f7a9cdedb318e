//! A bar that fills.

use leptos::prelude::*;

/// A bar for a share of 0 to 1.
#[component]
pub fn ProgressBar(
    label: impl Fn() -> &'static str + Send + Sync + 'static,
    share: impl Fn() -> f64 + Copy + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <div
            class="bar"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", share() * 100.0)
        >
            <div class="bar-fill" style:transform=move || format!("scaleX({})", share())></div>
        </div>
    }
}
