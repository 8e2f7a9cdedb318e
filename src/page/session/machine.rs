//! The machine: its engines, and the measurements on it, which this browser stores across visits.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::connection::Connection;
use crate::benchmark::{BenchmarkCase, Measurement, comparisons};
use crate::hardware::Engines;
use crate::page::browser::user_agent;
use crate::protocol::Command;

const KEY: &str = "atelier.measurements";
/// Incremented whenever the stored data changes shape or meaning.
const VERSION: u32 = 1;
/// The latest time that a JavaScript date can represent.
const LATEST_MS: f64 = 8.64e15;

/// A measurement and its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The case.
    pub case: BenchmarkCase,
    /// The result.
    pub measurement: Measurement,
    /// Milliseconds since 1970 UTC.
    pub at_ms: f64,
}

impl Measured {
    pub fn images_per_second(&self) -> f64 {
        self.measurement.images_per_second(self.case)
    }
}

/// What is known about this machine.
#[derive(Clone, Copy)]
pub struct Machine {
    connection: Connection,
    /// Which engines this browser has.
    pub engines: RwSignal<Option<Engines>>,
    /// The newest measurement of each case, from this visit or earlier ones.
    measured: RwSignal<Vec<Measured>>,
}

impl Machine {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, engines: RwSignal::new(None), measured: RwSignal::new(Vec::new()) }
    }

    /// Stores which engines there are, and sends a new worker the earlier measurements of them.
    pub(super) fn meet_engines(self, engines: Engines) {
        let known = self.engines.with_untracked(|known| known.as_ref() == Some(&engines));
        if !known {
            self.measured.set(recall(adapter_of(&engines)));
            self.engines.set(Some(engines));
        }
        let measured = untrack(|| self.measurements());
        if !measured.is_empty() {
            // This cannot fail; without it, `auto` would merely measure again.
            self.connection.ask(Command::Remember(measured), |_| {});
        }
    }

    /// Stores a measurement in place of an older one of its case.
    pub(super) fn keep_measurement(self, case: BenchmarkCase, measurement: Measurement) {
        if !is_sound(&measurement) {
            return;
        }
        self.measured.update(|measured| {
            measured.retain(|older| older.case != case);
            measured.push(Measured { case, measurement, at_ms: js_sys::Date::now() });
        });
        self.engines.with_untracked(|engines| {
            let adapter = engines.as_ref().and_then(adapter_of);
            self.measured.with_untracked(|measured| store(measured, adapter));
        });
    }

    /// All measurements, in the form that [`crate::benchmark`] takes.
    pub fn measurements(self) -> Vec<(BenchmarkCase, Measurement)> {
        self.measured.with(|measured| {
            measured.iter().map(|known| (known.case, known.measurement.clone())).collect()
        })
    }

    /// The newest measurement of a case.
    pub fn measured_of(self, case: BenchmarkCase) -> Option<Measured> {
        self.measured.with(|measured| measured.iter().find(|known| known.case == case).cloned())
    }

    /// Whether `auto` means WebGPU at this batch size; `None` while that is unknown.
    pub fn auto_is_webgpu(self, batch_size: usize) -> Option<bool> {
        let measured = self.measurements();
        self.engines.with(|engines| engines.as_ref()?.auto_is_webgpu(&measured, batch_size))
    }

    /// Whether both engines were measured at the same batch size.
    pub fn has_compared_engines(self) -> bool {
        !comparisons(&self.measurements()).is_empty()
    }
}

/// Whether a measurement is plausible: the storage may hold anything.
pub(super) fn is_sound(measurement: &Measurement) -> bool {
    measurement.step_ms.is_finite() && measurement.step_ms > 0.0 && measurement.warm_up_ms >= 0.0
}

fn adapter_of(engines: &Engines) -> Option<&str> {
    engines.webgpu.as_ref().ok().map(|adapter| adapter.name.as_str())
}

/// In some privacy modes storage is absent or refuses access; then there are no earlier measurements.
fn recall(adapter: Option<&str>) -> Vec<Measured> {
    let storage = window().local_storage().ok().flatten();
    let text = storage.and_then(|storage| storage.get_item(KEY).ok().flatten());
    text.map_or_else(Vec::new, |text| read(&text, &user_agent(), adapter))
}

