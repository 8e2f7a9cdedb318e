//! The names of classes: the visitor's own, or else the tutorial's in the visitor's language.

use std::sync::Arc;

use super::words::words;
use crate::dataset::DataSetIdentity;
use crate::network::{CLASS_NAMES, Network};

/// The name of a label (from 0); `own` are the names of a data set of one's own, by label. A dash if there is none.
pub fn class_name(own: Option<&[String]>, label: usize) -> String {
    match own {
        Some(own) => own.get(label).map_or(super::format::UNKNOWN, String::as_str).to_owned(),
        None => words().classifier.class_name(label).to_owned(),
    }
}

/// The classes of a network: one's own, or else the tutorial's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassNames(Option<Arc<[String]>>);

impl ClassNames {
    /// Those of a data set of one's own, or else the tutorial's.
    pub fn of(own: Option<&DataSetIdentity>) -> Self {
        own.map_or_else(Self::default, |own| Self::own(own.class_names()))
    }

    /// One's own, by label.
    pub fn own(names: &[String]) -> Self {
        Self(Some(names.into()))
    }

    /// Whether they are one's own.
    pub const fn are_own(&self) -> bool {
        self.0.is_some()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.as_ref().map_or(Network::TUTORIAL.classes(), |own| own.len())
    }

    /// The name of a label, in the visitor's language unless it is one's own. A dash if there is none.
    pub fn shown(&self, label: usize) -> String {
        class_name(self.0.as_deref(), label)
    }

    /// The name of a label as files and attributes have it: English unless it is one's own. A dash if there is none.
    pub fn plain(&self, label: usize) -> &str {
        let name = match &self.0 {
            Some(own) => own.get(label).map(String::as_str),
            None => CLASS_NAMES.get(label).copied(),
        };
        name.unwrap_or(super::format::UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_own_names_are_shown_as_they_are() {
        let own = ["cup".to_owned(), "plate".to_owned()];
        assert_eq!(class_name(Some(&own), 1), "plate");
        assert_eq!(class_name(Some(&own), 2), "–");
    }
    #[test]
    fn a_network_has_as_many_names_as_classes() {
        let own = ClassNames::own(&["cup".to_owned(), "plate".to_owned(), "fork".to_owned()]);
        assert!(own.are_own());
        assert_eq!((own.count(), own.plain(2), own.plain(3)), (3, "fork", "–"));
        let tutorial = ClassNames::default();
        assert!(!tutorial.are_own());
        assert_eq!(
            (tutorial.count(), tutorial.plain(9), tutorial.plain(10)),
            (10, CLASS_NAMES[9], "–")
        );
    }
}
