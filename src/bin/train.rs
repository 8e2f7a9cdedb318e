//! The terminal's trainer.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    atelier::terminal::main()
}
