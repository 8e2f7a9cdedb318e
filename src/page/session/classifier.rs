//! The model's prediction for the current garment, and whose weights made it.

use leptos::prelude::*;

use super::connection::Connection;
use super::notices::{self, Complaint, Notices};
use crate::protocol::{Command, Prediction, Reply};

/// The classifier's state.
#[derive(Clone, Copy)]
pub struct ClassifierState {
    connection: Connection,
    notices: Notices,
    requests: StoredValue<Requests>,
    /// The checkpoints whose reader did not survive.
    set_aside: StoredValue<Vec<String>>,
    /// The checkpoint that classifies while no run is training.
    pub classifying_with: RwSignal<Option<String>>,
    /// The newest prediction for the current garment.
    pub prediction: RwSignal<Option<Result<Prediction, Complaint>>>,
    /// The index of the test image that is classified while nothing is drawn.
    pub followed: RwSignal<Option<u32>>,
}

/// The garments to classify.
#[derive(Default)]
struct Requests {
    /// Whether a request is pending.
    classifying: bool,
    /// Whether its garment is gone, so that its answer is not shown.
    forgotten: bool,
    /// The garment to classify once the pending request is answered: `[28, 28]` bytes.
    next_garment: Option<Vec<u8>>,
}

impl ClassifierState {
    pub(super) fn new(connection: Connection, notices: Notices) -> Self {
        Self {
            connection,
            notices,
            requests: StoredValue::new(Requests::default()),
            set_aside: StoredValue::new(Vec::new()),
            classifying_with: RwSignal::new(None),
            prediction: RwSignal::new(None),
            followed: RwSignal::new(None),
        }
    }

    /// Has a new worker classify with the newest best checkpoint.
    pub(super) fn begin(self) {
        let except = self.set_aside.get_value();
        self.connection.ask(Command::ClassifyNewest { except }, move |outcome| match outcome {
            // The worker's end has a message of its own.
            Err(failure) if notices::is_of_worker(&failure) => {}
            Err(failure) => self.notices.notify(failure, None),
            Ok(_) => {}
        });
    }

    /// A worker has died reading this checkpoint; returns whether that has happened before.
    pub(super) fn set_aside(self, checkpoint: &str) -> bool {
        let known = self.set_aside.try_update_value(|all| {
            let known = all.iter().any(|known| known == checkpoint);
            all.push(checkpoint.to_owned());
            known
        });
        known.unwrap_or_default()
    }

    /// Classifies with this checkpoint from now on.
    pub fn load_checkpoint(self, name: String) {
        let command = Command::LoadCheckpoint { name: name.clone() };
        self.connection.ask(command, move |outcome| match outcome {
            Ok(_) => self.classifying_with.set(Some(name)),
            Err(failure) => self.notices.notify(failure, None),
        });
    }

    /// Classifies a garment. Only one request is pending at a time; of those that arrive meanwhile, only the
    /// newest is sent.
    pub fn classify(self, garment: Vec<u8>) {
        if !self.connection.alive.get_untracked() {
            return;
        }
        let now = self.requests.try_update_value(|requests| {
            if requests.classifying {
                requests.next_garment = Some(garment);
                None
            } else {
                requests.classifying = true;
                Some(garment)
            }
        });
        let Some(Some(garment)) = now else { return };
        self.connection.ask(Command::Classify { garment }, move |outcome| {
            let Some((forgotten, next)) = self.requests.try_update_value(|requests| {
                requests.classifying = false;
                (std::mem::take(&mut requests.forgotten), requests.next_garment.take())
            }) else {
                return;
            };
            if !forgotten {
                self.prediction.set(Some(match outcome {
                    Ok(Reply::Prediction(prediction)) => Ok(prediction),
                    Ok(_) => Err(notices::wrong_answer()),
                    Err(failure) => Err(failure),
                }));
            }
            if let Some(garment) = next {
                self.classify(garment);
            }
        });
    }

    /// Passes on the weights that classify, as the library keeps those of an epoch, if there are any.
    pub fn weights(self, then: impl FnOnce(Vec<u8>) + 'static) {
        self.connection.ask(Command::Weights, move |outcome| {
            // Why there are none, the prediction says.
            if let Ok(Reply::Weights { bytes }) = outcome {
                then(bytes);
            }
        });
    }

    /// Clears the prediction, because its garment is gone.
    pub fn forget_prediction(self) {
        self.requests.update_value(|requests| {
            requests.next_garment = None;
            requests.forgotten = requests.classifying;
        });
        self.prediction.set(None);
    }
}
