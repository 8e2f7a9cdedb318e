//! Corrections of the data set: chosen below an image ([`menu`]), listed, exported and imported in a section ([`panel`]),
//! and the labels by which validations are judged ([`judged`]).

mod judged;
mod menu;
mod panel;
mod row;
mod transfer;

pub use judged::{JudgedBy, judge};
pub use menu::CorrectionMenu;
pub use panel::CorrectionsPanel;
