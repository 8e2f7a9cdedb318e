//! What is wider than a narrow screen scrolls by itself: then the keyboard has to reach it, under a name that says what it is.

use super::summary::Tongue;
use std::collections::BTreeMap;

/// Letters of code in a line on the narrowest screen that is thought of, of 320 CSS pixels.
const LINE: usize = 32;
/// Pixels of a line there.
const PIXELS: usize = 288;
/// Pixels of a letter, of the space between two columns, and the least of a column, as the style sheet has them or wider.
const LETTER: usize = 9;
const GAP: usize = 12;
const COLUMN: usize = 80;
/// From here on, letters are as wide as two and a line may break behind each.
const IDEOGRAPHS: char = '\u{2e80}';

/// A page's body whose wide tables and blocks of code can be reached by keyboard.
///
/// They are groups and no regions: a page may have dozens, and each region would be one more landmark to pass.
pub fn reachable(body: &str, tongue: Tongue) -> String {
    let (mut out, mut rest) = (String::with_capacity(body.len()), body);
    let mut heading = String::new();
    let mut names = BTreeMap::<String, usize>::new();
    let starts = ["<h1", "<h2", "<h3", "<h4", "<pre>", "<table>"];
    while let Some(at) = starts.iter().filter_map(|start| rest.find(start)).min() {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let end = match &found[..3] {
            "<pr" => "</pre>",
            "<ta" => "</table>",
            _ => "</h",
        };
        let length = found.find(end).map_or(found.len(), |at| at + end.len());
        let (element, behind) = found.split_at(length);
        rest = behind;
        let (kind, is_wide) = match end {
            "</pre>" => {
                (tongue.words().code, plain(element).lines().any(|line| width(line) > LINE))
            }
            "</table>" => (tongue.words().table, is_wide_table(element)),
            _ => {
                heading = plain(element.trim_end_matches("</h")).replace('"', "&quot;");
                out.push_str(element);
                continue;
            }
        };
        let mut attributes = String::new();
        if is_wide {
            let mut name = tongue.words().named(kind, &heading);
            let count = names.entry(name.clone()).or_default();
            *count += 1;
            if *count > 1 {
                name.push_str(&format!(" {count}"));
            }
            attributes = format!(" tabindex=\"0\" role=\"group\" aria-label=\"{name}\"");
        }
        match element.strip_prefix("<pre>") {
            Some(code) => out.push_str(&format!("<pre{attributes}>{code}")),
            None => out.push_str(&format!("<div class=\"table\"{attributes}>{element}</div>")),
        }
    }
    out + rest
}

/// The text of some HTML, with its entities.
pub fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text
}

/// The width of a line of code in letters.
fn width(line: &str) -> usize {
    let line = ["&lt;", "&gt;", "&amp;", "&quot;"]
        .iter()
        .fold(line.to_owned(), |line, entity| line.replace(entity, "x"));
    line.chars().map(|c| if c < IDEOGRAPHS { 1 } else { 2 }).sum()
}

/// Whether the longest words of the columns together are wider than a line.
fn is_wide_table(table: &str) -> bool {
    let mut columns: Vec<usize> = Vec::new();
    for row in table.split("<tr>").skip(1) {
        let cells = row.replace("<th", "<td");
        for (at, cell) in cells.split("<td").skip(1).enumerate() {
            let text = plain(&format!("<td{cell}"));
            let is_break = |c: char| c.is_whitespace() || c == '-' || c >= IDEOGRAPHS;
            let longest = text.split(is_break).map(width).max().unwrap_or_default();
            if at == columns.len() {
                columns.push(COLUMN);
            }
            columns[at] = columns[at].max(longest * LETTER);
        }
    }
    columns.iter().map(|column| column + GAP).sum::<usize>() > PIXELS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_scroll_has_a_name_and_what_fits_is_no_stop() {
        let long = "word ".repeat(12);
        let body = format!(
            "<h2 id=\"a\">A &amp; <code>b</code></h2><pre><code>short</code></pre>\n\
             <pre><code>{long}\n</code></pre><pre><code>{long}</code></pre>"
        );
        let page = reachable(&body, Tongue::English);
        assert!(page.contains("</h2><pre><code>short</code></pre>"), "{page}");
        assert!(
            page.contains("<pre tabindex=\"0\" role=\"group\" aria-label=\"Code: A &amp; b\">"),
            "{page}"
        );
        assert!(page.contains("aria-label=\"Code: A &amp; b 2\""), "{page}");
        let chinese = reachable(&body, Tongue::Chinese);
        assert!(chinese.contains("aria-label=\"代码：A &amp; b\""), "{chinese}");
    }

    #[test]
    fn a_table_is_wide_if_its_longest_words_are() {
        let table = |cells: &[&str]| {
            let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<table><tbody><tr>{cells}</tr></tbody></table>")
        };
        let long = "a".repeat(30);
        for narrow in
            [vec!["a", "b", "c"], vec!["a", &"word ".repeat(99)], vec!["字", &"字".repeat(99)]]
        {
            let page = reachable(&table(&narrow), Tongue::English);
            assert!(page.starts_with("<div class=\"table\"><table>"), "{page}");
        }
        for wide in [vec!["a", "b", "c", "d"], vec!["a", &long]] {
            let page = reachable(&table(&wide), Tongue::English);
            assert!(
                page.starts_with("<div class=\"table\" tabindex=\"0\" role=\"group\""),
                "{page}"
            );
            assert!(page.ends_with("</table></div>"), "{page}");
        }
    }
}
