//! The connection to the worker: requests and their answers, starting a worker, noticing that it is gone.
//!
//! It knows nothing of what the worker does. What it cannot deal with alone goes to the session, as
//! [`News`].

mod lifecycle;
mod watchdog;

use std::collections::HashMap;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::notices::{self, Complaint, Death, Notices, Remedy};
use super::worker_link::{LinkError, WorkerLink};
use crate::protocol::{Command, Event, Reply, Request, Status};

/// What is done with an answer.
type Then = Box<dyn FnOnce(Result<Reply, Complaint>)>;

/// What a connection tells the session.
pub(super) enum News {
    /// A worker has been started. It has not been asked for anything yet.
    Started,
    /// The worker said this.
    Said(Event),
    /// The worker is of no use any more; the session is to call [`Connection::give_up`].
    Lost(Death),
    /// The worker has been ended, since another is to take its place at once.
    Replaced,
}

/// What became of a command that was to be sent.
enum Sent {
    Away,
    Lost(LinkError),
    /// There is no worker.
    Nowhere(Then),
}

/// A command that waits for its answer.
struct Waiting {
    then: Then,
    /// After how many silent ticks the worker counts as gone; `None` if the answer may take any time.
    patience: Option<u32>,
}

/// The connection to the worker, and what is known of the worker itself.
#[derive(Clone, Copy)]
pub struct Connection {
    inner: StoredValue<Inner, LocalStorage>,
    notices: Notices,
    /// What the worker is doing.
    pub status: RwSignal<Status>,
    /// Whether there is a worker at all.
    pub alive: RwSignal<bool>,
}

#[derive(Default)]
struct Inner {
    /// Who hears the news.
    hear: Option<Rc<dyn Fn(News)>>,
    link: Option<WorkerLink>,
    /// Counts workers, so that the last words of an old one are not taken for the new one's.
    generation: u32,
    listening: bool,
    /// Requests that wait until the worker listens.
    unsent: Vec<Request>,
    waiting: HashMap<u32, Waiting>,
    next_id: u32,
    load_timeout: Option<Timeout>,
    silence: watchdog::Silence,
    /// Whether this worker has lost its GPU for good.
    gpu_failed: bool,
    /// When workers died, in milliseconds since 1970 UTC.
    deaths: Vec<f64>,
}

impl Connection {
    /// No worker yet.
    pub(super) fn new(notices: Notices) -> Self {
        Self {
            inner: StoredValue::new_local(Inner::default()),
            notices,
            status: RwSignal::new(Status::Loading),
            alive: RwSignal::new(false),
        }
    }

    /// Starts a worker, and looks after it and its successors. News of them go to `hear`.
    pub(super) fn open(self, hear: impl Fn(News) + 'static) {
        self.inner.update_value(|inner| inner.hear = Some(Rc::new(hear)));
        self.start_watchdog();
        self.start_worker();
    }

    /// It may ask and start workers in turn, so nothing is borrowed meanwhile.
    fn tell(self, news: News) {
        if let Some(Some(hear)) = self.inner.try_with_value(|inner| inner.hear.clone()) {
            hear(news);
        }
    }

    /// Sends a command; `then` gets its answer, once: [`notices::worker_ended`] if the worker ends before
    /// it answers, [`notices::no_worker`] if there is none.
    pub(super) fn ask(
        self,
        command: Command,
        then: impl FnOnce(Result<Reply, Complaint>) + 'static,
    ) {
        let sent = self.inner.try_update_value(|inner| {
            let id = inner.next_id;
            inner.next_id = id.wrapping_add(1);
            let request = Request { id, command };
            let Some(link) = &inner.link else { return Sent::Nowhere(Box::new(then)) };
            let patience = watchdog::patience_for(&request.command);
            inner.waiting.insert(id, Waiting { then: Box::new(then), patience });
            if inner.listening {
                link.send(&request).map_or_else(Sent::Lost, |()| Sent::Away)
            } else {
                inner.unsent.push(request);
                Sent::Away
            }
        });
        match sent {
            // It waits like all others, and is told like them.
            Some(Sent::Lost(error)) => self.tell(News::Lost(error.into())),
            Some(Sent::Nowhere(then)) => {
                self.notices.notify(notices::no_worker(), Some(Remedy::RestartWorker));
                then(Err(notices::no_worker()));
            }
            Some(Sent::Away) | None => {}
        }
    }

    /// Sends a command of which only a failure is of interest, which the person is told.
    pub(super) fn order(self, command: Command) {
        self.ask(command, move |outcome| {
            if let Err(failure) = outcome {
                self.notices.notify(failure, None);
            }
        });
    }

    /// The worker listens: what has waited for that is sent.
    pub(super) fn begin_talking(self) {
        self.notices.remove(|notice| notice.what == notices::slow_start());
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

    /// Hands an answer to whoever waits for it.
    pub(super) fn answer(self, id: u32, outcome: Result<Reply, Complaint>) {
        let asked = self.inner.try_update_value(|inner| inner.waiting.remove(&id)).flatten();
        if let Some(Waiting { then, .. }) = asked {
            then(outcome);
        }
    }

    /// The worker has lost its GPU for good.
    pub(super) fn lose_gpu(self) {
        self.inner.update_value(|inner| inner.gpu_failed = true);
    }
}
