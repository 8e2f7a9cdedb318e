//! The entry point of the worker for files.
#![forbid(unsafe_code)]

fn main() {
    #[cfg(target_family = "wasm")]
    atelier::files_worker::run();
}
