//! What `index.html` shows before the page's wasm has arrived.

use leptos::prelude::*;

const ID: &str = "first-view";
/// Set on the document's element by `www/first-view.js` when Start is pressed early.
const PRESSED: &str = "data-start-pressed";

/// Removes the first view, and returns whether Start was pressed in it.
pub fn take_away() -> bool {
    if let Some(first_view) = document().get_element_by_id(ID) {
        first_view.remove();
    }
    let Some(root) = document().document_element() else { return false };
    let was_pressed = root.has_attribute(PRESSED);
    // Without it, only a later mount of the page could start a second run.
    let _ = root.remove_attribute(PRESSED);
    was_pressed
}
