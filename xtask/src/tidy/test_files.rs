//! Which files of `src/` and `xtask/src/` hold nothing but tests: those that are named after tests and that
//! modules declare under `#[cfg(test)]` alone. The name by itself would exempt code that ships.

use super::source::Kind::{Sign, Text, Word};
use super::source::{Nesting, SourceFile, Token, attribute, group};
use std::collections::BTreeSet;

/// Takes the files that hold nothing but tests away from the rules that tests need not keep.
pub fn leave_out(files: &mut [SourceFile<'_>]) {
    let all: BTreeSet<String> =
        files.iter().flat_map(|file| declared(file.path, &file.tokens)).collect();
    loop {
        let shipped: BTreeSet<String> =
            files.iter().flat_map(|file| declared(file.path, &file.tokens_without_tests)).collect();
        let mut has_found_one = false;
        for file in files.iter_mut().filter(|file| !file.tokens_without_tests.is_empty()) {
            let is_named_so = file.path.ends_with("/tests.rs") || file.path.ends_with("_tests.rs");
            if is_named_so && all.contains(file.path) && !shipped.contains(file.path) {
                file.tokens_without_tests.clear();
                has_found_one = true;
            }
        }
        // The modules that a test file declares are tests too.
        if !has_found_one {
            return;
        }
    }
}

/// The files that a file takes in by `mod name;`, `#[path = "…"] mod name;` and `include!("…")`.
fn declared(path: &str, tokens: &[Token<'_>]) -> Vec<String> {
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, mut files) = (file.trim_end_matches(".rs"), Vec::new());
    let is_root = ["mod", "lib", "main"].contains(&stem) || folder.ends_with("/bin");
    let below = if is_root { folder.to_owned() } else { format!("{folder}/{stem}") };
    let (mut nesting, mut named, mut at) = (Nesting::default(), None, 0);
    while at < tokens.len() {
        if let Some(end) = attribute(tokens, at) {
            if let (Some(Word("path")), Some(Text(file))) = (kind(at + 2), kind(at + 4)) {
                named = Some(file);
            }
            at = end;
            continue;
        }
        match (kind(at), kind(at + 1), kind(at + 2)) {
            (Some(Word("pub")), Some(Sign('(')), _) => {
                at = group(tokens, at + 1);
                continue;
            }
            (Some(Word("pub")), ..) => {}
            (Some(Word("mod")), Some(Word(name)), Some(Sign(';'))) => {
                match named.take() {
                    Some(file) => files.push(format!("{folder}/{file}")),
                    // A module within one written in place has a folder more in its path.
                    None if nesting.modules() == 0 => {
                        files.extend([
                            format!("{below}/{name}.rs"),
                            format!("{below}/{name}/mod.rs"),
                        ]);
                    }
                    None => {}
                }
            }
            (Some(Word("include")), Some(Sign('!')), _) => {
                if let Some(Text(file)) = kind(at + 3) {
                    files.push(format!("{folder}/{file}"));
                }
            }
            _ => named = None,
        }
        nesting.pass(tokens, at);
        at += 1;
    }
    files
}
