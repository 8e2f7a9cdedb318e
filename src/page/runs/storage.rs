//! How much space is used and left, and the request to protect the data from deletion.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

use crate::page::session::LibraryState;
use crate::page::words::{say, words};

/// What the browser reports about this site's storage.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Room {
    used: f64,
    quota: f64,
    persisted: bool,
}

/// The outcome of the request to protect the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    No,
    Refused,
}

/// Space used and left, and the request to protect the data, explained before it is made.
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
    // The space used changes with the checkpoints.
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
    let told = move || {
        room.get().map(|room| {
            let (used, left) = (room.used as u64, (room.quota - room.used).max(0.0) as u64);
            words().library.room(used, left)
        })
    };
    let persisted = Memo::new(move |_| room.get().map(|room| room.persisted));
    view! {
        <div class="storage" data-testid="storage">
            <p data-testid="storage-used">{told}</p>
            <Show when=move || persisted.get() == Some(true)>
                <p class="note" data-testid="storage-kept">
                    {say(|words| words.library.is_promised())}
                </p>
            </Show>
            <Show when=move || persisted.get() == Some(false)>
                <p class="note">{say(|words| words.library.may_be_deleted())}</p>
                <button type="button" data-testid="storage-persist" on:click=persist>
                    {say(|words| words.library.ask_to_keep())}
                </button>
            </Show>
            <Show when=move || asked.get() == Asked::Refused>
                <p class="note" role="status" data-testid="storage-refused">
                    {say(|words| words.library.not_promised())}
                </p>
            </Show>
            // A page of its own asks, without a worker that would store something again.
            <a class="button" href="delete.html" data-testid="delete-everything">
                {say(|words| words.library.delete_everything())}
            </a>
        </div>
    }
}

fn manager() -> Option<StorageManager> {
    let navigator: JsValue = window().navigator().into();
    // Missing on insecure origins.
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
