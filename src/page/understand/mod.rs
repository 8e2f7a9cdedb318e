//! The place that shows what a run rests on: the data set, and the engines with their speed.

pub mod benchmark;
pub mod data_panel;
