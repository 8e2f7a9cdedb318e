//! The stages that can be run alone.

use std::str::FromStr;
use thiserror::Error;

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The rules that no compiler holds.
    Tidy,
    /// rustfmt.
    Fmt,
    /// clippy, for this machine, the page and the worker.
    Clippy,
    /// Native tests.
    Native,
    /// The site and the names in its wasm.
    Site,
    /// Browser tests, on a site that is built before.
    Browser,
}

/// A stage that there is not.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("there is no stage {0:?}; the stages are tidy, fmt, clippy, native, site, browser")]
pub struct NoSuchStage(String);

impl FromStr for Stage {
    type Err = NoSuchStage;

    fn from_str(name: &str) -> Result<Self, NoSuchStage> {
        match name {
            "tidy" => Ok(Self::Tidy),
            "fmt" => Ok(Self::Fmt),
            "clippy" => Ok(Self::Clippy),
            "native" => Ok(Self::Native),
            "site" => Ok(Self::Site),
            "browser" => Ok(Self::Browser),
            other => Err(NoSuchStage(other.to_owned())),
        }
    }
}
