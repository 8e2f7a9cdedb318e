//! `unsafe` occurs in one file only, tests included.

use super::source::Kind::Word;
use super::source::SourceFile;
use super::{Failure, Reason};

/// The exception: it calls the static constructors that the linker leaves to us.
const EXCEPTION: &str = "src/bin/worker.rs";

/// Every `unsafe` of a file that may have none.
pub fn check(file: &SourceFile<'_>) -> Vec<Failure> {
    if file.path == EXCEPTION {
        return Vec::new();
    }
    let failure = |line| Failure {
        file: file.path.to_owned(),
        line,
        what: format!("`unsafe` outside {EXCEPTION}"),
        reason: Reason::Unsafe,
    };
    let unsafe_ones = file.tokens.iter().filter(|token| token.kind == Word("unsafe"));
    unsafe_ones.map(|token| failure(token.line)).collect()
}
