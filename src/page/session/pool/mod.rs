//! The workers that train the runs of an experiment, each one run at a time.
//!
//! A worker here is the one that trains a single run, started from one compiled module (`www/page_loader.js`), and is
//! supervised like it: what it was training when it died or hung goes on in the next worker, from its newest checkpoint. The
//! pool decides nothing about a run. It lives as long as the program that made it, whichever place is open.

mod slot;

use std::collections::VecDeque;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use self::slot::{Said, Slot};
use super::notices::{Complaint, Death};
use crate::dataset::Corrections;
use crate::library::ExperimentRun;
use crate::protocol::{
    Ending, EngineFailure, EpochMetrics, Failure, NewRun, Progress, RunOverview, StorageFailure,
    TrainingFailure,
};
use crate::settings::{EngineChoice, TrainingConfig};

/// How often a run is tried without a further epoch in between.
pub const MOST_ATTEMPTS: u32 = 3;
/// After so many runs in a row that failed for another reason than their settings, the others are not tried.
const MOST_FAILURES: u32 = 3;

/// What all runs of an experiment have in common beside their settings.
#[derive(Clone, Debug, PartialEq)]
pub struct CommonInputs {
    /// The absolute URL of the data set, ending in `/`.
    pub url: String,
    /// The SHA-256 of its manifest, if the build names that.
    pub manifest_sha256: Option<String>,
    /// The SHA-256 of the data set of one's own; `None` for the tutorial's.
    pub data: Option<String>,
    /// The corrections of the data set.
    pub corrections: Corrections,
    /// What the experiment is known by.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A run that is to be trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its number in the experiment, from 1.
    pub number: u32,
    /// Its settings; the engine is no longer `auto`.
    pub config: TrainingConfig,
    /// Its name in the library, if it has begun before.
    pub run: Option<String>,
    /// How often it has been tried without a further epoch.
    attempts: u32,
}

impl Job {
    /// One that has not been tried yet.
    #[must_use]
    pub const fn new(number: u32, config: TrainingConfig, run: Option<String>) -> Self {
        Self { number, config, run, attempts: 0 }
    }

    const fn is_on_gpu(&self) -> bool {
        matches!(self.config.engine, EngineChoice::WebGpu)
    }

    /// The run to start, which goes on from where it was saved if it has begun before.
    fn new_run(&self, inputs: &CommonInputs) -> NewRun {
        let (id, name) = (inputs.id.clone(), inputs.name.clone());
        NewRun {
            config: self.config.clone(),
            files: Vec::new(),
            corrections: inputs.corrections.clone(),
            data: inputs.data.clone(),
            experiment: Some(ExperimentRun { id, name, number: self.number }),
            again: self.run.clone(),
        }
    }
}

/// How a run left the pool.
#[derive(Clone, Debug, PartialEq)]
pub enum JobEnd {
    /// It has ended by its settings.
    Ended(Ending),
    /// It was told to stop.
    Stopped,
    /// It failed; it may have diverged.
    Failed(Complaint),
    /// It had ended before, as the library knows.
    WasOver,
}

/// What happens in the pool.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolNews {
    /// A run begins or goes on.
    Began(u32, Box<RunOverview>),
    /// Steps were taken.
    Progress(u32, Progress),
    /// An epoch has ended.
    EpochEnded(u32, EpochMetrics),
    /// A run has left the pool.
    Ended(u32, JobEnd),
    /// The worker of a run died, and the run goes on in another one.
    WorkerLost(u32, Box<Death>),
    /// Something failed that does not end a run, such as a write.
    Problem(Complaint),
    /// Nothing is left to train.
    Empty,
}

/// What the pool does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activity {
    /// Nothing.
    #[default]
    Idle,
    /// It trains.
    Running,
    /// It holds all runs after their current step.
    Paused,
    /// It stops all runs, each of which keeps its newest state.
    Stopping,
}

/// The workers, and the runs that wait for one.
#[derive(Clone, Copy)]
pub struct WorkerPool {
    inner: StoredValue<Inner, LocalStorage>,
    /// What it does.
    pub activity: RwSignal<Activity>,
    /// How many workers it may have, at least 1.
    pub most: RwSignal<usize>,
    /// How many workers have a run.
    pub busy: RwSignal<usize>,
}

