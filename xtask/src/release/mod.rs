//! `cargo xtask release`: a version, its changelog, and the site as archives with checksums.

mod archive;
#[cfg(test)]
mod tests;
mod version;

use crate::dist::{self, DistError};
use crate::places::Places;
use crate::process::{self, ProcessError};
use crate::say;
use atelier::checksum::sha256_hex;
use clap::Args;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use thiserror::Error;
use version::VersionError;

/// The folder for archives, from the repository's root.
const FOLDER: &str = "release";
const MANIFEST: &str = "Cargo.toml";
const CHANGELOG: &str = "CHANGELOG.md";
/// The workspace's, and that of the fuzz targets, which is a workspace of its own.
const LOCKS: [&str; 2] = ["Cargo.lock", "fuzz/Cargo.lock"];
/// Where archives are packed: only whole ones replace those of an earlier release.
const NEW_FOLDER: &str = "release.new";
const SUMS: &str = "SHA256SUMS";
/// The archive of the source within the site.
const SOURCE: &str = "source/atelier.tar.gz";

/// What to release.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ReleaseOptions {
    /// The new version, as 1.2.3
    pub version: String,
    /// Only check that it could be released, and say what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// Why there is no release.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// The version or the changelog.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// git does not answer.
    #[error("git does not say what has changed")]
    Git(#[source] ProcessError),
    /// There are changes that no commit has.
    #[error("there are changes that no commit has:\n{0}")]
    Dirty(String),
    /// The site could not be built.
    #[error("the site could not be built")]
    Dist(#[source] DistError),
    /// A commit has the version's tag.
    #[error("the tag v{0} exists: this version was released")]
    Tagged(String),
    /// No branch is checked out.
    #[error("no branch is checked out: a release is a commit of one")]
    NoBranch,
    /// A file could not be read or written.
    #[error("{path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// A file of the repository as it was and as it is in the release.
struct Change {
    path: PathBuf,
    before: String,
    after: String,
}

/// Makes the release, or only checks that it could be made.
pub fn make(places: &Places, options: &ReleaseOptions) -> Result<(), ReleaseError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    release(places, options, &version::day(now), dist::publish)
}

/// The same on a given day, with a given way to build the site.
fn release(
    places: &Places,
    options: &ReleaseOptions,
    day: &str,
    build: impl FnOnce(&Places) -> Result<(), DistError>,
) -> Result<(), ReleaseError> {
    let ReleaseOptions { version, dry_run } = options;
    say::heading(&format!("Release {version}"));
    check_clean(&places.root)?;
    check_tag(&places.root, version)?;
    let branch = branch(&places.root)?;
    let changes = changes(&places.root, version, day)?;
    for Change { path, before, after } in &changes {
        let what = if before == after { "is as it should be" } else { "gets the version" };
        say::step(&format!("{} {what}", path.display()));
    }
    let log = changes.iter().find(|change| change.path.ends_with(CHANGELOG));
    let entries = log.map_or("", |log| version::entries(&log.after, version));
    println!("\n{entries}");
    if *dry_run {
        say::step("nothing was changed: this was a trial");
        return Ok(());
    }
    let names: Vec<_> =
        changes.iter().filter_map(|it| it.path.strip_prefix(&places.root).ok()?.to_str()).collect();
    say::step(&format!("if you interrupt this: git checkout -- {}", names.join(" ")));
    let sums = match built(places, version, &changes, build) {
        Ok(sums) => sums,
        Err(error) => {
            undo(&changes);
            return Err(error);
        }
    };
    print!("{sums}");
    let changed: Vec<_> = changes
        .iter()
        .filter(|change| change.before != change.after)
        .filter_map(|change| change.path.strip_prefix(&places.root).ok()?.to_str())
        .collect();
    say::heading("Next");
    say::step(&format!("git commit --message \"Release {version}\" {}", changed.join(" ")));
    say::step(&format!("git tag --annotate v{version} --message \"Atelier {version}\""));
    say::step(&format!("git push origin {branch} v{version}"));
    say::step(&format!("and publish the files of {FOLDER}/ with the entries above"));
    Ok(())
}

/// Sets the version, builds the site and packs it; returns the checksums.
fn built(
    places: &Places,
    version: &str,
    changes: &[Change],
    build: impl FnOnce(&Places) -> Result<(), DistError>,
) -> Result<String, ReleaseError> {
    for Change { path, after, .. } in changes {
        write(path, after.as_bytes())?;
    }
    build(places).map_err(ReleaseError::Dist)?;
    add_source(&places.root, &places.dist().join(SOURCE))?;
    say::heading("Archives");
    pack(&places.dist(), &places.root, version)
}

/// Makes the files as they were, so that nothing is in the way of the next attempt.
fn undo(changes: &[Change]) {
    let mut is_undone = true;
    for Change { path, before, .. } in changes {
        if let Err(error) = write(path, before.as_bytes()) {
            is_undone = false;
            let why = say::in_a_line(&error);
            say::step(&format!("not as it was: {why}; git checkout -- {}", path.display()));
        }
    }
    if is_undone {
        say::step("version and changelog are as they were");
    }
}

/// Fails if a commit has this version's tag, released elsewhere perhaps.
fn check_tag(root: &Path, version: &str) -> Result<(), ReleaseError> {
    let mut git = git(root);
    let tags = process::capture(git.args(["tag", "--list", &format!("v{version}")]));
    let tags = tags.map_err(ReleaseError::Git)?;
    if tags.trim().is_empty() { Ok(()) } else { Err(ReleaseError::Tagged(version.to_owned())) }
}

/// The branch that is checked out.
fn branch(root: &Path) -> Result<String, ReleaseError> {
    let mut git = git(root);
    let name = process::capture(git.args(["symbolic-ref", "--quiet", "--short", "HEAD"]));
    match name {
        Ok(name) if !name.trim().is_empty() => Ok(name.trim().to_owned()),
        _ => Err(ReleaseError::NoBranch),
    }
}

/// Fails if the checkout has changes that no commit has: nobody could find out what was released.
fn check_clean(root: &Path) -> Result<(), ReleaseError> {
    let mut git = git(root);
    let changes = process::capture(git.args(["status", "--porcelain"]));
    let changes = changes.map_err(ReleaseError::Git)?;
    if changes.is_empty() { Ok(()) } else { Err(ReleaseError::Dirty(changes)) }
}

fn changes(root: &Path, version: &str, day: &str) -> Result<Vec<Change>, ReleaseError> {
    let mut changes = Vec::new();
    let mut change = |name: &str, edit: &dyn Fn(&str) -> Result<String, VersionError>| {
        let path = root.join(name);
        let before = fs::read_to_string(&path).map_err(failed(&path))?;
        let after = edit(&before)?;
        changes.push(Change { path, before, after });
        Ok::<_, ReleaseError>(())
    };
    change(MANIFEST, &|text| version::manifest(text, version))?;
    for lock in LOCKS {
        change(lock, &|text| Ok(version::lock(text, version)))?;
    }
    change(CHANGELOG, &|text| version::changelog(text, version, day))?;
    Ok(changes)
}

/// Puts the source of the release into the site: that of its commit, which is still to be made.
fn add_source(root: &Path, to: &Path) -> Result<(), ReleaseError> {
    let mut create = git(root);
    // A commit that no branch has. It needs an author, and git may know none.
    create.args(["-c", "user.name=Atelier", "-c", "user.email=atelier@localhost"]);
    let commit = process::capture(create.args(["stash", "create"])).map_err(ReleaseError::Git)?;
    let commit = if commit.trim().is_empty() { "HEAD" } else { commit.trim() };
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    let mut archive = git(root);
    archive.args([
        "archive",
        "--format=tar.gz",
        "--prefix=atelier/",
        "--mtime=1980-01-01T00:00:00Z",
    ]);
    process::capture(archive.arg("--output").arg(to).arg(commit)).map_err(ReleaseError::Git)?;
    Ok(())
}

fn git(root: &Path) -> Command {
    let mut git = process::clean("git");
    git.current_dir(root);
    git
}

/// Packs the site into the folder for archives, which has nothing else afterwards; returns the checksums, as `sha256sum -c`
/// reads them. If that fails, the archives of an earlier release remain.
fn pack(dist: &Path, root: &Path, version: &str) -> Result<String, ReleaseError> {
    let [folder, new] = [FOLDER, NEW_FOLDER].map(|name| root.join(name));
    let packed = empty(&new).and_then(|()| pack_into(dist, &new, version));
    if packed.is_err() {
        // What failed is the error to tell of; the next attempt empties the folder.
        let _ = fs::remove_dir_all(&new);
    }
    let sums = packed?;
    if folder.is_dir() {
        fs::remove_dir_all(&folder).map_err(failed(&folder))?;
    }
    fs::rename(&new, &folder).map_err(failed(&folder))?;
    Ok(sums)
}

/// Makes an empty folder.
fn empty(folder: &Path) -> Result<(), ReleaseError> {
    if folder.is_dir() {
        fs::remove_dir_all(folder).map_err(failed(folder))?;
    }
    fs::create_dir_all(folder).map_err(failed(folder))
}

fn pack_into(dist: &Path, folder: &Path, version: &str) -> Result<String, ReleaseError> {
    let files = archive::files(dist).map_err(failed(dist))?;
    let inside = format!("atelier-{version}");
    let mut sums = String::new();
    for (ending, pack) in [
        ("tar.gz", archive::write_tar as fn(&Path, &str, &[(String, PathBuf)]) -> io::Result<()>),
        ("zip", archive::write_zip),
    ] {
        let name = format!("{inside}-site.{ending}");
        let path = folder.join(&name);
        pack(&path, &inside, &files).map_err(failed(&path))?;
        let bytes = fs::read(&path).map_err(failed(&path))?;
        sums.push_str(&format!("{}  {name}\n", sha256_hex(&bytes)));
    }
    write(&folder.join(SUMS), sums.as_bytes())?;
    Ok(sums)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ReleaseError> {
    fs::write(path, bytes).map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> ReleaseError {
    let path = path.to_path_buf();
    move |source| ReleaseError::File { path, source }
}
