//! Makes one style sheet of all, so that a browser need not ask for a dozen before it draws.

use super::finish::{FinishError, failed, plain_name, read, write};
use std::fs;
use std::path::Path;

const STYLES: &str = "styles.css";
/// The element that takes the place of those of all style sheets.
pub const STYLE_SHEET: &str = r#"<link rel="stylesheet" href="styles.css">"#;

/// Replaces the style sheets of the site's document by one with the content of all, in their order.
pub fn join_styles(dist: &Path) -> Result<(), FinishError> {
    let path = dist.join("index.html");
    let document = String::from_utf8_lossy(&read(&path)?).into_owned();
    let (mut joined, mut styles) = (String::new(), Vec::new());
    let mut rest = document.as_str();
    while let Some((before, link, after)) = next_link(rest) {
        joined.push_str(before);
        match style_sheet_of(link) {
            Some(name) => {
                let sheet = dist.join(name);
                if styles.is_empty() {
                    joined.push_str(STYLE_SHEET);
                }
                styles.extend(read(&sheet)?);
                styles.push(b'\n');
                fs::remove_file(&sheet).map_err(failed(&sheet))?;
            }
            None => joined.push_str(link),
        }
        rest = after;
    }
    joined.push_str(rest);
    if !styles.is_empty() {
        write(&dist.join(STYLES), &styles)?;
        write(&path, joined.as_bytes())?;
    }
    Ok(())
}

/// What lies before the next `<link …>`, that element, and what follows it.
fn next_link(document: &str) -> Option<(&str, &str, &str)> {
    let (before, from) = document.split_at_checked(document.find("<link ")?)?;
    let (link, after) = from.split_at_checked(from.find('>')? + 1)?;
    Some((before, link, after))
}

/// The name of the file beside the document that this element applies, if it is a style sheet of Trunk's.
fn style_sheet_of(link: &str) -> Option<&str> {
    let is_end = |c: char| matches!(c, '"' | '\'' | ' ' | '>' | '=' | '/');
    let name = link.split(is_end).find(|part| part.ends_with(".css"))?;
    (link.contains("stylesheet") && plain_name(name) != name).then_some(name)
}
