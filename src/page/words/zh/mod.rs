//! Chinese, in simplified characters.

mod benchmark;
mod causes;
mod charts;
mod checkpoints;
mod classifier;
mod code;
mod corrections;
mod data;
mod engine;
mod experiment_figures;
mod experiments;
mod explore;
mod failures;
mod file_causes;
mod header;
mod insight;
mod lesson;
mod library;
mod outcome;
mod own_sets;
mod page;
mod page_failures;
mod run;
mod settings;
mod units;

pub use self::corrections::WORDS as CORRECTIONS;
pub use self::experiment_figures::WORDS as EXPERIMENT_FIGURES;
pub use self::experiments::WORDS as EXPERIMENTS;
pub use self::explore::WORDS as EXPLORE;
pub use self::insight::WORDS as INSIGHT;
pub use self::lesson::WORDS as LESSON;
use super::Words;

/// All sentences in Chinese.
pub const WORDS: Words = Words {
    failures: failures::WORDS,
    page: page::WORDS,
    header: header::WORDS,
    engine: engine::WORDS,
    run: run::WORDS,
    outcome: outcome::WORDS,
    charts: charts::WORDS,
    classifier: classifier::WORDS,
    data: data::WORDS,
    own_sets: own_sets::WORDS,
    benchmark: benchmark::WORDS,
    settings: settings::WORDS,
    code: code::WORDS,
    library: library::WORDS,
    checkpoints: checkpoints::WORDS,
};
