//! Figures with their names, side by side.

use leptos::prelude::*;

/// A list of names and figures.
pub fn figure_list<const COUNT: usize>(
    figures: [(&'static str, String); COUNT],
) -> impl IntoView + use<COUNT> {
    let figures =
        figures.map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> });
    view! { <dl class="checkpoint-figures">{figures.collect_view()}</dl> }
}
