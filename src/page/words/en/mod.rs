//! English.

mod benchmark;
mod charts;
mod checkpoints;
mod classifier;
mod data;
mod engine;
mod header;
mod library;
mod page;
mod run;
mod settings;

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
    settings: settings::WORDS,
    library: library::WORDS,
    checkpoints: checkpoints::WORDS,
};
