//! A chapter as a page of HTML.

use super::markdown::{self, Document};
use super::summary::{Chapter, Part, resolved, title};
use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};
use std::fmt::Write as _;
use thiserror::Error;

/// The pages run no script, and load pictures and their style sheet from beside them.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'";
/// The style sheet beside the pages.
pub const STYLE_SHEET: &str = "docs.css";

/// Why a chapter has no page.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum RenderError {
    /// It has HTML of its own, which could be anything.
    #[error("{0} has HTML in it")]
    Html(String),
}

/// A chapter's page, and the files of the repository that it shows or offers.
#[derive(Debug)]
pub struct Page {
    /// Its HTML.
    pub html: String,
    /// Files in `docs/`, from the repository's root.
    pub files: Vec<String>,
}

/// Where a link of a chapter leads in the pages.
enum Target {
    /// An address, as it stands in the page.
    Address(String),
    /// A file in `docs/` that is no chapter.
    File(String),
    /// A file of the repository that the pages do not have.
    Source(String),
}

/// The page of a chapter of these parts.
pub fn page(parts: &[Part], chapter: &Chapter, text: &str) -> Result<Page, RenderError> {
    let document = Document::read(text);
    let mut anchors = document.headings.iter().map(|heading| heading.anchor.clone());
    let mut files = Vec::new();
    let mut html_found = false;
    // Whether a link that is open is one without an address.
    let mut sources = Vec::new();
    let events = Parser::new_ext(text, markdown::options()).filter_map(|event| match event {
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            let id = anchors.next().map(CowStr::from);
            Some(Event::Start(Tag::Heading { level, id, classes, attrs }))
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = match target(parts, chapter, &dest_url) {
                Target::Address(address) => address,
                Target::File(file) => {
                    files.push(file.clone());
                    file.trim_start_matches("docs/").to_owned()
                }
                Target::Source(file) => {
                    sources.push(true);
                    let title = escaped(&format!("{file} in the source"));
                    return Some(Event::InlineHtml(format!("<span title=\"{title}\">").into()));
                }
            };
            sources.push(false);
            Some(Event::Start(Tag::Link { link_type, dest_url: dest_url.into(), title, id }))
        }
        Event::End(TagEnd::Link) => match sources.pop() {
            Some(true) => Some(Event::InlineHtml("</span>".into())),
            _ => Some(Event::End(TagEnd::Link)),
        },
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let file = resolved(&chapter.file, &dest_url).unwrap_or_default();
            let dest_url = file.trim_start_matches("docs/").to_owned().into();
            files.push(file);
            Some(Event::Start(Tag::Image { link_type, dest_url, title, id }))
        }
        Event::Html(html) | Event::InlineHtml(html) => {
            html_found |= !html.trim_start().starts_with("<!--");
            None
        }
        other => Some(other),
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    if html_found {
        return Err(RenderError::Html(chapter.file.clone()));
    }
    // What is wider than the screen scrolls by itself, by keyboard too.
    let body = body
        .replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", "<div class=\"table\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
    Ok(Page { html: whole(parts, chapter, title(chapter, &document), &body), files })
}

fn target(parts: &[Part], chapter: &Chapter, to: &str) -> Target {
    if to.contains("://") || to.starts_with('#') {
        return Target::Address(to.to_owned());
    }
    let Some(file) = resolved(&chapter.file, to) else { return Target::Source(to.to_owned()) };
    let anchor = to.split_once('#').map(|(_, anchor)| format!("#{anchor}")).unwrap_or_default();
    let mut chapters = parts.iter().flat_map(|part| &part.chapters);
    match chapters.find(|chapter| chapter.file == file) {
        Some(other) => Target::Address(format!("{}{anchor}", other.page())),
        None if file.starts_with("docs/") && file.contains('.') && !file.ends_with(".md") => {
            Target::File(file)
        }
        None => Target::Source(file),
    }
}