/// The state that nobody draws.
struct Inner {
    /// Its signals and watchdogs live as long as this.
    owner: Owner,
    /// As many as were ever needed at once; one without a worker costs nothing.
    slots: Vec<Slot>,
    queue: VecDeque<Job>,
    inputs: Option<CommonInputs>,
    /// Runs that have failed since one took a step.
    failures: u32,
    hear: Rc<dyn Fn(PoolNews)>,
}

impl WorkerPool {
    /// No workers yet, and then at most so many. News go to `hear`. What it makes lives as long as the current owner.
    #[must_use]
    pub fn new(most: usize, hear: impl Fn(PoolNews) + 'static) -> Self {
        let inner = Inner {
            owner: Owner::current().unwrap_or_default(),
            slots: Vec::new(),
            queue: VecDeque::new(),
            inputs: None,
            failures: 0,
            hear: Rc::new(hear),
        };
        Self {
            inner: StoredValue::new_local(inner),
            activity: RwSignal::new(Activity::Idle),
            most: RwSignal::new(most.max(1)),
            busy: RwSignal::new(0),
        }
    }

    /// Trains these runs, in this order as far as there are workers. Nothing happens unless the pool is idle.
    pub fn train(self, jobs: Vec<Job>, inputs: CommonInputs) {
        if self.activity.get_untracked() != Activity::Idle {
            return;
        }
        self.inner.update_value(|inner| {
            inner.queue = jobs.into();
            inner.inputs = Some(inputs);
            inner.failures = 0;
        });
        self.activity.set(Activity::Running);
        self.fill();
    }

    /// May have so many workers from now on. Those too many end after their runs.
    pub fn resize(self, most: usize) {
        self.most.set(most.max(1));
        self.fill();
    }

    /// Holds all runs after their current step.
    pub fn pause(self) {
        if self.activity.get_untracked() == Activity::Running {
            self.activity.set(Activity::Paused);
            self.slots().into_iter().for_each(Slot::pause);
        }
    }

    /// Lets the runs go on that were held.
    pub fn go_on(self) {
        if self.activity.get_untracked() == Activity::Paused {
            self.activity.set(Activity::Running);
            self.slots().into_iter().for_each(Slot::go_on);
            self.fill();
        }
    }

    /// Stops all runs and forgets those that wait.
    pub fn stop(self) {
        if matches!(self.activity.get_untracked(), Activity::Running | Activity::Paused) {
            self.activity.set(Activity::Stopping);
            self.inner.update_value(|inner| inner.queue.clear());
            self.slots().into_iter().for_each(Slot::stop);
            self.fill();
        }
    }

    /// Stops one run, whose newest state is kept.
    pub fn stop_run(self, number: u32) {
        let trains = |slot: &Slot| slot.number() == Some(number);
        self.slots().into_iter().filter(trains).for_each(Slot::stop);
    }

    /// Nothing is borrowed while something is done with them.
    fn slots(self) -> Vec<Slot> {
        self.inner.with_value(|inner| inner.slots.clone())
    }

    /// Whoever hears may call the pool.
    fn tell(self, news: PoolNews) {
        let hear = self.inner.with_value(|inner| Rc::clone(&inner.hear));
        hear(news);
    }

    /// Gives waiting runs to workers, and ends the workers that are not needed any more.
    fn fill(self) {
        let activity = self.activity.get_untracked();
        if activity == Activity::Running
            && let Some((slot, job, inputs)) = self.next()
        {
            slot.begin(job, &inputs);
            // Each in a task of its own: to start many workers at once would hold up the page.
            Timeout::new(0, move || self.fill()).forget();
        }
        let slots = self.slots();
        let busy = slots.iter().filter(|slot| slot.is_busy()).count();
        self.busy.set(busy);
        // An idle worker stays only where a run waits for it: while all are held, or while another run has the GPU.
        let waiting = self.inner.with_value(|inner| inner.queue.len());
        let idle = slots.into_iter().filter(|slot| !slot.is_busy());
        let spared = waiting.min(self.most.get_untracked().saturating_sub(busy));
        idle.skip(spared).for_each(Slot::rest);
        if busy == 0 && waiting == 0 && activity != Activity::Idle {
            self.activity.set(Activity::Idle);
            self.tell(PoolNews::Empty);
        }
    }

