//! Every link of every Markdown file leads somewhere: to a file of the repository and a heading in it, or to an address of
//! another site that could be one. Whether that site still has it, only a network could tell.

use super::markdown::Document;
use super::summary::resolved;
use std::collections::BTreeMap;
use std::path::Path;

/// A link that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct DeadLink {
    /// The file with the link, from the root.
    pub file: String,
    /// The link's line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// The dead links of these Markdown files, by path from the root.
pub fn check(root: &Path, texts: &BTreeMap<String, String>) -> Vec<DeadLink> {
    let documents: BTreeMap<&str, Document> =
        texts.iter().map(|(file, text)| (file.as_str(), Document::read(text))).collect();
    let mut dead = Vec::new();
    for (file, document) in &documents {
        for link in &document.links {
            if let Some(what) = mistake(root, &documents, file, &link.to) {
                dead.push(DeadLink { file: (*file).to_owned(), line: link.line, what });
            }
        }
    }
    dead
}

fn mistake(
    root: &Path,
    documents: &BTreeMap<&str, Document>,
    file: &str,
    to: &str,
) -> Option<String> {
    if let Some((scheme, rest)) = to.split_once("://") {
        return (!is_address(scheme, rest)).then(|| format!("{to} is no address"));
    }
    if to.starts_with("mailto:") {
        return Some(format!("{to}: an address of a person changes"));
    }
    let Some(path) = resolved(file, to) else {
        return Some(format!("{to} leaves the repository"));
    };
    let (_, anchor) = to.split_once('#').unwrap_or((to, ""));
    let path = if to.starts_with('#') { file.to_owned() } else { path };
    if !root.join(&path).exists() {
        return Some(format!("{path} does not exist"));
    }
    let has_it = anchor.is_empty()
        || documents.get(path.as_str()).is_some_and(|document| document.has_anchor(anchor));
    (!has_it).then(|| format!("{path} has no heading #{anchor}"))
}

/// Whether this can be the address of a public site; without TLS only this machine is addressed.
fn is_address(scheme: &str, rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let is_plain = !rest.contains(|c: char| c.is_whitespace() || c.is_control());
    let is_here = matches!(name, "127.0.0.1" | "localhost");
    is_plain
        && !name.is_empty()
        && name.chars().all(is_of_name)
        && !name.contains("..")
        && match scheme {
            "https" => name.contains('.'),
            "http" => is_here,
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn dead(links: &[&str]) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("docs")).unwrap();
        let text: String = links.iter().map(|link| format!("[a]({link})\n")).collect();
        let files =
            [("docs/a.md", format!("# Here\n{text}")), ("b.md", "## There is one\n".to_owned())];
        let texts: BTreeMap<_, _> =
            files.into_iter().map(|(file, text)| (file.to_owned(), text)).collect();
        for (file, text) in &texts {
            std::fs::write(root.path().join(file), text).unwrap();
        }
        check(root.path(), &texts)
            .into_iter()
            .map(|dead| format!("{}: {}", dead.line, dead.what))
            .collect()
    }

    #[test]
    fn links_to_what_is_there_are_alive() {
        let alive = [
            "../b.md",
            "../b.md#there-is-one",
            "#here",
            "a.md#here",
            "..",
            "https://burn.dev",
            "https://a.example/b?c#d",
            "http://127.0.0.1:8080",
        ];
        assert_eq!(dead(&alive), [""; 0]);
    }

    #[test]
    fn links_to_what_is_not_there_are_dead() {
        assert_eq!(dead(&["c.md"]), ["2: docs/c.md does not exist"]);
        assert_eq!(dead(&["../b.md", "../b.md#here"]), ["3: b.md has no heading #here"]);
        assert_eq!(dead(&["#there"]), ["2: docs/a.md has no heading #there"]);
        assert_eq!(dead(&["../../x"]), ["2: ../../x leaves the repository"]);
        for address in
            ["https://burn", "http://burn.dev", "ftp://burn.dev", "https://", "https://a..b"]
        {
            assert_eq!(dead(&[address]), [format!("2: {address} is no address")]);
        }
    }
}
