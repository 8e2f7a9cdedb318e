//! Limits the memory of the worker for files.
//!
//! It shares its process with the page and with the run: a file that needs more than this ends the worker, while one
//! that could take all of WebAssembly's four gigabytes might make the system end the whole tab.

/// In bytes: four times the largest file that is imported.
const MOST_MEMORY: u64 = 2 << 30;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bin=files=--max-memory={MOST_MEMORY}");
    }
}
