//! The Content-Security-Policy of the page. It stands in `index.html`, where it works on any host; the finishing step gives it
//! to the service worker, and `cargo xtask tidy` compares whatever repeats it.

const KIND: &str = "Content-Security-Policy";

/// What may stand in front of it, by its beginning and its end: nothing of that loads anything.
const BEFORE: [(&str, &str); 4] =
    [("<!--", "-->"), ("<!doctype", ">"), ("<html", ">"), ("<head>", "")];

/// The policy that a document begins with; none if anything stands in front of it, for which it would not hold. Minified
/// documents lack quotes and `<head>`.
pub fn policy_of(document: &str) -> Option<&str> {
    let mut head = document.trim_start();
    let begun = |head| BEFORE.iter().find_map(|(start, end)| Some((strip(head, start)?, *end)));
    while let Some((inside, end)) = begun(head) {
        head = inside.split_once(end)?.1.trim_start();
    }
    let (element, _) = head.strip_prefix("<meta ")?.split_once('>')?;
    let (_, kind) = element.split_once("http-equiv=")?;
    let kind = kind.trim_start_matches('"').get(..KIND.len())?;
    if !kind.eq_ignore_ascii_case(KIND) {
        return None;
    }
    let (_, content) = element.split_once("content=\"")?;
    content.split_once('"').map(|(policy, _)| policy)
}

/// What follows this beginning, in whichever case it is written.
fn strip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (begins, rest) = text.split_at_checked(start.len())?;
    begins.eq_ignore_ascii_case(start).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::policy_of;

    const META: &str =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\" />";

    #[test]
    fn the_policy_is_found_with_and_without_quotes_and_behind_a_comment() {
        let minified = "<!doctypehtml><html lang=en><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">";
        let commented = format!("<!doctype html>\n<!-- > -->\n<head>\n<!-- why -->\n{META}");
        for document in [minified, &format!("<head>{META}</head>"), &commented] {
            assert_eq!(policy_of(document), Some("default-src 'none'"), "{document}");
        }
    }

    #[test]
    fn a_policy_that_does_not_come_first_is_none() {
        let late = format!("<head><script src=a.js></script>{META}");
        let other = "<head><meta name=\"a\" content=\"Content-Security-Policy\">";
        let body = format!("<header>{META}");
        for document in [late.as_str(), &body, other, "<head>", "<!-- ", ""] {
            assert_eq!(policy_of(document), None, "{document}");
        }
    }
}
