//! The output of all tasks: headings, steps and failures.

use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

/// Prints the heading of a new part.
pub fn heading(text: &str) {
    println!("\n==> {text}");
}

/// Prints a step and its reason.
pub fn step(text: &str) {
    println!("    {text}");
}

/// Prints a place in a file, `file:line` first, so that editors and terminals can open it.
pub fn finding(place: &impl Display) {
    println!("{place}");
}

/// Prints an error and, below it, its causes.
pub fn failed(error: &(dyn Error + 'static)) {
    eprintln!("\nerror: {error}");
    for cause in std::iter::successors(error.source(), |error| (*error).source()) {
        eprintln!("  because: {cause}");
    }
}

/// An error with its causes, for use within a sentence.
pub fn in_a_line(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// A duration in minutes and seconds.
pub fn took(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}
