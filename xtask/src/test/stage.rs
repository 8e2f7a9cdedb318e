//! The stages that can be run alone.

use clap::ValueEnum;

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// The rules that no compiler checks
    Tidy,
    /// rustfmt
    Fmt,
    /// clippy, for this machine, the page and the worker
    Clippy,
    /// cargo deny: licences, sources and versions of our crates, and what is known against them
    Supply,
    /// actionlint: the workflows of GitHub Actions
    Workflows,
    /// rustdoc, without a warning
    Docs,
    /// Native tests
    Native,
    /// The site and the names in its wasm
    Site,
    /// Browser tests, after building the site
    Browser,
}
