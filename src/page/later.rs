//! Parts of the page that are drawn one after the other, so that opening it is no single long task.

use std::time::Duration;

use leptos::prelude::*;

/// Draws its children once, in a task of their own after the present one.
#[component]
pub fn Later(children: Children) -> impl IntoView {
    let children = StoredValue::new_local(Some(children));
    let is_due = RwSignal::new(false);
    // It may have been taken away by then.
    let draw = move || {
        let _ = is_due.try_set(true);
    };
    set_timeout(draw, Duration::ZERO);
    move || {
        let children = is_due.get().then(|| children.try_update_value(Option::take));
        children.flatten().flatten().map(|children| children())
    }
}
