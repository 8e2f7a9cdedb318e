//! Each rule with a violation planted in a small tree.

#![allow(clippy::unwrap_used)]

use super::*;
use tempfile::TempDir;

const CONTRIBUTING: &str = include_str!("../../../CONTRIBUTING.md");

/// A tree in which `page/` may import `plain.rs` and `model/`, and `model/` only `plain.rs`.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let table = "# Rooms\n\n\
        | room in `src/` | holds | may import |\n|---|---|---|\n\
        | `plain.rs` | `data/` | – |\n\
        | `model/` | a network | `plain` |\n\
        | `page/` | what is seen | `plain`, and of `model` its names |\n\
        | `bin/` | programs | `page` |\n\nAnd `so` on.\n";
    let tidy = [
        (rooms::ARCHITECTURE, table),
        ("src/lib.rs", "pub mod plain; pub mod model; pub mod page;"),
        ("src/plain.rs", "/// Data.\npub struct Data;"),
        ("src/model/mod.rs", "mod layer; use crate::plain::Data;"),
        ("src/model/layer.rs", "use super::Network; use super::super::plain::Data;"),
        ("src/page/mod.rs", "use crate::{model::{self, layer}, plain::Data}; use std::fmt;"),
        ("src/bin/page.rs", "fn main() { atelier::page::mount() }"),
    ];
    let folder = TempDir::new().unwrap();
    for (path, text) in tidy.iter().chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// What is wrong with such a tree, as `file:line: what`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let failures = failures(tree(files).path()).unwrap();
    let first_line = |failure: &Failure| failure.to_string().lines().next().unwrap().to_owned();
    failures.iter().map(first_line).collect()
}

fn imports_of_model(text: &str) -> Vec<String> {
    found(&[("src/model/mod.rs", text)])
}

fn wrong_arrow(line: usize, to: &str) -> String {
    format!(
        "src/model/mod.rs:{line}: `model` imports `{to}`, which its row in ARCHITECTURE.md does not allow"
    )
}

#[test]
fn a_tidy_tree_passes() {
    assert_eq!(found(&[]), Vec::<String>::new());
}

#[test]
fn an_import_that_the_table_does_not_allow_is_found_in_every_form() {
    for text in [
        "use crate::page::View;",
        "use crate::page;",
        "pub use crate::{page};",
        "use {std::fmt, crate::page::View};",
        "use crate::{plain::Data, page::{View, Other}};",
        "use crate::{plain::{Data, More}, model, page};",
        "fn f() -> crate::page::View { todo!() }",
        "fn f() { g(crate::plain::Data, crate::page::view()) }",
        "use super::page::View;",
        "use super::{plain, page::View};",
        "use self::super::page::View;",
        "mod inner { use super::super::page::View; }",
        "mod inner {} use super::page::View;",
        "macro_rules! m { () => { $crate::page::view() } }",
        "type View = Vec<crate::page::View>;",
    ] {
        assert_eq!(imports_of_model(text), [wrong_arrow(1, "page")], "{text}");
    }
}

#[test]
fn every_wrong_arrow_is_found_at_its_own_line() {
    let text =
        "use crate::{\n    page::View,\n    plain::Data,\n    bin,\n};\n\nuse crate::page;\n";
    let expected = [wrong_arrow(2, "page"), wrong_arrow(4, "bin"), wrong_arrow(7, "page")];
    assert_eq!(imports_of_model(text), expected);
}

#[test]
fn the_whole_root_is_never_imported() {
    assert_eq!(imports_of_model("use crate::*;"), [wrong_arrow(1, "*")]);
}

#[test]
fn what_stays_in_the_room_or_is_no_import_passes() {
    for text in [
        "use crate::model::layer; use self::layer::Layer; mod inner { use super::Network; }",
        "// use crate::page::View;\n/* crate::page */ /// [`crate::page::View`]\nfn f() {}",
        "fn f() { g(\"crate::page::View\", r#\"crate::page\"#) }",
        "pub(crate) fn page() {} pub(in crate::model) fn f() { page::<u8>(other::page::view()) }",
        "#[cfg(test)] mod tests { use crate::page::View; }",
        "#[cfg(test)]\nuse crate::page::View;",
    ] {
        assert_eq!(imports_of_model(text), Vec::<String>::new(), "{text}");
    }
}

const RENAMED: &str = "a second name for the library's root hides what is imported through it";