/// The document around a chapter's text.
fn whole(parts: &[Part], chapter: &Chapter, title: &str, body: &str) -> String {
    let (language, title) = (chapter.language(), escaped(title));
    let mut contents = String::new();
    for part in parts {
        let _ = write!(contents, "<h2>{}</h2><ul>", escaped(&part.title));
        for other in &part.chapters {
            let current = if other == chapter { " aria-current=\"page\"" } else { "" };
            let (page, name) = (other.page(), escaped(&other.title));
            let lang = match other.language() {
                "en" => String::new(),
                language => format!(" lang=\"{language}\""),
            };
            let _ = write!(contents, "<li><a href=\"{page}\"{current}{lang}>{name}</a></li>");
        }
        contents.push_str("</ul>");
    }
    let all: Vec<&Chapter> = parts.iter().flat_map(|part| &part.chapters).collect();
    let at = all.iter().position(|other| *other == chapter).unwrap_or_default();
    let mut turns = String::new();
    if let Some(before) = at.checked_sub(1).and_then(|at| all.get(at)) {
        let (page, name) = (before.page(), escaped(&before.title));
        let _ = write!(turns, "<a href=\"{page}\" rel=\"prev\">← {name}</a>");
    }
    if let Some(after) = all.get(at + 1) {
        let (page, name) = (after.page(), escaped(&after.title));
        let _ = write!(turns, "<a href=\"{page}\" rel=\"next\">{name} →</a>");
    }
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title} · Atelier</title>\n<link rel=\"stylesheet\" href=\"{STYLE_SHEET}\">\n</head>\n<body>\n\
         <header><a href=\"../\">Atelier</a> <a href=\"index.html\">Documentation</a> \
         <a class=\"to-contents\" href=\"#contents\">Contents</a></header>\n\
         <main lang=\"{language}\">\n{body}<nav class=\"turns\" aria-label=\"Chapters\">{turns}</nav>\n</main>\n\
         <nav id=\"contents\" aria-label=\"Contents\" lang=\"en\">{contents}</nav>\n</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::docs::summary;

    fn rendered(text: &str) -> Result<Page, RenderError> {
        let parts = summary::read(
            "# Use\n\n- [Start](index.md)\n- [A & b](a.md)\n\n# Change\n\n- [C](../C.md)\n",
        );
        let chapter = parts[0].chapters[1].clone();
        page(&parts, &chapter, text)
    }

    #[test]
    fn links_between_chapters_lead_to_their_pages_and_files_come_along() {
        let page = rendered(
            "# T\n\n[c](../C.md#x) [f](scale/a.sh) [s](../src/a.rs) [w](https://a.example) ![p](p.svg)\n",
        )
        .unwrap();
        for part in [
            "<h1 id=\"t\">T</h1>",
            "<a href=\"c.html#x\">c</a>",
            "<a href=\"scale/a.sh\">f</a>",
            "<span title=\"src/a.rs in the source\">s</span>",
            "<a href=\"https://a.example\">w</a>",
            "<img src=\"p.svg\" alt=\"p\" />",
            "<a href=\"a.html\" aria-current=\"page\">A &amp; b</a>",
            "<a href=\"index.html\" rel=\"prev\">← Start</a>",
            "<a href=\"c.html\" rel=\"next\">C →</a>",
        ] {
            assert!(page.html.contains(part), "{part}: {}", page.html);
        }
        assert_eq!(page.files, ["docs/scale/a.sh", "docs/p.svg"]);
    }

    #[test]
    fn a_page_runs_nothing_and_html_in_a_chapter_is_an_error() {
        let page = rendered("# T\n\n`<script>` <!-- why -->\n").unwrap();
        assert!(!page.html.contains("<script") && !page.html.contains("style="), "{}", page.html);
        let head = page.html.find("<meta").unwrap();
        assert!(page.html[head..].starts_with("<meta http-equiv=\"Content-Security-Policy\""));
        let error = rendered("# T\n\n<script>x</script>\n").unwrap_err();
        assert_eq!(error, RenderError::Html("docs/a.md".to_owned()));
        assert!(rendered("a <b>c</b>\n").is_err());
    }
}
