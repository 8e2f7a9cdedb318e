//! Experiments as this tab knows them: the one at hand, what its runs have measured, and the pool that trains them.
//!
//! All of it lives as long as the program, so that runs go on whichever place is open.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use js_sys::Function;
use leptos::ev::beforeunload;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::alone::Alone;
use super::draft::ExperimentDraft;
use super::inputs::PageInputs;
use super::kept::{self, KeptExperiment, corrections_sha256};
use super::machine::{resolved, workers_at_first};
use super::plan::{Outcome, Plan, Standing, Trouble, too_many};
use super::results::Results;
use crate::experiment::{Experiment, Mistake, Preset, Rungs};
use crate::page::autostart::is_opened_again;
use crate::page::session::{Activity, CommonInputs, Death, InsightWorker, Job, WorkerPool};
use crate::settings::{EngineChoice, TrainingConfig};

/// Everything about experiments. Copies are the same.
#[derive(Clone, Copy)]
pub struct Experiments {
    /// The workers.
    pub pool: WorkerPool,
    /// What the page gives; `None` before it has.
    pub inputs: RwSignal<Option<PageInputs>>,
    /// The form.
    pub draft: RwSignal<ExperimentDraft>,
    /// The experiment at hand.
    pub plan: RwSignal<Option<Arc<Plan>>>,
    /// What it has come to, drawn at most twice a second.
    pub outcome: RwSignal<Option<Arc<Outcome>>>,
    /// The experiments that are remembered, newest first.
    pub kept: RwSignal<Vec<KeptExperiment>>,
    /// What went wrong.
    pub trouble: RwSignal<Option<Trouble>>,
    /// How the last worker died whose run went on, and how many did.
    pub deaths: RwSignal<(u32, Option<Death>)>,
    /// What is to start once it is known what `auto` means.
    pub awaiting: RwSignal<Option<Experiment>>,
    /// Whether the library is being read for what has been trained before.
    pub is_reading: RwSignal<bool>,
    /// Whether the browser could not remember the experiment.
    pub is_unkept: RwSignal<bool>,
    pub(super) worker: InsightWorker,
    pub(super) inner: StoredValue<Inner, LocalStorage>,
    /// Takes settings to the page's form, as a link's query.
    taker: StoredValue<Option<Function>, LocalStorage>,
}

/// The state that is not drawn.
pub(super) struct Inner {
    pub results: Results,
    pub rungs: Option<Rungs>,
    /// Runs that are being stopped because they have fallen behind.
    pub falling: Vec<u32>,
    pub will_redraw: bool,
    /// Whether what the page's address asks for has been done.
    link_is_done: bool,
    /// The right to train the experiment at hand.
    pub alone: Option<Alone>,
}

/// Whether an experiment that is opened is also trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// It is shown.
    No,
    /// What is missing of it is trained.
    GoesOn,
    /// It is trained, and this browser has not begun it before.
    First,
}

thread_local! {
    /// The owner keeps the signals for as long as the program runs.
    static HERE: RefCell<Option<(Owner, Experiments)>> = const { RefCell::new(None) };
}

impl Experiments {
    /// Those of this program, made at the first call.
    pub fn here() -> Self {
        let known = HERE.with_borrow(|here| here.as_ref().map(|(_, experiments)| *experiments));
        known.unwrap_or_else(|| {
            // Its parent would be the place, which is taken away when another one is opened.
            let owner = Owner::new_root(None);
            let experiments = owner.with(|| {
                let experiments = Self::new();
                experiments.ask_before_leaving();
                experiments
            });
            HERE.with_borrow_mut(|here| *here = Some((owner, experiments)));
            experiments
        })
    }

    fn new() -> Self {
        let inner = Inner {
            results: Results::default(),
            rungs: None,
            falling: Vec::new(),
            will_redraw: false,
            link_is_done: false,
            alone: None,
        };
        let preset = Preset::LearningRates.experiment(&TrainingConfig::default());
        Self {
            pool: WorkerPool::new(workers_at_first(), |news| Self::here().hear(news)),
            inputs: RwSignal::new(None),
            draft: RwSignal::new(ExperimentDraft::from(&preset)),
            plan: RwSignal::new(None),
            outcome: RwSignal::new(None),
            kept: RwSignal::new(kept::recall()),
            trouble: RwSignal::new(None),
            deaths: RwSignal::new((0, None)),
            awaiting: RwSignal::new(None),
            is_reading: RwSignal::new(false),
            is_unkept: RwSignal::new(false),
            worker: InsightWorker::new(),
            inner: StoredValue::new_local(inner),
            taker: StoredValue::new_local(None),
        }
    }

