//! The lesson: PyTorch's tutorial as a walk of eight steps, each of which is live.
//!
//! It is a program of its own (`src/bin/lesson.rs`), which `www/page_loader.js` loads when the place is first opened. The
//! page gives it what its address and its form say ([`LessonInputs`], `lesson_part`). [`Step`] is the list of steps. [`state`] is what lives
//! as long as the program: the seed, and the runs that it trains ([`exercise`]), in workers of their own
//! (`page/session/pool`), so that they go on while another place is open and never touch the visitor's own run.
//!
//! [`frame`] draws the walk: the list of steps, what a step is about, the way on, and beside it PyTorch's code and the
//! place in this project (`beside`, `code`). What is live in a step is a component in a file of its name. The arithmetic is in the
//! room `lesson`.

mod answer;
mod batch;
mod beside;
mod code;
mod data;
mod epoch;
mod exercise;
mod field;
mod frame;
mod going;
mod inputs;
mod learning_rate;
mod loss;
mod maps;
mod model;
mod offer;
mod optimizer;
mod overfitting;
mod saved;
mod saving;
mod shapes;
mod state;
mod step;
mod trouble;

pub use self::exercise::Exercise;
pub use self::inputs::LessonInputs;
pub use self::learning_rate::{RateEnd, RateOutcome};
pub use self::loss::InputMistake;
pub use self::offer::offer;
pub use self::overfitting::Turn;
pub use self::step::{Step, remember_step, remembered_step};

use super::words::{LessonWords, lesson_words};

/// A fixed text of the lesson in a given language.
type Word = fn(&'static LessonWords) -> &'static str;

/// The text in the visitor's language, for use in a view.
fn word(word: Word) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || word(lesson_words())
}
