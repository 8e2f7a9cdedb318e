//! The archive of the source, to which the page links.

use crate::places::Places;
use crate::say;
use std::path::Path;
use std::process::Command;

/// The archive's name in its folder of the site.
const ARCHIVE: &str = "atelier.tar.gz";

/// Writes the newest commit as an archive into the folder that Trunk copies into the site. Without git or its checkout
/// the folder stays empty and the site is built all the same; a message says that the page's link leads nowhere.
pub fn archive(places: &Places) {
    let folder = places.source();
    let file = folder.join(ARCHIVE);
    let outcome = std::fs::create_dir_all(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))
        .and_then(|()| archive_into(&places.root, &file));
    if let Err(why) = outcome {
        say::step(&format!("no {}, to which the page links: {why}", file.display()));
    }
}

fn archive_into(root: &Path, file: &Path) -> Result<(), String> {
    let output = Command::new("git")
        .args(["archive", "--format=tar.gz", "--prefix=atelier/", "--output"])
        .arg(file)
        .arg("HEAD")
        .current_dir(root)
        .output()
        .map_err(|error| format!("git does not start: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        // git has made the file before it fails. Without one there is nothing to remove.
        let _ = std::fs::remove_file(file);
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_folder_that_is_no_checkout_is_an_error_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(ARCHIVE);
        let error = archive_into(folder.path(), &file).unwrap_err();
        assert!(error.contains("git"), "{error}");
        assert!(!file.exists(), "no empty archive is left");
    }

    #[test]
    fn the_archive_holds_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        let git = |args: &[&str]| {
            let done = Command::new("git").args(args).current_dir(folder.path()).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        std::fs::write(folder.path().join("README.md"), "# It").unwrap();
        git(&["init", "--quiet"]);
        git(&["add", "README.md"]);
        git(&[
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@b",
            "-c",
            "commit.gpgsign=false",
            "commit",
            "--quiet",
            "-m",
            "It",
        ]);
        let file = folder.path().join(ARCHIVE);
        archive_into(folder.path(), &file).unwrap();
        let listed = Command::new("tar").arg("tzf").arg(&file).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&listed.stdout), "atelier/\natelier/README.md\n");
    }
}