    /// Has the browser ask before the tab is closed while runs have steps that are not stored.
    fn ask_before_leaving(self) {
        // It lives as long as the program.
        let _ = window_event_listener(beforeunload, move |event| {
            if matches!(self.pool.activity.get_untracked(), Activity::Running | Activity::Stopping)
            {
                event.prevent_default();
                // What Safari and older engines look at.
                event.set_return_value("1");
            }
        });
    }

    /// From now on this function takes settings to the page's form.
    pub fn connect(self, take: Function) {
        self.taker.set_value(Some(take));
    }

    /// Takes settings to the page's form.
    pub fn take(self, config: &TrainingConfig) {
        if let Some(take) = self.taker.get_value() {
            // It throws nothing.
            let _ = take.call1(&JsValue::NULL, &config.to_query().into());
        }
    }

    /// The page gives this from now on. The first time, what its address asks for is done, and an experiment goes on that a
    /// reload cut off.
    pub fn give(self, inputs: PageInputs) {
        let is_first = self.inputs.with_untracked(Option::is_none);
        kept::take_imported();
        self.kept.set(kept::recall());
        let (link, autostart) = (inputs.link.clone(), inputs.autostart);
        let is_awaited = inputs.auto_is_awaited;
        self.inputs.set(Some(inputs));
        let awaiting = self.awaiting.get_untracked().filter(|_| !is_awaited);
        if let Some(experiment) = awaiting {
            self.awaiting.set(None);
            self.start(experiment);
        }
        let done =
            self.inner.try_update_value(|inner| std::mem::replace(&mut inner.link_is_done, true));
        if !is_first || done == Some(true) {
            return;
        }
        let running = kept::running();
        let cut_off = self.kept.with_untracked(|all| {
            all.iter().find(|kept| running.as_ref() == Some(&kept.id())).cloned()
        });
        if let Some(cut_off) = cut_off {
            self.draft.set(ExperimentDraft::from(&cut_off.experiment));
            return self.open(cut_off, Begins::GoesOn);
        }
        let base = self.inputs.with_untracked(|it| it.as_ref().and_then(|it| it.config.clone()));
        let Some((link, base)) = link.zip(base) else { return };
        match Experiment::from_link(&link, &base) {
            Ok(experiment) => {
                self.draft.set(ExperimentDraft::from(&experiment));
                // A reload goes on with what was cut off, and begins nothing that was stopped.
                let is_followed = autostart && kept::has_followed(&link) && is_opened_again();
                match autostart {
                    true if is_followed => self.show(experiment),
                    true => self.start(experiment),
                    false => {}
                }
            }
            Err(mistakes) => self.trouble.set(Some(Trouble::Link(mistakes))),
        }
    }

    /// The experiment of the form, or what is wrong with it; `None` while the page's settings are wrong.
    pub fn drafted(self) -> Option<Result<Experiment, Vec<Mistake>>> {
        let base = self.inputs.with(|inputs| inputs.as_ref()?.config.clone())?;
        Some(self.draft.with(|draft| draft.experiment(&base)))
    }

    /// How the experiment at hand stands.
    pub fn standing(self) -> Standing {
        match self.pool.activity.get() {
            Activity::Running => Standing::Running,
            Activity::Paused => Standing::Paused,
            Activity::Stopping => Standing::Stopping,
            Activity::Idle if self.is_reading.get() => Standing::Idle,
            Activity::Idle => {
                let planned = self.plan.with(|plan| plan.as_ref().map(|plan| plan.runs.runs.len()));
                let over = self.outcome.with(|it| it.as_ref().map(|it| it.results.over()));
                match planned.zip(over) {
                    Some((planned, over)) if over >= planned => Standing::Done,
                    _ => Standing::Idle,
                }
            }
        }
    }

    /// An experiment on the data set that the page has, and the same as this browser knows it, if it does.
    fn known(self, experiment: Experiment) -> Option<(KeptExperiment, Option<KeptExperiment>)> {
        let new = self.inputs.with_untracked(|inputs| {
            inputs.as_ref().map(|inputs| KeptExperiment {
                experiment,
                started_at_ms: js_sys::Date::now(),
                fell_behind: Vec::new(),
                data: inputs.data.clone(),
                on_gpu: inputs.auto_is_webgpu == Some(true),
                corrections: corrections_sha256(&inputs.corrections),
                classes: Some(inputs.classes),
            })
        })?;
        let id = new.id();
        let known = self.kept.with_untracked(|all| all.iter().find(|it| it.id() == id).cloned());
        let known =
            known.map(|known| KeptExperiment { experiment: new.experiment.clone(), ..known });
        Some((new, known))
    }

