//! The sixth step: a run that goes on for too long.

use leptos::prelude::*;

use super::epoch::{Progress, StartStop, ToRun};
use super::exercise::{Exercise, Training};
use super::state::Lesson;
use super::trouble::Trouble;
use super::word;
use crate::history::best_of;
use crate::page::charts::line_chart::LineChart;
use crate::page::charts::plot::{Count, Line, Look, Mark, Plot};
use crate::page::words::{lesson_words, words};
use crate::protocol::EpochMetrics;

/// What has become of training and validation loss since the epoch with the lowest validation loss. Epochs are counted
/// from 1, losses are in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// The epoch with the lowest validation loss.
    pub best: u32,
    /// The validation loss after it.
    pub best_loss: f64,
    /// The newest epoch; `best` itself unless its validation loss is higher.
    pub last: u32,
    /// The validation loss after it.
    pub last_loss: f64,
    /// The training loss of the best epoch.
    pub train_then: f64,
    /// The training loss of the newest epoch.
    pub train_now: f64,
}

impl Turn {
    /// That of a run; `None` before its first epoch has ended.
    fn of(epochs: &[EpochMetrics]) -> Option<Self> {
        let best = best_of(epochs)?;
        let last = epochs.last().filter(|last| last.valid_loss > best.valid_loss).unwrap_or(best);
        Some(Self {
            best: best.epoch,
            best_loss: best.valid_loss,
            last: last.epoch,
            last_loss: last.valid_loss,
            train_then: best.train_loss,
            train_now: last.train_loss,
        })
    }
}

/// The run, its chart, and what it shows in a sentence.
#[component]
pub fn OverfittingStep(lesson: Lesson) -> impl IntoView {
    let training = lesson.long_run;
    let start = move || {
        training.start(vec![Exercise::Overfitting.config(lesson.seed.get_untracked())]);
    };
    let turn = Memo::new(move |_| {
        training.runs.with(|runs| runs.first().and_then(|run| Turn::of(&run.curves.epochs)))
    });
    let is_over = Memo::new(move |_| !training.is_busy());
    view! {
        <div class="lesson-controls">
            <StartStop training start=Callback::new(move |()| start()) />
        </div>
        <Trouble complaint=Signal::derive(move || training.failure()) again=move |()| start() />
        <Progress training />
        <figure class="chart" data-testid="lesson-overfitting-chart">
            <figcaption><h4>{word(|words| words.loss_by_epoch())}</h4></figcaption>
            <LineChart plot=Signal::derive(move || plot(training)) />
        </figure>
        // Told once it is over, so that a screen reader does not hear it with every epoch.
        <p class="lesson-outcome" data-testid="lesson-turn" data-best=move || turn.get().map(|it| it.best.to_string())
            aria-live=move || if is_over.get() { "polite" } else { "off" }>
            {move || turn.get().map(|turn| lesson_words().turn(&turn))}
        </p>
        <ToRun training />
    }
}

fn plot(training: Training) -> Plot {
    let (words, charts) = (lesson_words(), &words().charts);
    training.runs.with(|runs| {
        let epochs = runs.first().map(|run| run.curves.epochs.as_slice()).unwrap_or_default();
        let points = |metric: fn(&EpochMetrics) -> f64| {
            epochs.iter().map(|it| (f64::from(it.epoch), metric(it))).collect()
        };
        let mark =
            |turn: Turn| Mark { x: f64::from(turn.best), label: lesson_words().lowest(turn.best) };
        let all = Exercise::Overfitting.config(0).epochs as f64;
        Plot {
            title: words.loss_by_epoch().to_owned(),
            x: Count::Epochs,
            x_end: (!epochs.is_empty()).then_some(all),
            y_name: charts.cross_entropy(),
            lines: vec![
                Line {
                    name: words.training_loss().to_owned(),
                    look: Look::Dashed,
                    points: points(|it| it.train_loss),
                },
                Line {
                    name: words.validation_loss().to_owned(),
                    look: Look::Accent,
                    points: points(|it| it.valid_loss),
                },
            ],
            marks: Turn::of(epochs).map(mark).into_iter().collect(),
            empty: words.nothing_yet().into(),
            ..Plot::default()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::{CHINESE_LESSON, ENGLISH_LESSON};

    fn epochs(losses: &[(f64, f64)]) -> Vec<EpochMetrics> {
        let epoch = |(epoch, &(train_loss, valid_loss))| EpochMetrics {
            epoch,
            step: 0,
            train_loss,
            valid_loss,
            valid_accuracy: 0.5,
        };
        (1..).zip(losses).map(epoch).collect()
    }

    #[test]
    fn the_turn_is_where_the_validation_loss_was_lowest() {
        let turn = Turn::of(&epochs(&[(1.0, 0.8), (0.7, 0.6), (0.4, 0.7), (0.2, 0.9)]));
        let turn = turn.unwrap_or_else(|| unreachable!());
        assert_eq!((turn.best, turn.last), (2, 4));
        assert_eq!((turn.train_then, turn.train_now), (0.7, 0.2));
        let told = ENGLISH_LESSON.turn(&turn);
        assert!(
            told.contains("after epoch 2: 0.6000. By epoch 4 it has risen to 0.9000"),
            "{told}"
        );
        assert!(told.contains("training loss has fallen from 0.7000 to 0.2000."), "{told}");
        assert!(told.ends_with("that is overfitting."), "{told}");
        let told = CHINESE_LESSON.turn(&turn);
        assert!(told.contains("0.9000") && told.ends_with("这就是过拟合。"), "{told}");
    }

    #[test]
    fn without_a_rise_none_is_told() {
        let turn = Turn::of(&epochs(&[(1.0, 0.8), (0.7, 0.6)])).unwrap_or_else(|| unreachable!());
        assert_eq!((turn.best, turn.last), (2, 2));
        assert!(!ENGLISH_LESSON.turn(&turn).contains("risen"));
        assert_eq!(Turn::of(&[]), None);
    }
}