#[test]
fn the_root_has_no_second_name_behind_which_a_room_could_be_imported() {
    for text in [
        "use crate as root; use root::page::View;",
        "pub(crate) use crate::{plain::Data, self as root};",
        "use super as root; fn f() { root::page::view() }",
        "mod inner { use super::super::{self as root}; }",
        "extern crate self as root; use root::page::View;",
    ] {
        assert_eq!(imports_of_model(text), [format!("src/model/mod.rs:1: {RENAMED}")], "{text}");
    }
    let library = "pub mod plain; pub mod model; pub mod page;\nextern crate self as root;";
    assert_eq!(found(&[("src/lib.rs", library)]), [format!("src/lib.rs:2: {RENAMED}")]);
    let program = "use atelier as library; fn main() { library::model::train() }";
    let expected = format!("src/bin/page.rs:1: {RENAMED}");
    assert_eq!(found(&[("src/bin/page.rs", program)]), [expected]);
}

#[test]
fn names_for_modules_and_casts_are_no_names_for_the_root() {
    for text in [
        "use crate::plain as data; use self as model; use super::model as twin;",
        "impl Kind { fn number(self) -> usize { self as usize } }",
        "mod inner { use super as outer; }",
    ] {
        assert_eq!(imports_of_model(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn an_item_for_tests_ends_where_it_ends_and_not_at_a_comma_in_it() {
    for text in [
        "#[cfg(test)] fn helper<A, B: Into<crate::page::View>>() -> crate::page::View { f() }",
        "#[cfg(test)] impl<A, B> From<B> for Pair<A, B> where A: crate::page::View {}",
        "#[cfg(test)] type Pair = (crate::page::View, Map<u8, crate::page::View>);",
        "/** S. */ struct S { #[cfg(test)] views: Map<u8, crate::page::View>, other: u8 }",
        "/** S. */ struct S { #[cfg(test)] pub(crate) f: Map<fn(u8) -> u8, crate::page::View> }",
    ] {
        assert_eq!(imports_of_model(text), Vec::<String>::new(), "{text}");
    }
    for text in [
        "#[cfg(test)] fn helper<A, B>() {} use crate::page::View;",
        "/** S. */ struct S { #[cfg(test)] map: Map<u8, u8>, view: crate::page::View }",
        "fn f() { match a { #[cfg(test)] x if x < y => 1, _ => crate::page::view() > z } }",
        "fn f() -> S { S { #[cfg(test)] a: b < c, d: crate::page::view() > e } }",
    ] {
        assert_eq!(imports_of_model(text), [wrong_arrow(1, "page")], "{text}");
    }
}

#[test]
fn a_file_named_after_tests_is_one_only_if_nothing_but_tests_declares_it() {
    let tests = "use crate::page;";
    let files = ["src/model/tests.rs", "src/model/a_tests.rs", "src/model/layer/b_tests.rs"];
    let found = |model: &str, layer: &str| {
        let files = files.map(|file| (file, tests));
        found(&[&files[..], &[("src/model/mod.rs", model), ("src/model/layer.rs", layer)]].concat())
    };
    let wrong = |file: &str| {
        let row = "which its row in ARCHITECTURE.md does not allow";
        format!("{file}:1: `model` imports `page`, {row}")
    };
    let model = "#[cfg(test)] mod tests; #[cfg(test)] #[path = \"a_tests.rs\"] mod others;";
    let layer = "#[cfg(test)] mod b_tests;";
    assert_eq!(found(model, layer), Vec::<String>::new());
    assert_eq!(found("", ""), [files[1], files[2], files[0]].map(wrong), "nothing declares them");
    for shipped in [
        "mod tests;",
        "pub(crate) mod tests;",
        "#[path = \"tests.rs\"] mod x;",
        "include!(\"tests.rs\");",
    ] {
        assert_eq!(found(&format!("{model} {shipped}"), layer), [wrong(files[0])], "{shipped}");
    }
    assert_eq!(found(model, "mod b_tests;"), [wrong(files[2])]);
}

#[test]
fn what_a_test_file_declares_is_a_test_too() {
    let files = [
        ("src/model/mod.rs", "#[cfg(test)] mod tests;"),
        ("src/model/tests.rs", "mod more_tests; use crate::page;"),
        ("src/model/tests/more_tests.rs", "use crate::page;"),
    ];
    assert_eq!(found(&files), Vec::<String>::new());
}

#[test]
fn programs_import_by_the_name_of_the_library() {
    let main = "fn main() { atelier::page::mount(); atelier::model::train() }";
    let expected =
        "src/bin/page.rs:1: `bin` imports `model`, which its row in ARCHITECTURE.md does not allow";
    assert_eq!(found(&[("src/bin/page.rs", main)]), [expected]);
}

#[test]
fn a_room_that_the_table_does_not_name_fails_and_so_does_a_row_without_a_room() {
    let folder = tree(&[("src/attic/mod.rs", ""), ("src/shed.rs", "")]);
    fs::remove_file(folder.path().join("src/plain.rs")).unwrap();
    let failures = failures(folder.path()).unwrap();
    let whats: Vec<&str> = failures.iter().map(|failure| &failure.what[..]).collect();
    let expected = [
        "the table names `plain.rs`, which is not in src/",
        "`attic/` is no room of the table in ARCHITECTURE.md",
        "`shed.rs` is no room of the table in ARCHITECTURE.md",
    ];
    assert_eq!(whats, expected);
}

#[test]
fn a_room_may_import_only_rooms_above_it_so_that_no_circle_is_allowed() {
    let table = "| room in `src/` | holds | may import |\n|---|---|---|\n\
        | `plain.rs` | | `page` |\n| `model/` | | `plain`, `modle` |\n| `page/` | | `model`, `plain` |\n\
        | `bin/` | | `page` |\n";
    let expected = [
        "ARCHITECTURE.md:3: `plain` may import `page`, no room above it",
        "ARCHITECTURE.md:4: `model` may import `modle`, no room above it",
    ];
    assert_eq!(found(&[(rooms::ARCHITECTURE, table)]), expected);
}

#[test]
fn a_missing_table_is_a_failure_and_not_a_pass() {
    let found = found(&[(rooms::ARCHITECTURE, "# Nothing\n")]);
    assert_eq!(found, ["ARCHITECTURE.md:1: no table begins with \"| room in `src/` |\""]);
}

#[test]
fn a_long_file_needs_a_reason_near_its_top() {
    let long = |top: &str, lines: usize| format!("{top}\n{}", "\n".repeat(lines - 1));
    for path in ["src/model/long.rs", "xtask/src/long.rs", "tests/long.rs"] {
        let fails = |top: &str, lines| {
            found(&[(path, &long(top, lines))])
                .iter()
                .any(|line| line.starts_with(&format!("{path}:401: ")))
        };
        assert!(!fails("", 400));
        assert!(fails("", 401));
        assert!(!fails("// tidy: long, because one table is one table", 401));
        assert!(fails("// tidy: long, because ", 401));
        assert!(fails(&format!("{}// tidy: long, because late", "\n".repeat(30)), 401));
    }
}

#[test]
fn a_type_without_a_doc_is_found_whatever_its_visibility() {
    let text = "\
        struct A;\npub struct B;\npub(crate) enum C {}\npub(super) trait D {}\n\
        /// Of another.\nfn f() {}\n#[derive(Debug)]\nstruct E;\nmod inner {\n    struct F;\n}\n";
    for path in ["src/page/mod.rs", "xtask/src/a.rs"] {
        let expected: Vec<String> = [(1, "A"), (2, "B"), (3, "C"), (4, "D"), (8, "E"), (10, "F")]
            .iter()
            .map(|(line, name)| format!("{path}:{line}: the type `{name}` has no doc"))
            .collect();
        assert_eq!(found(&[(path, text)]), expected);
    }
}

#[test]
fn types_with_docs_in_functions_and_in_tests_pass() {
    let text = "\
        /// A.\nstruct A;\n/// B.\n#[derive(Debug)]\npub(crate) struct B(u8);\n\
        #[doc = \"C.\"]\npub enum C {}\n/** D. */\npub unsafe_trait!();\n\
        fn f() { struct Local; }\n#[cfg(test)]\nmod tests { struct T; }\n\
        macro_rules! m { () => { struct M; } }\n";
    assert_eq!(found(&[("xtask/src/a.rs", text)]), Vec::<String>::new());
}

#[test]
fn unsafe_stands_in_two_files() {
    let text = "// unsafe\n#![deny(unsafe_code)]\nfn f() {\n    unsafe { g() }\n}\n\
        #[cfg(test)]\nmod tests { unsafe fn h() {} }\n";
    assert_eq!(found(&[("src/bin/worker.rs", text)]), Vec::<String>::new());
    for path in ["src/model/a.rs", "xtask/src/a.rs", "tests/a.rs", "fuzz/targets/a.rs"] {
        let expected = [4, 7].map(|line| {
            format!("{path}:{line}: `unsafe` outside src/bin/worker.rs and fuzz/src/memory.rs")
        });
        assert_eq!(found(&[(path, text)]), expected);
    }
}

#[test]
fn every_failure_says_where_the_reason_for_its_rule_stands() {
    for reason in [Reason::Arrows, Reason::Length, Reason::Docs, Reason::Unsafe, Reason::Packages] {
        let heading = format!("### {}", reason.section());
        assert!(CONTRIBUTING.lines().any(|line| line == heading), "{heading}");
    }
    let failure = rooms::no_table().to_string();
    assert!(failure.ends_with(
        "see CONTRIBUTING.md, section \"Arrows between rooms\" (CONTRIBUTING.md#arrows-between-rooms)"
    ));
}