    /// Shows an experiment that this tab was told to begin before, and begins it if it has not: the reload may have come while
    /// the engines were measured.
    fn show(self, experiment: Experiment) {
        match self.known(experiment.clone()) {
            Some((_, Some(known))) => self.open(known, Begins::No),
            Some((_, None)) => self.start(experiment),
            None => {}
        }
    }

    /// Starts an experiment, or goes on with it if it is known. One on the engine `auto` waits, like a single run, until both
    /// have been measured if that is about to be done; what it then means holds for all of its runs.
    pub fn start(self, experiment: Experiment) {
        let Some((new, known)) = self.known(experiment) else { return };
        if let Some(most) = too_many(&new.experiment) {
            return self.trouble.set(Some(Trouble::TooMany(most)));
        }
        let is_awaited =
            || self.inputs.with_untracked(|it| it.as_ref().is_some_and(|it| it.auto_is_awaited));
        if known.is_none() && new.experiment.base.engine == EngineChoice::Auto && is_awaited() {
            return self.awaiting.set(Some(new.experiment));
        }
        let begins = if known.is_some() { Begins::GoesOn } else { Begins::First };
        let kept = known.unwrap_or(new);
        // Each in a task of its own: all at once would hold up the page.
        set_timeout(
            move || {
                self.remember(&kept);
                set_timeout(move || self.open(kept, begins), Duration::ZERO);
            },
            Duration::ZERO,
        );
    }

    pub(super) fn remember(self, kept: &KeptExperiment) {
        let (all, is_stored) = kept::remember(kept);
        self.kept.set(all);
        self.is_unkept.set(!is_stored);
    }

    /// Goes on with the experiment at hand.
    pub fn go_on(self) {
        if let Some(plan) = self.plan.get_untracked() {
            // What other tabs have trained meanwhile is not trained again.
            self.open(plan.kept.clone(), Begins::GoesOn);
        }
    }

    /// Trains what is missing of the experiment at hand.
    pub(super) fn train(self, alone: Alone) {
        let Some(plan) = self.plan.get_untracked() else { return };
        let Some(inputs) = self.inputs.get_untracked() else { return };
        let other = match () {
            () if inputs.data != plan.kept.data => Some(Trouble::OtherData),
            () if corrections_sha256(&inputs.corrections) != plan.kept.corrections => {
                Some(Trouble::OtherCorrections)
            }
            () => None,
        };
        if other.is_some() {
            kept::note_running("");
            self.trouble.set(other);
            return self.redraw();
        }
        kept::note_running(&plan.id);
        let on_gpu = plan.kept.on_gpu;
        let halving = plan.kept.experiment.halving;
        let jobs = self.inner.try_update_value(|inner| {
            inner.alone = Some(alone);
            inner.rungs = halving.map(Rungs::new);
            let mut jobs = Vec::new();
            for planned in &plan.runs.runs {
                let number = planned.number;
                if let Some(rungs) = &mut inner.rungs {
                    let epochs = inner.results.get(number).map(|it| it.epochs.as_slice());
                    for epoch in epochs.unwrap_or_default() {
                        rungs.passed(number, epoch.epoch, epoch.valid_loss);
                    }
                }
                if inner.results.is_open(number) {
                    inner.results.reopened(number);
                    let run = inner.results.run_of(number).map(str::to_owned);
                    jobs.push(Job::new(number, resolved(&planned.config, on_gpu), run));
                }
            }
            jobs
        });
        let jobs = jobs.unwrap_or_default();
        if jobs.is_empty() {
            self.is_over();
            return self.redraw();
        }
        self.pool.train(
            jobs,
            CommonInputs {
                url: inputs.url,
                manifest_sha256: inputs.manifest_sha256,
                data: inputs.data,
                corrections: inputs.corrections,
                id: plan.id.clone(),
                name: plan.kept.experiment.name.clone(),
            },
        );
        set_timeout(move || self.redraw(), Duration::ZERO);
    }

    /// Nothing is trained any more.
    pub(super) fn is_over(self) {
        kept::note_running("");
        self.inner.update_value(|inner| inner.alone = None);
    }

    /// Holds the experiment. A reload does not go on with it.
    pub fn pause(self) {
        kept::note_running("");
        self.pool.pause();
    }

    /// Lets the experiment go on that was held.
    pub fn unpause(self) {
        if let Some(plan) = self.plan.get_untracked() {
            kept::note_running(&plan.id);
        }
        self.pool.go_on();
    }

    /// Stops the experiment: every run keeps its newest state and can go on.
    pub fn stop(self) {
        kept::note_running("");
        self.pool.stop();
    }

    /// Forgets an experiment, whose runs stay in the library.
    pub fn forget(self, id: &str) {
        self.kept.set(kept::forget(id));
    }
}
