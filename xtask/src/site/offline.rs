//! Writes the service worker of a finished site: `www/service-worker.js` with the list of what it keeps, and the policy that
//! it sends with that, in front.

use flate2::read::GzDecoder;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The script, which does its work from the names `BUILD`, `FILES` and `POLICY`.
pub(super) const SCRIPT: &str = include_str!("../../../www/service-worker.js");
/// Browsers look for a new build under this name, so it has no hash.
const NAME: &str = "service-worker.js";
/// Folders that are left to others: the worker keeps the images itself, and source code and documentation are not the app.
const LEFT_OUT: [&str; 3] = ["data/", "docs/", "source/"];
/// What some hosts take a site's headers from, and do not serve.
const HEADERS: &str = "_headers";
/// Endings of compressed copies.
const COPIES: [&str; 2] = [".gz", ".br"];

/// Why there is no service worker: a file could not be read or written.
#[derive(Debug, Error)]
#[error("{path}")]
pub struct OfflineError {
    /// Which one.
    path: PathBuf,
    /// Why not.
    source: io::Error,
}

/// Writes `service-worker.js` into a site that is finished otherwise, for the build of this name, whose documents have this
/// Content-Security-Policy.
///
/// Its list has the SHA-256 of every file that the page needs: of a file and its compressed copies the one that the page
/// asks for, which is the plain one unless a script or the document names another.
pub fn add_service_worker(dist: &Path, build: &str, policy: &str) -> Result<(), OfflineError> {
    let mut files = BTreeMap::new();
    read(dist, "", &mut files)?;
    let texts = files.iter().filter(|(name, _)| name.ends_with(".js") || name.ends_with(".html"));
    let texts: Vec<_> = texts.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    let is_asked_for = |name: &str| texts.iter().any(|text| text.contains(name));
    let list: BTreeMap<_, _> = files
        .iter()
        .filter(|(name, _)| {
            let is_copy = COPIES.iter().any(|ending| {
                name.strip_suffix(ending).is_some_and(|plain| files.contains_key(plain))
            });
            let has_better = COPIES.iter().any(|ending| {
                let copy = format!("{name}{ending}");
                files.contains_key(&copy) && is_asked_for(&copy)
            });
            !has_better && (!is_copy || is_asked_for(name))
        })
        .map(|(name, bytes)| (name, hashes(name, bytes)))
        .collect();
    let head = format!(
        "const BUILD = {};\nconst FILES = {};\nconst POLICY = {};\n",
        json!(build),
        json!(list),
        json!(policy)
    );
    let path = dist.join(NAME);
    fs::write(&path, head + SCRIPT).map_err(|source| OfflineError { path, source })
}

/// SHA-256 of a file; and of what is in it, since some servers unpack a file that ends in `.gz`.
fn hashes(name: &str, bytes: &[u8]) -> Vec<String> {
    let mut contents = Vec::new();
    let is_gzip = name.ends_with(".gz") && GzDecoder::new(bytes).read_to_end(&mut contents).is_ok();
    let whole = [(true, bytes), (is_gzip, contents.as_slice())];
    whole.iter().filter(|(is_there, _)| *is_there).map(|(_, bytes)| hash(bytes)).collect()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads every file of a folder by its name below `dist`, with `/` between folders.
fn read(
    dist: &Path,
    folder: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), OfflineError> {
    let path = dist.join(folder);
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| OfflineError { path, source }
    };
    for entry in fs::read_dir(&path).map_err(failed(&path))? {
        let path = entry.map_err(failed(&path))?.path();
        let Some(name) = path.file_name() else { continue };
        let name = format!("{folder}{}", name.to_string_lossy());
        if path.is_dir() {
            let below = format!("{name}/");
            if !LEFT_OUT.contains(&below.as_str()) {
                read(dist, &below, files)?;
            }
        } else if !name.starts_with(NAME) && name != HEADERS {
            files.insert(name, fs::read(&path).map_err(failed(&path))?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    /// The list of a site with these files.
    fn list(files: &[(&str, &[u8])]) -> BTreeMap<String, Vec<String>> {
        let dist = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = dist.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        add_service_worker(dist.path(), "5f", "default-src 'none'").unwrap();
        let script = fs::read_to_string(dist.path().join(NAME)).unwrap();
        assert!(script.starts_with("const BUILD = \"5f\";\n") && script.ends_with(SCRIPT));
        assert!(script.contains("\nconst POLICY = \"default-src 'none'\";\n"));
        let list = script.lines().nth(1).unwrap();
        let list = list.strip_prefix("const FILES = ").unwrap().strip_suffix(';').unwrap();
        serde_json::from_str(list).unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_file_is_listed_except_images_source_code_documentation_and_the_script_itself() {
        let list = list(&[
            ("index.html", b"<p>"),
            ("icons/a.svg", b"abc"),
            ("data/train-00.bin", b"1"),
            ("source/atelier.tar.gz", b"2"),
            ("docs/index.html", b"5"),
            ("service-worker.js", b"3"),
            ("service-worker.js.br", b"4"),
        ]);
        assert_eq!(list.keys().collect::<Vec<_>>(), ["icons/a.svg", "index.html"]);
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(list["icons/a.svg"], [abc]);
    }

    #[test]
    fn of_compressed_copies_the_one_that_is_asked_for_is_listed_with_what_is_in_it() {
        let packed = gzip(b"abc");
        let list = list(&[
            ("index.html", br#"{"page.wasm": "page.wasm.gz"}"#),
            ("index.html.gz", b"1"),
            ("page.wasm", b"abc"),
            ("page.wasm.gz", &packed),
            ("page.wasm.br", b"2"),
            ("page.css", b"3"),
            ("page.css.br", b"4"),
            ("only.wasm.gz", &packed),
        ]);
        let names: Vec<_> = list.keys().collect();
        assert_eq!(names, ["index.html", "only.wasm.gz", "page.css", "page.wasm.gz"]);
        assert_eq!(list["page.wasm.gz"], [hash(&packed), hash(b"abc")]);
    }
}
