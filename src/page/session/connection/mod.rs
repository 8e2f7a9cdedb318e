//! The connection to a worker: requests and answers, starting a worker, and noticing that it hangs or has ended.
//!
//! It knows nothing about what the worker does, and each program ([`Program`]) has one of its own. What it cannot handle
//! alone goes to the session as [`News`].

mod lifecycle;
mod watchdog;

use std::collections::BTreeMap;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

pub use self::lifecycle::{MOST_FAILURES, PastFailure};
use super::notices::{self, Complaint, Death, Notices, Remedy};
use super::worker_link::{LinkError, Program, WorkerLink};
use crate::protocol::{Command, Event, Reply, Request, Status};

/// A closure that receives an answer.
pub(super) type Then = Box<dyn FnOnce(Result<Reply, Complaint>)>;

/// What a connection tells the session.
pub(super) enum News {
    /// A worker has been started. No command has been sent to it yet.
    Started,
    /// The worker sent this event.
    Said(Event),
    /// The worker has failed; the session must call [`Connection::give_up`].
    Lost(Death),
    /// The worker has been ended because another replaces it at once.
    Replaced,
}

/// The outcome of sending a command.
enum Sent {
    Away,
    Lost(LinkError),
    /// There is no worker.
    Nowhere(Then),
}

/// A pending command.
struct Waiting {
    then: Then,
}

/// The connection to the worker, and the worker's state.
#[derive(Clone, Copy)]
pub struct Connection {
    program: Program,
    inner: StoredValue<Inner, LocalStorage>,
    notices: Notices,
    /// What the worker is doing.
    pub status: RwSignal<Status>,
    /// Whether there is a worker at all.
    pub alive: RwSignal<bool>,
}

/// The state that the page does not draw.
#[derive(Default)]
struct Inner {
    /// Receives the news.
    hear: Option<Rc<dyn Fn(News)>>,
    link: Option<WorkerLink>,
    /// Counts workers, so that an old worker's last messages are not taken for the new one's.
    generation: u32,
    listening: bool,
    /// Requests to be sent once the worker listens.
    unsent: Vec<Request>,
    waiting: BTreeMap<u32, Waiting>,
    next_id: u32,
    load_timeout: Option<Timeout>,
    silence: watchdog::Silence,
    /// Whether this worker has permanently lost its GPU.
    gpu_failed: bool,
    /// The checkpoints that the worker is reading.
    reading: Vec<String>,
    /// The failures in a row, oldest first.
    failures: Vec<PastFailure>,
}

impl Connection {
    /// No worker yet.
    pub(super) fn new(program: Program, notices: Notices) -> Self {
        Self {
            program,
            inner: StoredValue::new_local(Inner::default()),
            notices,
            status: RwSignal::new(Status::Loading),
            alive: RwSignal::new(false),
        }
    }

    /// Which program its workers run.
    pub(super) const fn program(self) -> Program {
        self.program
    }

    /// Starts a worker, and watches it and its successors. News about them goes to `hear`.
    pub(super) fn open(self, hear: impl Fn(News) + 'static) {
        self.watch(hear);
        self.start_worker();
    }

    /// Watches the workers that are going to be started. News about them goes to `hear`.
    pub(super) fn watch(self, hear: impl Fn(News) + 'static) {
        self.inner.update_value(|inner| inner.hear = Some(Rc::new(hear)));
        self.start_watchdog();
    }

    /// The callback may itself send commands and start workers, so nothing is borrowed meanwhile.
    fn tell(self, news: News) {
        if let Some(Some(hear)) = self.inner.try_with_value(|inner| inner.hear.clone()) {
            hear(news);
        }
    }

    /// Sends a command; `then` is called once with its answer: [`notices::worker_ended`] if the worker ends
    /// before it answers, [`notices::no_worker`] if there is none.
    pub(super) fn ask(
        self,
        command: Command,
        then: impl FnOnce(Result<Reply, Complaint>) + 'static,
    ) {
        self.send(command, Box::new(then));
    }

    /// As [`Self::ask`], which is compiled once for each caller and is short for that.
    pub(super) fn send(self, command: Command, then: Then) {
        let sent = self.inner.try_update_value(|inner| {
            let id = inner.next_id;
            inner.next_id = id.wrapping_add(1);
            let request = Request { id, command };
            let Some(link) = &inner.link else { return Sent::Nowhere(then) };
            inner.waiting.insert(id, Waiting { then });
            if inner.listening {
                link.send(&request).map_or_else(Sent::Lost, |()| Sent::Away)
            } else {
                inner.unsent.push(request);
                Sent::Away
            }
        });
        match sent {
            // It is pending like the others, and is answered with them.
            Some(Sent::Lost(error)) => self.tell(News::Lost(error.into())),
            Some(Sent::Nowhere(then)) => {
                if self.program == Program::Training {
                    self.notices.notify(notices::no_worker(), Some(Remedy::RestartWorker));
                }
                then(Err(notices::no_worker()));
            }
            Some(Sent::Away) | None => {}
        }
    }

    /// Sends a command whose answer matters only if it is a failure, which is shown to the visitor.
    pub(super) fn order(self, command: Command) {
        self.ask(command, move |outcome| {
            match outcome {
                // The worker's end has a message of its own.
                Err(failure) if failure != notices::worker_ended() => {
                    self.notices.notify(failure, None);
                }
                _ => {}
            }
        });
    }

    /// The worker listens: sends the requests that waited for that.
    pub(super) fn begin_talking(self) {
        if self.program == Program::Training {
            self.notices.remove(|notice| notice.what == notices::slow_start());
        }
        let sent = self.inner.try_update_value(|inner| {
            inner.listening = true;
            inner.load_timeout = None;
            let requests = std::mem::take(&mut inner.unsent);
            let Some(link) = &inner.link else { return Ok(()) };
            requests.iter().try_for_each(|request| link.send(request))
        });
        if let Some(Err(error)) = sent {
            self.tell(News::Lost(error.into()));
        }
    }

    /// Passes an answer to the closure that waits for it.
    pub(super) fn answer(self, id: u32, outcome: Result<Reply, Complaint>) {
        let asked = self.inner.try_update_value(|inner| inner.waiting.remove(&id)).flatten();
        if let Some(Waiting { then }) = asked {
            then(outcome);
        }
    }

    /// The worker begins to read this checkpoint, or has read it.
    pub(super) fn note_reading(self, checkpoint: String, is_over: bool) {
        self.inner.update_value(|inner| {
            if is_over {
                inner.reading.retain(|name| *name != checkpoint);
            } else {
                inner.reading.push(checkpoint);
            }
        });
    }

    /// The worker is of no use any more.
    pub(super) fn lose(self, why: LinkError) {
        self.tell(News::Lost(why.into()));
    }

    /// The worker has permanently lost its GPU.
    pub(super) fn lose_gpu(self) {
        self.inner.update_value(|inner| inner.gpu_failed = true);
    }
}
