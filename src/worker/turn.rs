//! Giving the browser a turn.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

/// Lets messages, timers and the GPU's callbacks in. A message to oneself comes back at once, where a
/// timer would be held back for 4 ms.
pub async fn next_turn() {
    thread_local! {
        static CHANNEL: Option<MessageChannel> = MessageChannel::new().ok();
    }
    let turn = Promise::new(&mut |resolve, _| {
        CHANNEL.with(|channel| {
            if let Some(channel) = channel {
                channel.port1().set_onmessage(Some(&resolve));
                let _ = channel.port2().post_message(&JsValue::NULL);
            } else {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
    });
    // The promise is only ever resolved.
    let _ = JsFuture::from(turn).await;
}
