//! How much room there is, and asking the browser to keep what is stored.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

use crate::page::format::bytes;
use crate::page::session::LibraryState;

/// What the browser says of this site's storage.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Room {
    used: f64,
    quota: f64,
    persisted: bool,
}

/// How the request to keep the data went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    No,
    Refused,
}

/// Room used and left, and the request to keep it, explained before it is made.
#[component]
pub fn Storage(library: LibraryState) -> impl IntoView {
    let room = RwSignal::new(None::<Room>);
    let asked = RwSignal::new(Asked::No);
    let look = move || {
        leptos::task::spawn_local(async move {
            if let Some(found) = look().await {
                room.set(Some(found));
            }
        });
    };
    // What is stored changes when checkpoints do.
    Effect::new(move |_| {
        library.checkpoints.track();
        library.is_known.track();
        look();
    });
    let persist = move |_| {
        leptos::task::spawn_local(async move {
            let kept = persist().await.unwrap_or(false);
            asked.set(if kept { Asked::No } else { Asked::Refused });
            look();
        });
    };
    let words = move || {
        room.get().map(|room| {
            let (used, left) = (room.used as u64, (room.quota - room.used).max(0.0) as u64);
            format!("{} used in this browser, {} available.", bytes(used), size(left))
        })
    };
    let persisted = Memo::new(move |_| room.get().map(|room| room.persisted));
    view! {
        <div class="storage" data-testid="storage">
            <p data-testid="storage-used">{words}</p>
            <Show when=move || persisted.get() == Some(true)>
                <p class="note" data-testid="storage-kept">
                    "The browser has promised to keep it until you clear it yourself."
                </p>
            </Show>
            <Show when=move || persisted.get() == Some(false)>
                <p class="note">
                    "When the disk runs full, the browser may delete what this site stores. It can be asked \
                    to keep it: some browsers then ask you, others decide by how often you come here. \
                    Nothing else changes, and you can take it back in the browser's site settings."
                </p>
                <button type="button" data-testid="storage-persist" on:click=persist>
                    "Ask the browser to keep it"
                </button>
            </Show>
            <Show when=move || asked.get() == Asked::Refused>
                <p class="note" role="status" data-testid="storage-refused">
                    "The browser did not promise it. Download what matters to you, or ask again after a few \
                    visits or after bookmarking this page."
                </p>
            </Show>
        </div>
    }
}

/// Beyond gigabytes the exact number says nothing.
fn size(left: u64) -> String {
    if left >= 1_000_000_000 { format!("{:.1} GB", left as f64 / 1e9) } else { bytes(left) }
}

fn manager() -> Option<StorageManager> {
    let navigator: JsValue = window().navigator().into();
    // Not on insecure addresses.
    let storage = js_sys::Reflect::get(&navigator, &"storage".into()).ok()?;
    storage.dyn_into().ok()
}

async fn look() -> Option<Room> {
    let manager = manager()?;
    let estimate = JsFuture::from(manager.estimate().ok()?).await.ok()?;
    let estimate: StorageEstimate = estimate.unchecked_into();
    let persisted = JsFuture::from(manager.persisted().ok()?).await.ok()?;
    Some(Room {
        used: estimate.get_usage()?,
        quota: estimate.get_quota()?,
        persisted: persisted.is_truthy(),
    })
}

async fn persist() -> Option<bool> {
    let kept = JsFuture::from(manager()?.persist().ok()?).await.ok()?;
    Some(kept.is_truthy())
}
