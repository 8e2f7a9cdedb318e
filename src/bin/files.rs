//! The entry point of the worker for files.

fn main() {
    #[cfg(target_family = "wasm")]
    atelier::files_worker::run();
}
