//! A file has at most 400 lines, or says near its top why it has more.

use super::source::SourceFile;
use super::{Failure, Reason};

/// The most lines that a file may have without a reason.
pub const MOST_LINES: usize = 400;
/// The beginning of the reason.
const EXCUSE: &str = "// tidy: long, because ";
/// The number of lines at the top in which it must be.
const NEAR_THE_TOP: usize = 30;

/// The failure if a file is too long.
pub fn check(file: &SourceFile<'_>) -> Option<Failure> {
    let lines = file.text.lines().count();
    let has_reason = |line: &str| {
        line.trim_start().strip_prefix(EXCUSE).is_some_and(|reason| !reason.trim().is_empty())
    };
    let is_excused = file.text.lines().take(NEAR_THE_TOP).any(has_reason);
    (lines > MOST_LINES && !is_excused).then(|| Failure {
        file: file.path.to_owned(),
        line: MOST_LINES + 1,
        what: format!(
            "{lines} lines, {MOST_LINES} at most without a line \"{EXCUSE}…\" near the top"
        ),
        reason: Reason::Length,
    })
}
