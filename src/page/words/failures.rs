//! What went wrong: what happened, what was kept, what to do next.

use crate::page::session::{Complaint, Remedy};
use crate::text::{self, line};

/// What a visitor is told about a failure. Each part is one or more whole sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub happened: String,
    /// What was kept.
    pub kept: String,
    /// What to do next.
    pub next: String,
}

/// Sentences about failures. A language matches on every variant, and quotes texts from outside as they are: what is
/// too long or cannot be shown is taken out of the whole.
pub struct FailureWords {
    pub(super) told: fn(&Complaint) -> Told,
    pub(super) remedy: fn(&Remedy) -> &'static str,
    pub(super) dismiss: &'static str,
    pub(super) copy_report: &'static str,
}

impl FailureWords {
    /// The sentences about a failure.
    pub fn told(&self, what: &Complaint) -> Told {
        let Told { happened, kept, next } = (self.told)(what);
        let [happened, kept, next] =
            [happened, kept, next].map(|sentences| line(&sentences, text::MOST_TOLD));
        Told { happened, kept, next }
    }

    /// On the button that does what a message offers.
    pub fn remedy(&self, remedy: &Remedy) -> &'static str {
        (self.remedy)(remedy)
    }

    /// On the button that copies a report of what failed.
    pub const fn copy_report(&self) -> &'static str {
        self.copy_report
    }

    /// On the button that dismisses a message.
    pub const fn dismiss(&self) -> &'static str {
        self.dismiss
    }
}

/// The beginning of what may be of any length.
pub fn shortened(text: &str) -> String {
    line(text, 40)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::session::PageFailure;

    #[test]
    fn every_part_of_a_failure_can_be_shown_whatever_it_quotes() {
        let told = |_: &Complaint| {
            let long = format!("\u{202e}{}", "a\n".repeat(10_000));
            Told { happened: long.clone(), kept: long.clone(), next: long }
        };
        let words = FailureWords { told, remedy: |_| "", dismiss: "", copy_report: "" };
        let what = Complaint::from(PageFailure::RunNotHere { run: String::new() });
        let Told { happened, kept, next } = words.told(&what);
        for part in [happened, kept, next] {
            assert!(part.starts_with("a a") && part.chars().count() <= text::MOST_TOLD, "{part}");
        }
    }
}
