//! Opening the library, losing it, and opening it again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use futures::lock::Mutex;
use idb::event::DatabaseEvent as _;
use idb::{Database, Factory, KeyPath, ObjectStoreParams};
use wasm_bindgen::JsValue;
use web_sys::IdbVersionChangeEvent;

use super::limit::{LIMIT_S, wait_for_limit};
use super::{DATABASE, SCHEMA_VERSION, STORES, StoreError, migration};

/// Called when the library opens late or answers again, or is deleted or closed from outside.
pub type Hook = Box<dyn Fn()>;

/// The state of the connection to the database.
enum State {
    Closed,
    /// An older tab keeps it open; the browser opens it here as soon as that tab is gone.
    Blocked,
    Open(Rc<Database>),
    /// A later build has upgraded it; only a reload helps.
    Outdated,
}

/// The library, opened when needed, and reopened after it was lost.
#[derive(Clone)]
pub struct Library {
    pub(super) shared: Rc<Shared>,
}

/// State shared with the browser's callbacks, which outlive a call.
pub(super) struct Shared {
    state: RefCell<State>,
    /// Counts openings, so that a writer knows when everything it wrote may be gone.
    incarnation: Cell<u32>,
    /// Locked during opening, because a second connection would block an upgrade by another tab.
    opening: Mutex<()>,
    /// Why an earlier build's data could not be migrated.
    unmigrated: Cell<Option<StoreError>>,
    /// This tab's name on its leases.
    pub(super) tab: String,
    /// The runs that this tab leases, with the library's opening in which the lease is known to be stored.
    pub(super) leases: RefCell<BTreeMap<String, Option<u32>>>,
    /// Whether the storage was last found not to answer; until it does, requests fail at once.
    pub(super) silent: Cell<bool>,
    pub(super) on_late_opening: Hook,
    on_loss: Hook,
}

impl Library {
    /// A library that is not open yet. `on_late_opening` is called when it opens after being blocked, or
    /// answers after having been silent, `on_loss` when it is deleted while open.
    #[must_use]
    pub fn new(on_late_opening: Hook, on_loss: Hook) -> Self {
        let state = RefCell::new(State::Closed);
        let shared = Shared {
            state,
            incarnation: Cell::default(),
            opening: Mutex::default(),
            unmigrated: Cell::default(),
            tab: format!("{:x}", (js_sys::Math::random() * 2_f64.powi(53)) as u64),
            leases: RefCell::default(),
            silent: Cell::default(),
            on_late_opening,
            on_loss,
        };
        Self { shared: Rc::new(shared) }
    }

    /// The number of the current opening. After another opening, what was written may be gone.
    #[must_use]
    pub fn incarnation(&self) -> u32 {
        self.shared.incarnation.get()
    }

