//! Which tab trains which run, as known to one tab.
//!
//! A tab that ends sends no message. But it holds a lock on the run that it trains, so the others can check
//! which of the runs that they saw it train are still being trained.

use std::collections::{BTreeSet, HashSet};

use super::RunOwner;

/// The runs that this tab and the others are training.
#[derive(Debug, Default)]
pub struct Owners {
    here: Option<String>,
    /// The runs that other tabs were last seen training.
    elsewhere: BTreeSet<String>,
}

impl Owners {
    /// From now on this tab trains a run, or none.
    pub fn train_here(&mut self, run: Option<String>) {
        self.here = run;
    }

    /// The run that this tab trains.
    #[must_use]
    pub fn here(&self) -> Option<&str> {
        self.here.as_deref()
    }

    /// Whether this tab trains this run.
    #[must_use]
    pub fn trains_here(&self, run: &str) -> bool {
        self.here() == Some(run)
    }

    /// Which tab trains this run, given the runs `in_training` in any tab. Another tab's run is remembered.
    pub fn owner_of(&mut self, run: &str, in_training: &HashSet<String>) -> RunOwner {
        if self.trains_here(run) {
            self.forget(run);
            RunOwner::Here
        } else if in_training.contains(run) {
            self.elsewhere.insert(run.to_owned());
            RunOwner::OtherTab
        } else {
            self.forget(run);
            RunOwner::AtRest
        }
    }

    /// Forgets that another tab was seen training this run.
    pub fn forget(&mut self, run: &str) {
        self.elsewhere.remove(run);
    }

    /// Whether other tabs were last seen training anything.
    #[must_use]
    pub fn has_others(&self) -> bool {
        !self.elsewhere.is_empty()
    }

    /// The runs that other tabs were last seen training and that are not among `in_training`. Each is
    /// returned again until [`Self::owner_of`] or [`Self::forget`] is called for it.
    #[must_use]
    pub fn no_longer_trained(&self, in_training: &HashSet<String>) -> Vec<String> {
        self.elsewhere.iter().filter(|run| !in_training.contains(*run)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<const COUNT: usize>(names: [&str; COUNT]) -> HashSet<String> {
        names.map(str::to_owned).into()
    }

    #[test]
    fn what_this_tab_trains_is_not_taken_for_another_ones() {
        let mut owners = Owners::default();
        owners.train_here(Some("one".to_owned()));
        // The held locks include this tab's own.
        let in_training = names(["one", "two"]);
        assert_eq!(owners.owner_of("one", &in_training), RunOwner::Here);
        assert_eq!(owners.owner_of("two", &in_training), RunOwner::OtherTab);
        assert_eq!(owners.owner_of("three", &in_training), RunOwner::AtRest);
        assert_eq!(owners.no_longer_trained(&names([])), ["two"]);
    }

    #[test]
    fn a_run_whose_tab_has_ended_is_given_until_it_was_looked_at() {
        let mut owners = Owners::default();
        let both = names(["one", "two"]);
        assert_eq!(owners.owner_of("one", &both), RunOwner::OtherTab);
        assert_eq!(owners.owner_of("two", &both), RunOwner::OtherTab);
        assert_eq!(owners.no_longer_trained(&both), [""; 0]);
        let left = names(["two"]);
        assert_eq!(owners.no_longer_trained(&left), ["one"]);
        assert_eq!(owners.no_longer_trained(&left), ["one"], "it could not be read, say");
        assert_eq!(owners.owner_of("one", &left), RunOwner::AtRest);
        assert_eq!(owners.no_longer_trained(&left), [""; 0]);
        assert!(owners.has_others());
        owners.forget("two");
        assert!(!owners.has_others());
    }

    #[test]
    fn a_run_that_this_tab_takes_over_is_no_longer_another_ones() {
        let mut owners = Owners::default();
        let in_training = names(["one"]);
        assert_eq!(owners.owner_of("one", &in_training), RunOwner::OtherTab);
        owners.train_here(Some("one".to_owned()));
        assert_eq!(owners.owner_of("one", &in_training), RunOwner::Here);
        assert!(!owners.has_others());
        owners.train_here(None);
        assert_eq!(owners.owner_of("one", &names([])), RunOwner::AtRest);
    }
}
