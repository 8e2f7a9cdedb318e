//! The version of wasm-bindgen in `Cargo.lock`, which its command-line tool must match.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why no version was found.
#[derive(Debug, Error)]
pub enum LockfileError {
    /// The file cannot be read.
    #[error("{path} cannot be read; `cargo generate-lockfile` makes a new one")]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The package is missing, or present in two versions.
    #[error("Cargo.lock should name one version of {package}, but names {found}")]
    NotOne {
        /// The package.
        package: String,
        /// The number of versions found.
        found: usize,
    },
}

/// The only version of a package in the repository's `Cargo.lock`.
pub fn version_of(package: &str, root: &Path) -> Result<String, LockfileError> {
    let path = root.join("Cargo.lock");
    let text = std::fs::read_to_string(&path)
        .map_err(|source| LockfileError::Unreadable { path, source })?;
    version_in(&text, package)
}

/// Cargo writes `name` and `version` of each package on neighbouring lines; that is all we need.
fn version_in(lockfile: &str, package: &str) -> Result<String, LockfileError> {
    let wanted = format!("name = \"{package}\"");
    let lines = || lockfile.lines().map(str::trim);
    let versions: Vec<&str> = lines()
        .zip(lines().skip(1))
        .filter(|(name, _)| *name == wanted)
        .filter_map(|(_, version)| version.strip_prefix("version = \"")?.strip_suffix('"'))
        .collect();
    match versions.as_slice() {
        [version] => Ok((*version).to_owned()),
        others => Err(LockfileError::NotOne { package: package.to_owned(), found: others.len() }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::setup::cargo_tools::TRUNK_VERSION;

    const LOCKFILE: &str = r#"
version = 4

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+somewhere"
dependencies = [
 "wasm-bindgen-macro",
]

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"

[[package]]
name = "syn"
version = "1.0.1"

[[package]]
name = "syn"
version = "2.0.1"
"#;

    #[test]
    fn the_version_of_exactly_that_package_is_found() {
        assert_eq!(version_in(LOCKFILE, "wasm-bindgen").unwrap(), "0.2.130");
    }

    #[test]
    fn no_version_and_two_versions_are_errors() {
        let found = |package| match version_in(LOCKFILE, package) {
            Err(LockfileError::NotOne { found, .. }) => Some(found),
            _ => None,
        };
        assert_eq!(found("wasm"), Some(0));
        assert_eq!(found("syn"), Some(2));
    }

    #[test]
    fn trunk_is_told_the_versions_that_set_up_installs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let bindgen = version_of("wasm-bindgen", &root).unwrap();
        let trunk = std::fs::read_to_string(root.join("Trunk.toml")).unwrap();
        assert!(trunk.contains(&format!("wasm_bindgen = \"{bindgen}\"")));
        assert!(trunk.contains(&format!("trunk-version = \"={TRUNK_VERSION}\"")));
    }
}
