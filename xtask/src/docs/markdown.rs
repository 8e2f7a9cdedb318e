//! What is in a Markdown file: its headings with their anchors, links, and code.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// From 1 for the title.
    pub level: u8,
    /// Its text, without marks.
    pub title: String,
    /// What follows `#` in links to it, as GitHub makes it.
    pub anchor: String,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub to: String,
    /// Its line, from 1.
    pub line: usize,
}

/// A block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The word behind its fence; empty for none, `None` for an indented block.
    pub language: Option<String>,
    /// Its lines.
    pub text: String,
    /// The line of its first line, from 1.
    pub line: usize,
}

/// Code within a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineCode {
    /// The code.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
}

/// What is in a file, each in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub headings: Vec<Heading>,
    pub links: Vec<Link>,
    pub blocks: Vec<CodeBlock>,
    pub codes: Vec<InlineCode>,
}

/// What is understood beyond CommonMark, as GitHub does.
pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

impl Document {
    /// Reads a file's text.
    pub fn read(text: &str) -> Self {
        let mut document = Self::default();
        let line_of = |offset: usize| text[..offset].matches('\n').count() + 1;
        let (mut heading, mut block): (Option<Heading>, Option<CodeBlock>) = (None, None);
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let level = level as u8;
                    heading = Some(Heading { level, title: String::new(), anchor: String::new() });
                }
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(mut heading) = heading.take() {
                        heading.anchor = document.free_anchor(&heading.title);
                        document.headings.push(heading);
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = line_of(range.start);
                    document.links.push(Link { to: dest_url.into_string(), line });
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(words) => Some(words.into_string()),
                        CodeBlockKind::Indented => None,
                    };
                    block = Some(CodeBlock { language, text: String::new(), line: 0 });
                }
                Event::End(TagEnd::CodeBlock) => document.blocks.extend(block.take()),
                Event::Text(part) => {
                    if let Some(heading) = &mut heading {
                        heading.title.push_str(&part);
                    }
                    if let Some(block) = &mut block {
                        if block.line == 0 {
                            block.line = line_of(range.start);
                        }
                        block.text.push_str(&part);
                    }
                }
                Event::Code(code) => {
                    if let Some(heading) = &mut heading {
                        heading.title.push_str(&code);
                    }
                    let line = line_of(range.start);
                    document.codes.push(InlineCode { text: code.into_string(), line });
                }
                _ => {}
            }
        }
        document
    }

    /// The text of the first heading.
    pub fn title(&self) -> &str {
        self.headings.first().map_or("", |heading| &heading.title)
    }

    /// Whether a link to this anchor leads somewhere.
    pub fn has_anchor(&self, anchor: &str) -> bool {
        self.headings.iter().any(|heading| heading.anchor == anchor)
    }

    /// The anchor of a further heading: the second one with the same title gets `-1`.
    fn free_anchor(&self, title: &str) -> String {
        let plain = anchor_of(title);
        let mut anchor = plain.clone();
        for number in 1.. {
            if !self.has_anchor(&anchor) {
                break;
            }
            anchor = format!("{plain}-{number}");
        }
        anchor
    }
}

/// A heading's anchor: lower case, spaces as `-`, without other signs.
fn anchor_of(title: &str) -> String {
    let letter = |c: char| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    };
    title.to_lowercase().chars().filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A `b`, c\n\nSee [d](e.md#f) and `cargo xtask help`.\n\n    one\n    two\n\n```sh\nthree\n```\n\n## A b c\n\n![g](h.png)\n";

    #[test]
    fn headings_links_and_code_are_found_with_their_lines() {
        let read = Document::read(TEXT);
        assert_eq!(read.title(), "A b, c");
        let links: Vec<_> = read.links.iter().map(|link| (link.to.as_str(), link.line)).collect();
        assert_eq!(links, [("e.md#f", 3), ("h.png", 14)]);
        let blocks: Vec<_> = read
            .blocks
            .iter()
            .map(|block| (block.language.as_deref(), block.text.as_str(), block.line))
            .collect();
        assert_eq!(blocks, [(None, "one\ntwo\n", 5), (Some("sh"), "three\n", 9)]);
        assert_eq!(read.codes[1], InlineCode { text: "cargo xtask help".to_owned(), line: 3 });
    }

    #[test]
    fn anchors_are_those_of_github() {
        let read = Document::read(TEXT);
        let anchors: Vec<_> = read.headings.iter().map(|heading| heading.anchor.as_str()).collect();
        assert_eq!(anchors, ["a-b-c", "a-b-c-1"]);
        assert_eq!(anchor_of("What's in `run.json`?"), "whats-in-runjson");
        assert_eq!(anchor_of("两条命令"), "两条命令");
    }
}
