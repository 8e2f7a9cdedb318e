//! The place where a run is trained: its controls and settings, its numbers and curves, and a garment to classify.

pub mod classifier;
pub mod outcome;
pub mod progress;
pub mod readouts;
pub mod run_controls;
pub mod settings_form;
