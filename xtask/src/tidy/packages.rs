//! Packages of npm and Python have exact versions, and npm runs none of their install scripts.

use super::{Failure, Reason, TidyError, read};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Folders that hold nothing of ours, in addition to those whose names begin with a dot.
const NOT_OURS: [&str; 3] = ["node_modules", "target", "dist"];
/// Where a `package.json` may name packages.
const LISTS: [&str; 4] =
    ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
/// The line of `.npmrc` that forbids install scripts.
const NO_SCRIPTS: &str = "ignore-scripts=true";

/// What is wrong with the lists of packages in the repository at `root`.
pub fn check(root: &Path) -> Result<Vec<Failure>, TidyError> {
    let mut failures = Vec::new();
    look_into(root, "", &mut failures)?;
    Ok(failures)
}

/// Checks every list below `folder`, whose path from the root is `shown`, ending with `/` unless it is empty.
fn look_into(folder: &Path, shown: &str, failures: &mut Vec<Failure>) -> Result<(), TidyError> {
    let unreadable = |source| TidyError::Unreadable { path: folder.to_path_buf(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let shown = format!("{shown}{name}");
        if path.is_dir() {
            if !NOT_OURS.contains(&name) && !name.starts_with('.') {
                look_into(&path, &format!("{shown}/"), failures)?;
            }
        } else if name == "package.json" {
            failures.extend(node(folder, &shown, &read(&path)?)?);
        } else if name.starts_with("requirements") && name.ends_with(".txt") {
            failures.extend(python(&shown, &read(&path)?));
        }
    }
    Ok(())
}

/// What is wrong with a `package.json`, its lock file and its `.npmrc`.
fn node(folder: &Path, shown: &str, text: &str) -> Result<Vec<Failure>, TidyError> {
    let Ok(package) = serde_json::from_str::<Value>(text) else {
        return Ok(vec![failure(shown, 1, "this is not JSON".to_owned())]);
    };
    let mut failures = Vec::new();
    for (name, version) in LISTS.iter().filter_map(|list| package[list].as_object()).flatten() {
        if !version.as_str().is_some_and(is_exact) {
            let line = line_with(text, &format!("\"{name}\""));
            failures.push(failure(shown, line, format!("`{name}` has no exact version")));
        }
    }
    let beside = |name: &str| {
        let path = folder.join(name);
        if path.is_file() { read(&path).map(Some) } else { Ok(None) }
    };
    let settings = beside(".npmrc")?.unwrap_or_default();
    if !settings.lines().any(|line| line.trim() == NO_SCRIPTS) {
        let what = format!("the folder has no `.npmrc` with `{NO_SCRIPTS}`");
        failures.push(failure(shown, 1, what));
    }
    match beside("package-lock.json")? {
        Some(lock) => failures.extend(without_checksum(shown, &lock)),
        None => failures.push(failure(shown, 1, "there is no `package-lock.json`".to_owned())),
    }
    Ok(failures)
}

/// The packages of a lock file that could come from anywhere, as nothing says what is in them.
fn without_checksum(shown: &str, lock: &str) -> Vec<Failure> {
    let lock: Value = serde_json::from_str(lock).unwrap_or_default();
    let Some(packages) = lock["packages"].as_object() else {
        return vec![failure(shown, 1, "`package-lock.json` lists no packages".to_owned())];
    };
    let has_none = |package: &Value| package["integrity"].as_str().is_none();
    let others = packages.iter().filter(|(path, _)| !path.is_empty());
    let bad = others.filter(|(_, package)| has_none(package));
    bad.map(|(path, _)| failure(shown, 1, format!("the lock file has no checksum of `{path}`")))
        .collect()
}

/// What is wrong with a list of Python packages.
fn python(shown: &str, text: &str) -> Vec<Failure> {
    let names = (1..).zip(text.lines().map(|line| line.split('#').next().unwrap_or_default()));
    let named = names.filter(|(_, line)| !line.trim().is_empty());
    named
        .filter(|(_, line)| {
            !line.trim().split_once("==").is_some_and(|(_, version)| is_exact(version))
        })
        .map(|(line, text)| failure(shown, line, format!("`{}` has no exact version", text.trim())))
        .collect()
}

/// Whether a version names one release: `1.2.3` or `1.2.3-beta.1`, and neither a range nor an address.
fn is_exact(version: &str) -> bool {
    let (numbers, rest) = version.split_once('-').unwrap_or((version, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.split('.').count() == 3
        && numbers.split('.').all(is_number)
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

/// The first line that contains a text, counted from 1.
fn line_with(text: &str, wanted: &str) -> usize {
    text.lines().position(|line| line.contains(wanted)).map_or(1, |index| index + 1)
}

fn failure(file: &str, line: usize, what: String) -> Failure {
    Failure { file: file.to_owned(), line, what, reason: Reason::Packages }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tempfile::TempDir;

    const NPMRC: &str = "# Why.\nignore-scripts=true\n";
    const LOCK: &str = r#"{"packages": {"": {}, "node_modules/a": {"integrity": "sha512-x"}}}"#;

    /// What is found in `tests/browser` with these files, as `line: what`.
    fn found(package: &str, npmrc: &str, lock: &str) -> Vec<String> {
        let root = TempDir::new().unwrap();
        let folder = root.path().join("tests/browser");
        fs::create_dir_all(folder.join("node_modules/a")).unwrap();
        fs::write(folder.join("node_modules/a/package.json"), "not ours").unwrap();
        for (name, text) in
            [("package.json", package), (".npmrc", npmrc), ("package-lock.json", lock)]
        {
            if !text.is_empty() {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        let failures = check(root.path()).unwrap();
        assert!(failures.iter().all(|failure| failure.file == "tests/browser/package.json"));
        failures.iter().map(|failure| format!("{}: {}", failure.line, failure.what)).collect()
    }

    fn package(version: &str) -> String {
        format!("{{\n  \"devDependencies\": {{\n    \"a\": \"{version}\"\n  }}\n}}")
    }

    #[test]
    fn a_node_package_has_one_version_and_no_other() {
        for exact in ["1.2.3", "0.22.0-beta.1"] {
            assert_eq!(found(&package(exact), NPMRC, LOCK), Vec::<String>::new(), "{exact}");
        }
        for open in ["^1.2.3", "~1.2.3", "1.2", "1.x.3", ">=1.2.3", "*", "latest", "", "1.2.3-"] {
            let expected = ["3: `a` has no exact version"];
            assert_eq!(found(&package(open), NPMRC, LOCK), expected, "{open}");
        }
        for address in ["github:a/a", "file:../a", "https://example.org/a-1.2.3.tgz"] {
            assert_eq!(found(&package(address), NPMRC, LOCK).len(), 1, "{address}");
        }
    }

    #[test]
    fn a_folder_whose_npm_would_run_install_scripts_is_found() {
        let expected = ["1: the folder has no `.npmrc` with `ignore-scripts=true`"];
        for npmrc in ["", "save-exact=true", "# ignore-scripts=true", "ignore-scripts=false"] {
            assert_eq!(found(&package("1.2.3"), npmrc, LOCK), expected, "{npmrc}");
        }
    }

    #[test]
    fn a_lock_file_says_what_is_in_every_package() {
        let open = r#"{"packages": {"": {}, "node_modules/a": {"version": "1.2.3"}}}"#;
        let expected = ["1: the lock file has no checksum of `node_modules/a`"];
        assert_eq!(found(&package("1.2.3"), NPMRC, open), expected);
        assert_eq!(found(&package("1.2.3"), NPMRC, ""), ["1: there is no `package-lock.json`"]);
        for empty in ["{}", "nothing"] {
            assert_eq!(
                found(&package("1.2.3"), NPMRC, empty),
                ["1: `package-lock.json` lists no packages"]
            );
        }
    }

    #[test]
    fn a_python_package_has_one_version_and_no_other() {
        let text = "# Why.\nnumpy==2.4.6\n\ntorch>=2.0.0\nonnx\nsafetensors==0.8.* # for us\n";
        let failures = python("tests/requirements.txt", text);
        let lines: Vec<usize> = failures.iter().map(|failure| failure.line).collect();
        assert_eq!(lines, [4, 5, 6]);
    }
}
