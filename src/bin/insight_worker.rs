//! The entry point of the worker that looks into networks.
#![forbid(unsafe_code)]

fn main() {
    #[cfg(target_family = "wasm")]
    atelier::insight_worker::run();
}
