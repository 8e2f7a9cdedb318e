//! English.

mod benchmark;
mod charts;
mod classifier;
mod data;
mod engine;
mod header;
mod page;
mod run;

use super::Words;

/// All sentences in English.
pub const WORDS: Words = Words {
    page: page::WORDS,
    header: header::WORDS,
    engine: engine::WORDS,
    run: run::WORDS,
    charts: charts::WORDS,
    classifier: classifier::WORDS,
    data: data::WORDS,
    benchmark: benchmark::WORDS,
};
