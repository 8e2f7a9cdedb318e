//! The terminal's trainer.

use std::process::ExitCode;

fn main() -> ExitCode {
    atelier::terminal::main()
}
