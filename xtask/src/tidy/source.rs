//! A Rust file as the rules see it: words, signs and plain strings, without comments and tests.

use super::lexer::tokens;
use Kind::{Doc, Sign, Word};

/// A word or a sign of Rust, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Its line, counted from 1.
    pub line: usize,
}

/// What a token is. Characters, strings with a prefix, lifetimes and ordinary comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// An identifier, a keyword or a number.
    Word(&'a str),
    /// A character of punctuation; `::` is two.
    Sign(char),
    /// What stands in a string without a prefix, its escapes left as they are.
    Text(&'a str),
    /// A comment that documents the item after it.
    Doc,
}

/// A file and its tokens.
pub struct SourceFile<'a> {
    /// The path from the repository's root, with `/` on every system.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// All of its tokens.
    pub tokens: Vec<Token<'a>>,
    /// Its tokens without tests; none in `tests/`.
    pub tokens_without_tests: Vec<Token<'a>>,
}

impl<'a> SourceFile<'a> {
    /// Takes a text apart.
    pub fn read(path: &'a str, text: &'a str) -> Self {
        let tokens = tokens(text);
        let is_test = path.starts_with("tests/");
        let tokens_without_tests = if is_test { Vec::new() } else { without_tests(&tokens) };
        Self { path, text, tokens, tokens_without_tests }
    }

    /// The path within `src/`, for files that lie there.
    pub fn in_src(&self) -> Option<&'a str> {
        self.path.strip_prefix("src/")
    }
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
    while let Some(end) = attribute(tokens, at) {
        at = end;
    }
    let ends_at_comma = !begins_item(tokens, at);
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Sign('{') => return group(tokens, at),
            Sign('(' | '[') => at = group(tokens, at),
            Sign('<') if ends_at_comma => at = generics(tokens, at).unwrap_or(at + 1),
            Sign(',') if ends_at_comma => return at + 1,
            Sign(';') => return at + 1,
            Sign('}') => return at,
            _ => at += 1,
        }
    }
    at
}

/// Whether an item or a statement begins at `at`, which no comma ends.
fn begins_item(tokens: &[Token<'_>], at: usize) -> bool {
    const FIRST: [&str; 16] = [
        "async",
        "const",
        "enum",
        "extern",
        "fn",
        "impl",
        "let",
        "macro_rules",
        "mod",
        "static",
        "struct",
        "trait",
        "type",
        "union",
        "unsafe",
        "use",
    ];
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let first = match (kind(at), kind(at + 1)) {
        (Some(Word("pub")), Some(Sign('('))) => kind(group(tokens, at + 1)),
        (Some(Word("pub")), next) => next,
        (first, _) => first,
    };
    matches!(first, Some(Word(word)) if FIRST.contains(&word))
}

/// The end of the generic arguments whose `<` stands at `at`; none where it is a comparison. A `:` alone
/// tells the two apart in doubt, so that nothing after a comparison is taken for an argument.
fn generics(tokens: &[Token<'_>], mut at: usize) -> Option<usize> {
    let is = |at: usize, sign| tokens.get(at).is_some_and(|token| token.kind == Sign(sign));
    let mut open = 0_usize;
    loop {
        match tokens.get(at)?.kind {
            Sign('(' | '[') => {
                at = group(tokens, at);
                continue;
            }
            Sign('-') if is(at + 1, '>') => at += 1,
            Sign(':') if is(at + 1, ':') => at += 1,
            Sign('<') => open += 1,
            Sign('>') => open -= 1,
            Sign('=') if !is(at + 1, '>') => {}
            Sign('{' | '}' | ';' | ':' | '=') => return None,
            _ => {}
        }
        at += 1;
        if open == 0 {
            return Some(at);
        }
    }
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
    use Kind::Text;

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
        let expected =
            [(Text("\n\\\n"), 2), (Word("word"), 5)].map(|(kind, line)| Token { kind, line });
        assert_eq!(tokens, expected);
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
