#![allow(clippy::unwrap_used)]
use super::*;
use crate::setup::SetupError;
use crate::site::SiteError;
use std::path::PathBuf;

/// A checkout with what a release changes, all of it committed.
fn checkout(unreleased: &str) -> (tempfile::TempDir, Places) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_path_buf();
    let lock = "[[package]]\nname = \"atelier\"\nversion = \"0.1.0\"\n";
    fs::create_dir(root.join("fuzz")).unwrap();
    for (name, text) in [
        (MANIFEST, "[workspace.package]\nversion = \"0.1.0\"\n"),
        (LOCKS[0], lock),
        (LOCKS[1], lock),
        (CHANGELOG, &format!("# Changelog\n\n## [Unreleased]\n{unreleased}")),
        (".gitignore", "/dist\n/release\n/release.new\n"),
    ] {
        fs::write(root.join(name), text).unwrap();
    }
    for line in ["init --quiet", "add .", "commit --quiet --message It"] {
        let author = ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
        process::capture(git(&root).args(author).args(line.split(' '))).unwrap();
    }
    let places = Places { root, cache: PathBuf::new() };
    (folder, places)
}

fn options(dry_run: bool) -> ReleaseOptions {
    ReleaseOptions { version: "0.2.0".to_owned(), dry_run }
}

fn build(places: &Places) -> Result<(), DistError> {
    fs::create_dir_all(places.dist().join("docs")).unwrap();
    fs::write(places.dist().join("index.html"), "<p>").unwrap();
    Ok(())
}

fn text(places: &Places, name: &str) -> String {
    fs::read_to_string(places.root.join(name)).unwrap()
}

#[test]
fn a_release_sets_the_version_dates_the_changelog_and_packs_the_site_with_its_source() {
    let (_folder, places) = checkout("\n### Added\n\n- A thing.\n");
    release(&places, &options(false), "2026-11-29", build).unwrap();
    for name in [MANIFEST, LOCKS[0], LOCKS[1]] {
        assert!(text(&places, name).contains("version = \"0.2.0\""), "{name}");
    }
    assert!(text(&places, CHANGELOG).contains("## [Unreleased]\n\n## [0.2.0] - 2026-11-29\n"));
    let sums = text(&places, "release/SHA256SUMS");
    let names: Vec<_> = sums.lines().map(|line| line.split_once("  ").unwrap()).collect();
    assert_eq!(names.len(), 2);
    for (sum, name) in names {
        assert!(name.starts_with("atelier-0.2.0-site."), "{name}");
        assert_eq!(sum, sha256_hex(&fs::read(places.root.join(FOLDER).join(name)).unwrap()));
    }
    // As hosting.md has it, for whoever has one of the archives.
    fs::remove_file(places.root.join("release/atelier-0.2.0-site.zip")).unwrap();
    let mut check = Command::new("sha256sum");
    check.args(["--check", "--ignore-missing", "SHA256SUMS"]).current_dir(places.root.join(FOLDER));
    assert!(process::capture(&mut check).unwrap().contains("tar.gz: OK"));
    let mut tar = Command::new("tar");
    let source =
        process::capture(tar.arg("xzOf").arg(places.dist().join(SOURCE)).arg("atelier/Cargo.toml"));
    assert!(source.unwrap().contains("0.2.0"), "the source is that of the release");
    let log = process::capture(git(&places.root).args(["log", "--oneline"])).unwrap();
    assert_eq!(log.lines().count(), 1, "nothing is committed");
}

#[test]
fn a_trial_changes_nothing() {
    let (_folder, places) = checkout("\n- A thing.\n");
    let never = |_: &Places| -> Result<(), DistError> { unreachable!("nothing is built") };
    release(&places, &options(true), "2026-11-29", never).unwrap();
    check_clean(&places.root).unwrap();
    assert!(!places.root.join(FOLDER).exists());
}

#[test]
fn what_is_not_committed_or_not_in_the_changelog_is_not_released() {
    let (_folder, places) = checkout("\n- A thing.\n");
    fs::write(places.root.join("new"), "").unwrap();
    let error = release(&places, &options(false), "", build).unwrap_err();
    assert!(matches!(&error, ReleaseError::Dirty(what) if what.contains("new")), "{error}");
    let (_folder, places) = checkout("\nNothing yet.\n");
    let error = release(&places, &options(false), "", build).unwrap_err();
    assert!(matches!(error, ReleaseError::Version(VersionError::NoEntries)), "{error}");
    assert!(text(&places, MANIFEST).contains("0.1.0"));
}

#[test]
fn a_site_that_does_not_build_leaves_version_and_changelog_as_they_were() {
    let (_folder, places) = checkout("\n- A thing.\n");
    let fails = |_: &Places| {
        let why =
            ProcessError::Slow { command: "trunk".to_owned(), limit: std::time::Duration::ZERO };
        Err(DistError::Site(SiteError::Setup(SetupError::Components(why))))
    };
    let error = release(&places, &options(false), "2026-11-29", fails).unwrap_err();
    assert!(matches!(error, ReleaseError::Dist(_)), "{error}");
    check_clean(&places.root).unwrap();
}

#[test]
fn archives_that_cannot_be_packed_leave_everything_as_it_was() {
    let (_folder, places) = checkout("\n- A thing.\n");
    let earlier = places.root.join("release/atelier-0.1.0-site.zip");
    fs::create_dir(places.root.join(FOLDER)).unwrap();
    fs::write(&earlier, "earlier").unwrap();
    let builds_half = |places: &Places| {
        build(places)?;
        fs::write(places.root.join(NEW_FOLDER), "a file in the folder's place").unwrap();
        Ok(())
    };
    let error = release(&places, &options(false), "2026-11-29", builds_half).unwrap_err();
    assert!(matches!(error, ReleaseError::File { .. }), "{error}");
    check_clean(&places.root).unwrap();
    assert_eq!(fs::read_to_string(earlier).unwrap(), "earlier");
}

#[test]
fn a_version_whose_tag_exists_is_not_released_and_neither_is_what_is_on_no_branch() {
    let (_folder, places) = checkout("\n- A thing.\n");
    process::capture(git(&places.root).args(["tag", "v0.2.0"])).unwrap();
    let error = release(&places, &options(true), "", build).unwrap_err();
    assert!(matches!(error, ReleaseError::Tagged(_)), "{error}");
    process::capture(git(&places.root).args(["tag", "--delete", "v0.2.0"])).unwrap();
    release(&places, &options(true), "", build).unwrap();
    process::capture(git(&places.root).args(["checkout", "--quiet", "--detach"])).unwrap();
    let error = release(&places, &options(true), "", build).unwrap_err();
    assert!(matches!(error, ReleaseError::NoBranch), "{error}");
}
