//! Tasks that wait for their turn, in order of arrival.
//!
//! Nothing here needs a browser, so it is tested natively (`lib.rs` says how).

use std::cell::RefCell;
use std::collections::VecDeque;

use futures::channel::oneshot;

/// The waiting tasks, one turn each.
#[derive(Default)]
pub struct Queue {
    waiting: RefCell<VecDeque<oneshot::Sender<()>>>,
}

impl Queue {
    /// Joins at the end; the future completes when its turn comes.
    pub fn join(&self) -> impl Future<Output = ()> + use<> {
        let (turn, comes) = oneshot::channel();
        self.waiting.borrow_mut().push_back(turn);
        // If the queue is dropped, nobody must wait forever.
        async move {
            // Dropped or sent, either ends the wait.
            let _ = comes.await;
        }
    }

    /// Gives a turn to the first. A task that has left also takes a turn and ignores it, because there are as
    /// many turns as tasks that joined.
    pub fn give_turn(&self) {
        let first = self.waiting.borrow_mut().pop_front();
        if let Some(first) = first {
            // A task that has left need not know.
            let _ = first.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn each_of_those_who_wait_at_once_has_a_turn_in_order() {
        let queue = Queue::default();
        let (mut first, mut second) = (Box::pin(queue.join()), Box::pin(queue.join()));
        assert_eq!((&mut first).now_or_never(), None);
        assert_eq!((&mut second).now_or_never(), None);
        queue.give_turn();
        assert_eq!((&mut second).now_or_never(), None, "it is the first one's turn");
        assert_eq!(first.now_or_never(), Some(()));
        queue.give_turn();
        assert_eq!(second.now_or_never(), Some(()));
    }

    #[test]
    fn one_who_has_left_takes_no_turn_from_another() {
        let queue = Queue::default();
        drop(queue.join());
        let stays = queue.join();
        queue.give_turn();
        queue.give_turn();
        assert_eq!(stays.now_or_never(), Some(()));
        queue.give_turn();
        assert_eq!(queue.join().now_or_never(), None, "a turn that nobody waited for is gone");
    }

    #[test]
    fn nobody_waits_for_a_queue_that_has_ended() {
        let queue = Queue::default();
        let waits = queue.join();
        drop(queue);
        assert_eq!(waits.now_or_never(), Some(()));
    }
}
