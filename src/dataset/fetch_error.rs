//! Why the data set, or any file, did not arrive.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ShardError;

/// Why the data set is not there.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum FetchError {
    /// A file did not arrive.
    #[error("{file}: {source}")]
    Download {
        /// The file.
        file: String,
        /// What happened.
        source: DownloadError,
    },
    /// A file arrived and is not what the manifest says, or is no manifest.
    #[error(transparent)]
    Content(#[from] ShardError),
    /// The site has the data of another build: a newer one than the page's.
    #[error("a new version of Atelier is on the site")]
    NewVersion,
    /// A newer request for the data replaced this one.
    #[error("a newer request replaced this one")]
    Replaced,
}

/// Why a file did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum DownloadError {
    /// The server could not be reached, or the line broke, in the browser's words.
    #[error("the server could not be reached or the line broke ({0})")]
    Network(String),
    /// The browser does not hand the answer over piece by piece.
    #[error("the answer cannot be read piece by piece")]
    NoStream,
    /// The server does not have it.
    #[error("the server does not have it (HTTP 404)")]
    Missing,
    /// The server gave a page instead.
    #[error("the server gave a web page in its place")]
    PageInstead,
    /// The server answered with another status.
    #[error("the server answered with HTTP {0}")]
    Status(u16),
    /// Nothing came for a long time.
    #[error("nothing came for {} seconds", Self::SILENCE_S)]
    Silence,
    /// It kept coming, and took too long as a whole.
    #[error("it took longer than {} minutes", Self::TOTAL_S / 60)]
    Slow,
    /// The file is larger than it may be.
    #[error("it is larger than the {0} bytes expected")]
    TooLarge(u64),
}

impl DownloadError {
    /// A transfer that brings nothing for so many seconds is given up.
    pub const SILENCE_S: u64 = 20;
    /// A transfer that takes longer than so many seconds is given up; a shard then has less than 4 kB a second.
    pub const TOTAL_S: u64 = 600;

    /// Whether trying again may help.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Network(_) | Self::NoStream | Self::Silence => true,
            Self::Status(status) => *status >= 500 || *status == 429 || *status == 408,
            Self::Missing | Self::PageInstead | Self::Slow | Self::TooLarge(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_what_the_server_means_is_not() {
        for status in [408, 429, 500, 503, 599] {
            assert!(DownloadError::Status(status).may_pass(), "{status}");
        }
        for status in [400, 401, 403, 407, 409, 410, 428, 430, 499] {
            assert!(!DownloadError::Status(status).may_pass(), "{status}");
        }
        for error in
            [DownloadError::Network(String::new()), DownloadError::NoStream, DownloadError::Silence]
        {
            assert!(error.may_pass(), "{error}");
        }
        for error in [
            DownloadError::Missing,
            DownloadError::PageInstead,
            DownloadError::Slow,
            DownloadError::TooLarge(1),
        ] {
            assert!(!error.may_pass(), "{error}");
        }
    }
}
