//! Yields to the browser.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::MessageChannel;

use super::queue::Queue;

thread_local! {
    static QUEUE: Queue = Queue::default();
    /// Each message that returns completes one yield. `None` if the browser cannot create a channel.
    static CHANNEL: Option<MessageChannel> = MessageChannel::new().ok().inspect(|channel| {
        let turn = Closure::<dyn Fn()>::new(|| QUEUE.with(Queue::give_turn));
        channel.port1().set_onmessage(Some(turn.as_ref().unchecked_ref()));
        // The listener lives as long as the worker.
        turn.forget();
    });
}

/// Lets messages, timers and the GPU's callbacks run. A message to oneself returns at once; a timer would be
/// delayed by 4 ms.
pub async fn yield_now() {
    let turn = QUEUE.with(Queue::join);
    let is_posted = CHANNEL.with(|channel| {
        let channel = channel.as_ref()?;
        channel.port2().post_message(&JsValue::NULL).ok()
    });
    if is_posted.is_none() {
        // No message will return for it.
        QUEUE.with(Queue::give_turn);
    }
    turn.await;
}
