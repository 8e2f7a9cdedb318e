//! The worker's entry point.

/// Runs the constructors that CubeCL's operations register themselves with, once.
///
/// Left to itself, the linker wraps them around every export, wasm-bindgen's `malloc` included, and
/// each call into the module then runs them all again (see the `inventory` crate's documentation).
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "the linker's function can be called in no other way")]
fn run_static_constructors() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker defines this function; it is called nowhere else and before everything else.
    unsafe { __wasm_call_ctors() }
}

fn main() {
    #[cfg(target_family = "wasm")]
    {
        run_static_constructors();
        atelier::worker::run();
    }
}
