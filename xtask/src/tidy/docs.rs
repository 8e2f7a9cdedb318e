//! Every struct, enum and trait in a module has a doc comment, private ones too, except in tests.

use super::source::Kind::{Doc, Sign, Word};
use super::source::{Nesting, SourceFile, attribute, group};
use super::{Failure, Reason};

/// Every type of a file that has no doc.
pub fn check(file: &SourceFile<'_>) -> Vec<Failure> {
    let tokens = &file.tokens_without_tests;
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let mut failures = Vec::new();
    let (mut nesting, mut has_doc, mut at) = (Nesting::default(), false, 0);
    while at < tokens.len() {
        if let Some(end) = attribute(tokens, at) {
            has_doc |= kind(at + 2) == Some(Word("doc"));
            at = end;
            continue;
        }
        match (tokens[at].kind, kind(at + 1)) {
            (Doc, _) => has_doc = true,
            (Word("pub"), Some(Sign('('))) => {
                at = group(tokens, at + 1);
                continue;
            }
            // What may stand between the doc and the type.
            (Word("pub" | "unsafe"), _) => {}
            (Word("struct" | "enum" | "trait"), Some(Word(name))) => {
                if nesting.is_module_level() && !has_doc {
                    failures.push(Failure {
                        file: file.path.to_owned(),
                        line: tokens[at].line,
                        what: format!("the type `{name}` has no doc"),
                        reason: Reason::Docs,
                    });
                }
                has_doc = false;
            }
            _ => has_doc = false,
        }
        nesting.pass(tokens, at);
        at += 1;
    }
    failures
}
