//! The names of classes: the visitor's own, or else the tutorial's in the visitor's language.

use super::words::words;

/// The name of a label (from 0); `own` are the names of a data set of one's own, by label. A dash if there is none.
pub fn class_name(own: Option<&[String]>, label: usize) -> String {
    match own {
        Some(own) => own.get(label).map_or(super::format::UNKNOWN, String::as_str).to_owned(),
        None => words().classifier.class_name(label).to_owned(),
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
}
