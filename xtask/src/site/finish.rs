//! The finishing step, after Trunk: style sheets become one, files get names with a hash, wasm is compressed, and the
//! document gets a table that leads from plain names to those.
//!
//! A name with a hash is never another content, so browsers may keep such a file for ever, and no file of one build can be
//! taken for another build's. What `trunk serve` serves is unfinished: no table, and plain names.

use atelier::checksum::sha256_hex;
use atelier::dataset::shard::MANIFEST_NAME;
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::{fs, mem};
use thiserror::Error;

use crate::gzip;

use super::offline::{OfflineError, SCRIPT, add_service_worker};
use super::policy::policy_of;
use super::styles::{STYLE_SHEET, join_styles};
use super::wasm_sections::without_names;

/// They keep their names, which the manifest of the app has.
const ICONS: &str = "icons";
const DOCUMENT: &str = "index.html";
/// A document beside it, which names files as well.
const OTHER_DOCUMENT: &str = "delete.html";
/// Browsers look for it under this very name.
const SERVICE_WORKER: &str = "service-worker.js";
/// The element by which Trunk names the page's files (`pattern_script` in Trunk.toml); the table takes its place.
const PAGE_FILES: &str = "page-files";
/// The scripts that the page needs first, and how its document asks for them before anything else. Its wasm waits until the first
/// view is seen (`www/page_loader.js`): on a slow line they would share the line for seconds.
const HINTS: [(&str, &str); 2] =
    [("page.js", r#"rel="modulepreload""#), ("loader.js", r#"rel="modulepreload""#)];
/// Hexadecimal digits of a hash in a name, ours and Trunk's.
const DIGITS: usize = 16;

/// Why a built site could not be finished.
#[derive(Debug, Error)]
pub enum FinishError {
    /// A file could not be read or written.
    #[error("{path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The document does not name the page's files.
    #[error("{DOCUMENT} has no element {PAGE_FILES:?}: is `pattern_script` set in Trunk.toml?")]
    NoTable,
    /// The document has no policy, or has something in front of it that it would not hold for.
    #[error("{DOCUMENT} does not begin its head with a Content-Security-Policy")]
    NoPolicy,
    /// There is no service worker.
    #[error(transparent)]
    Offline(#[from] OfflineError),
}

/// Finishes what Trunk has left in this folder; returns the build's name.
pub fn finish(dist: &Path) -> Result<String, FinishError> {
    join_styles(dist)?;
    // By plain name.
    let mut files = BTreeMap::new();
    let mut sums = Vec::new();
    // A script that starts a worker names the worker's other files.
    let (starters, others): (Vec<_>, Vec<_>) =
        names(dist)?.into_iter().partition(|name| name.ends_with("_loader.js"));
    for name in others.into_iter().chain(starters) {
        let path = dist.join(&name);
        let plain = plain_name(&name);
        let is_wasm = name.ends_with(".wasm");
        let has_hash = plain != name;
        let mut bytes = read(&path)?;
        let kept = has_hash && !is_wasm || name == DOCUMENT || name == SERVICE_WORKER;
        if kept || !(is_wasm || [".js", ".png", ".css"].iter().any(|ending| name.ends_with(ending)))
        {
            if has_hash {
                files.insert(plain, name.clone());
            }
            sums.push(format!("{name} {}", sha256_hex(&bytes)));
            continue;
        }
        if is_wasm {
            bytes = gzip::compressed(&without_names(&bytes));
        } else if name.ends_with("_loader.js") {
            bytes = renamed(&String::from_utf8_lossy(&bytes), &files).into_bytes();
        }
        let sum = sha256_hex(&bytes);
        let finished = hashed_name(&plain, &sum, is_wasm);
        write(&dist.join(&finished), &bytes)?;
        fs::remove_file(&path).map_err(failed(&path))?;
        sums.push(format!("{finished} {sum}"));
        if has_hash {
            // The document names it as Trunk did.
            files.insert(name, finished.clone());
        }
        files.insert(plain, finished);
    }
    for icon in names(&dist.join(ICONS)).unwrap_or_default() {
        sums.push(format!("{icon} {}", sha256_hex(&read(&dist.join(ICONS).join(&icon))?)));
    }
    let manifest = dist.join("data").join(MANIFEST_NAME);
    let manifest = manifest.is_file().then(|| read(&manifest)).transpose()?;
    let manifest = manifest.map(|bytes| sha256_hex(&bytes));
    sums.extend(manifest.clone());
    // Written last, with the build's name in it.
    sums.push(sha256_hex(SCRIPT.as_bytes()));
    sums.sort();
    let build = sha256_hex(sums.join("\n").as_bytes())[..DIGITS].to_owned();

    let path = dist.join(OTHER_DOCUMENT);
    if path.is_file() {
        write(&path, renamed(&String::from_utf8_lossy(&read(&path)?), &files).as_bytes())?;
    }
    let path = dist.join(DOCUMENT);
    let document = String::from_utf8_lossy(&read(&path)?).into_owned();
    let policy = policy_of(&document).ok_or(FinishError::NoPolicy)?.to_owned();
    let hints = HINTS.iter().filter_map(|(plain, how)| {
        files.get(*plain).map(|name| format!("<link {how} href=\"{name}\">"))
    });
    let hints: String = hints.collect();
    let document = document.replacen(STYLE_SHEET, &(hints + STYLE_SHEET), 1);
    let (before, after) = around_page_files(&document).ok_or(FinishError::NoTable)?;
    let (before, after) = (renamed(before, &files), renamed(after, &files));
    files.retain(|plain, _| plain_name(plain) == *plain);
    let table = json!({ "build": build, "manifest": manifest, "files": files });
    let script = r#"<script type="application/json" id="build">"#;
    write(&path, format!("{before}{script}{table}</script>{after}").as_bytes())?;
    add_service_worker(dist, &build, &policy)?;
    Ok(build)
}

/// What lies before and after the element of the page's names. Minified documents lack quotes.
fn around_page_files(document: &str) -> Option<(&str, &str)> {
    let at = document.find(PAGE_FILES)?;
    let (before, _) = document.split_at_checked(document[..at].rfind("<script")?)?;
    let (_, after) = document[at..].split_once("</script>")?;
    Some((before, after))
}

/// `worker_bg.wasm` of `worker_bg.wasm`, `page_bg.wasm` of `page-0123456789abcdef_bg.wasm`.
pub fn plain_name(name: &str) -> String {
    for (at, _) in name.match_indices('-') {
        let rest = name[at + 1..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
        let digits = name.len() - at - 1 - rest.len();
        // Trunk leaves out the zeros in front: one name in sixteen has a digit less.
        if (DIGITS / 2..=DIGITS).contains(&digits) && rest.starts_with(['.', '_']) {
            return format!("{}{rest}", &name[..at]);
        }
    }
    name.to_owned()
}

fn hashed_name(plain: &str, sum: &str, is_compressed: bool) -> String {
    let (stem, ending) = plain.split_once('.').unwrap_or((plain, ""));
    let gz = if is_compressed { ".gz" } else { "" };
    format!("{stem}-{}.{ending}{gz}", &sum[..DIGITS])
}

/// The text with the files' finished names wherever it has them as whole names.
fn renamed(text: &str, files: &BTreeMap<String, String>) -> String {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut renamed = String::with_capacity(text.len());
    let mut word = String::new();
    let finished = |word: String| files.get(&word).cloned().unwrap_or(word);
    for c in text.chars() {
        if is_of_name(c) {
            word.push(c);
        } else {
            renamed.push_str(&finished(mem::take(&mut word)));
            renamed.push(c);
        }
    }
    renamed.push_str(&finished(word));
    renamed
}

/// The files directly in a folder, sorted by name.
fn names(folder: &Path) -> Result<Vec<String>, FinishError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        if entry.path().is_file() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    names.sort();
    Ok(names)
}

pub fn read(path: &Path) -> Result<Vec<u8>, FinishError> {
    fs::read(path).map_err(failed(path))
}

pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FinishError> {
    fs::write(path, bytes).map_err(failed(path))
}

pub fn failed(path: &Path) -> impl FnOnce(io::Error) -> FinishError {
    let path = path.to_path_buf();
    move |source| FinishError::File { path, source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read as _;
    use tempfile::TempDir;

    const WASM: &[u8] = b"\0asm\x01\0\0\0";
    const PAGE_WASM: &str = "page-0123456789abcdef_bg.wasm";

    /// What Trunk leaves, with this in the worker's script.
    fn built(worker: &str) -> TempDir {
        let dist = TempDir::new().unwrap();
        let put = |name: &str, bytes: &[u8]| fs::write(dist.path().join(name), bytes).unwrap();
        fs::create_dir(dist.path().join("data")).unwrap();
        put("data/manifest.json", b"{}");
        put(PAGE_WASM, WASM);
        put("page-0123456789abcdef.js", b"export default 1;");
        put("base-0123456789abcdef.css", b"p {}");
        put("code-0123456789abcdef.css", b"a {}");
        put("loader.js", b"");
        put("worker_bg.wasm", WASM);
        put("worker.js", worker.as_bytes());
        put("worker_loader.js", b"import('./worker.js'); './worker_bg.wasm'; './a-worker.js'");
        put("service-worker.js", b"");
        put("samples.png", b"png");
        put("delete.css", b"");
        put("delete.html", b"<link rel=stylesheet href=delete.css>");
        let document = "<head><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">\
             <link rel=icon href=a.svg><link rel=stylesheet href=./base-0123456789abcdef.css integrity=x/y>\
             <link rel=\"stylesheet\" href=\"./code-0123456789abcdef.css\"/><script type=application/json id=page-files>\
             {\"page.js\": \"page-0123456789abcdef.js\"}</script><img src=\"samples.png\">";
        put("index.html", document.as_bytes());
        dist
    }

    fn table(dist: &TempDir) -> (String, serde_json::Value) {
        let document = fs::read_to_string(dist.path().join("index.html")).unwrap();
        let (_, rest) = document.split_once(r#"id="build">"#).unwrap();
        let table = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
        (document, table)
    }

    #[test]
    fn a_name_is_plain_without_its_hash_even_if_trunk_left_out_zeros() {
        for name in [PAGE_WASM, "page-8f1fdbf85000e32_bg.wasm", "page-fdbf85000e32_bg.wasm"] {
            assert_eq!(plain_name(name), "page_bg.wasm");
        }
        for name in ["keep-focus.js", "first-view.js", "a-fade.css", "train-00.bin"] {
            assert_eq!(plain_name(name), name);
        }
    }

    #[test]
    fn every_file_of_the_table_is_there_under_a_name_with_its_hash() {
        let dist = built("1");
        let build = finish(dist.path()).unwrap();
        let (document, table) = table(&dist);
        assert_eq!(table["build"], build.as_str());
        assert_eq!(table["manifest"], sha256_hex(b"{}"));
        let files = table["files"].as_object().unwrap();
        let plain: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(
            plain,
            [
                "delete.css",
                "loader.js",
                "page.js",
                "page_bg.wasm",
                "samples.png",
                "styles.css",
                "worker.js",
                "worker_bg.wasm",
                "worker_loader.js",
            ]
        );
        for (plain, finished) in files {
            let finished = finished.as_str().unwrap();
            assert!(dist.path().join(finished).is_file(), "{finished}");
            assert!(!dist.path().join(plain).exists(), "{plain}");
        }
        assert!(dist.path().join(SERVICE_WORKER).is_file(), "it keeps its name");
        let samples = files["samples.png"].as_str().unwrap();
        assert!(document.contains(&format!("<img src=\"{samples}\">")), "{document}");
        let styles = files["styles.css"].as_str().unwrap();
        assert_eq!(fs::read_to_string(dist.path().join(styles)).unwrap(), "p {}\na {}\n");
        assert_eq!(document.matches("stylesheet").count(), 1);
        let at = |name: &str| document.find(files[name].as_str().unwrap()).unwrap();
        assert!(at("loader.js") < at("styles.css"), "{document}");
        assert!(at("styles.css") < at("page_bg.wasm"), "only the table names it: {document}");
        assert!(!document.contains(PAGE_FILES), "{document}");
        let other = fs::read_to_string(dist.path().join(OTHER_DOCUMENT)).unwrap();
        let style = files["delete.css"].as_str().unwrap();
        assert_eq!(other, format!("<link rel=stylesheet href={style}>"));
    }

    #[test]
    fn wasm_is_compressed_and_unpacks_to_what_was_built() {
        let dist = built("1");
        finish(dist.path()).unwrap();
        let name = table(&dist).1["files"]["worker_bg.wasm"].as_str().unwrap().to_owned();
        assert!(name.starts_with("worker_bg-") && name.ends_with(".wasm.gz"), "{name}");
        let bytes = fs::read(dist.path().join(name)).unwrap();
        let mut unpacked = Vec::new();
        GzDecoder::new(&bytes[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, WASM);
    }

    #[test]
    fn another_content_gives_another_name_to_the_file_and_to_all_that_name_it() {
        let [(_, one), (_, other), (_, same)] = ["1", "2", "1"].map(|worker| {
            let dist = built(worker);
            finish(dist.path()).unwrap();
            let (document, table) = table(&dist);
            let name = table["files"]["worker_loader.js"].as_str().unwrap();
            let loader = fs::read_to_string(dist.path().join(name)).unwrap();
            let named = |plain: &str| table["files"][plain].as_str().unwrap().to_owned();
            let expected = format!(
                "import('./{}'); './{}'; './a-worker.js'",
                named("worker.js"),
                named("worker_bg.wasm")
            );
            assert_eq!(loader, expected);
            (document, table)
        });
        assert_eq!(one, same);
        for name in ["worker.js", "worker_loader.js"] {
            assert_ne!(one["files"][name], other["files"][name], "{name}");
        }
        assert_ne!(one["build"], other["build"]);
        assert_eq!(one["files"]["worker_bg.wasm"], other["files"]["worker_bg.wasm"]);
    }

    #[test]
    fn another_icon_makes_another_build() {
        let [one, other] = ["a", "b"].map(|icon| {
            let dist = built("1");
            fs::create_dir(dist.path().join(ICONS)).unwrap();
            fs::write(dist.path().join(ICONS).join("a.svg"), icon).unwrap();
            finish(dist.path()).unwrap()
        });
        assert_ne!(one, other);
    }

    #[test]
    fn the_service_worker_has_the_documents_policy_and_a_document_without_one_is_an_error() {
        let dist = built("1");
        let path = dist.path().join(DOCUMENT);
        let document = fs::read_to_string(&path).unwrap();
        finish(dist.path()).unwrap();
        let script = fs::read_to_string(dist.path().join(SERVICE_WORKER)).unwrap();
        assert!(script.contains("const POLICY = \"default-src 'none'\";"), "{script}");

        let dist = built("1");
        let late = document.replace("<head>", "<head><script src=a.js></script>");
        fs::write(dist.path().join(DOCUMENT), late).unwrap();
        assert!(matches!(finish(dist.path()), Err(FinishError::NoPolicy)));
    }

    #[test]
    fn a_document_that_does_not_name_the_page_is_an_error() {
        let dist = built("1");
        let policy =
            "<head><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">";
        fs::write(dist.path().join("index.html"), policy).unwrap();
        assert!(matches!(finish(dist.path()), Err(FinishError::NoTable)));
    }
}
