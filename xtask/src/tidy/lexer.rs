//! Takes a Rust file apart into its tokens.

use super::source::Kind::{self, Doc, Sign, Text, Word};
use super::source::Token;

/// The tokens of a file, tests included.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    Lexer { rest: text, line: 1 }.tokens()
}

/// What is left of a file, and the line in which it begins.
struct Lexer<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lexer<'a> {
    fn tokens(mut self) -> Vec<Token<'a>> {
        let mut tokens = Vec::new();
        while let Some(first) = self.rest.chars().next() {
            let line = self.line;
            if let Some(kind) = self.token(first) {
                tokens.push(Token { kind, line });
            }
        }
        tokens
    }

    /// Takes what begins with `first`; nothing if that is no token.
    fn token(&mut self, first: char) -> Option<Kind<'a>> {
        if self.rest.starts_with("//") {
            return self.line_comment();
        }
        if self.rest.starts_with("/*") {
            return self.block_comment();
        }
        match first {
            '"' => {
                let literal = self.quoted('"');
                Some(Text(literal[1..].trim_end_matches('"')))
            }
            '\'' => {
                self.character_or_lifetime();
                None
            }
            _ if is_of_word(first) => self.word(),
            _ => {
                self.take(first.len_utf8());
                (!first.is_whitespace()).then_some(Sign(first))
            }
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn line_comment(&mut self) -> Option<Kind<'a>> {
        let comment = self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        (comment.starts_with("///") && !comment.starts_with("////")).then_some(Doc)
    }

    /// Block comments nest.
    fn block_comment(&mut self) -> Option<Kind<'a>> {
        let is_doc = self.rest.starts_with("/**")
            && !self.rest.starts_with("/***")
            && !self.rest.starts_with("/**/");
        let mut open = 0;
        while !self.rest.is_empty() {
            if self.rest.starts_with("/*") {
                open += 1;
                self.take(2);
            } else if self.rest.starts_with("*/") {
                open -= 1;
                self.take(2);
                if open == 0 {
                    break;
                }
            } else {
                self.take(self.rest.chars().next().map_or(1, char::len_utf8));
            }
        }
        is_doc.then_some(Doc)
    }

    /// A literal that begins and ends with `quote`, in which `\` takes its meaning from what follows.
    fn quoted(&mut self, quote: char) -> &'a str {
        let mut is_escaped = false;
        let end = self.rest.char_indices().skip(1).find(|&(_, character)| {
            let ends = character == quote && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            ends
        });
        self.take(end.map_or(self.rest.len(), |(at, _)| at + 1))
    }

    fn character_or_lifetime(&mut self) {
        let mut following = self.rest.chars().skip(1);
        match (following.next(), following.next()) {
            (Some('\\'), _) | (Some(_), Some('\'')) => {
                self.quoted('\'');
            }
            _ => {
                let end = self.rest[1..].find(|character| !is_of_word(character));
                self.take(end.map_or(self.rest.len(), |end| end + 1));
            }
        }
    }

    /// A word, unless it is the prefix of a literal.
    fn word(&mut self) -> Option<Kind<'a>> {
        let end = self.rest.find(|character| !is_of_word(character));
        let word = self.take(end.unwrap_or(self.rest.len()));
        let hashes = self.rest.len() - self.rest.trim_start_matches('#').len();
        let is_string = self.rest[hashes..].starts_with('"');
        match word {
            "r" | "br" | "cr" if is_string => {
                let end = format!("\"{}", "#".repeat(hashes));
                let body = hashes + 1;
                let length = self.rest[body..].find(&end).map(|at| body + at + end.len());
                self.take(length.unwrap_or(self.rest.len()));
                None
            }
            "b" | "c" if self.rest.starts_with('"') => {
                self.quoted('"');
                None
            }
            "b" if self.rest.starts_with('\'') => {
                self.quoted('\'');
                None
            }
            "r" if hashes == 1 => {
                self.take(1);
                self.word()
            }
            _ => Some(Word(word)),
        }
    }
}

fn is_of_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}
