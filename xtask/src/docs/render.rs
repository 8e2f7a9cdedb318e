//! A chapter as a page of HTML.

use super::markdown::{self, Document};
use super::summary::{Chapter, Part, Tongue, resolved, title};
use super::wide::{plain, reachable};
use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};
use std::fmt::Write as _;
use thiserror::Error;

/// The pages run no script, and load pictures and their style sheet from beside them.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'";
/// The style sheet beside the pages.
pub const STYLE_SHEET: &str = "docs.css";

/// The icon beside the pages.
pub const ICON: &str = "atelier.svg";
/// How many letters of a chapter's first sentences describe it, as in the results of a search.
const DESCRIPTION: usize = 160;

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
    // The links that are open; of one without an address, the file that it means and its text.
    let mut sources: Vec<Option<(String, String)>> = Vec::new();
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
                    sources.push(Some((file, String::new())));
                    return None;
                }
            };
            sources.push(None);
            Some(Event::Start(Tag::Link { link_type, dest_url: dest_url.into(), title, id }))
        }
        Event::End(TagEnd::Link) => match sources.pop().flatten() {
            Some((file, text)) if text.contains(&file) => None,
            Some((file, _)) => {
                let file = escaped(&file);
                Some(Event::InlineHtml(format!(" (<code>{file}</code>)").into()))
            }
            None => Some(Event::End(TagEnd::Link)),
        },
        Event::Text(part) => {
            if let Some(Some((_, text))) = sources.last_mut() {
                text.push_str(&part);
            }
            Some(Event::Text(part))
        }
        Event::Code(part) => {
            if let Some(Some((_, text))) = sources.last_mut() {
                text.push_str(&part);
            }
            Some(Event::Code(part))
        }
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
    let body = reachable(&body, chapter.tongue());
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

/// An attribute that says the language of something on a page in another one.
fn lang(of: Tongue, page: Tongue) -> String {
    if of == page { String::new() } else { format!(" lang=\"{}\"", of.words().tag) }
}

/// The beginning of a chapter's first paragraph.
fn description(body: &str) -> String {
    let paragraphs = body.split("<p>").skip(1).filter_map(|rest| rest.split("</p>").next());
    let texts = paragraphs.map(|paragraph| plain(paragraph).replace('\n', " "));
    let text = texts.map(|text| text.replace('"', "&quot;")).find(|text| !text.trim().is_empty());
    let text = text.unwrap_or_default();
    if text.chars().count() <= DESCRIPTION {
        return text;
    }
    let start: String = text.chars().take(DESCRIPTION).collect();
    // Chinese has no spaces; an entity is never cut, as it has none either and stands in a word.
    let whole = start.rfind([' ', '，', '。']).map_or(start.as_str(), |at| &start[..at]);
    format!("{whole} …")
}

/// The document around a chapter's text.
fn whole(parts: &[Part], chapter: &Chapter, title: &str, body: &str) -> String {
    let (tongue, title) = (chapter.tongue(), escaped(title));
    let words = tongue.words();
    let mut list = String::new();
    for part in parts {
        let (lang_of, name) = (lang(part.tongue(), tongue), escaped(&part.title));
        let _ = write!(list, "<h2{lang_of}>{name}</h2><ul>");
        for other in &part.chapters {
            let current = if other == chapter { " aria-current=\"page\"" } else { "" };
            let (page, name) = (other.page(), escaped(&other.title));
            let lang = lang(other.tongue(), tongue);
            let _ = write!(list, "<li><a href=\"{page}\"{current}{lang}>{name}</a></li>");
        }
        list.push_str("</ul>");
    }
    // Whoever reads on does so in one language.
    let chapters = parts.iter().flat_map(|part| &part.chapters);
    let all: Vec<&Chapter> = chapters.filter(|other| other.tongue() == tongue).collect();
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
    let (language, start, description) = (words.tag, words.start, description(body));
    let (documentation, contents, chapters) = (words.documentation, words.contents, words.chapters);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"description\" content=\"{description}\">\n\
         <title>{title} · Atelier</title>\n<link rel=\"icon\" href=\"{ICON}\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"{STYLE_SHEET}\">\n</head>\n<body>\n\
         <header><a href=\"../\">Atelier</a> <a href=\"{start}\">{documentation}</a> \
         <a class=\"to-contents\" href=\"#contents\">{contents}</a></header>\n\
         <main>\n{body}<nav class=\"turns\" aria-label=\"{chapters}\">{turns}</nav>\n</main>\n\
         <nav id=\"contents\" aria-label=\"{contents}\">{list}</nav>\n</body>\n</html>\n"
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
            "# T\n\n[c](../C.md#x) [f](scale/a.sh) [s](../src/a.rs) [w](https://a.example) ![p](p.svg) and [`src/a.rs`](../src/a.rs).\n",
        )
        .unwrap();
        for part in [
            "<h1 id=\"t\">T</h1>",
            "<a href=\"c.html#x\">c</a>",
            "<a href=\"scale/a.sh\">f</a>",
            "s (<code>src/a.rs</code>)",
            "and <code>src/a.rs</code>.",
            "content=\"c f s (src/a.rs) w ",
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
    fn each_language_has_its_own_words_start_and_order() {
        let parts = summary::read(
            "# Use\n\n- [Start](index.md)\n- [A](a.md)\n\n# 中文\n\n- [概览](overview.zh.md)\n- [指南](b.zh.md)\n",
        );
        let of = |part: usize| page(&parts, &parts[part].chapters[1], "# T\n\n字\n").unwrap().html;
        let (english, chinese) = (of(0), of(1));
        assert!(english.starts_with("<!doctype html>\n<html lang=\"en\">"));
        assert!(english.contains("<h2 lang=\"zh-CN\">中文</h2>"), "{english}");
        assert!(english.contains("<a href=\"b.zh.html\" lang=\"zh-CN\">指南</a>"), "{english}");
        assert!(english.contains("\">← Start</a></nav>"), "nothing follows in English: {english}");
        for part in [
            "<html lang=\"zh-CN\">",
            "<a href=\"overview.zh.html\">文档</a>",
            "href=\"#contents\">目录</a>",
            "aria-label=\"章节\"><a href=\"overview.zh.html\" rel=\"prev\">← 概览</a></nav>",
            "<h2 lang=\"en\">Use</h2><ul><li><a href=\"index.html\" lang=\"en\">Start</a>",
        ] {
            assert!(chinese.contains(part), "{part}: {chinese}");
        }
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
