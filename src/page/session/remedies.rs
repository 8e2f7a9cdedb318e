//! The actions of the buttons beside messages.

use js_sys::Date;
use leptos::prelude::*;

use super::benchmark::BenchmarkState;
use super::connection::{Connection, PastFailure};
use super::data::DataState;
use super::library::LibraryState;
use super::machine::Machine;
use super::notices::{Notices, PageFailure, Remedy};
use super::run::CurrentRun;
use crate::hardware::Engines;
use crate::page::browser::{user_agent, words_of};
use crate::page::words::words;

/// The build's name as a finished site's document has it, for a report; empty on an unfinished one.
fn build() -> String {
    let table = document().get_element_by_id("build").and_then(|it| it.text_content());
    let table = table.and_then(|text| js_sys::JSON::parse(&text).ok()).unwrap_or_default();
    let name = js_sys::Reflect::get(&table, &"build".into()).ok().and_then(|it| it.as_string());
    name.map(|name| format!(", build {name}")).unwrap_or_default()
}

/// Carries out the actions that messages offer.
#[derive(Clone, Copy)]
pub struct Remedies {
    pub(super) connection: Connection,
    pub(super) machine: Machine,
    pub(super) notices: Notices,
    pub(super) data: DataState,
    pub(super) run: CurrentRun,
    pub(super) library: LibraryState,
    pub(super) benchmark: BenchmarkState,
}

impl Remedies {
    /// Whether the action is possible now. A run can be resumed once the new worker lists its checkpoint.
    pub fn can_do(self, remedy: &Remedy) -> bool {
        match remedy {
            Remedy::Resume(name) => {
                let stored = self.library.checkpoints.get();
                !self.run.is_busy()
                    && !self.benchmark.is_measuring()
                    && stored.iter().any(|stored| stored.name == *name && !stored.finished)
            }
            Remedy::GoOnWithCpu => !self.run.is_busy() && !self.benchmark.is_measuring(),
            _ => true,
        }
    }

    /// What failed, and where, for whoever is to find out why. It holds nothing of the visitor's.
    pub fn report(self) -> String {
        let engines = self.machine.engines.with_untracked(|engines| match engines {
            Some(Engines { webgpu: Ok(adapter) }) => adapter.name.clone(),
            Some(_) => "no WebGPU".to_owned(),
            None => "no answer about WebGPU yet".to_owned(),
        });
        let address = window().location().href().unwrap_or_default();
        let status = self.connection.status.get_untracked().as_str();
        let (version, build) = (env!("CARGO_PKG_VERSION"), build());
        let mut report =
            format!("Atelier {version}{build}, {address}\n{}\n{engines}\n{status}\n", user_agent());
        for PastFailure { at_ms, what } in self.connection.failures() {
            let at = String::from(Date::new(&at_ms.into()).to_iso_string());
            report.push_str(&format!("{at} {}\n", words().failures.told(&what).happened));
        }
        report
    }

    /// Carries out a message's action.
    pub fn carry_out(self, remedy: Remedy) {
        match remedy {
            Remedy::RetryData => self.data.load(true),
            Remedy::Resume(checkpoint) => self.run.resume(checkpoint),
            Remedy::GoOnWithCpu => {
                let stored = self.library.checkpoints;
                if let Some(command) = stored.with_untracked(|stored| self.run.again(stored, true))
                {
                    self.run.begin(command);
                }
            }
            Remedy::RestartWorker => {
                self.notices.remove(|notice| notice.remedy == Some(Remedy::RestartWorker));
                self.connection.start_worker_anew();
            }
            Remedy::Reload => {
                if let Err(error) = window().location().reload() {
                    let browser_text = words_of(&error);
                    self.notices.notify(PageFailure::NoReload { browser_text }, None);
                }
            }
        }
    }
}
