//! How groups are told apart: by colour and dashes, up to sixty-four of them.

use super::data::Metric;

/// The colours `--series-0` to `--series-7`.
const COLOURS: usize = 8;
/// The colours `--ramp-0` to `--ramp-6`, from the lowest to the highest.
const STOPS: usize = 7;
/// Dashes; as in the comparison of runs, the first four go with the first colours.
const DASHES: [&[f64]; 8] = [
    &[],
    &[6.0, 3.0],
    &[2.0, 3.0],
    &[9.0, 3.0, 2.0, 3.0],
    &[14.0, 4.0],
    &[1.0, 5.0],
    &[9.0, 2.0, 2.0, 2.0, 2.0, 2.0],
    &[4.0, 4.0, 12.0, 4.0],
];

/// The look of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Its colour: a token, or a mixture of two.
    pub colour: String,
    /// Its dashes.
    pub dashes: &'static [f64],
}

/// A colour of the ramp: 0 is its lower end, 1 its upper one.
pub fn ramp(share: f64) -> String {
    let place = share.clamp(0.0, 1.0) * (STOPS - 1) as f64;
    let below = (place.floor() as usize).min(STOPS - 2);
    let part = ((place - below as f64) * 100.0).round();
    match part as u8 {
        0 => format!("var(--ramp-{below})"),
        100.. => format!("var(--ramp-{})", below + 1),
        part => {
            format!("color-mix(in srgb, var(--ramp-{}) {part}%, var(--ramp-{below}))", below + 1)
        }
    }
}

/// The looks of groups: by the ramp, in the order of their numbers, if each has one; otherwise one of the list each.
pub fn looks(orders: &[Option<f64>]) -> Vec<Look> {
    let numbers: Option<Vec<f64>> = orders.iter().copied().collect();
    let mut ascending = numbers.clone().unwrap_or_default();
    ascending.sort_by(f64::total_cmp);
    ascending.dedup();
    match numbers {
        Some(numbers) if ascending.len() > 1 => {
            let last = (ascending.len() - 1) as f64;
            let look = |number: f64| {
                let rank = ascending.partition_point(|other| *other < number);
                // Neighbours among many have nearly the same colour, and differ by their dashes.
                Look { colour: ramp(rank as f64 / last), dashes: DASHES[rank % 4] }
            };
            numbers.into_iter().map(look).collect()
        }
        _ => (0..orders.len()).map(of_list).collect(),
    }
}

/// The look with this index (from 0) in the list; it repeats after as many as there are pairs of a
/// colour and dashes.
fn of_list(at: usize) -> Look {
    let colour = at % COLOURS;
    let dashes = DASHES[(colour % 4 + at / COLOURS) % DASHES.len()];
    Look { colour: format!("var(--series-{colour})"), dashes }
}

/// How many colours tell good values from bad ones where there are hundreds of lines.
pub const STEPS: usize = STOPS;

/// In which of [`STEPS`] parts of the values each lies, by rank: the last holds the best. `None` where there is no value.
pub fn steps_of(metric: &Metric, values: &[Option<f64>]) -> Vec<Option<usize>> {
    let mut ranks: Vec<_> = values.iter().flatten().map(|value| metric.worth(*value)).collect();
    ranks.sort_by(f64::total_cmp);
    ranks.dedup();
    let last = ranks.len().saturating_sub(1);
    let step = |value: f64| {
        let rank = ranks.partition_point(|other| *other < metric.worth(value));
        // A single value is the best one.
        (rank * (STEPS - 1)).checked_div(last).unwrap_or(STEPS - 1)
    };
    values.iter().map(|value| value.map(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::figures::samples;

    const GROUPS: usize = COLOURS * DASHES.len();

    #[test]
    fn no_two_of_sixty_four_groups_look_the_same() {
        let list = looks(&[None; GROUPS]);
        let ordered: Vec<_> = (0..GROUPS).map(|at| Some(at as f64)).collect();
        for looks in [list, looks(&ordered)] {
            for (at, look) in looks.iter().enumerate() {
                assert!(!looks[at + 1..].contains(look), "{at}: {look:?}");
            }
        }
        assert_eq!(GROUPS, 64);
        assert_eq!(of_list(GROUPS), of_list(0));
    }

    #[test]
    fn groups_with_a_number_each_are_ordered_by_it_along_the_ramp() {
        let three = looks(&[Some(0.1), Some(0.001), Some(0.01)]);
        let colours: Vec<_> = three.iter().map(|look| look.colour.as_str()).collect();
        assert_eq!(colours, ["var(--ramp-6)", "var(--ramp-0)", "var(--ramp-3)"]);
        // Without an order, with a gap in it, or if all are equal, there is no ramp.
        for orders in [[None, Some(1.0)], [Some(1.0), Some(1.0)]] {
            assert_eq!(looks(&orders)[0].colour, "var(--series-0)");
        }
    }

    #[test]
    fn a_colour_between_two_of_the_ramp_is_their_mixture() {
        assert_eq!(ramp(0.0), "var(--ramp-0)");
        assert_eq!(ramp(1.0), "var(--ramp-6)");
        assert_eq!(ramp(0.25), "color-mix(in srgb, var(--ramp-2) 50%, var(--ramp-1))");
        assert_eq!((ramp(-1.0), ramp(7.0)), (ramp(0.0), ramp(1.0)));
        assert_eq!(ramp(f64::NAN), "var(--ramp-0)");
    }

    #[test]
    fn the_best_values_are_in_the_last_part_whatever_their_size() {
        let metric = &samples::grid(2, 2, 1).metrics[0];
        let steps = steps_of(metric, &[Some(0.3), None, Some(1e30), Some(0.4), Some(0.35)]);
        assert_eq!(steps, [Some(6), None, Some(0), Some(2), Some(4)]);
        assert_eq!(steps_of(metric, &[Some(0.3)]), [Some(6)]);
    }
}
