//! The workflows of GitHub Actions, which nothing runs but GitHub: actionlint knows their form.

use super::StageError;
use crate::places::Places;
use crate::process;
use crate::setup;
use std::path::{Path, PathBuf};

/// From the repository's root.
const FOLDER: &str = ".github/workflows";

/// Checks every workflow, without a network once actionlint is installed.
pub fn check(places: &Places) -> Result<(), StageError> {
    let node = places.root.join("xtask/node");
    setup::node_packages(&node, "the tools of publishing, and actionlint")?;
    let files = files(&places.root.join(FOLDER)).map_err(StageError::Workflows)?;
    let mut lint = process::clean("node");
    Ok(process::run(lint.arg(node.join("actionlint.mjs")).args(files))?)
}

/// The workflows of a folder.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Whoever can change a tag of an action could change what runs with our rights.
    #[test]
    fn every_action_is_named_by_its_commit() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut seen = 0;
        for file in files(&root.join(FOLDER)).unwrap() {
            let text = std::fs::read_to_string(&file).unwrap();
            for line in text.lines().filter(|line| line.contains("uses:")) {
                let (_, commit) = line.split_once('@').unwrap();
                let (commit, version) = commit.split_once(" # v").unwrap();
                assert!(
                    commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit()),
                    "{line}"
                );
                assert!(!version.is_empty(), "{line}");
                seen += 1;
            }
        }
        assert!(seen > 4, "{seen}");
    }

    /// In a fresh fork, publishing would fail after hours of tests.
    #[test]
    fn nothing_is_published_unless_the_repository_says_so() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = std::fs::read_to_string(root.join(FOLDER).join("ci.yml")).unwrap();
        let condition = "needs.pages.outputs.source == 'workflow'";
        let publish = text.split_once("\n  publish:\n").unwrap().1;
        let head = publish.split_once("    steps:").unwrap().0;
        assert!(head.lines().any(|it| it.trim().starts_with("if:") && it.contains(condition)));
        assert_eq!(text.matches(condition).count(), 3, "the build, the upload and the publishing");
        let hosting = std::fs::read_to_string(root.join("docs/hosting.md")).unwrap();
        assert!(hosting.contains("*Settings*, *Pages*, *Source*: *GitHub Actions*"));
    }
}
