//! A place in the pool: a worker, once it is needed, and the run that it trains.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::super::connection::{Connection, News};
use super::super::notices::{self, Complaint, Death, Notices};
use super::super::worker_link::{LinkError, Program};
use super::{CommonInputs, Job, JobEnd};
use crate::protocol::{Command, EpochMetrics, Event, Failure, Progress, RunOverview, Status};

/// How long a worker is kept after its last run, in milliseconds.
const LINGERS_MS: u32 = 10_000;
/// A run that was told to stop and goes on for so many seconds is ended with its worker.
const STOPS_WITHIN_S: u32 = 30;

/// What a slot tells of the run with a number.
pub enum Said {
    /// It begins or goes on.
    Began(Box<RunOverview>),
    /// It has taken steps.
    Progress(Progress),
    /// An epoch of it has ended.
    EpochEnded(EpochMetrics),
    /// It has ended, and the slot is free.
    Over(Box<Job>, JobEnd),
    /// Its worker has died, and the slot is free.
    Died(Box<Job>, Death),
    /// Something failed that does not end the run, such as a write.
    Problem(Complaint),
}

/// A closure that hears what a slot tells.
type Hear = Rc<dyn Fn(u32, Said)>;

/// One worker and its run. Copies are the same slot.
#[derive(Clone, Copy)]
pub struct Slot {
    connection: Connection,
    inner: StoredValue<Inner, LocalStorage>,
}

/// The state of a slot.
struct Inner {
    job: Option<Job>,
    /// How many runs it has begun.
    begun: u32,
    /// How the run has ended, until the worker is at rest again.
    end: Option<JobEnd>,
    /// The URL of the data set that the worker has been asked to load.
    loaded: Option<String>,
    /// Whether the worker has lost its GPU, so that the next run needs another one.
    is_worn: bool,
    /// Ends the worker, unless a run comes before.
    rest: Option<Timeout>,
    /// Ends the worker, unless its run stops before.
    stopping: Option<Timeout>,
    hear: Hear,
}

impl Slot {
    /// No worker and no run yet.
    pub fn new(hear: impl Fn(u32, Said) + 'static) -> Self {
        let connection = Connection::new(Program::Experiment, Notices::new());
        let inner = Inner {
            job: None,
            begun: 0,
            end: None,
            loaded: None,
            is_worn: false,
            rest: None,
            stopping: None,
            hear: Rc::new(hear),
        };
        let slot = Self { connection, inner: StoredValue::new_local(inner) };
        connection.watch(move |news| slot.hear(news));
        slot
    }

    /// The number of its run, if it has one.
    pub fn number(self) -> Option<u32> {
        self.inner.with_value(|inner| inner.job.as_ref().map(|job| job.number))
    }

    /// Whether it has a run.
    pub fn is_busy(self) -> bool {
        self.number().is_some()
    }

    /// Whether its run trains on WebGPU.
    pub fn is_on_gpu(self) -> bool {
        self.inner.with_value(|inner| inner.job.as_ref().is_some_and(Job::is_on_gpu))
    }

    /// Trains a run, in a worker that is started if there is none.
    pub fn begin(self, job: Job, inputs: &CommonInputs) {
        let run = Box::new(job.new_run(inputs));
        let is_worn = self.inner.try_update_value(|inner| {
            inner.job = Some(job);
            inner.begun = inner.begun.wrapping_add(1);
            inner.end = None;
            inner.rest = None;
            std::mem::take(&mut inner.is_worn)
        });
        if is_worn == Some(true) {
            self.connection.end_worker();
        }
        if !self.connection.alive.get_untracked() {
            self.inner.update_value(|inner| inner.loaded = None);
            self.connection.start_worker_anew();
            self.connection.ask(Command::TrainOnly, |_| {});
        }
        let url = inputs.url.clone();
        let must_load = self.inner.try_update_value(|inner| {
            let must_load = inner.loaded.as_ref() != Some(&url);
            inner.loaded = Some(url.clone());
            must_load
        });
        if must_load == Some(true) {
            let manifest_sha256 = inputs.manifest_sha256.clone();
            let of = url.clone();
            self.connection.ask(
                Command::LoadData { url, manifest_sha256, refetch: false },
                move |outcome| {
                    // The run says why; the next one has it loaded again.
                    if outcome.is_err() {
                        self.inner.update_value(|inner| {
                            inner.loaded.take_if(|loaded| *loaded == of);
                        });
                    }
                },
            );
        }
        self.connection.ask(Command::Start(run), move |outcome| match outcome {
            // How its worker died is told there.
            Err(failure) if !notices::is_of_worker(&failure) => self.is_over(failure),
            _ => {}
        });
    }

    /// Holds the run after its current step.
    pub fn pause(self) {
        self.order(Command::Pause);
    }

    /// Lets a run go on that was held.
    pub fn go_on(self) {
        self.order(Command::Continue);
    }

