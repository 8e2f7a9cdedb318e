//! English.

mod causes;
mod failures;
mod file_causes;
mod page_failures;
mod run;

use super::Words;

/// All sentences in English.
pub const WORDS: Words = Words { failures: failures::WORDS, run: run::WORDS };
