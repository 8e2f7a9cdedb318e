//! Data sets of one's own: which files they are made of, and what may be wrong with these.

use serde::{Deserialize, Serialize};

use super::ArchiveFailure;
use crate::dataset::DownloadError;
use crate::dataset::own::{OwnMistake, Skipped};

/// A file that the visitor chose for a data set of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickedFile {
    /// Its folders and its name, with `/` between them.
    pub path: String,
    /// The object URL of its bytes.
    pub url: String,
}

/// Why a data set of one's own could not be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OwnSetFailure {
    /// The files are no data set.
    Files(OwnMistake),
    /// The only file could not be read.
    Download {
        /// Its name.
        file: String,
        /// Why.
        why: DownloadError,
    },
    /// A file that is needed could not be read.
    Unreadable(Skipped),
    /// The file is an archive that cannot be read.
    Archive(ArchiveFailure),
    /// The manifest, or a shard beside it, is not as it should be.
    Shards {
        /// What is wrong, in technical words.
        detail: String,
    },
    /// The browser offers this page no storage for files.
    NoStorage,
    /// The browser's storage refused, with its message.
    NotKept {
        /// The browser's message.
        browser_text: String,
    },
}

impl From<OwnMistake> for OwnSetFailure {
    fn from(mistake: OwnMistake) -> Self {
        Self::Files(mistake)
    }
}