    /// Stops the run; its newest state is kept. If it does not stop in time, its worker is ended.
    pub fn stop(self) {
        let Some(number) = self.number() else { return };
        self.order(Command::Stop);
        let late = move || {
            if self.number() == Some(number) {
                self.connection.lose(LinkError::DoesNotStop(STOPS_WITHIN_S));
            }
        };
        self.inner.update_value(|inner| {
            inner.stopping.get_or_insert_with(|| Timeout::new(1000 * STOPS_WITHIN_S, late));
        });
    }

    /// Ends the idle worker, if there is one, in a while, as it may have to train another run; not before everything that it
    /// has trained is stored.
    pub fn rest(self) {
        if !self.connection.alive.get_untracked() {
            return;
        }
        let begun = move || self.inner.with_value(|inner| inner.begun);
        let before = begun();
        let end = move || {
            self.connection.ask(Command::FinishWriting, move |outcome| {
                // Another run may have begun, which ends in a rest of its own.
                if begun() != before {
                    return;
                }
                self.inner.update_value(|inner| inner.rest = None);
                match outcome {
                    Ok(_) => self.connection.end_worker(),
                    // The worker itself has said why, and tries again.
                    Err(failure) if !notices::is_of_worker(&failure) => self.rest(),
                    Err(_) => {}
                }
            });
        };
        self.inner.update_value(|inner| {
            inner.rest.get_or_insert_with(|| Timeout::new(LINGERS_MS, end));
        });
    }

    /// A run that has just ended by itself refuses, which is no matter.
    fn order(self, command: Command) {
        if self.is_busy() {
            self.connection.ask(command, |_| {});
        }
    }

    fn tell(self, said: Said) {
        let to = self
            .inner
            .with_value(|inner| inner.job.as_ref().map(|job| (job.number, Rc::clone(&inner.hear))));
        if let Some((number, hear)) = to {
            hear(number, said);
        }
    }

    /// Tells of a problem, which may concern a run that has left.
    fn tell_of(self, problem: Failure) {
        let hear = self.inner.with_value(|inner| Rc::clone(&inner.hear));
        hear(self.number().unwrap_or_default(), Said::Problem(problem.into()));
    }

    /// The run has left.
    fn leave(self, said: impl FnOnce(Box<Job>) -> Said) {
        let left = self.inner.try_update_value(|inner| {
            inner.end = None;
            inner.stopping = None;
            inner.job.take().map(|job| (job, Rc::clone(&inner.hear)))
        });
        if let Some(Some((job, hear))) = left {
            hear(job.number, said(Box::new(job)));
        }
    }

    /// The run could not begin.
    fn is_over(self, failure: Complaint) {
        self.leave(|job| Said::Over(job, JobEnd::Failed(failure)));
    }

    fn hear(self, news: News) {
        match news {
            News::Said(event) => self.on_event(event),
            News::Lost(death) => self.lose(death),
            News::Started | News::Replaced => {}
        }
    }

    fn on_event(self, event: Event) {
        match event {
            Event::Listening => self.connection.begin_talking(),
            Event::Answer { id, outcome } => {
                self.connection.answer(id, outcome.map_err(Complaint::from));
            }
            Event::RunStarted(run) => {
                self.inner.update_value(|inner| {
                    if let Some(job) = &mut inner.job {
                        job.run = Some(run.run.clone());
                    }
                });
                self.tell(Said::Began(run));
            }
            Event::Progress(progress) => self.tell(Said::Progress(progress)),
            Event::EpochFinished(metrics) => {
                self.inner.update_value(|inner| {
                    if let Some(job) = &mut inner.job {
                        job.attempts = 0;
                    }
                });
                self.tell(Said::EpochEnded(metrics));
            }
            Event::GpuFailed => self.inner.update_value(|inner| inner.is_worn = true),
            Event::RunEnded { ending } => {
                let end = ending.map_or(JobEnd::Stopped, JobEnd::Ended);
                self.inner.update_value(|inner| inner.end = Some(end));
            }
            Event::RunFailed(Failure::RunOver { .. }) => {
                self.inner.update_value(|inner| inner.end = Some(JobEnd::WasOver));
            }
            Event::RunFailed(failure) => {
                let end = JobEnd::Failed(failure.into());
                self.inner.update_value(|inner| inner.end = Some(end));
            }
            // Before that, it would refuse another run.
            Event::Status(status) if status.is_at_rest() && status != Status::Ready => {
                let end = self.inner.try_update_value(|inner| inner.end.take()).flatten();
                if let Some(end) = end {
                    self.leave(|job| Said::Over(job, end));
                }
            }
            Event::Problem(failure) => self.tell_of(failure),
            Event::Died(failure) => self.lose(failure.into()),
            _ => {}
        }
    }

    /// Cleans up after a dead worker, or one that could not be started.
    fn lose(self, death: Death) {
        self.inner.update_value(|inner| inner.loaded = None);
        if let Some(lost) = self.connection.give_up(notices::worker_ended(), true) {
            lost.unanswered.answer();
        }
        self.leave(|job| Said::Died(job, death));
    }
}
