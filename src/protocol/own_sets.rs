//! Data sets of one's own: which files they are made of, and what may be wrong with these.

use serde::{Deserialize, Serialize};

/// A file that the visitor chose for a data set of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickedFile {
    /// Its folders and its name, with `/` between them.
    pub path: String,
    /// The object URL of its bytes.
    pub url: String,
}

/// A file that was left out of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedFile {
    /// Its folders and its name.
    pub file: String,
    /// Why.
    pub why: SkippedWhy,
}

/// Why a data set of one's own could not be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OwnSetFailure {
    /// The browser offers this page no storage for files.
    NoStorage,
    /// The browser's storage refused, with its message.
    NotKept {
        /// The browser's message.
        browser_text: String,
    },
}

/// Why a file was left out of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SkippedWhy {
    /// It is of no kind of pictures.
    NoPicture,
    /// It ends before it has told its size, or is damaged.
    Cut,
    /// It has no pixels.
    Empty,
    /// It has more bytes or pixels than are decoded.
    TooLarge,
    /// The browser cannot decode it.
    Undecodable {
        /// The browser's message.
        browser_text: String,
    },
    /// Nothing stands out from its background.
    OnlyBackground,
    /// It lies in no folder that names its class.
    NoClass,
}
