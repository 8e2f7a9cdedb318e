//! A Rust file as the rules see it: words and signs, without comments, strings and tests.

/// A word or a sign of Rust, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Its line, counted from 1.
    pub line: usize,
}

/// What a token is. Literals of characters and strings, lifetimes and ordinary comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// An identifier, a keyword or a number.
    Word(&'a str),
    /// A character of punctuation; `::` is two.
    Sign(char),
    /// A comment that documents the item after it.
    Doc,
}

use Kind::{Doc, Sign, Word};

/// A file and its tokens.
pub struct SourceFile<'a> {
    /// The path from the repository's root, with `/` on every system.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// All of its tokens.
    pub tokens: Vec<Token<'a>>,
    /// Its tokens without tests: none where the whole file is one.
    pub tokens_without_tests: Vec<Token<'a>>,
}

impl<'a> SourceFile<'a> {
    /// Takes a text apart.
    pub fn read(path: &'a str, text: &'a str) -> Self {
        let tokens = Lexer { rest: text, line: 1 }.tokens();
        let tokens_without_tests =
            if is_test_file(path) { Vec::new() } else { without_tests(&tokens) };
        Self { path, text, tokens, tokens_without_tests }
    }

    /// The path within `src/`, for files that lie there.
    pub fn in_src(&self) -> Option<&'a str> {
        self.path.strip_prefix("src/")
    }
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
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
                self.quoted('"');
                None
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
    fn quoted(&mut self, quote: char) {
        let mut is_escaped = false;
        let end = self.rest.char_indices().skip(1).find(|&(_, character)| {
            let ends = character == quote && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            ends
        });
        self.take(end.map_or(self.rest.len(), |(at, _)| at + 1));
    }

    fn character_or_lifetime(&mut self) {
        let mut following = self.rest.chars().skip(1);
        match (following.next(), following.next()) {
            (Some('\\'), _) | (Some(_), Some('\'')) => self.quoted('\''),
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

/// Leaves out every item under `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if let Some(end) = attribute(tokens, at) {
            let words: Vec<Kind<'_>> = tokens[at..end].iter().map(|token| token.kind).collect();
            if let [Sign('#'), Sign('!'), Sign('['), condition @ ..] = &words[..] {
                if is_for_tests(condition) {
                    return Vec::new();
                }
            } else if is_for_tests(&words[2..]) {
                while kept.last().is_some_and(|token| token.kind == Doc) {
                    kept.pop();
                }
                at = item(tokens, end);
                continue;
            }
            kept.extend(&tokens[at..end]);
            at = end;
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

fn is_for_tests(attribute: &[Kind<'_>]) -> bool {
    match attribute {
        [Word("cfg"), Sign('('), Word("test"), ..] => true,
        [Word("cfg"), Sign('('), Word("all"), Sign('('), conditions @ ..] => {
            let is_negated = |at: usize| at >= 2 && conditions[at - 2] == Word("not");
            let mut positions = (0..conditions.len()).filter(|&at| conditions[at] == Word("test"));
            positions.any(|at| !is_negated(at))
        }
        _ => false,
    }
}

/// The end of the attribute that begins at `at`, if one does.
pub fn attribute(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let is = |at: usize, sign| tokens.get(at).is_some_and(|token| token.kind == Sign(sign));
    if !is(at, '#') {
        return None;
    }
    let bracket = if is(at + 1, '!') { at + 2 } else { at + 1 };
    is(bracket, '[').then(|| group(tokens, bracket))
}

/// The end of the group whose opening bracket stands at `at`.
pub fn group(tokens: &[Token<'_>], at: usize) -> usize {
    let mut open = 0_usize;
    for (offset, token) in tokens[at..].iter().enumerate() {
        match token.kind {
            Sign('(' | '[' | '{') => open += 1,
            Sign(')' | ']' | '}') => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return at + offset + 1;
        }
    }
    tokens.len()
}

/// The end of the item (or field, or variant) that begins at `at`, further attributes included.
fn item(tokens: &[Token<'_>], mut at: usize) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Sign('{') => return group(tokens, at),
            Sign('(' | '[') => at = group(tokens, at),
            Sign(';' | ',') => return at + 1,
            Sign('}') => return at,
            _ => at += 1,
        }
    }
    at
}

/// How deep a token lies: among braces, and among modules written in place.
#[derive(Default)]
pub struct Nesting {
    braces: usize,
    modules: Vec<usize>,
}

impl Nesting {
    /// Goes past the token at `at`.
    pub fn pass(&mut self, tokens: &[Token<'_>], at: usize) {
        match tokens[at].kind {
            Sign('{') => {
                self.braces += 1;
                if at >= 2 && tokens[at - 2].kind == Word("mod") {
                    self.modules.push(self.braces);
                }
            }
            Sign('}') => {
                if self.modules.last() == Some(&self.braces) {
                    self.modules.pop();
                }
                self.braces = self.braces.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// How many modules within the file enclose the next token.
    pub fn modules(&self) -> usize {
        self.modules.len()
    }

    /// Whether the next token belongs to a module, and to no function, type or block in it.
    pub fn is_module_level(&self) -> bool {
        self.braces == self.modules.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = SourceFile::read("src/a.rs", text).tokens_without_tests;
        let word = |token: &Token<'_>| match token.kind {
            Word(word) => Some(&text[text.find(word)?..][..word.len()]),
            _ => None,
        };
        tokens.iter().filter_map(word).collect()
    }

    #[test]
    fn comments_and_literals_are_no_words() {
        let text = r##"
            one // two
            /* three /* four */ five */ six
            "seven \" eight" 'n' '\'' b'"' r#"nine " ten"# br"eleven" c"twelve" thirteen
            'lifetime fourteen r#type
        "##;
        assert_eq!(words(text), ["one", "six", "thirteen", "fourteen", "type"]);
    }

    #[test]
    fn lines_are_counted_through_comments_and_strings() {
        let tokens = SourceFile::read("src/a.rs", "/* \n */ \"\n\\\n\" r\"\n\" word").tokens;
        assert_eq!(tokens, [Token { kind: Word("word"), line: 5 }]);
    }

    #[test]
    fn only_outer_comments_are_docs() {
        let text = "//! a\n/// b\n//// c\n/** d */ /* e */ /**/ x";
        let kinds: Vec<Kind<'_>> =
            SourceFile::read("src/a.rs", text).tokens.iter().map(|token| token.kind).collect();
        assert_eq!(kinds, [Doc, Doc, Word("x")]);
    }

    #[test]
    fn what_is_there_for_tests_only_is_left_out() {
        let text = "
            #[cfg(test)] mod tests { fn one() { {} } }
            #[cfg(all(test, unix))] #[allow(x)] use two::{three};
            #[cfg(test)] mod four;
            struct Five { #[cfg(test)] six: u8, seven: u8 }
            #[cfg(all(unix, not(test)))] fn eight() {}
        ";
        let found = words(text);
        for gone in ["tests", "one", "two", "three", "four", "six"] {
            assert!(!found.contains(&gone), "{gone}");
        }
        for kept in ["Five", "seven", "eight"] {
            assert!(found.contains(&kept), "{kept}");
        }
        assert_eq!(words("#![cfg(test)]\nfn one() {}"), Vec::<&str>::new());
    }

    #[test]
    fn an_end_in_the_middle_is_no_panic() {
        let text = "a /* b */ \"c\\\"\" 'd' r#\"e\"# #[cfg(all(test))] mod f { g } é";
        for (end, _) in text.char_indices() {
            SourceFile::read("src/a.rs", &text[..end]);
        }
    }
}
