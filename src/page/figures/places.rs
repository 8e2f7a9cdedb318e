//! The rows and columns of a grid: a setting's values, or if these are too many, neighbouring ones together.

use super::axis::Axis;
use super::data::{Scale, Setting, number};

/// A setting has so many rows or columns at most.
pub const MOST: usize = 30;
/// More values share so many at most, so that each has runs even where combinations were drawn at random.
const SHARED: usize = 12;

/// A row or column: the values of its setting from the lowest to the highest, which are the same if it has only one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The lowest value.
    pub low: f64,
    /// The highest value.
    pub high: f64,
}

impl Place {
    /// Whether several values share it.
    pub fn is_shared(&self) -> bool {
        self.low < self.high
    }

    /// Its name for the visitor.
    pub fn text(&self, setting: &Setting) -> String {
        if !self.is_shared() {
            return setting.text(self.low);
        }
        let [low, high] = [self.low, self.high].map(|value| match setting.scale {
            Scale::Categories(_) => setting.text(value),
            // The ends of a range need no more than three digits, unless they would look the same.
            _ => number(format!("{value:.2e}").parse().unwrap_or(value)),
        });
        if low == high {
            return format!("{} – {}", setting.text(self.low), setting.text(self.high));
        }
        format!("{low} – {high}")
    }
}

/// The places of these values, which ascend: one each if there is room, otherwise parts of the axis of the same length, of
/// which those without a value are left out.
pub fn places_of(setting: &Setting, values: &[f64]) -> Vec<Place> {
    if values.len() <= MOST {
        return values.iter().map(|value| Place { low: *value, high: *value }).collect();
    }
    let axis = Axis::of_setting(setting, values, (0.0, 1.0));
    let part = |value: &f64| ((axis.share(*value) * SHARED as f64) as usize).min(SHARED - 1);
    let parts = values.chunk_by(|one, next| part(one) == part(next));
    let place = |part: &[f64]| Some(Place { low: *part.first()?, high: *part.last()? });
    parts.filter_map(place).collect()
}

/// The place of a value; `None` if it has none.
pub fn place_of(places: &[Place], value: f64) -> Option<usize> {
    let at = places.partition_point(|place| place.high < value);
    places.get(at).filter(|place| place.low <= value).map(|_| at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn setting(scale: Scale) -> Setting {
        Setting { key: "lr".to_owned(), label: "Learning rate".to_owned(), scale }
    }

    #[test]
    fn few_values_have_a_place_each() {
        let values: Vec<f64> = (0..MOST).map(|at| at as f64).collect();
        let places = places_of(&setting(Scale::Linear), &values);
        assert_eq!(places.len(), MOST);
        assert!(places.iter().all(|place| !place.is_shared()));
        assert_eq!(place_of(&places, 7.0), Some(7));
        assert_eq!([place_of(&places, 7.5), place_of(&places, 99.0)], [None, None]);
        assert_eq!(place_of(&places, f64::NAN), None);
    }

    #[test]
    fn many_values_share_parts_of_their_axis_and_none_is_lost() {
        let values: Vec<f64> =
            (0..1000).map(|at| 10f64.powf(-4.0 + 0.003 * f64::from(at))).collect();
        for scale in [Scale::Linear, Scale::Logarithmic] {
            let setting = setting(scale);
            let places = places_of(&setting, &values);
            assert!((2..=SHARED).contains(&places.len()), "{}", places.len());
            assert!(places.windows(2).all(|pair| pair[0].high < pair[1].low));
            assert!(values.iter().all(|value| place_of(&places, *value).is_some()));
        }
        let logarithmic = places_of(&setting(Scale::Logarithmic), &values);
        assert_eq!(logarithmic.len(), SHARED);
        assert_eq!(logarithmic[0].text(&setting(Scale::Logarithmic)), "0.0001 – 0.000177");
    }

    #[test]
    fn a_place_of_several_values_is_named_by_both_ends() {
        let place = Place { low: 0.123_456, high: 0.123_457 };
        assert_eq!(place.text(&setting(Scale::Linear)), "0.123456 – 0.123457");
        let names = ["off", "0.5", "1"].map(str::to_owned).to_vec();
        let place = Place { low: 0.0, high: 2.0 };
        assert_eq!(place.text(&setting(Scale::Categories(names))), "off – 1");
    }
}
