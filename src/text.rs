//! The one rule for text from outside: names, notes, errors of other programs, whatever a file or a link says.
//!
//! Before it is stored or shown, such a text is cut to a limit, with an ellipsis in the place of what is missing;
//! control characters, which could break a line or a terminal, become spaces; and the characters that turn the
//! direction of writing, with which `gnp.exe` can be made to look like `exe.png`, are left out. What has been through
//! this once stays as it is. Text is never markup: the page puts it into text nodes and attributes only.

#[cfg(feature = "files")]
use serde::{Deserialize as _, Deserializer};

/// The longest name of a file, an engine or a run, in characters.
pub const MOST_NAME: usize = 200;
/// The longest text of a browser, a driver, a library or a file that a message quotes, in characters.
pub const MOST_QUOTE: usize = 300;
/// The longest address, in characters.
pub const MOST_ADDRESS: usize = 2000;
/// The longest of the sentences in which a message says what happened, in characters.
pub const MOST_TOLD: usize = 1200;

/// A line of text, trimmed, of at most `most` characters.
///
/// ```
/// use atelier::text::line;
///
/// assert_eq!(line("  a\tname\n", 80), "a name");
/// assert_eq!(line("a long name", 6), "a lon…");
/// assert_eq!(line("gnp.\u{202e}exe", 80), "gnp.exe", "nothing turns the direction");
/// ```
#[must_use]
pub fn line(text: &str, most: usize) -> String {
    fitting(text, most, false)
}

/// The same for a text whose line breaks are kept.
#[must_use]
pub fn lines(text: &str, most: usize) -> String {
    fitting(text, most, true)
}

/// What another program or a file says, for an error.
#[must_use]
pub fn quote(text: &str) -> String {
    line(text, MOST_QUOTE)
}

fn fitting(text: &str, most: usize, keeps_lines: bool) -> String {
    let is_space = |letter: char| {
        // The last two are the separators of lines and paragraphs.
        letter.is_control() && !(keeps_lines && letter == '\n')
            || matches!(letter, '\u{2028}' | '\u{2029}')
    };
    let letters = text.chars().filter(|letter| !turns_direction(*letter));
    let letters = letters.map(|letter| if is_space(letter) { ' ' } else { letter });
    let mut letters = letters.skip_while(|letter| letter.is_whitespace());
    let mut fitting: String = letters.by_ref().take(most).collect();
    if letters.any(|letter| !letter.is_whitespace()) {
        // The ellipsis takes the place of the last character.
        fitting.pop();
        fitting.truncate(fitting.trim_end().len());
        fitting.push('…');
    }
    fitting.truncate(fitting.trim_end().len());
    fitting
}

/// Embeddings, overrides and isolates of <https://www.unicode.org/reports/tr9/>.
const fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Reads a name, for `#[serde(deserialize_with)]`: records may be of another build, or made by hand.
///
/// # Errors
/// Those of the format.
#[cfg(feature = "files")]
pub fn name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(line(&String::deserialize(from)?, MOST_NAME))
}

/// Reads an address or a sentence, for the same.
///
/// # Errors
/// Those of the format.
#[cfg(feature = "files")]
pub fn address<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(line(&String::deserialize(from)?, MOST_ADDRESS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays_as_it_is() {
        for text in ["", "Ada's run", "衣物 42 号", "שלום", "a\u{200d}b", "<b>&amp;</b>"] {
            assert_eq!(line(text, 20), text);
        }
        assert_eq!(line("  wide  ", 4), "wide");
        assert_eq!(lines("one\n two\n", 20), "one\n two");
    }

    #[test]
    fn what_is_too_long_ends_with_an_ellipsis_within_the_limit() {
        assert_eq!(line("abcdef", 5), "abcd…");
        assert_eq!(line("abc  def", 5), "abc…");
        assert_eq!(line("ab", 0), "…");
        assert_eq!(line("äöüß", 4), "äöüß");
        assert_eq!(line("abcd    ", 4), "abcd", "only spaces are missing");
        assert_eq!(line(&"x".repeat(1 << 20), MOST_NAME).chars().count(), MOST_NAME);
    }

    #[test]
    fn nothing_breaks_a_line_or_turns_its_direction() {
        assert_eq!(line("one\ntwo\u{0}\u{7}\u{1b}[31m", 40), "one two   [31m");
        assert_eq!(line("a\u{2028}b\u{2029}c\u{85}d", 40), "a b c d");
        assert_eq!(line("photo\u{202e}gnp.exe", 40), "photognp.exe");
        let turning: String = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}').collect();
        assert_eq!(line(&format!("{turning} a {turning}"), 40), "a");
        assert_eq!(lines("one\r\n\ttwo\u{202e}", 40), "one \n two");
    }

    #[test]
    fn what_has_been_through_it_stays_as_it_is() {
        let texts =
            ["  a\u{202e} b\n", "abc  \u{2066} def", "x y z x y z", "\u{1}\u{202a} a", "…", " \n "];
        for text in texts {
            for most in 0..12 {
                for fit in [line, lines] {
                    let once = fit(text, most);
                    assert_eq!(fit(&once, most), once, "{text:?} to {most}");
                }
            }
        }
    }
}
