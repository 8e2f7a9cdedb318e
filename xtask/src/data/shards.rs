//! Writes the shards so that a failure leaves the old ones untouched.

use atelier::dataset::shard::{MANIFEST_NAME, Manifest};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why shards were not written. Earlier ones are untouched.
#[derive(Debug, Error)]
pub enum WriteError {
    /// A file or folder.
    #[error("{what} {path} failed; any earlier shards are untouched")]
    Files {
        /// The operation.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The manifest.
    #[error("the manifest could not be written as JSON; any earlier shards are untouched")]
    Manifest(#[from] serde_json::Error),
    /// Even putting the old shards back failed.
    #[error("the new shards could not replace the old ones, which are now in {kept}")]
    Swap {
        /// Where the old shards are.
        kept: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Puts these shards into `folder` in place of whatever is there.
pub fn replace(
    folder: &Path,
    manifest: &Manifest,
    shards: &[(String, Vec<u8>)],
) -> Result<(), WriteError> {
    let parent = folder.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(files("making", parent))?;
    restore_interrupted(folder)?;
    // Next to the old ones, because a rename is atomic only within one file system.
    let staging = tempfile::Builder::new()
        .prefix(".data-")
        .tempdir_in(parent)
        .map_err(files("making a folder in", parent))?;
    let fresh = staging.path().join("data");
    fs::create_dir(&fresh).map_err(files("making", &fresh))?;
    for (name, bytes) in shards {
        let path = fresh.join(name);
        fs::write(&path, bytes).map_err(files("writing", &path))?;
    }
    let path = fresh.join(MANIFEST_NAME);
    let json = serde_json::to_vec_pretty(manifest)?;
    fs::write(&path, json).map_err(files("writing", &path))?;
    swap(folder, &fresh)
}

fn swap(folder: &Path, fresh: &Path) -> Result<(), WriteError> {
    let old = set_aside(folder);
    let had_old = folder.exists();
    if had_old {
        fs::rename(folder, &old).map_err(files("setting aside", folder))?;
    }
    if let Err(source) = fs::rename(fresh, folder) {
        if had_old {
            fs::rename(&old, folder)
                .map_err(|source| WriteError::Swap { kept: old.clone(), source })?;
        }
        return Err(files("moving the new shards to", folder)(source));
    }
    if had_old {
        fs::remove_dir_all(&old).map_err(files("removing the old shards in", &old))?;
    }
    Ok(())
}

/// Restores shards that an interrupted swap had set aside.
fn restore_interrupted(folder: &Path) -> Result<(), WriteError> {
    let old = set_aside(folder);
    if !old.exists() {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(&old).map_err(files("removing the old shards in", &old))
    } else {
        fs::rename(&old, folder).map_err(files("putting back", folder))
    }
}

fn set_aside(folder: &Path) -> PathBuf {
    folder.with_file_name(".data-old")
}

/// Why this folder is not a complete set of shards, if it is not. Judged by sizes alone, since the page
/// verifies the checksums whenever it fetches.
pub fn what_is_missing(folder: &Path) -> Option<String> {
    let Ok(json) = fs::read(folder.join(MANIFEST_NAME)) else {
        return Some("there are none yet".to_owned());
    };
    let manifest = match Manifest::parse(&json) {
        Ok(manifest) => manifest,
        Err(error) => return Some(error.to_string()),
    };
    let lacks =
        |file: &str, bytes| folder.join(file).metadata().map_or(true, |found| found.len() != bytes);
    manifest
        .entries()
        .find(|entry| lacks(&entry.file, entry.packed_bytes))
        .map(|entry| format!("{} is missing or has another size", entry.file))
}

fn files(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_path_buf();
    move |source| WriteError::Files { what, path, source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use atelier::dataset::shard::write_shards;
    use atelier::network::PIXELS;
    use tempfile::TempDir;

    fn shards_of(label: u8) -> (Manifest, Vec<(String, Vec<u8>)>) {
        let (pixels, labels) = (vec![7; 3 * PIXELS], [label; 3]);
        write_shards((&pixels, &labels), (&pixels, &labels), 2, &<[u8]>::to_vec).unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn new_shards_replace_old_ones_and_leave_nothing_beside_them() {
        let www = TempDir::new().unwrap();
        let folder = www.path().join("data");
        for label in [1, 2] {
            let (manifest, files) = shards_of(label);
            replace(&folder, &manifest, &files).unwrap();
            let read = Manifest::parse(&fs::read(folder.join(MANIFEST_NAME)).unwrap()).unwrap();
            assert_eq!(read, manifest);
        }
        assert_eq!(names(www.path()), ["data"]);
        assert_eq!(what_is_missing(&folder), None);
    }

    #[test]
    fn old_shards_survive_a_failure_in_writing() {
        let www = TempDir::new().unwrap();
        let folder = www.path().join("data");
        let (manifest, files) = shards_of(1);
        replace(&folder, &manifest, &files).unwrap();
        let impossible = [("no/such/folder".to_owned(), vec![1])];
        assert!(replace(&folder, &manifest, &impossible).is_err());
        assert_eq!(names(www.path()), ["data"]);
        assert_eq!(what_is_missing(&folder), None);
    }

    #[test]
    fn old_shards_survive_a_failure_in_the_last_step() {
        let www = TempDir::new().unwrap();
        let folder = www.path().join("data");
        let (manifest, files) = shards_of(1);
        replace(&folder, &manifest, &files).unwrap();
        assert!(swap(&folder, &www.path().join("never-made")).is_err());
        assert_eq!(names(www.path()), ["data"]);
        assert_eq!(what_is_missing(&folder), None);
    }

    #[test]
    fn shards_that_a_crash_left_aside_come_back() {
        let www = TempDir::new().unwrap();
        let folder = www.path().join("data");
        let (manifest, files) = shards_of(1);
        replace(&folder, &manifest, &files).unwrap();
        fs::rename(&folder, set_aside(&folder)).unwrap();
        restore_interrupted(&folder).unwrap();
        assert_eq!(what_is_missing(&folder), None);
    }

    #[test]
    fn an_incomplete_set_is_noticed() {
        let www = TempDir::new().unwrap();
        let folder = www.path().join("data");
        assert!(what_is_missing(&folder).is_some());
        let (manifest, files) = shards_of(1);
        replace(&folder, &manifest, &files).unwrap();
        let (name, bytes) = &files[0];
        fs::write(folder.join(name), &bytes[1..]).unwrap();
        assert!(what_is_missing(&folder).is_some_and(|reason| reason.contains(name)));
        fs::write(folder.join(MANIFEST_NAME), "{}").unwrap();
        assert!(what_is_missing(&folder).is_some());
    }
}
