//! Lines by how good they are, and how keys go through them. Plain data.

use std::collections::BTreeSet;

use super::super::data::Compared;

/// Page Up and Page Down go over so many lines.
const PAGE: usize = 10;

/// The ids of the combinations that pass, the best by the first metric first, those without a value of it last.
pub fn ranked(compared: &Compared, passing: Option<&BTreeSet<usize>>) -> Vec<usize> {
    let worth = |value: f64| compared.metrics.first().map_or(0.0, |metric| metric.worth(value));
    let all = compared.combinations.iter();
    let passes = all.filter(|it| passing.is_none_or(|passing| passing.contains(&it.id)));
    let with_worth = passes.map(|it| (it.id, it.summary(0).mean.map_or(f64::NEG_INFINITY, worth)));
    let mut ranked: Vec<(usize, f64)> = with_worth.collect();
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
    ranked.into_iter().map(|(id, _)| id).collect()
}

/// The line to which a key moves from this one, of these in their order; `None` inside if none stands out any more, `None` for
/// other keys. Upwards is better.
pub fn by_key(ranked: &[usize], from: Option<usize>, key: &str) -> Option<Option<usize>> {
    let last = ranked.len().checked_sub(1)?;
    let at = from.and_then(|id| ranked.iter().position(|other| *other == id));
    let back = |by: usize| at.map_or(0, |at| at.saturating_sub(by));
    let on = |by: usize| at.map_or(0, |at| (at + by).min(last));
    let to = match key {
        "ArrowUp" | "ArrowRight" => back(1),
        "ArrowDown" | "ArrowLeft" => on(1),
        "PageUp" => back(PAGE),
        "PageDown" => on(PAGE),
        "Home" => last,
        "End" => 0,
        "Escape" => return Some(None),
        _ => return None,
    };
    Some(ranked.get(to).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::figures::samples;

    #[test]
    fn the_best_that_pass_come_first_and_what_has_no_value_last() {
        let compared = samples::grid_with_failures(4, 3, 2);
        let all = ranked(&compared, None);
        assert_eq!(all.len(), 12);
        let mean = |id: usize| compared.combinations[id].summary(0).mean;
        assert!(all[..9].windows(2).all(|pair| mean(pair[0]) <= mean(pair[1])));
        assert!(all[9..].iter().all(|id| mean(*id).is_none()));
        let passing = BTreeSet::from([11, all[4], all[2]]);
        assert_eq!(ranked(&compared, Some(&passing)), [all[2], all[4], 11]);
    }

    #[test]
    fn keys_go_up_to_better_lines_and_stop_at_the_ends() {
        let ranked: Vec<usize> = (0..30).rev().collect();
        assert_eq!(by_key(&ranked, None, "ArrowDown"), Some(Some(29)), "the best one first");
        assert_eq!(by_key(&ranked, Some(29), "ArrowDown"), Some(Some(28)));
        assert_eq!(by_key(&ranked, Some(28), "ArrowUp"), Some(Some(29)));
        assert_eq!(by_key(&ranked, Some(29), "ArrowUp"), Some(Some(29)));
        assert_eq!(by_key(&ranked, Some(29), "PageDown"), Some(Some(19)));
        assert_eq!(by_key(&ranked, Some(0), "PageDown"), Some(Some(0)));
        assert_eq!(by_key(&ranked, Some(5), "Home"), Some(Some(0)));
        assert_eq!(by_key(&ranked, Some(5), "End"), Some(Some(29)));
        assert_eq!(by_key(&ranked, Some(5), "Escape"), Some(None));
        assert_eq!(by_key(&ranked, Some(5), "Tab"), None);
        assert_eq!(by_key(&[], None, "ArrowUp"), None);
    }
}
