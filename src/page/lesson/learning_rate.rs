//! The seventh step: the same run with three learning rates.

use leptos::prelude::*;

use super::epoch::{Progress, StartStop};
use super::exercise::{Exercise, LiveRun, SMOOTHING};
use super::field::{NumberField, number};
use super::state::Lesson;
use super::trouble::Trouble;
use super::word;
use crate::page::charts::line_chart::LineChart;
use crate::page::charts::plot::{Line, Look, Plot};
use crate::page::session::JobEnd;
use crate::page::words::lesson_words;
use crate::settings::TrainingConfig;

/// Too small, the tutorial's, and too large.
pub const FIRST_RATES: [&str; 3] = ["0.00001", "0.001", "0.1"];
/// The loss at the end is the mean of so many steps.
const AT_THE_END: u64 = 500;
/// A network whose loss is above this is hardly better than one that guesses, whose loss is ln 10 = 2.303.
const HARDLY_BETTER: f64 = 2.2;

/// What became of a learning rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateOutcome {
    /// The learning rate.
    pub rate: f64,
    /// What the run came to.
    pub end: RateEnd,
}

/// What a run came to. Losses are means over the last [`AT_THE_END`] steps, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RateEnd {
    /// Its loss was no longer a finite number.
    Diverged {
        /// After so many steps.
        step: u64,
    },
    /// Its loss is still about that of guessing, and a larger rate has learnt.
    TooSmall {
        /// Its loss.
        loss: f64,
    },
    /// Its loss is about that of guessing, or above it, and a smaller rate has learnt.
    TooLarge {
        /// Its loss.
        loss: f64,
    },
    /// Its loss is about that of guessing, or above it, and so is that of all others.
    Stuck {
        /// Its loss.
        loss: f64,
    },
    /// Its loss has fallen.
    Falls {
        /// To this.
        loss: f64,
        /// Whether that is the lowest of all.
        is_lowest: bool,
    },
}

/// What became of those runs that have ended by themselves.
fn outcomes(runs: &[(f64, LiveRun)]) -> Vec<RateOutcome> {
    let ended = runs.iter().filter(|(_, run)| {
        matches!(run.end, Some(JobEnd::Ended(_) | JobEnd::WasOver)) || run.diverged().is_some()
    });
    let losses: Vec<_> =
        ended.map(|(rate, run)| (*rate, run.diverged(), loss_at_the_end(run))).collect();
    let measured = losses.iter().filter(|it| it.1.is_none()).filter_map(|it| Some((it.0, it.2?)));
    let learnt = measured.filter(|(_, loss)| *loss <= HARDLY_BETTER);
    let best = learnt.min_by(|one, other| one.1.total_cmp(&other.1));
    let outcome = |(rate, diverged, loss): (f64, Option<u64>, Option<f64>)| {
        let end = match (diverged, loss) {
            (Some(step), _) => RateEnd::Diverged { step },
            (None, Some(loss)) if loss > HARDLY_BETTER => match best {
                Some((best, _)) if rate < best => RateEnd::TooSmall { loss },
                Some((best, _)) if rate > best => RateEnd::TooLarge { loss },
                _ => RateEnd::Stuck { loss },
            },
            (None, loss) => {
                let loss = loss?;
                RateEnd::Falls { loss, is_lowest: best.is_some_and(|(_, lowest)| loss <= lowest) }
            }
        };
        Some(RateOutcome { rate, end })
    };
    losses.into_iter().filter_map(outcome).collect()
}

fn loss_at_the_end(run: &LiveRun) -> Option<f64> {
    let all = run.curves.losses.len();
    let last = run.curves.losses.between(all.saturating_sub(AT_THE_END), all);
    let sum: f64 = last.iter().copied().map(f64::from).sum();
    (!last.is_empty()).then(|| sum / last.len() as f64)
}

