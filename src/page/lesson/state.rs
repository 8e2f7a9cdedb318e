//! What the lesson knows as long as its program lives, whichever place is open.

use std::cell::RefCell;

use leptos::prelude::*;

use super::exercise::{Exercise, Training};
use super::inputs::LessonInputs;
use super::learning_rate::FIRST_RATES;
use super::loss::DummyBatch;
use super::optimizer::Steps;
use super::saved::{self, NotedAnswer};
use super::step::Step;
use crate::page::insight::TEST_IMAGES;

/// The lesson. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Lesson {
    /// The open step; `None` before the page has said which.
    pub step: RwSignal<Option<Step>>,
    /// The step that was drawn last.
    pub was_open: StoredValue<Option<Step>>,
    /// The run at hand in the page.
    pub run: RwSignal<Option<String>>,
    /// Whether the page's own run trains.
    pub page_trains: RwSignal<bool>,
    /// The seed as a text; at first that of the page's form.
    pub seed_text: RwSignal<String>,
    /// The last seed that was one.
    pub seed: RwSignal<u64>,
    /// The batch of the loader that is shown, from 0.
    pub batch: RwSignal<u64>,
    /// The test image that the network is asked about, from 0.
    pub image: RwSignal<u32>,
    /// The dummy batch.
    pub dummy: DummyBatch,
    /// The optimizer's steps.
    pub descent: Steps,
    /// How many epochs the training loop has.
    pub epochs: RwSignal<usize>,
    /// The learning rates that are compared, as texts.
    pub rates: [RwSignal<String>; 3],
    /// Those of the runs that are shown.
    pub trained_rates: RwSignal<Vec<f64>>,
    /// The training loop's run.
    pub loop_run: Training,
    /// The run that overfits.
    pub long_run: Training,
    /// The runs with three learning rates.
    pub rate_runs: Training,
    /// The run whose best model is loaded in the last step.
    pub saved_run: RwSignal<Option<String>>,
    /// The last step's answer before the page was opened anew.
    pub answer_before: StoredValue<Option<NotedAnswer>>,
}

thread_local! {
    /// The owner keeps the signals for as long as the program runs.
    static HERE: RefCell<Option<(Owner, Lesson)>> = const { RefCell::new(None) };
}

impl Lesson {
    /// That of this program, made at the first call.
    pub fn here() -> Self {
        let known = HERE.with_borrow(|here| here.as_ref().map(|(_, lesson)| *lesson));
        known.unwrap_or_else(|| {
            // Its parent would be the place, which is taken away when another one is opened.
            let owner = Owner::new_root(None);
            let lesson = owner.with(Self::new);
            HERE.with_borrow_mut(|here| *here = Some((owner, lesson)));
            lesson
        })
    }

    fn new() -> Self {
        let answer_before = saved::noted_answer().filter(|answer| answer.image < TEST_IMAGES);
        let saved_run = RwSignal::new(saved::remembered_run());
        // The best model of a run is that of the last step.
        let keep = move |run: &str| {
            saved::remember_run(run);
            saved_run.set(Some(run.to_owned()));
        };
        let lesson = Self {
            step: RwSignal::new(None),
            was_open: StoredValue::new(None),
            run: RwSignal::new(None),
            page_trains: RwSignal::new(false),
            seed_text: RwSignal::new("0".to_owned()),
            seed: RwSignal::new(0),
            batch: RwSignal::new(0),
            image: RwSignal::new(answer_before.as_ref().map_or(0, |answer| answer.image)),
            dummy: DummyBatch::new(),
            descent: Steps::new(),
            epochs: RwSignal::new(1),
            rates: FIRST_RATES.map(|rate| RwSignal::new(rate.to_owned())),
            trained_rates: RwSignal::new(Vec::new()),
            loop_run: Training::new(Exercise::Epoch, keep),
            long_run: Training::new(Exercise::Overfitting, |_| {}),
            rate_runs: Training::new(Exercise::LearningRate, |_| {}),
            saved_run,
            answer_before: StoredValue::new(answer_before),
        };
        lesson.go_on();
        lesson
    }

    /// What a reload has cut off goes on.
    fn go_on(self) {
        if let Some(config) = self.loop_run.go_on().first() {
            self.epochs.set(config.epochs);
        }
        let rates = self.rate_runs.go_on().iter().map(|config| config.learning_rate).collect();
        self.long_run.go_on();
        self.trained_rates.set(rates);
    }

    /// The page gives this from now on.
    pub fn give(self, inputs: LessonInputs) {
        if self.step.with_untracked(Option::is_none) {
            self.seed.set(inputs.seed);
            self.seed_text.set(inputs.seed.to_string());
        }
        let step = Step::with_key(&inputs.step).unwrap_or_default();
        if self.step.get_untracked() != Some(step) {
            self.step.set(Some(step));
        }
        self.run.set(inputs.run);
        self.page_trains.set(inputs.trains);
    }

    /// Takes a seed as the visitor has written it.
    pub fn type_seed(self, text: String) {
        if let Ok(seed) = text.trim().parse() {
            self.seed.set(seed);
        }
        self.seed_text.set(text);
    }

    /// Whether the text is the seed.
    pub fn seed_is_right(self) -> bool {
        self.seed_text.with(|text| text.trim().parse::<u64>().is_ok())
    }
}
