//! Every word that a visitor reads, in whole sentences with places for facts.
//!
//! A file beside this one declares the sentences of a part of the page; the file of the same name in a
//! language's folder (`en/`) writes them. A sentence takes facts as numbers and names: how a language writes
//! numbers and plurals is for its own file to say. The compiler notices a sentence that a language lacks and
//! one that the page does not use.
//!
//! Text that other programs read (keys of links, exported files, `data-` attributes) is not here.

mod en;
mod failures;
mod run;

pub use failures::{FailureWords, Told};
pub use run::RunWords;

/// All sentences of one language.
pub struct Words {
    /// What went wrong, what was kept, what to do next.
    pub failures: FailureWords,
    /// The run: its controls, its progress, its numbers.
    pub run: RunWords,
}

/// The words of the visitor's language.
pub fn words() -> &'static Words {
    &en::WORDS
}

/// A word of the visitor's language, as a view takes it.
pub fn say(
    word: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || word(words())
}

/// Declares the sentences of a part of the page: `name` for a text that is always the same, `name(fact: type)`
/// for one with facts. A language gives each as a `&'static str` or as a function.
macro_rules! sentences {
    (
        $(#[$about:meta])*
        $part:ident {
            $($(#[$when:meta])* $name:ident $(($($fact:ident: $kind:ty),+))?),+ $(,)?
        }
    ) => {
        $(#[$about])*
        pub struct $part {
            $(pub(super) $name: $crate::page::words::sentences!(@kind $($($kind),+)?),)+
        }

        impl $part {
            $($crate::page::words::sentences!(@method $(#[$when])* $name $($($fact: $kind),+)?);)+
        }
    };
    (@kind) => { &'static str };
    (@kind $($kind:ty),+) => { fn($($kind),+) -> String };
    (@method $(#[$when:meta])* $name:ident) => {
        $(#[$when])*
        pub const fn $name(&self) -> &'static str {
            self.$name
        }
    };
    (@method $(#[$when:meta])* $name:ident $($fact:ident: $kind:ty),+) => {
        $(#[$when])*
        pub fn $name(&self, $($fact: $kind),+) -> String {
            (self.$name)($($fact),+)
        }
    };
}
use sentences;
