//! A button that opens what it names below itself.

use leptos::prelude::*;

use crate::page::words::{Word, say};

/// The button, while `is_there`; what it opens is made when it is opened, and again each time.
#[component]
pub fn Disclosure(
    is_there: Memo<bool>,
    label: Word,
    testid: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let children = StoredValue::new(children);
    view! {
        <Show when=move || is_there.get()>
            <button type="button" class="quiet" data-testid=testid
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)>
                {say(label)}
            </button>
            <Show when=move || is_open.get()>{children.with_value(|children| children())}</Show>
        </Show>
    }
}
