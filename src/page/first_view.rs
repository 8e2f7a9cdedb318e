//! What `index.html` shows until the page is drawn.

use leptos::prelude::*;

const ID: &str = "first-view";
/// Set on the document's element by `www/first-view.js` when Start is pressed early.
const PRESSED: &str = "data-start-pressed";

/// Leaves the name of Start to the page's own, which is in the document from now on; the first view's does the same until it is
/// taken away.
pub fn hand_over() {
    let start = document().query_selector(&format!("#{ID} [data-testid=start]"));
    if let Ok(Some(start)) = start {
        let _ = start.remove_attribute("data-testid");
    }
}

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
