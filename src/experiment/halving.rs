//! Which runs stop early because others are better.

use std::collections::BTreeMap;

use super::Halving;

/// What a run that has reached a rung does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    GoesOn,
    /// It stops: too many of those that were here are better.
    Stops,
}

/// The validation losses with which runs have reached each rung.
///
/// A run is judged by those that were there before it, so what stops depends on the order in which runs arrive: with other
/// workers, another machine or a share of the runs, others may stop. What a run measures does not depend on that.
#[derive(Clone, Debug)]
pub struct Rungs {
    halving: Halving,
    /// By the rung's epochs: the runs that reached it, each with its loss and what was said.
    reached: BTreeMap<u32, BTreeMap<u32, (f64, Verdict)>>,
}

impl Rungs {
    /// Rungs that no run has reached.
    #[must_use]
    pub const fn new(halving: Halving) -> Self {
        Self { halving, reached: BTreeMap::new() }
    }

    /// Whether there is a rung after so many epochs.
    #[must_use]
    pub fn is_rung(&self, epochs: u32) -> bool {
        let Halving { first, factor } = self.halving;
        if first == 0 || factor < 2 {
            return false;
        }
        let rungs = std::iter::successors(Some(first), |rung| rung.checked_mul(factor));
        rungs.take_while(|rung| *rung <= epochs).any(|rung| rung == epochs)
    }

    /// What a run does that has finished so many epochs, of which the newest has this validation loss, and that would go on
    /// by itself. Off the rungs, every run goes on.
    ///
    /// It goes on if fewer than one in `factor` of all that have reached the rung, itself included and rounded up, have a
    /// lower loss. One whose loss is not finite stops. Who asks again is told the same.
    pub fn reached(&mut self, run: u32, epochs: u32, valid_loss: f64) -> Verdict {
        if !self.is_rung(epochs) {
            return Verdict::GoesOn;
        }
        let there = self.reached.entry(epochs).or_default();
        if let Some((_, said)) = there.get(&run) {
            return *said;
        }
        let better = there.values().filter(|(loss, _)| *loss < valid_loss).count();
        let all = there.len() + 1;
        let goes_on = valid_loss.is_finite() && better < all.div_ceil(self.halving.factor as usize);
        let verdict = if goes_on { Verdict::GoesOn } else { Verdict::Stops };
        there.insert(run, (valid_loss, verdict));
        verdict
    }

    /// Notes a run that has been at a rung before, in an earlier session: it counts for those that arrive now.
    pub fn passed(&mut self, run: u32, epochs: u32, valid_loss: f64) {
        if self.is_rung(epochs) {
            let there = self.reached.entry(epochs).or_default();
            there.entry(run).or_insert((valid_loss, Verdict::GoesOn));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALVING: Halving = Halving { first: 1, factor: 3 };

    fn verdicts(losses: &[f64]) -> Vec<bool> {
        let mut rungs = Rungs::new(HALVING);
        let runs = (1..).zip(losses);
        runs.map(|(run, loss)| rungs.reached(run, 1, *loss) == Verdict::GoesOn).collect()
    }

    #[test]
    fn rungs_are_powers_of_the_factor_apart() {
        let rungs = |first, factor| {
            let rungs = Rungs::new(Halving { first, factor });
            (0..=30).filter(|epochs| rungs.is_rung(*epochs)).collect::<Vec<u32>>()
        };
        assert_eq!(rungs(1, 3), [1, 3, 9, 27]);
        assert_eq!(rungs(2, 2), [2, 4, 8, 16]);
        assert_eq!(rungs(5, 4), [5, 20]);
        assert_eq!(rungs(0, 2), [] as [u32; 0]);
    }

    #[test]
    fn the_first_goes_on_and_then_the_best_third_rounded_up() {
        // Of 2 and of 3 one goes on, of 4 two do.
        assert_eq!(verdicts(&[0.5, 0.6]), [true, false]);
        assert_eq!(verdicts(&[0.5, 0.4, 0.3]), [true, true, true]);
        assert_eq!(verdicts(&[0.1, 0.2, 0.3, 0.15]), [true, false, false, true]);
        assert_eq!(verdicts(&[0.1, 0.2, 0.3, 0.25]), [true, false, false, false]);
        assert_eq!(verdicts(&[0.5, 0.5, 0.5]), [true; 3], "equals are not behind");
    }

    #[test]
    fn a_loss_that_is_not_finite_stops_even_alone_and_is_behind_every_other() {
        assert_eq!(verdicts(&[f64::NAN, f64::INFINITY, 9.0]), [false, false, true]);
    }

    #[test]
    fn who_asks_again_is_told_the_same_and_is_counted_once() {
        let mut rungs = Rungs::new(HALVING);
        assert_eq!(rungs.reached(1, 1, 0.5), Verdict::GoesOn);
        assert_eq!(rungs.reached(2, 1, 0.6), Verdict::Stops);
        assert_eq!(rungs.reached(1, 1, 0.5), Verdict::GoesOn);
        for _ in 0..9 {
            assert_eq!(rungs.reached(2, 1, 0.6), Verdict::Stops);
        }
        // Of three, one goes on: those asked for nine times are not nine.
        assert_eq!(rungs.reached(3, 1, 0.55), Verdict::Stops);
    }

    #[test]
    fn rungs_are_apart_and_off_them_every_run_goes_on() {
        let mut rungs = Rungs::new(HALVING);
        assert_eq!(rungs.reached(1, 1, 0.5), Verdict::GoesOn);
        assert_eq!(rungs.reached(2, 2, f64::NAN), Verdict::GoesOn);
        assert_eq!(rungs.reached(2, 3, 0.9), Verdict::GoesOn);
    }

    #[test]
    fn who_was_there_before_counts_for_those_who_arrive() {
        let mut rungs = Rungs::new(HALVING);
        rungs.passed(7, 1, 0.1);
        rungs.passed(7, 2, 0.1);
        assert_eq!(rungs.reached(7, 1, 0.1), Verdict::GoesOn);
        assert_eq!(rungs.reached(8, 1, 0.2), Verdict::Stops);
    }
}
