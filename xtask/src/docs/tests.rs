#![allow(clippy::unwrap_used)]
use super::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The values of these attributes in a page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_page_leads_only_to_what_the_site_has() {
    let out = tempfile::tempdir().unwrap();
    let pages = build(&root(), out.path()).unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(out.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "html") {
            continue;
        }
        seen += 1;
        let html = fs::read_to_string(&path).unwrap();
        for address in [values(&html, "href"), values(&html, "src")].concat() {
            // The page itself, and other sites.
            if address == "../" || address.contains("://") {
                continue;
            }
            let (file, anchor) = address.split_once('#').unwrap_or((address, ""));
            let target = if file.is_empty() { path.clone() } else { out.path().join(file) };
            assert!(target.is_file(), "{}: {address}", path.display());
            let decoded = anchor.replace("%E", "");
            if !anchor.is_empty() && decoded == anchor {
                let there = fs::read_to_string(&target).unwrap();
                assert!(values(&there, "id").contains(&anchor), "{}: {address}", path.display());
            }
        }
        assert!(!html.contains("<script") && values(&html, "style").is_empty());
    }
    assert_eq!(seen, pages, "two chapters have the same page");
    assert!(out.path().join("index.html").is_file());
}

/// Every file below a folder, as one text.
fn whole(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        text += &if path.is_dir() {
            whole(&path)
        } else {
            fs::read_to_string(&path).unwrap_or_default()
        };
    }
    text
}

/// Whoever sees a message looks for its words.
#[test]
fn what_troubleshooting_quotes_is_what_the_page_says() {
    let document = fs::read_to_string(root().join("index.html")).unwrap();
    let words = whole(&root().join("src/page/words/en")) + &document;
    // A sentence goes on behind the end of a line of code.
    let words: Vec<_> = words.split("\\\n").map(str::trim_start).collect();
    let words = words.concat();
    let text = fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| \""));
    let quotes: Vec<_> = rows.filter_map(|line| line.split('"').nth(1)).collect();
    assert!(quotes.len() > 10, "{quotes:?}");
    let missing: Vec<_> = quotes.iter().filter(|quote| !words.contains(**quote)).collect();
    assert!(missing.is_empty(), "the page never says {missing:?}");
}

/// Where files of the repository are named from, in sentences.
const FOLDERS: [&str; 8] =
    ["src/", "xtask/", "tests/", "www/", "docs/", "fuzz/", "container/", ".github/"];

#[test]
fn every_file_that_a_sentence_names_is_there() {
    let mut missing = Vec::new();
    for (file, text) in texts(&root()).unwrap() {
        for code in markdown::Document::read(&text).codes {
            let path = code.text.trim_end_matches('/');
            let is_path = FOLDERS.iter().any(|folder| path.starts_with(folder));
            // Names that stand for others, and what only a failed fuzzing makes.
            let stands_for_others = ["NAME", "/fr", "<", "*", "{", " ", "artifacts"];
            if is_path
                && !stands_for_others.iter().any(|part| path.contains(part))
                && !root().join(path).exists()
            {
                missing.push(format!("{file}:{}: {path}", code.line));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
