//! How far something is, and what went wrong with it.

use leptos::prelude::*;

use super::{ExploreWord, told};
use crate::page::session::{Complaint, Remedy};
use crate::page::words::{say, words};

/// A bar for a share of 0 to 1.
#[component]
pub fn Bar(
    label: ExploreWord,
    share: impl Fn() -> f64 + Copy + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <div class="bar" role="progressbar" aria-label=told(label) aria-valuemin="0"
            aria-valuemax="100" aria-valuenow=move || format!("{:.0}", share() * 100.0)>
            <div class="bar-fill" style:transform=move || format!("scaleX({})", share())></div>
        </div>
    }
}

/// What went wrong, with a button to try again.
#[component]
pub fn Trouble(complaint: RwSignal<Option<Complaint>>, again: Callback<()>) -> impl IntoView {
    view! {
        {move || complaint.get().map(|complaint| {
            let told = move || {
                let told = words().failures.told(&complaint);
                format!("{} {} {}", told.happened, told.kept, told.next)
            };
            view! {
                <div class="insight-failure" role="alert">
                    <p>{told}</p>
                    <button type="button" on:click=move |_| again.run(())>
                        {say(|words| words.failures.remedy(&Remedy::RetryData))}
                    </button>
                </div>
            }
        })}
    }
}

/// The seconds left of something that has taken so many milliseconds for this share of it (0 to 1); `None` as long as
/// that says too little.
pub fn left_of(share: f64, took_ms: f64) -> Option<f64> {
    (share > 0.02 && share <= 1.0 && took_ms > 0.0)
        .then(|| took_ms / 1_000.0 * (1.0 - share) / share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_what_is_done() {
        assert_eq!(left_of(0.25, 10_000.0), Some(30.0));
        assert_eq!(left_of(1.0, 10_000.0), Some(0.0));
        assert_eq!(left_of(0.01, 10_000.0), None, "too little is known");
        assert_eq!(left_of(f64::NAN, 10_000.0), None);
    }
}
