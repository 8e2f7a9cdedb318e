//! What the browser keeps for the last step: which run the lesson has saved, and how its model answered before the page was
//! closed.

use leptos::prelude::window;
use serde::{Deserialize, Serialize};

/// Where the name of the run is kept.
const RUN: &str = "atelier-lesson-run";
/// Where the answer is kept.
const ANSWER: &str = "atelier-lesson-answer";

/// An answer before the page was closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotedAnswer {
    /// The run whose best model answered.
    pub run: String,
    /// The test image that it was asked about.
    pub image: u32,
    /// The probabilities as their bits, so that they are compared exactly.
    pub bits: Vec<u32>,
}

impl NotedAnswer {
    /// The answer of a run's best model.
    pub fn of(run: String, image: u32, probabilities: &[f32]) -> Self {
        Self { run, image, bits: probabilities.iter().map(|it| it.to_bits()).collect() }
    }
}

/// The run that was trained last in the lesson.
pub fn remembered_run() -> Option<String> {
    let storage = window().local_storage().ok().flatten()?;
    storage.get_item(RUN).ok().flatten()
}

/// Remembers a run. Where the browser keeps nothing, its library keeps nothing either.
pub fn remember_run(run: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(RUN, run);
    }
}

/// Notes an answer for when the page is opened anew, by whatever means it was closed.
pub fn note_answer(answer: &NotedAnswer) {
    if let (Ok(Some(storage)), Ok(json)) = (window().local_storage(), serde_json::to_string(answer))
    {
        let _ = storage.set_item(ANSWER, &json);
    }
}

/// The answer that was noted last.
pub fn noted_answer() -> Option<NotedAnswer> {
    let storage = window().local_storage().ok().flatten()?;
    let json = storage.get_item(ANSWER).ok().flatten()?;
    serde_json::from_str(&json).ok()
}