/// The rates, the runs and what became of them.
#[component]
pub fn LearningRateStep(lesson: Lesson) -> impl IntoView {
    let training = lesson.rate_runs;
    let rate = move |at: usize| {
        let text = lesson.rates.get(at).copied();
        text.and_then(|text| text.with(|text| number(text)))
            .filter(|rate| *rate > 0.0 && *rate <= 10.0)
    };
    let rates = Memo::new(move |_| (0..lesson.rates.len()).map(rate).collect::<Option<Vec<_>>>());
    // Those of the runs that are shown, whatever the fields say meanwhile.
    let trained = lesson.trained_rates;
    let start = move || {
        let Some(rates) = rates.get_untracked() else { return };
        let config = Exercise::LearningRate.config(lesson.seed.get_untracked());
        let configs = rates
            .iter()
            .map(|&learning_rate| TrainingConfig { learning_rate, ..config.clone() })
            .collect();
        trained.set(rates);
        training.start(configs);
    };
    let runs = move || {
        let rates = trained.get();
        training.runs.with(|runs| rates.into_iter().zip(runs.iter().cloned()).collect::<Vec<_>>())
    };
    let field = move |at: usize, id: &'static str| {
        let text = lesson.rates[at];
        view! {
            <NumberField id label=Signal::derive(move || lesson_words().rate(at + 1))
                text edit=move |typed| text.set(typed)
                wrong=Signal::derive(move || rate(at).is_none())
                mistake=|words| words.rate_mistake() />
        }
    };
    view! {
        <div class="lesson-controls">
            {field(0, "lesson-rate-1")} {field(1, "lesson-rate-2")} {field(2, "lesson-rate-3")}
            <StartStop training start=Callback::new(move |()| start()) />
        </div>
        <Trouble complaint=Signal::derive(move || training.failure()) again=move |()| start() />
        <Progress training />
        <figure class="chart" data-testid="lesson-rates-chart">
            <figcaption><h4>{word(|words| words.loss_by_step())}</h4></figcaption>
            <LineChart plot=Signal::derive(move || plot(&runs())) />
        </figure>
        <p class="lesson-outcome" data-testid="lesson-rates" aria-live="polite">
            {move || lesson_words().rates(&outcomes(&runs()))}
        </p>
    }
}

fn plot(runs: &[(f64, LiveRun)]) -> Plot {
    let words = lesson_words();
    let line = |(at, (rate, run)): (usize, &(f64, LiveRun))| Line {
        name: words.rate_line(*rate),
        look: Look::Run(at),
        points: run.curves.losses.smoothed(SMOOTHING),
    };
    Plot {
        title: words.loss_by_step().to_owned(),
        x_end: runs.iter().map(|(_, run)| run.steps as f64).reduce(f64::max).filter(|it| *it > 0.0),
        y_name: crate::page::words::words().charts.cross_entropy(),
        lines: runs.iter().enumerate().map(line).collect(),
        empty: words.nothing_yet().into(),
        ..Plot::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Ending, Figure};
    use crate::page::session::Complaint;
    use crate::page::words::{CHINESE_LESSON, ENGLISH_LESSON};
    use crate::protocol::{Divergence, Failure};

    fn run(loss: f32, end: Option<JobEnd>) -> LiveRun {
        let mut run = LiveRun { end, ..LiveRun::default() };
        run.curves.push_losses(&[loss; 600]);
        run
    }

    fn diverged() -> JobEnd {
        let how = Divergence::Loss { step: 41, loss: Figure(f64::NAN) };
        JobEnd::Failed(Complaint::Worker(Failure::RunDiverged { how, measured: 40, saved: None }))
    }

    #[test]
    fn each_rate_is_told_by_what_its_run_came_to() {
        let over = || Some(JobEnd::Ended(Ending::Completed));
        let runs = [
            (0.00001, run(2.29, over())),
            (0.001, run(0.75, over())),
            (0.01, run(0.5, over())),
            (1.0, run(3.0, Some(diverged()))),
            (0.5, run(1.0, None)),
            (0.1, run(2.31, over())),
            (0.0001, run(0.4, Some(JobEnd::Stopped))),
        ];
        let found: Vec<_> = outcomes(&runs).into_iter().map(|it| it.end).collect();
        let near = |loss: f32| f64::from(loss);
        assert_eq!(
            found,
            [
                RateEnd::TooSmall { loss: near(2.29) },
                RateEnd::Falls { loss: 0.75, is_lowest: false },
                RateEnd::Falls { loss: 0.5, is_lowest: true },
                RateEnd::Diverged { step: 40 },
                RateEnd::TooLarge { loss: near(2.31) },
            ]
        );
        let told = ENGLISH_LESSON.rates(&outcomes(&runs));
        assert!(told.contains("At 0.01 it has fallen to 0.500, the lowest."), "{told}");
        assert!(
            told.contains(
                "At 1 the steps are too large: after 40 of them the loss was no longer a finite number."
            ),
            "{told}"
        );
        assert!(CHINESE_LESSON.rates(&outcomes(&runs)).contains("0.00001"));
    }

    #[test]
    fn where_no_rate_has_learnt_none_is_called_too_small_or_too_large() {
        let stuck = run(2.3, Some(JobEnd::Ended(Ending::Completed)));
        let found = outcomes(&[(0.1, stuck.clone()), (0.2, stuck)]);
        assert!(found.iter().all(|it| matches!(it.end, RateEnd::Stuck { .. })), "{found:?}");
    }

    #[test]
    fn nothing_is_told_of_a_run_that_goes_on_or_was_stopped() {
        assert!(outcomes(&[(0.1, run(2.29, Some(JobEnd::Stopped)))]).is_empty());
        assert!(outcomes(&[(0.1, run(1.0, None))]).is_empty());
    }
}
