//! What the chores print: one voice for headings, steps and failures.

use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

/// A new part of the work.
pub fn heading(text: &str) {
    println!("\n==> {text}");
}

/// A step and its reason.
pub fn step(text: &str) {
    println!("    {text}");
}

/// A place to look at, as editors and terminals open it: `file:line` first.
pub fn finding(place: &impl Display) {
    println!("{place}");
}

/// The chore failed: what happened, and below it why.
pub fn failed(error: &(dyn Error + 'static)) {
    eprintln!("\nerror: {error}");
    for cause in std::iter::successors(error.source(), |error| (*error).source()) {
        eprintln!("  because: {cause}");
    }
}

/// An error with its causes, for a line within a sentence.
pub fn in_a_line(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// A duration as one reads it on a clock.
pub fn took(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}
