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
