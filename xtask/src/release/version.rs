//! Where a version stands in the repository: the workspace's manifest, the lock files and the changelog.

use thiserror::Error;

/// The changes that the next release brings.
const UNRELEASED: &str = "## [Unreleased]";
/// The workspace's packages, whose versions are the workspace's.
const PACKAGES: [&str; 3] = ["atelier", "photographs", "xtask"];

/// Why a version cannot be set.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum VersionError {
    /// It is no version.
    #[error("{0} is no version: it has three numbers, as 1.2.3, or 1.2.3-rc.1")]
    Form(String),
    /// It was released, or a later one was.
    #[error("{wanted} does not follow {found}")]
    Order {
        /// The version asked for.
        wanted: String,
        /// The one that there is.
        found: String,
    },
    /// The changelog has this version.
    #[error("CHANGELOG.md has a section {0}")]
    Released(String),
    /// Nothing is to be released.
    #[error("CHANGELOG.md has no entry under {UNRELEASED}: say there what this release changes")]
    NoEntries,
    /// The manifest has no version of the workspace.
    #[error("Cargo.toml has no version under [workspace.package]")]
    NoVersion,
}

/// A part of what stands behind the dash of a version before a release, in SemVer's order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number(u64),
    Word(&'a str),
}

/// A version in the order of SemVer 2.0: its numbers, whether it is a release, and the parts behind the dash if it is none.
type Order<'a> = ([u64; 3], bool, Vec<Part<'a>>);

fn parsed(version: &str) -> Option<Order<'_>> {
    let (numbers, before) = match version.split_once('-') {
        Some((numbers, before)) => (numbers, Some(before)),
        None => (version, None),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let number = |text: &str| {
        let is_sound = is_number(text) && (text == "0" || !text.starts_with('0'));
        text.parse().ok().filter(|_| is_sound)
    };
    let part = |text| {
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        };
        if is_number(text) {
            number(text).map(Part::Number)
        } else {
            is_word(text).then_some(Part::Word(text))
        }
    };
    let numbers: Option<Vec<u64>> = numbers.split('.').map(number).collect();
    let parts: Option<Vec<_>> = before.iter().flat_map(|it| it.split('.')).map(part).collect();
    Some((numbers?.try_into().ok()?, before.is_none(), parts?))
}

/// The manifest with this version in the workspace's package.
pub fn manifest(text: &str, version: &str) -> Result<String, VersionError> {
    let found = current(text).ok_or(VersionError::NoVersion)?;
    let wanted = parsed(version).ok_or_else(|| VersionError::Form(version.to_owned()))?;
    // The version of a workspace that was never released may be its first.
    if parsed(found).is_some_and(|found| wanted < found) {
        let (wanted, found) = (version.to_owned(), found.to_owned());
        return Err(VersionError::Order { wanted, found });
    }
    Ok(text.replacen(&format!("version = \"{found}\""), &format!("version = \"{version}\""), 1))
}

/// The version in `[workspace.package]`, which is the first of the manifest.
fn current(text: &str) -> Option<&str> {
    let (_, section) = text.split_once("[workspace.package]\n")?;
    let (_, rest) = section.split("\n[").next()?.split_once("version = \"")?;
    // The same text is replaced later.
    let version = rest.split('"').next()?;
    let first = text.find("version = \"")?;
    text[first..].starts_with(&format!("version = \"{version}\"")).then_some(version)
}

/// A lock file with this version of the workspace's packages.
pub fn lock(text: &str, version: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for at in 1..lines.len() {
        let is_ours = PACKAGES.iter().any(|name| lines[at - 1] == format!("name = \"{name}\""));
        if is_ours && lines[at].starts_with("version = ") {
            lines[at] = format!("version = \"{version}\"");
        }
    }
    lines.join("\n") + "\n"
}

