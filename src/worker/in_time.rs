//! Work that is waited for a moment, and then goes on in the background.

use std::pin::pin;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::select;
use gloo::timers::future::sleep;

/// How long who stops a run waits for its last write: with a stretch of steps before it, less than half a second.
pub const MOMENT: Duration = Duration::from_millis(150);

/// Starts this work and waits for its end, but no longer than this.
pub async fn in_time(longest: Duration, work: impl Future<Output = ()> + 'static) {
    let (ended, hears) = oneshot::channel();
    wasm_bindgen_futures::spawn_local(async move {
        work.await;
        // Nobody may wait any more.
        let _ = ended.send(());
    });
    select(hears, pin!(sleep(longest))).await;
}
