//! Errors of the library that no command waits for.

use std::cell::RefCell;
use std::rc::Rc;

use crate::library::store::StoreError;
use crate::protocol::Event;
use crate::worker::port::Port;

/// Reports such an error to the page once, and again only after a success: what fails is often retried every
/// few seconds.
pub struct Complaints {
    port: Rc<Port>,
    last: RefCell<Option<StoreError>>,
}

impl Complaints {
    /// Nothing has failed yet.
    pub fn new(port: Rc<Port>) -> Self {
        Self { port, last: RefCell::new(None) }
    }

    /// Something has failed.
    pub fn complain(&self, error: StoreError) {
        if self.last.borrow().as_ref() != Some(&error) {
            self.port.post(&Event::Problem(error.clone().into()));
            self.last.replace(Some(error));
        }
    }

    /// The library works, so the next error is reported again.
    pub fn is_well(&self) {
        self.last.replace(None);
    }
}