/// The changelog whose unreleased entries are those of this version, released on this day.
pub fn changelog(text: &str, version: &str, day: &str) -> Result<String, VersionError> {
    if text.contains(&format!("## [{version}]")) {
        return Err(VersionError::Released(version.to_owned()));
    }
    let (before, after) = text.split_once(UNRELEASED).ok_or(VersionError::NoEntries)?;
    let section = after.split("\n## ").next().unwrap_or_default();
    if !section.lines().any(|line| line.starts_with("- ")) {
        return Err(VersionError::NoEntries);
    }
    Ok(format!("{before}{UNRELEASED}\n\n## [{version}] - {day}{after}"))
}

/// What the changelog says of a version.
pub fn entries<'a>(text: &'a str, version: &str) -> &'a str {
    let section = text.split_once(&format!("## [{version}]")).map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default();
    section.split_once('\n').map_or("", |(_, entries)| entries).trim()
}

/// The day of these seconds since 1970 in UTC, as `2026-11-29`.
pub fn day(seconds: u64) -> String {
    let mut days = seconds / 86_400;
    let mut year = 1970;
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_follows_the_one_before_or_is_the_first() {
        let text = "[workspace.package]\nversion = \"0.2.0\"\n\n[dependencies]\na = { version = \"0.2.0\" }\n";
        for version in ["0.2.0", "0.2.1", "0.3.0-rc.1", "1.0.0", "0.10.0"] {
            let set = manifest(text, version).unwrap_or_default();
            assert!(set.starts_with(&format!("[workspace.package]\nversion = \"{version}\"\n")));
            assert!(set.contains("a = { version = \"0.2.0\" }"), "{set}");
        }
        for version in ["0.1.9", "0.2.0-rc.1"] {
            assert!(
                matches!(manifest(text, version), Err(VersionError::Order { .. })),
                "{version}"
            );
        }
        for version in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "v1.2.3",
            "1.2.3-",
            "01.2.3",
            "1.2.3-a b",
            "1.2.x",
            "+1.2.3",
            "1.2.3-.",
            "1.2.3-a..b",
            "1.2.3-01",
        ] {
            assert_eq!(manifest(text, version), Err(VersionError::Form(version.to_owned())));
        }
        assert_eq!(manifest("[package]\n", "1.0.0"), Err(VersionError::NoVersion));
    }

    #[test]
    fn versions_before_a_release_follow_each_other_as_semver_says() {
        let order = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-rc.9",
            "1.0.0-rc.10",
            "1.0.0",
        ];
        let parsed: Vec<_> = order.into_iter().map(parsed).collect();
        assert!(parsed.iter().all(Option::is_some), "{parsed:?}");
        assert!(parsed.is_sorted_by(|a, b| a < b), "{parsed:?}");
    }

    #[test]
    fn a_lock_file_gets_the_version_of_our_packages_only() {
        let text = "[[package]]\nname = \"atelier\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"tar\"\nversion = \"0.1.0\"\n";
        let expected = text.replacen("0.1.0", "0.2.0", 1);
        assert_eq!(lock(text, "0.2.0"), expected);
    }

    #[test]
    fn unreleased_entries_become_those_of_the_version() {
        let text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n## [0.1.0] - 2026-01-02\n\n- B.\n";
        let dated = changelog(text, "0.2.0", "2026-11-29").unwrap_or_default();
        assert!(
            dated.contains("## [Unreleased]\n\n## [0.2.0] - 2026-11-29\n\n### Added\n\n- A.\n"),
            "{dated}"
        );
        assert_eq!(entries(&dated, "0.2.0"), "### Added\n\n- A.");
        assert_eq!(changelog(text, "0.1.0", ""), Err(VersionError::Released("0.1.0".to_owned())));
        assert_eq!(changelog(&dated, "0.3.0", ""), Err(VersionError::NoEntries));
        assert_eq!(changelog("# Changelog\n", "0.3.0", ""), Err(VersionError::NoEntries));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_795_910_399, "2026-11-28"),
            (1_798_761_599, "2026-12-31"),
        ] {
            assert_eq!(day(seconds), expected);
        }
    }
}
