//! Opening an experiment: what the library has of its runs, and the right to train what it has not.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::alone::Alone;
use super::kept::KeptExperiment;
use super::plan::{Plan, Trouble, too_many};
use super::results::Results;
use super::state::{Begins, Experiments};
use crate::page::session::Activity;
use crate::protocol::insight::{InsightCommand, InsightReply, MOST_MEASURED};

impl Experiments {
    /// Shows an experiment with what the library has of it, and then trains what is missing if it `begins`. Nothing happens
    /// while another one is trained.
    pub fn open(self, kept: KeptExperiment, begins: Begins) {
        if self.pool.activity.get_untracked() != Activity::Idle || self.is_reading.get_untracked() {
            return;
        }
        if let Some(most) = too_many(&kept.experiment) {
            return self.trouble.set(Some(Trouble::TooMany(most)));
        }
        let Some(plan) = Plan::of(kept) else { return };
        self.trouble.set(None);
        self.deaths.set((0, None));
        self.inner.update_value(|inner| {
            inner.results = Results::default();
            inner.falling.clear();
        });
        self.plan.set(Some(Arc::new(plan)));
        self.outcome.set(None);
        self.is_reading.set(true);
        // Each in a task of its own: this one has the place of the results made, and the next may start a worker.
        set_timeout(move || self.read(begins), Duration::ZERO);
        set_timeout(move || self.redraw(), Duration::ZERO);
    }

    /// Reads what the library has of the experiment at hand, and then trains what is missing if it `begins`.
    fn read(self, begins: Begins) {
        let Some(id) = self.plan.with_untracked(|plan| plan.as_ref().map(|plan| plan.id.clone()))
        else {
            return self.is_reading.set(false);
        };
        self.worker.ask(&InsightCommand::ExperimentRuns { id }, move |outcome| {
            match outcome {
                Ok(InsightReply::ExperimentRuns(records)) => {
                    let Some(plan) = self.plan.get_untracked() else { return };
                    self.inner.update_value(|inner| {
                        inner.results = Results::restored(&plan.runs, &records);
                        inner.results.fell_behind(&plan.kept.fell_behind);
                    });
                }
                Ok(_) => {}
                Err(failure) => {
                    self.trouble.set(Some(Trouble::Failed(failure)));
                    // What cannot be read may have been trained. Where nothing was begun, no library is needed.
                    if begins != Begins::First {
                        return self.is_read(Begins::No);
                    }
                }
            }
            let names = self.inner.with_value(|inner| inner.results.run_names());
            self.read_measured(names, begins);
        });
    }

    /// The library has been read.
    fn is_read(self, begins: Begins) {
        let plan = self.plan.get_untracked().filter(|_| begins != Begins::No);
        let Some(plan) = plan else {
            self.is_reading.set(false);
            return self.redraw();
        };
        Alone::ask(&plan.id, move |alone| {
            // In a task of its own: this one may have read much.
            set_timeout(
                move || {
                    self.is_reading.set(false);
                    match alone {
                        None => {
                            self.trouble.set(Some(Trouble::Elsewhere));
                            self.redraw();
                        }
                        Some(alone) => self.train(alone),
                    }
                },
                Duration::ZERO,
            );
        });
    }

    /// Reads the curves of runs, some at a time.
    fn read_measured(self, mut names: Vec<String>, begins: Begins) {
        if names.is_empty() {
            return self.is_read(begins);
        }
        let rest = names.split_off(names.len().min(MOST_MEASURED));
        self.worker.ask(&InsightCommand::Measured { runs: names }, move |outcome| {
            match outcome {
                Ok(InsightReply::Measured(measured)) => self.inner.update_value(|inner| {
                    for (run, measured) in measured {
                        inner.results.measured(&run, measured);
                    }
                }),
                Ok(_) => {}
                // Runs that stop early are compared with all that have come as far.
                Err(failure) => {
                    self.trouble.set(Some(Trouble::Failed(failure)));
                    return self.is_read(Begins::No);
                }
            }
            self.read_measured(rest, begins);
        });
    }
}
