//! Curves of runs, and of several runs with the same settings their mean and their range: plain data.

/// What curves show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The validation loss.
    #[default]
    ValidationLoss,
    /// The training loss.
    TrainingLoss,
    /// The validation accuracy, 0 to 1.
    Accuracy,
}

impl Measure {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::ValidationLoss, Self::TrainingLoss, Self::Accuracy];

    /// Its name for files and tests, in English.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ValidationLoss => "validation-loss",
            Self::TrainingLoss => "training-loss",
            Self::Accuracy => "accuracy",
        }
    }

    /// Whether it is a loss, which may have a logarithmic axis.
    pub fn is_loss(self) -> bool {
        self != Self::Accuracy
    }
}

/// What the horizontal axis counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Along {
    /// Epochs, including fractions.
    #[default]
    Epochs,
    /// Steps.
    Steps,
}

impl Along {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Epochs, Self::Steps];

    /// Its name for files and tests, in English.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Epochs => "epoch",
            Self::Steps => "step",
        }
    }
}

/// Curves to be laid over each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// What they show.
    pub measure: Measure,
    /// What their positions are.
    pub along: Along,
    /// How many classes the networks tell apart.
    pub classes: usize,
    /// Runs with the same settings each.
    pub groups: Vec<CurveGroup>,
}

/// Runs with the same settings.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveGroup {
    /// Its name for the visitor.
    pub label: String,
    /// The number by which the groups are ordered, if a number tells them apart.
    pub order: Option<f64>,
    /// Its runs.
    pub runs: Vec<CurveRun>,
}

/// A run's curve.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveRun {
    /// Its seed.
    pub seed: u64,
    /// Positions (ascending) and values. What follows the first value that is not finite does not count.
    pub points: Vec<(f64, f64)>,
}

impl CurveRun {
    /// Its finite beginning.
    fn finite(&self) -> &[(f64, f64)] {
        let is_finite = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
        let end = self.points.iter().position(|point| !is_finite(point));
        self.points.get(..end.unwrap_or(self.points.len())).unwrap_or_default()
    }

    /// Whether it has a value that is not finite.
    fn has_diverged(&self) -> bool {
        self.points.iter().any(|(_, y)| !y.is_finite())
    }
}

/// A group as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Its name for the visitor.
    pub label: String,
    /// The number by which the groups are ordered.
    pub order: Option<f64>,
    /// Its mean and range, by ascending position; at most 240 points.
    pub points: Vec<BandPoint>,
    /// How many runs have a value anywhere.
    pub runs: usize,
    /// The last finite points of the runs that diverged.
    pub diverged: Vec<(f64, f64)>,
}

/// A position of a band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandPoint {
    /// The position.
    pub x: f64,
    /// The mean of the runs that have a value here.
    pub mean: f64,
    /// Their lowest value.
    pub low: f64,
    /// Their highest value.
    pub high: f64,
    /// How many these are.
    pub runs: usize,
}

/// All bands together have about so many points: what is drawn of dozens is finer than anyone sees.
const ALL_POINTS: usize = 7_500;
/// A band has at most so many points, and at least so many if its runs do.
const POINTS: (usize, usize) = (60, 240);

/// Every group as a band.
pub fn bands(curves: &Curves) -> Vec<Band> {
    let most = most_points(curves.groups.len());
    curves.groups.iter().map(|group| band(group, most)).collect()
}

/// How many points each of so many bands has at most.
fn most_points(groups: usize) -> usize {
    (ALL_POINTS / groups.max(1)).clamp(POINTS.0, POINTS.1)
}

fn band(group: &CurveGroup, most: usize) -> Band {
    let runs: Vec<_> = group.runs.iter().map(CurveRun::finite).collect();
    let mut places: Vec<_> = runs.iter().flat_map(|run| run.iter().map(|point| point.0)).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let reduced: Vec<_>;
    let runs = if places.len() > most {
        let ends = places.first().copied().zip(places.last().copied()).unwrap_or_default();
        let bins = Bins { ends, count: most };
        places = (0..most).map(|bin| bins.middle(bin)).collect();
        reduced = runs.iter().map(|run| bins.means(run)).collect::<Vec<_>>();
        reduced.iter().map(Vec::as_slice).collect()
    } else {
        runs
    };
    let point = |x: f64| {
        let values: Vec<_> = runs.iter().filter_map(|run| value_at(run, x)).collect();
        let count = values.len() as f64;
        let bounds =
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(*value), high.max(*value))
            });
        (!values.is_empty()).then(|| BandPoint {
            x,
            mean: values.iter().map(|value| value / count).sum(),
            low: bounds.0,
            high: bounds.1,
            runs: values.len(),
        })
    };
    let diverged = group.runs.iter().filter(|run| run.has_diverged());
    Band {
        label: group.label.clone(),
        order: group.order,
        points: places.into_iter().filter_map(point).collect(),
        runs: runs.iter().filter(|run| !run.is_empty()).count(),
        diverged: diverged.filter_map(|run| run.finite().last().copied()).collect(),
    }
}

/// Parts of the same width between two positions.
#[derive(Clone, Copy)]
struct Bins {
    ends: (f64, f64),
    /// At least 1.
    count: usize,
}

impl Bins {
    fn middle(self, bin: usize) -> f64 {
        let (from, to) = self.ends;
        from + (to - from) * (bin as f64 + 0.5) / self.count as f64
    }

    /// A curve's means over the bins, at the bins' middles.
    fn means(self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let width = (self.ends.1 - self.ends.0) / self.count as f64;
        let mut bins = vec![(0.0, 0_u32); self.count];
        for (x, y) in points {
            let bin = (((x - self.ends.0) / width) as usize).min(self.count - 1);
            if let Some((sum, count)) = bins.get_mut(bin) {
                (*sum, *count) = (*sum + y, *count + 1);
            }
        }
        let means = bins.into_iter().enumerate().filter(|(_, (_, count))| *count > 0);
        means.map(|(bin, (sum, count))| (self.middle(bin), sum / f64::from(count))).collect()
    }
}

/// A curve's value at a position, in proportion between two points; `None` before its first and after its last.
fn value_at(points: &[(f64, f64)], x: f64) -> Option<f64> {
    let after = points.partition_point(|point| point.0 < x);
    let next = points.get(after)?;
    if next.0 == x {
        return Some(next.1);
    }
    let before = points.get(after.checked_sub(1)?)?;
    let share = (x - before.0) / (next.0 - before.0);
    Some(before.1 + share * (next.1 - before.1))
}

/// The band's point nearest to a position.
pub fn nearest(band: &Band, x: f64) -> Option<BandPoint> {
    let after = band.points.partition_point(|point| point.x < x);
    let next = band.points.get(after);
    let before = after.checked_sub(1).and_then(|at| band.points.get(at));
    match (before, next) {
        (Some(before), Some(next)) if x - before.x <= next.x - x => Some(*before),
        (_, Some(next)) => Some(*next),
        (before, None) => before.copied(),
    }
}

#[cfg(test)]
#[path = "curves_tests.rs"]
mod tests;
