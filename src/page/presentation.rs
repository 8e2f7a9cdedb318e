//! The presentation mode, for a projector: large type, and only the run, its curves, the pad and the answer.
//!
//! The class on the document's root does all of it (`www/styles/presentation.css`).

use leptos::prelude::*;

use super::icon_toggle::IconToggle;
use super::link;

const CLASS: &str = "presenting";

/// A button that enters and leaves the presentation mode, which a link can also ask for.
#[component]
pub fn PresentationToggle() -> impl IntoView {
    let presents = RwSignal::new(link::presents());
    Effect::new(move |_| {
        let root = document().document_element();
        // Only a class list without spaces can fail, and this one has none.
        let _ = root.map(|root| root.class_list().toggle_with_force(CLASS, presents.get()));
    });
    let switch = move |_| {
        presents.update(|presents| *presents = !*presents);
        link::write_presents(presents.get_untracked());
    };
    view! {
        <IconToggle
            hook="present"
            class="present-toggle"
            label=|words| words.header.presentation()
            is_on=presents
            turn_on=|words| words.header.about_presentation()
            turn_off=|words| words.header.leave_presentation()
            on_press=switch
        >
            <path d="M3 4.75h18M4.75 4.75v10.5h14.5V4.75M12 15.25v4M8.5 20.25l3.5-2.5 3.5 2.5" />
        </IconToggle>
    }
}
