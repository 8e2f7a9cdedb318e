//! The settings of a run: plain data, checked before use.
//!
//! [`TrainingConfig`] is a run's complete recipe. [`Field`] is the one list of settings: the form, links,
//! the terminal's flags and checkpoints all use its keys. A [`SettingsDraft`] holds the
//! fields' texts, right or wrong; [`SettingsDraft::check`] turns them into a config or says what is
//! wrong with each. Both sides of the worker boundary and the terminal share these types.

mod augmentation;
mod config;
mod draft;
mod field;
mod kind;
mod link;
mod link_mistake;
mod optimizer;
mod preset;
mod schedule;
mod serialization;

pub use augmentation::Augmentation;
pub use config::{EngineChoice, TrainingConfig};
pub use draft::{SettingsDraft, number};
pub use field::{Field, Group};
pub use kind::{FieldError, Kind, RealRange, parse_flag, shortest_number};
pub use link::LinkSettings;
pub use link_mistake::LinkMistake;
pub use optimizer::{OptimizerKind, OptimizerSettings};
pub use preset::Preset;
pub use schedule::{LearningRate, RunLength, ScheduleKind, ScheduleSettings};
