//! The order of the documentation's chapters, from `docs/SUMMARY.md`: headings name parts, list items name chapters.

use super::markdown::Document;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::path::{Component, Path, PathBuf};

/// The file with the order, from the repository's root.
pub const SUMMARY: &str = "docs/SUMMARY.md";

/// A part of the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub title: String,
    /// Its chapters.
    pub chapters: Vec<Chapter>,
}

/// A chapter: a Markdown file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its name in the table of contents.
    pub title: String,
    /// The file, from the repository's root, with `/` on every system.
    pub file: String,
}

impl Chapter {
    /// The name of its page: the file's, in lower case.
    pub fn page(&self) -> String {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        format!("{}.html", name.trim_end_matches(".md").to_lowercase())
    }

    /// The language that it is written in.
    pub fn tongue(&self) -> Tongue {
        let is_of = |tongue: &Tongue| self.file.ends_with(tongue.words().ending);
        Tongue::TRANSLATED.into_iter().find(is_of).unwrap_or(Tongue::English)
    }
}

impl Part {
    /// The language of its title: that of its chapters.
    pub fn tongue(&self) -> Tongue {
        self.chapters.first().map_or(Tongue::English, Chapter::tongue)
    }
}

/// A language that chapters are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// That of files without a mark.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// What stands around a chapter of a language.
#[derive(Debug)]
pub struct Around {
    /// The language's tag.
    pub tag: &'static str,
    /// How its files end.
    pub ending: &'static str,
    /// The page of its first chapter.
    pub start: &'static str,
    /// The link there.
    pub documentation: &'static str,
    /// The list of chapters.
    pub contents: &'static str,
    /// The links to the chapters before and after.
    pub chapters: &'static str,
    /// What a table is called.
    pub table: &'static str,
    /// What a block of code is called.
    pub code: &'static str,
    /// Between that and the heading above it.
    colon: &'static str,
}

impl Around {
    /// The name of a table or of code below a heading.
    pub fn named(&self, kind: &str, heading: &str) -> String {
        format!("{kind}{}{heading}", self.colon)
    }
}

impl Tongue {
    /// The languages whose files have a mark.
    const TRANSLATED: [Self; 1] = [Self::Chinese];

    /// What stands around its chapters.
    pub const fn words(self) -> &'static Around {
        match self {
            Self::English => &Around {
                tag: "en",
                ending: ".md",
                start: "index.html",
                documentation: "Documentation",
                contents: "Contents",
                chapters: "Chapters",
                table: "Table",
                code: "Code",
                colon: ": ",
            },
            Self::Chinese => &Around {
                tag: "zh-CN",
                ending: ".zh.md",
                start: "overview.zh.html",
                documentation: "文档",
                contents: "目录",
                chapters: "章节",
                table: "表格",
                code: "代码",
                colon: "：",
            },
        }
    }
}

/// The parts in their order.
pub fn read(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut target, mut words) = (None, String::new());
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => words.clear(),
            Event::End(TagEnd::Heading(_)) => {
                parts.push(Part { title: std::mem::take(&mut words), chapters: Vec::new() });
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                words.clear();
                target = Some(dest_url.into_string());
            }
            Event::End(TagEnd::Link) => {
                let file = target.take().and_then(|to| resolved(SUMMARY, &to));
                if let (Some(part), Some(file)) = (parts.last_mut(), file) {
                    part.chapters.push(Chapter { title: std::mem::take(&mut words), file });
                }
            }
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            _ => {}
        }
    }
    parts
}

/// The path from the root that a relative link in a file means, without its anchor; `None` if it leaves the repository.
pub fn resolved(file: &str, link: &str) -> Option<String> {
    let to = link.split('#').next().unwrap_or_default();
    let folder = Path::new(file).parent()?;
    let mut path = PathBuf::new();
    for part in folder.join(to).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(path.to_str()?.replace('\\', "/"))
}

/// Chapters without a place in the order: Markdown files of `docs/` that it does not name.
pub fn unlisted(parts: &[Part], files: &[String]) -> Vec<String> {
    let listed = |file: &String| {
        parts.iter().flat_map(|part| &part.chapters).any(|chapter| chapter.file == *file)
    };
    let is_chapter =
        |file: &&String| file.starts_with("docs/") && file.ends_with(".md") && *file != SUMMARY;
    files.iter().filter(is_chapter).filter(|file| !listed(file)).cloned().collect()
}

/// The title that a chapter gives itself, or its name in the order.
pub fn title<'a>(chapter: &'a Chapter, document: &'a Document) -> &'a str {
    if document.title().is_empty() { &chapter.title } else { document.title() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_chapters_in_order() {
        let parts = read("# Use\n\n- [The `train`](terminal.md)\n\n# Change\n\n- [A](../A.md)\n");
        assert_eq!(parts.len(), 2);
        let chapter = &parts[0].chapters[0];
        assert_eq!(
            (chapter.title.as_str(), chapter.file.as_str()),
            ("The train", "docs/terminal.md")
        );
        assert_eq!(
            (parts[1].chapters[0].file.as_str(), parts[1].chapters[0].page()),
            ("A.md", "a.html".to_owned())
        );
    }

    #[test]
    fn a_chapter_that_nobody_lists_is_found() {
        let parts = read("# Use\n\n- [A](a.md)\n");
        let files =
            ["docs/a.md", "docs/b.md", SUMMARY, "README.md", "docs/c.svg"].map(str::to_owned);
        assert_eq!(unlisted(&parts, &files), ["docs/b.md"]);
    }

    #[test]
    fn links_are_followed_within_the_repository_only() {
        assert_eq!(resolved("docs/a.md", "b/c.md#d").as_deref(), Some("docs/b/c.md"));
        assert_eq!(resolved("docs/a.md", "../src/x.rs").as_deref(), Some("src/x.rs"));
        assert_eq!(resolved("a.md", "../x"), None);
        assert_eq!(resolved("a.md", "/etc"), None);
    }
}
