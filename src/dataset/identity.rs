//! Which data set a run is trained on, where that is not the tutorial's.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::network::Network;
use crate::text;

/// The longest name of a class, in characters.
pub const MOST_CLASS_NAME: usize = 80;

/// What a data set of one's own is known by. Two with the same SHA-256 have the same images, labels, split and names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct DataSetIdentity {
    name: String,
    sha256: String,
    class_names: Vec<String>,
}

/// The same as it stands in a file.
#[derive(Deserialize)]
struct Unchecked {
    name: String,
    sha256: String,
    class_names: Vec<String>,
}

/// Why something is no data set of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum IdentityMistake {
    /// There are too few or too many classes.
    #[error(
        "it has {0} classes; {least} to {most} are possible",
        least = Network::FEWEST_CLASSES, most = Network::MOST_CLASSES
    )]
    Classes(usize),
    /// A class has no name, from 0.
    #[error("class {0} has no name")]
    NoClassName(usize),
    /// Two classes have the same name.
    #[error("two classes are named {0:?}")]
    SameClassName(String),
    /// The checksum is not 64 hexadecimal digits in lower case.
    #[error("{0:?} is no SHA-256")]
    Sha256(String),
}

impl DataSetIdentity {
    /// The data set of this name, with this SHA-256 of its contents in lower-case hexadecimal digits, and these names of its
    /// classes by label. All names are cut and cleaned as any text from outside.
    ///
    /// # Errors
    /// Any [`IdentityMistake`].
    pub fn new(name: &str, sha256: &str, class_names: &[String]) -> Result<Self, IdentityMistake> {
        let class_names = fitting_class_names(class_names)?;
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if sha256.len() != 64 || !sha256.bytes().all(is_digit) {
            return Err(IdentityMistake::Sha256(text::quote(sha256)));
        }
        let name = text::line(name, text::MOST_NAME);
        Ok(Self { name, sha256: sha256.to_owned(), class_names })
    }

    /// Its name, at most [`text::MOST_NAME`] characters.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of its contents: 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The names of its classes by label: 2 to 64, all different, none empty.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// The network that is trained on it.
    #[must_use]
    pub fn network(&self) -> Network {
        // Their number was checked when this was made.
        Network::new(self.class_names.len()).unwrap_or(Network::TUTORIAL)
    }

    /// The network that is trained on a data set: the tutorial's without one of one's own.
    #[must_use]
    pub fn network_for(own: Option<&Self>) -> Network {
        own.map_or(Network::TUTORIAL, Self::network)
    }

    /// How many classes the network tells apart that is trained on a data set: ten without one of one's own.
    #[must_use]
    pub fn classes_for(own: Option<&Self>) -> usize {
        Self::network_for(own).classes()
    }

    /// Its name and the beginning of its checksum, which tells it from others of that name.
    #[must_use]
    pub fn title(&self) -> String {
        let digits = self.sha256.get(..12).unwrap_or_default();
        match self.name.as_str() {
            "" => format!("{digits}…"),
            name => format!("{name} ({digits}…)"),
        }
    }
}

impl TryFrom<Unchecked> for DataSetIdentity {
    type Error = IdentityMistake;

    fn try_from(Unchecked { name, sha256, class_names }: Unchecked) -> Result<Self, Self::Error> {
        Self::new(&name, &sha256, &class_names)
    }
}

/// Names of classes as they are kept and shown.
///
/// # Errors
/// Any [`IdentityMistake`] but [`IdentityMistake::Sha256`].
pub(super) fn fitting_class_names(names: &[String]) -> Result<Vec<String>, IdentityMistake> {
    if Network::new(names.len()).is_none() {
        return Err(IdentityMistake::Classes(names.len()));
    }
    let names: Vec<_> = names.iter().map(|name| text::line(name, MOST_CLASS_NAME)).collect();
    for (label, name) in names.iter().enumerate() {
        if name.is_empty() {
            return Err(IdentityMistake::NoClassName(label));
        }
        if names[..label].contains(name) {
            return Err(IdentityMistake::SameClassName(name.clone()));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SUM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn names_are_cleaned_and_the_network_follows_the_classes() {
        let made = DataSetIdentity::new(" shapes\n", SUM, &names(&["a\u{202e}", " b ", "c"]));
        let made = made.unwrap();
        assert_eq!((made.name(), made.class_names()), ("shapes", &names(&["a", "b", "c"])[..]));
        assert_eq!(made.network(), Network::new(3).unwrap());
        assert_eq!(made.title(), "shapes (0123456789ab…)");
    }

    #[test]
    fn what_is_no_data_set_is_refused_with_its_reason() {
        use IdentityMistake::{Classes, NoClassName, SameClassName, Sha256};
        let refused =
            |sum: &str, them: &[&str]| DataSetIdentity::new("x", sum, &names(them)).err().unwrap();
        assert_eq!(refused(SUM, &["a"]), Classes(1));
        assert_eq!(refused(SUM, &["a"; 65]), Classes(65));
        assert_eq!(refused(SUM, &["a", "\u{202e} "]), NoClassName(1));
        assert_eq!(refused(SUM, &["a", "b", "a\n"]), SameClassName("a".into()));
        for sum in ["", &SUM[1..], &SUM.to_uppercase(), &SUM.replace('f', "g")] {
            assert_eq!(refused(sum, &["a", "b"]), Sha256(sum.into()));
        }
    }

    #[test]
    fn one_from_a_file_is_checked_too() {
        let json =
            |classes: &str| format!(r#"{{"name":"x","sha256":"{SUM}","class_names":{classes}}}"#);
        let read: DataSetIdentity = serde_json::from_str(&json(r#"["a","b"]"#)).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json(r#"["a","b"]"#));
        assert!(serde_json::from_str::<DataSetIdentity>(&json(r#"["a"]"#)).is_err());
    }
}
