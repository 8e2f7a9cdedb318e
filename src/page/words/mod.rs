//! All text that a visitor reads, in whole sentences with places for facts.
//!
//! A file beside this one declares the sentences of a part of the page; the file of the same name in a
//! language's folder (`en/`, `zh/`) writes them; `language` says which folder is read. A sentence takes facts
//! as numbers and names: how a language writes numbers and plurals is for its own file to say. The compiler
//! reports a sentence that a language lacks, and one that the page does not use.
//!
//! A view shows a fixed text with [`say`], and a sentence with facts with a closure that calls [`words`], so
//! that both change with the language.
//!
//! Text that other programs read (keys of links, exported files, `data-` attributes) is not here.

mod benchmark;
mod charts;
mod checkpoints;
mod classifier;
mod code;
mod corrections;
mod data;
mod en;
mod engine;
mod experiment_figures;
mod experiments;
mod explore;
mod failures;
#[cfg(test)]
mod failures_tests;
mod header;
mod insight;
pub mod language;
mod lesson;
mod library;
mod outcome;
mod own_sets;
mod page;
mod run;
mod settings;
mod zh;

pub use benchmark::BenchmarkWords;
pub use charts::{ChartWords, Newest};
pub use checkpoints::CheckpointWords;
pub use classifier::ClassifierWords;
pub use code::CodeWords;
pub use corrections::{CorrectionsWords, corrections_words};
pub use data::DataWords;
pub use engine::EngineWords;
pub use experiment_figures::{ExperimentFigureWords, figure_words};
pub use experiments::{ExperimentsWords, experiments_words};
pub use explore::{ExploreWords, explore_words};
pub use failures::{FailureWords, Told};
pub use header::HeaderWords;
pub use insight::{InsightWords, insight_words};
pub use language::Language;
pub use lesson::{LessonWords, lesson_words};
pub use library::LibraryWords;
pub use outcome::OutcomeWords;
pub use own_sets::OwnSetsWords;
pub use page::PageWords;
pub use run::RunWords;
pub use settings::{Setting, SettingsWords};

#[cfg(test)]
pub use en::INSIGHT as ENGLISH_INSIGHT;
#[cfg(test)]
pub use en::LESSON as ENGLISH_LESSON;
#[cfg(test)]
pub use en::WORDS as ENGLISH;
#[cfg(test)]
pub use zh::INSIGHT as CHINESE_INSIGHT;
#[cfg(test)]
pub use zh::LESSON as CHINESE_LESSON;
#[cfg(test)]
pub use zh::WORDS as CHINESE;

#[cfg(test)]
mod tests;

/// All sentences of one language.
pub struct Words {
    /// The page around its parts: the tab's title, messages' buttons, the clipboard, the footer.
    pub page: PageWords,
    /// The masthead.
    pub header: HeaderWords,
    /// The engines' names, and why one is chosen.
    pub engine: EngineWords,
    /// What went wrong, what was kept, what to do next.
    pub failures: FailureWords,
    /// The run: its controls, its progress, its numbers.
    pub run: RunWords,
    /// What a run came to, and what to try next.
    pub outcome: OutcomeWords,
    /// The charts.
    pub charts: ChartWords,
    /// The classifier.
    pub classifier: ClassifierWords,
    /// The data set.
    pub data: DataWords,
    /// Data sets of one's own.
    pub own_sets: OwnSetsWords,
    /// The benchmark.
    pub benchmark: BenchmarkWords,
    /// The form.
    pub settings: SettingsWords,
    /// A run as code.
    pub code: CodeWords,
    /// The library of runs.
    pub library: LibraryWords,
    /// A run's checkpoints.
    pub checkpoints: CheckpointWords,
}

/// A fixed text in a given language. A function pointer, since each closure type would get its own copy of
/// the code that draws it.
pub type Word = fn(&'static Words) -> &'static str;

/// The text in the visitor's language. A closure that reads it is drawn again when the language changes.
pub fn words() -> &'static Words {
    match Language::chosen() {
        Language::English => &en::WORDS,
        Language::Chinese => &zh::WORDS,
    }
}

/// A text in the visitor's language, for use in a view.
pub fn say(word: Word) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || word(words())
}

/// Declares the sentences of a part of the page: `name` for a fixed text, `name(fact: type)` for a text with
/// facts, `name(fact: type) -> &'static str` for one of several fixed texts. A language defines each as a
/// `&'static str` or as a function.
macro_rules! sentences {
    (
        $(#[$about:meta])*
        $part:ident {
            $(
                $(#[$when:meta])*
                $name:ident $(($($fact:ident: $kind:ty),+) $(-> $text:ty)?)?
            ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        pub struct $part {
            $(pub(super) $name: $crate::page::words::sentences!(@kind $(($($kind),+) $($text)?)?),)+
        }

        impl $part {
            $(
                $crate::page::words::sentences!(
                    @method $(#[$when])* $name $(($($fact: $kind),+) $($text)?)?
                );
            )+

            /// The texts that are always the same, each with its name.
            #[cfg(test)]
            pub(super) fn texts(&self) -> Vec<(&'static str, &'static str)> {
                let texts: Vec<Option<(&'static str, &'static str)>> = vec![$(
                    $crate::page::words::sentences!(@text self $name $(($($kind),+))?)
                ),+];
                texts.into_iter().flatten().collect()
            }
        }
    };
    (@text $words:ident $name:ident) => { Some((stringify!($name), $words.$name)) };
    (@text $words:ident $name:ident ($($kind:ty),+)) => { None };
    (@kind) => { &'static str };
    (@kind ($($kind:ty),+)) => { fn($($kind),+) -> String };
    (@kind ($($kind:ty),+) $text:ty) => { fn($($kind),+) -> $text };
    (@method $(#[$when:meta])* $name:ident) => {
        $(#[$when])*
        pub const fn $name(&self) -> &'static str {
            self.$name
        }
    };
    (@method $(#[$when:meta])* $name:ident ($($fact:ident: $kind:ty),+)) => {
        $(#[$when])*
        pub fn $name(&self, $($fact: $kind),+) -> String {
            (self.$name)($($fact),+)
        }
    };
    (@method $(#[$when:meta])* $name:ident ($($fact:ident: $kind:ty),+) $text:ty) => {
        $(#[$when])*
        pub fn $name(&self, $($fact: $kind),+) -> $text {
            (self.$name)($($fact),+)
        }
    };
}
use sentences;
