//! Atelier trains a garment classifier in a browser tab, on the visitor's own GPU.
//!
//! The rooms and the arrows between them are described in `ARCHITECTURE.md`. One library serves seven
//! programs: the page, its part for insight and its lesson (feature `page`, never Burn), the worker that trains (feature `worker`),
//! those that read and write files and that look into networks (features `files-worker` and `insight-worker`, never Burn)
//! and the terminal's trainer (feature `terminal`).
//! The training core is behind the feature `training`, which alone links Burn; checkpoints, other programs'
//! files and the browser's storage (features `files`, `exchange` and `browser-storage`) do without.
#![forbid(unsafe_code)]

pub mod benchmark;
pub mod checksum;
pub mod dataset;
pub mod experiment;
pub mod garment;
pub mod hardware;
pub mod history;
pub mod insight;
pub mod lesson;
pub mod library;
pub mod network;
pub mod protocol;
pub mod reference;
pub mod settings;
pub mod state_dict;
pub mod text;

#[cfg(feature = "files")]
pub mod checkpoint;
#[cfg(feature = "training")]
pub mod engine;
#[cfg(feature = "exchange")]
pub mod exchange;
#[cfg(feature = "training")]
pub mod model;
#[cfg(feature = "training")]
pub mod training;

#[cfg(all(feature = "terminal", not(target_family = "wasm")))]
pub mod terminal;

#[cfg(all(feature = "browser-storage", target_family = "wasm"))]
mod worker_common;

#[cfg(all(feature = "files-worker", target_family = "wasm"))]
pub mod files_worker;
#[cfg(all(feature = "insight-worker", target_family = "wasm"))]
pub mod insight_worker;
#[cfg(all(feature = "worker", target_family = "wasm"))]
pub mod worker;
// Of the worker, what needs no browser is tested natively.
#[cfg(all(test, feature = "training", not(target_family = "wasm")))]
#[path = "worker/queue.rs"]
mod worker_queue;

#[cfg(feature = "page")]
pub mod page;
