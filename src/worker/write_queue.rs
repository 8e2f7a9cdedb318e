//! A run's writes, one after the other, for which its training does not wait.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;

use futures::channel::oneshot;

/// More writes than this do not wait, since each holds a checkpoint.
const MOST_WAITING: usize = 4;

/// A write that owns all that it needs.
type Write = Pin<Box<dyn Future<Output = ()>>>;

/// The writes that wait, and whether one is in progress.
#[derive(Default)]
pub struct WriteQueue {
    waiting: RefCell<VecDeque<Write>>,
    is_busy: Cell<bool>,
    /// Those who wait until all is written.
    listeners: RefCell<Vec<oneshot::Sender<()>>>,
}

impl WriteQueue {
    /// Whether nothing is being written or waits.
    pub const fn is_idle(&self) -> bool {
        !self.is_busy.get()
    }

    /// Whether training must wait before it adds another checkpoint.
    pub fn is_full(&self) -> bool {
        self.waiting.borrow().len() >= MOST_WAITING
    }

    /// Adds a write, which begins once those before it have ended.
    pub fn add(self: &Rc<Self>, write: impl Future<Output = ()> + 'static) {
        self.waiting.borrow_mut().push_back(Box::pin(write));
        if !self.is_busy.replace(true) {
            let this = Rc::clone(self);
            wasm_bindgen_futures::spawn_local(async move { this.work().await });
        }
    }

    async fn work(&self) {
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some(write) = next else { break };
            write.await;
        }
        self.is_busy.set(false);
        for listener in self.listeners.take() {
            // Who no longer listens need not know.
            let _ = listener.send(());
        }
    }

    /// Completes once all that was added so far has ended.
    pub fn emptied(&self) -> impl Future<Output = ()> + use<> {
        let (listener, ended) = oneshot::channel();
        if self.is_busy.get() {
            self.listeners.borrow_mut().push(listener);
        }
        async move {
            // Sent or dropped, either ends the wait.
            let _ = ended.await;
        }
    }
}