    /// Whether the storage does not answer, and requests fail at once.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.shared.silent.get()
    }

    /// Why an earlier build's data could not be migrated, reported once; the next opening tries again.
    #[must_use]
    pub fn take_migration_error(&self) -> Option<StoreError> {
        self.shared.unmigrated.take()
    }

    /// Opens the library unless it is open.
    ///
    /// # Errors
    /// [`StoreError::Browser`], as in a private window without IndexedDB; [`StoreError::Blocked`] while
    /// another tab blocks it; [`StoreError::Newer`]; [`StoreError::Silent`] if the browser does not answer in time.
    pub async fn open(&self) -> Result<(), StoreError> {
        self.database().await.map(drop)
    }

    pub(super) async fn database(&self) -> Result<Rc<Database>, StoreError> {
        if self.shared.silent.get() {
            return Err(StoreError::Silent);
        }
        let reached = self.reach(false).await;
        if reached.as_ref().err() == Some(&StoreError::Silent) {
            self.shared.fall_silent();
        }
        reached
    }

    /// The database, opened if needed; with `probes`, also while the storage counts as silent.
    pub(super) async fn reach(&self, probes: bool) -> Result<Rc<Database>, StoreError> {
        if let Some(known) = self.shared.known() {
            return known;
        }
        let _opening = self.shared.opening.lock().await;
        // Who has waited for an opening in vain need not wait for another.
        if !probes && self.shared.silent.get() {
            return Err(StoreError::Silent);
        }
        // Another task may have opened it meanwhile.
        if let Some(known) = self.shared.known() {
            return known;
        }
        let (opened, heard) = oneshot::channel();
        let opened = Rc::new(RefCell::new(Some(opened)));
        let mut request = Factory::new()?.open(DATABASE, Some(SCHEMA_VERSION))?;
        request.on_upgrade_needed(|event| {
            // A failure here aborts the upgrade, and opening then reports it.
            let Ok(database) = event.database() else { return };
            for name in STORES {
                if !database.store_names().iter().any(|known| known == name) {
                    let mut parameters = ObjectStoreParams::new();
                    parameters.key_path(None::<KeyPath>);
                    let _ = database.create_object_store(name, parameters);
                }
            }
        });
        let waiting = Rc::clone(&opened);
        let (shared, blocked) = (Rc::clone(&self.shared), Rc::clone(&opened));
        request.on_blocked(move |_| {
            shared.state.replace(State::Blocked);
            tell(&blocked, Err(StoreError::Blocked));
        });
        let shared = Rc::clone(&self.shared);
        wasm_bindgen_futures::spawn_local(async move {
            let database = request.await.map_err(StoreError::from);
            if let Ok(database) = &database
                && let Err(error) = migration::run(database).await
            {
                // Whatever could not be migrated stays where it was.
                shared.unmigrated.set(Some(error));
            }
            // The task that opened it has given up, or was told that another tab is in the way.
            let is_late = opened.borrow().is_none();
            match database {
                // Another one is open by now.
                Ok(database) if matches!(*shared.state.borrow(), State::Open(_)) => {
                    database.close();
                }
                Ok(mut database) => {
                    shared.watch(&mut database);
                    let database = Rc::new(database);
                    shared.state.replace(State::Open(Rc::clone(&database)));
                    shared.incarnation.set(shared.incarnation.get() + 1);
                    tell(&opened, Ok(database));
                    if is_late {
                        shared.silent.set(false);
                        (shared.on_late_opening)();
                    }
                }
                Err(error) => {
                    // One that fails late says nothing about another that is open.
                    if !is_late || matches!(*shared.state.borrow(), State::Blocked) {
                        shared.state.replace(State::Closed);
                    }
                    tell(&opened, Err(error));
                }
            }
        });
        match select(heard, std::pin::pin!(wait_for_limit(LIMIT_S))).await {
            Either::Left((Ok(opened), _)) => opened,
            Either::Left((Err(_), _)) => Err(StoreError::NeverOpened),
            Either::Right(_) => {
                // It may still open, and that is reported then.
                waiting.borrow_mut().take();
                Err(StoreError::Silent)
            }
        }
    }
}

type Opened = Rc<RefCell<Option<oneshot::Sender<Result<Rc<Database>, StoreError>>>>>;

/// Reports the outcome to the waiting task, once.
fn tell(opened: &Opened, outcome: Result<Rc<Database>, StoreError>) {
    if let Some(opened) = opened.borrow_mut().take() {
        // A task that no longer waits need not know.
        let _ = opened.send(outcome);
    }
}

impl Shared {
    /// The state as known without asking the browser.
    fn known(&self) -> Option<Result<Rc<Database>, StoreError>> {
        match &*self.state.borrow() {
            State::Open(database) => Some(Ok(Rc::clone(database))),
            State::Blocked => Some(Err(StoreError::Blocked)),
            State::Outdated => Some(Err(StoreError::Newer)),
            State::Closed => None,
        }
    }

    /// Closes the connection, if there is one, so that the next use opens another.
    pub(super) fn reset(&self) {
        if matches!(*self.state.borrow(), State::Open(_)) {
            self.close(State::Closed);
        }
    }

    /// Closes the connection: other tabs wait until it is closed.
    fn close(&self, next: State) {
        if let State::Open(database) = self.state.replace(next) {
            database.close();
        }
    }

    /// Closes the database when another tab needs that, and notices when it is deleted or closed.
    fn watch(self: &Rc<Self>, database: &mut Database) {
        let shared = Rc::clone(self);
        database.on_version_change(move |event| {
            let event = JsValue::from(event);
            let newer = IdbVersionChangeEvent::from(event).new_version().is_some();
            let next = if newer { State::Outdated } else { State::Closed };
            shared.close(next);
            (shared.on_loss)();
        });
        let shared = Rc::clone(self);
        database.on_close(move |_| {
            shared.state.replace(State::Closed);
            (shared.on_loss)();
        });
    }
}
