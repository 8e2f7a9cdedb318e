//! No room imports another that its row in `ARCHITECTURE.md` does not name. Tests may import anything.

use super::rooms::{self, ARCHITECTURE, Table};
use super::source::Kind::{Sign, Word};
use super::source::{Kind, Nesting, SourceFile, Token};
use super::{Failure, Reason};

/// The room of the programs' entry points, which see the library by its name.
const PROGRAMS: &str = "bin";
const LIBRARY: &str = "atelier";

/// Every import of a file that the table does not allow, and every second name for the library's root.
pub fn check(file: &SourceFile<'_>, table: &Table) -> Vec<Failure> {
    if file.in_src().is_none() {
        return Vec::new();
    }
    let failure = |line: usize, what: String| Failure {
        file: file.path.to_owned(),
        line,
        what,
        reason: Reason::Arrows,
    };
    // The library's root has no room, but may give itself a name that all rooms see.
    let room = rooms::room(file);
    let Paths { imports, renamings, .. } = Paths::of(file, room == Some(PROGRAMS));
    let renamed = "a second name for the library's root hides what is imported through it";
    let mut failures: Vec<Failure> =
        renamings.into_iter().map(|line| failure(line, renamed.to_owned())).collect();
    // A room without a row is a failure of its own.
    if let Some(room) = room
        && let Some(may_import) = table.may_import(room)
    {
        let is_allowed = |name: &str| name == room || may_import.iter().any(|room| room == name);
        let wrong = imports.into_iter().filter(|import| !is_allowed(import.name));
        failures.extend(wrong.map(|Import { name, line }| {
            let row = format!("which its row in {ARCHITECTURE} does not allow");
            failure(line, format!("`{room}` imports `{name}`, {row}"))
        }));
    }
    failures
}

/// A name in the library's root that a file reaches for: a room, or `*` for all of them.
struct Import<'a> {
    name: &'a str,
    line: usize,
}

/// How many modules lie between the library's root and what stands in a file: `src/a/b.rs` is `crate::a::b`.
fn depth(path: &str) -> usize {
    if path == "src/lib.rs" {
        return 0;
    }
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').count() - 1
}

/// Follows paths through their braces.
struct Paths<'t, 'a> {
    tokens: &'t [Token<'a>],
    imports: Vec<Import<'a>>,
    /// Lines, counted from 1, that give the library's root a second name.
    renamings: Vec<usize>,
}

impl<'t, 'a> Paths<'t, 'a> {
    /// Follows every path of a file that begins at the library's root.
    fn of(file: &'t SourceFile<'a>, is_program: bool) -> Self {
        let tokens = &file.tokens_without_tests[..];
        let roots: &[&str] = if is_program { &[LIBRARY] } else { &["crate", "self", "super"] };
        let mut paths = Self { tokens, imports: Vec::new(), renamings: Vec::new() };
        let (mut nesting, mut at) = (Nesting::default(), 0);
        while at < tokens.len() {
            let is_root = matches!(tokens[at].kind, Word(word) if roots.contains(&word))
                && (paths.separator(at + 1) || paths.kind(at + 1) == Some(Word("as")))
                && !(at >= 2 && paths.separator(at - 2));
            if is_root {
                at = paths.follow(at, depth(file.path) + nesting.modules());
            } else if paths.is_extern_renaming(at) {
                paths.renamings.push(tokens[at].line);
                at += 4;
            } else {
                nesting.pass(tokens, at);
                at += 1;
            }
        }
        paths
    }

    /// Whether `extern crate self as …` or `extern crate atelier as …` stands at `at`.
    fn is_extern_renaming(&self, at: usize) -> bool {
        let kinds = [0, 1, 2, 3].map(|offset| self.kind(at + offset));
        matches!(
            kinds,
            [
                Some(Word("extern")),
                Some(Word("crate")),
                Some(Word("self" | LIBRARY)),
                Some(Word("as"))
            ]
        )
    }

    fn kind(&self, at: usize) -> Option<Kind<'a>> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn separator(&self, at: usize) -> bool {
        self.kind(at) == Some(Sign(':')) && self.kind(at + 1) == Some(Sign(':'))
    }

    /// Follows the path at `at`, seen from `depth` modules below the root, until it enters a room;
    /// gives the place after it.
    fn follow(&mut self, mut at: usize, mut depth: usize) -> usize {
        loop {
            match self.kind(at) {
                Some(Word("crate" | LIBRARY)) => depth = 0,
                Some(Word("super")) => depth = depth.saturating_sub(1),
                Some(Word("self")) => {}
                Some(Word(name)) => {
                    self.enter(name, at, depth);
                    return at + 1;
                }
                Some(Sign('*')) => {
                    self.enter("*", at, depth);
                    return at + 1;
                }
                Some(Sign('{')) => return self.follow_each(at + 1, depth),
                _ => return at,
            }
            at += 1;
            if !self.separator(at) {
                if depth == 0 && self.kind(at) == Some(Word("as")) {
                    self.renamings.push(self.tokens[at].line);
                }
                return at;
            }
            at += 2;
        }
    }

    /// Follows every path of a list, up to the brace that closes it.
    fn follow_each(&mut self, mut at: usize, depth: usize) -> usize {
        loop {
            at = self.follow(at, depth);
            let mut open = 0_usize;
            loop {
                let Some(kind) = self.kind(at) else { return at };
                at += 1;
                match kind {
                    Sign('{') => open += 1,
                    Sign('}') if open == 0 => return at,
                    Sign('}') => open -= 1,
                    Sign(',') if open == 0 => break,
                    _ => {}
                }
            }
        }
    }

    /// A name in the library's root is a room's.
    fn enter(&mut self, name: &'a str, at: usize, depth: usize) {
        if depth == 0 {
            self.imports.push(Import { name, line: self.tokens[at].line });
        }
    }
}
