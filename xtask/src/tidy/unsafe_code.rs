//! `unsafe` occurs in two files only, tests included.

use super::source::Kind::Word;
use super::source::SourceFile;
use super::{Failure, Reason};

/// The exceptions. One calls the static constructors that the linker leaves to us; the other counts what fuzzed parsers allocate,
/// in nothing that a visitor gets.
const EXCEPTIONS: [&str; 2] = ["src/bin/worker.rs", "fuzz/src/memory.rs"];

/// Every `unsafe` of a file that may have none.
pub fn check(file: &SourceFile<'_>) -> Vec<Failure> {
    if EXCEPTIONS.contains(&file.path) {
        return Vec::new();
    }
    let failure = |line| Failure {
        file: file.path.to_owned(),
        line,
        what: format!("`unsafe` outside {}", EXCEPTIONS.join(" and ")),
        reason: Reason::Unsafe,
    };
    let unsafe_ones = file.tokens.iter().filter(|token| token.kind == Word("unsafe"));
    unsafe_ones.map(|token| failure(token.line)).collect()
}