    /// The next run, and the worker for it: an idle one, or a new one if there may be more. Of runs on WebGPU only one is
    /// trained at a time: they would share the GPU.
    fn next(self) -> Option<(Slot, Job, CommonInputs)> {
        let most = self.most.get_untracked();
        let next = self.inner.try_update_value(|inner| {
            let busy = || inner.slots.iter().filter(|slot| slot.is_busy());
            if busy().count() >= most {
                return None;
            }
            let gpu_is_free = !busy().any(|slot| slot.is_on_gpu());
            let may_begin = |job: &Job| gpu_is_free || !job.is_on_gpu();
            let at = inner.queue.iter().position(may_begin)?;
            let inputs = inner.inputs.clone()?;
            let job = inner.queue.remove(at)?;
            let idle = inner.slots.iter().copied().find(|slot| !slot.is_busy());
            let slot = idle.unwrap_or_else(|| {
                let slot =
                    inner.owner.with(|| Slot::new(move |number, said| self.hear(number, said)));
                inner.slots.push(slot);
                slot
            });
            Some((slot, job, inputs))
        });
        next.flatten()
    }

    /// A slot has told something of its run, which it has left if that is over.
    fn hear(self, number: u32, said: Said) {
        match said {
            Said::Began(run) => self.tell(PoolNews::Began(number, run)),
            Said::Progress(progress) => {
                self.inner.update_value(|inner| inner.failures = 0);
                self.tell(PoolNews::Progress(number, progress));
            }
            Said::Problem(failure) => self.tell(PoolNews::Problem(failure)),
            Said::EpochEnded(metrics) => self.tell(PoolNews::EpochEnded(number, metrics)),
            Said::Died(mut job, death) => {
                job.attempts += 1;
                self.tell(PoolNews::WorkerLost(number, Box::new(death.clone())));
                self.try_again(*job, JobEnd::Failed(super::notices::of_death(death)));
            }
            Said::Over(mut job, JobEnd::Failed(why)) if may_pass(&why) => {
                job.attempts += 1;
                if is_gone(&why) {
                    job.run = None;
                }
                self.try_again(*job, JobEnd::Failed(why));
            }
            Said::Over(_, end) => {
                self.end(number, end);
                self.fill();
            }
        }
    }

    /// A run has left. If several have failed one after the other, the rest would as well.
    fn end(self, number: u32, end: JobEnd) {
        let fails = matches!(&end, JobEnd::Failed(why) if !is_of_settings(why));
        self.tell(PoolNews::Ended(number, end));
        let failures = self.inner.try_update_value(|inner| {
            inner.failures += u32::from(fails);
            inner.failures
        });
        if fails && failures >= Some(MOST_FAILURES) {
            self.stop();
        }
    }

    /// A run is tried again as the next one, or ends like this if that has been tried too often.
    fn try_again(self, job: Job, otherwise: JobEnd) {
        let number = job.number;
        match self.activity.get_untracked() {
            Activity::Stopping | Activity::Idle => self.end(number, JobEnd::Stopped),
            _ if job.attempts >= MOST_ATTEMPTS => self.end(number, otherwise),
            _ => self.inner.update_value(|inner| inner.queue.push_front(job)),
        }
        // In a task of its own: where the browser starts no worker, one failure would follow from within the other.
        Timeout::new(0, move || self.fill()).forget();
    }
}

/// Whether a run that has failed like this may succeed in another worker.
fn may_pass(why: &Complaint) -> bool {
    is_gone(why)
        || matches!(
            why,
            Complaint::Worker(
                Failure::RunElsewhere { .. }
                    | Failure::Data(_)
                    | Failure::Training(TrainingFailure::Gpu(_))
                    | Failure::Engine { webgpu: true, why: EngineFailure::Gpu(_) }
            )
        )
}

/// Whether a run failed because of its settings, so that others may succeed.
const fn is_of_settings(why: &Complaint) -> bool {
    matches!(why, Complaint::Worker(Failure::RunDiverged { .. }))
}

/// Whether the library has the run, or its newest checkpoint, no more: it begins as a new one.
const fn is_gone(why: &Complaint) -> bool {
    matches!(
        why,
        Complaint::Worker(Failure::Storage(
            StorageFailure::NoRun { .. } | StorageFailure::NoCheckpoint { .. }
        ))
    )
}
