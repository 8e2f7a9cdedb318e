//! English.

mod run;

use super::Words;

/// All sentences in English.
pub const WORDS: Words = Words { run: run::WORDS };
