//! The page's Content-Security-Policy stands in `index.html`, and the other headers in `Trunk.toml`; whatever repeats them
//! agrees.

use super::{Failure, Reason};
use crate::site::policy::policy_of;

const SOURCE: &str = "index.html";
/// The other documents, which have the same policy.
pub const DOCUMENTS: [&str; 2] = ["www/delete.html", "www/components.html"];
/// It sends headers with `cargo xtask serve`.
pub const SERVER: &str = "Trunk.toml";
/// The examples for hosts.
pub const GUIDE: &str = "docs/hosting.md";
/// The server of the container.
pub const CONTAINER: &str = "container/nginx.conf";

const HEADERS: &str = "[serve.headers]";
const POLICY: &str = "Content-Security-Policy";
/// What a host can say in addition, which is ignored in a document.
const HOSTS_ADDITION: &str = "; frame-ancestors 'none'";

/// Every place that differs. `read` gives the text of a file of the repository.
pub fn check<E>(read: impl Fn(&str) -> Result<String, E>) -> Result<Vec<Failure>, E> {
    let source = read(SOURCE)?;
    let Some(policy) = policy_of(&source) else {
        return Ok(vec![failure(SOURCE, 1, format!("it does not begin with a {POLICY}"))]);
    };
    let mut failures = Vec::new();
    for file in DOCUMENTS {
        if policy_of(&read(file)?) != Some(policy) {
            let what = format!("it does not begin with the {POLICY} of {SOURCE}");
            failures.push(failure(file, 1, what));
        }
    }
    let expected = format!("{policy}{HOSTS_ADDITION}");
    let server = read(SERVER)?;
    let headers = headers(&server);
    if !headers.contains(&(POLICY, expected.as_str())) {
        let what = format!("{HEADERS} lacks {POLICY} = \"{expected}\"");
        failures.push(failure(SERVER, 1, what));
    }
    let (guide, container) = (read(GUIDE)?, read(CONTAINER)?);
    for (name, value) in headers {
        let line = format!("add_header {name} \"{value}\" always;\n");
        if !container.contains(&line) {
            let what = format!("there is no \"{}\", as {SERVER} has it", line.trim());
            failures.push(failure(CONTAINER, 1, what));
        }
        let examples = [
            format!("\n  {name}: {value}\n"),
            format!("add_header {name} \"{value}\" always;\n"),
            format!("\n\t\t{name} \"{value}\"\n"),
        ];
        for example in examples.iter().filter(|example| !guide.contains(*example)) {
            let what = format!("there is no \"{}\", as {SERVER} has it", example.trim());
            failures.push(failure(GUIDE, 1, what));
        }
    }
    let lines = guide.lines().enumerate();
    let others =
        lines.filter(|(_, line)| line.matches("-src ").count() > 1 && !line.contains(policy));
    failures
        .extend(others.map(|(at, _)| {
            failure(GUIDE, at + 1, format!("this is not the {POLICY} of {SOURCE}"))
        }));
    Ok(failures)
}

/// The names and values of the headers that the server of `cargo xtask serve` sends.
fn headers(server: &str) -> Vec<(&str, &str)> {
    let lines = server.lines().skip_while(|line| *line != HEADERS).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.strip_suffix('"')?.split_once(" = \"")).collect()
}

fn failure(file: &str, line: usize, what: String) -> Failure {
    Failure { file: file.to_owned(), line, what, reason: Reason::Policy }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    const META: &str =
        "<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\" />";
    const LINE: &str = "default-src 'none'; frame-ancestors 'none'";

    fn agreeing() -> BTreeMap<&'static str, String> {
        let guide = format!(
            "\n  {POLICY}: {LINE}\n\nadd_header {POLICY} \"{LINE}\" always;\n\n\t\t{POLICY} \"{LINE}\"\n"
        );
        let mut files: BTreeMap<_, _> = DOCUMENTS.map(|name| (name, META.to_owned())).into();
        files.insert(SOURCE, META.to_owned());
        files.insert(
            SERVER,
            format!("{HEADERS}\n# why\n{POLICY} = \"{LINE}\"\n\n[tools]\na = \"b\""),
        );
        files.insert(GUIDE, guide);
        files.insert(CONTAINER, format!("    add_header {POLICY} \"{LINE}\" always;\n"));
        files
    }

    fn found(files: &BTreeMap<&str, String>) -> Vec<String> {
        let read = |name: &str| Ok::<_, Infallible>(files[name].clone());
        check(read).unwrap().into_iter().map(|failure| failure.file).collect()
    }

    #[test]
    fn files_that_agree_have_no_failure() {
        assert_eq!(found(&agreeing()), Vec::<String>::new());
    }

    #[test]
    fn whichever_file_says_something_else_is_found() {
        for file in agreeing().keys() {
            let mut files = agreeing();
            let text = files[file].replace("default-src 'none'", "default-src 'self'");
            files.insert(file, text);
            let found = found(&files);
            assert!(!found.is_empty(), "{file}");
            assert!(*file == SOURCE || found.contains(&(*file).to_owned()), "{file}: {found:?}");
        }
    }

    #[test]
    fn an_example_that_lacks_a_header_of_the_server_is_found() {
        let mut files = agreeing();
        let server =
            files[SERVER].replace("\n\n[tools]", "\nReferrer-Policy = \"no-referrer\"\n\n[tools]");
        files.insert(SERVER, server);
        assert_eq!(found(&files), [CONTAINER, GUIDE, GUIDE, GUIDE]);
    }

    #[test]
    fn a_policy_behind_a_script_is_found() {
        for file in [SOURCE, DOCUMENTS[0], DOCUMENTS[1]] {
            let mut files = agreeing();
            files.insert(file, META.replace("<head>", "<head><script src=a.js></script>"));
            assert_eq!(found(&files), [file]);
        }
    }
}