fn store(measured: &[Measured], adapter: Option<&str>) {
    let Ok(text) = serde_json::to_string(&Stored::of(measured, &user_agent(), adapter)) else {
        return;
    };
    let kept = window().local_storage().map(|storage| storage.map(|s| s.set_item(KEY, &text)));
    if !matches!(kept, Ok(Some(Ok(())))) {
        leptos::logging::warn!(
            "measurements will be forgotten: this browser does not store settings"
        );
    }
}

/// The stored data: measurements, and the machine that they belong to.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    user_agent: String,
    adapter: Option<String>,
    measurements: Vec<StoredMeasurement>,
}

/// A measurement as stored, its case by name and its time in milliseconds since 1970 UTC.
#[derive(Serialize, Deserialize)]
struct StoredMeasurement {
    case: String,
    at_ms: f64,
    measurement: Measurement,
}

impl Stored {
    fn of(measured: &[Measured], user_agent: &str, adapter: Option<&str>) -> Self {
        let stored = |known: &Measured| StoredMeasurement {
            case: known.case.to_string(),
            at_ms: known.at_ms,
            measurement: known.measurement.clone(),
        };
        Self {
            version: VERSION,
            user_agent: user_agent.to_owned(),
            adapter: adapter.map(str::to_owned),
            measurements: measured.iter().map(stored).collect(),
        }
    }
}

/// The measurements in a stored text that were made in this browser with this adapter.
fn read(text: &str, user_agent: &str, adapter: Option<&str>) -> Vec<Measured> {
    let Ok(stored) = serde_json::from_str::<Stored>(text) else { return Vec::new() };
    let same_machine = stored.user_agent == user_agent && stored.adapter.as_deref() == adapter;
    if stored.version != VERSION || !same_machine {
        return Vec::new();
    }
    let usable = |stored: StoredMeasurement| {
        let StoredMeasurement { case, at_ms, measurement } = stored;
        let case = case.parse().ok()?;
        let sound = is_sound(&measurement) && (0.0..=LATEST_MS).contains(&at_ms);
        sound.then_some(Measured { case, measurement, at_ms })
    };
    stored.measurements.into_iter().filter_map(usable).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn measured(case: &str) -> Measured {
        let measurement = Measurement { step_ms: 1.5, warm_up_ms: 20.0, steps: 9, timed_steps: 5 };
        Measured { case: case.parse().unwrap(), measurement, at_ms: 1e12 }
    }

    fn stored(measured: &[Measured], adapter: Option<&str>) -> String {
        serde_json::to_string(&Stored::of(measured, "browser", adapter)).unwrap()
    }

    #[test]
    fn measurements_survive_storage() {
        let all = [measured("cpu-fused-4"), measured("webgpu-general-64")];
        assert_eq!(read(&stored(&all, Some("gpu")), "browser", Some("gpu")), all);
        assert_eq!(read(&stored(&all, None), "browser", None), all);
    }

    #[test]
    fn those_of_another_machine_or_version_are_not_used() {
        let text = stored(&[measured("cpu-fused-4")], Some("gpu"));
        assert!(read(&text, "browser", Some("other")).is_empty());
        assert!(read(&text, "browser", None).is_empty());
        assert!(read(&text, "newer browser", Some("gpu")).is_empty());
        let later = text.replace("\"version\":1", "\"version\":2");
        assert!(read(&later, "browser", Some("gpu")).is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_dropped() {
        let text = stored(&[measured("cpu-fused-4"), measured("cpu-fused-64")], None);
        for cut in 0..text.len() {
            assert!(read(&text[..cut], "browser", None).is_empty(), "{cut} bytes were taken");
        }
        let unknown = text.replace("cpu-fused-4\"", "abacus-fused-4\"");
        assert_eq!(read(&unknown, "browser", None), [measured("cpu-fused-64")]);
        for wrong in ["-1.5", "0.0"] {
            let wrong = text.replace("\"step_ms\":1.5", &format!("\"step_ms\":{wrong}"));
            assert!(read(&wrong, "browser", None).is_empty());
        }
    }
}
