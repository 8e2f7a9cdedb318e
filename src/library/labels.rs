//! What a person calls a run and says of it.

#[cfg(feature = "files")]
use serde::Deserializer;
use serde::{Deserialize, Serialize};

use crate::text;

/// The person's labels for a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunLabels {
    /// Its title; empty if none was chosen.
    #[cfg_attr(feature = "files", serde(deserialize_with = "read_title"))]
    pub title: String,
    /// A note of any content.
    #[cfg_attr(feature = "files", serde(deserialize_with = "read_note"))]
    pub note: String,
    /// Words for finding it.
    #[cfg_attr(feature = "files", serde(deserialize_with = "read_tags"))]
    pub tags: Vec<String>,
    /// When it was deleted, in milliseconds since 1970 UTC; it can be restored for a while.
    pub deleted_at_ms: Option<f64>,
}

/// A change of a run's labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunEdit {
    /// A new title.
    Title(String),
    /// A new note.
    Note(String),
    /// New tags.
    Tags(Vec<String>),
}

impl RunLabels {
    /// The longest title, in characters.
    pub const MOST_TITLE: usize = 80;
    /// The longest note, in characters.
    pub const MOST_NOTE: usize = 4000;
    /// The most tags.
    pub const MOST_TAGS: usize = 12;
    /// The longest tag, in characters.
    pub const MOST_TAG: usize = 24;

    /// Applies a change. Long texts are cut; tags are trimmed and made unique.
    pub fn apply(&mut self, edit: RunEdit) {
        match edit {
            RunEdit::Title(title) => self.title = text::line(&title, Self::MOST_TITLE),
            RunEdit::Note(note) => self.note = text::lines(&note, Self::MOST_NOTE),
            RunEdit::Tags(tags) => self.tags = fitting_tags(&tags),
        }
    }
}

fn fitting_tags(tags: &[String]) -> Vec<String> {
    let mut fitting = Vec::new();
    for tag in tags.iter().map(|tag| text::line(tag, RunLabels::MOST_TAG)) {
        if !tag.is_empty() && !fitting.contains(&tag) {
            fitting.push(tag);
        }
        if fitting.len() == RunLabels::MOST_TAGS {
            break;
        }
    }
    fitting
}

#[cfg(feature = "files")]
fn read_title<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(text::line(&String::deserialize(from)?, RunLabels::MOST_TITLE))
}

#[cfg(feature = "files")]
fn read_note<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(text::lines(&String::deserialize(from)?, RunLabels::MOST_NOTE))
}

#[cfg(feature = "files")]
fn read_tags<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(fitting_tags(&Vec::deserialize(from)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn labels_are_trimmed_cut_and_stand_once() {
        let mut labels = RunLabels::default();
        labels.apply(RunEdit::Title(format!("  {}  ", "ä".repeat(200))));
        assert_eq!(labels.title.chars().count(), RunLabels::MOST_TITLE);
        let tags = [" wide ", "wide", "", "narrow"].map(str::to_owned).to_vec();
        labels.apply(RunEdit::Tags(tags));
        assert_eq!(labels.tags, ["wide", "narrow"]);
        labels.apply(RunEdit::Tags((0..50).map(|tag| tag.to_string()).collect()));
        assert_eq!(labels.tags.len(), RunLabels::MOST_TAGS);
    }

    #[cfg(feature = "files")]
    #[test]
    fn labels_made_by_hand_are_read_as_if_they_had_been_typed() {
        let long = || format!("\u{202e}\n{}", "a".repeat(100_000));
        let labels = RunLabels {
            title: long(),
            note: long(),
            tags: (0..100).map(|tag| format!("{tag}{}", long())).collect(),
            deleted_at_ms: None,
        };
        let json = serde_json::to_string(&labels).unwrap();
        let read: RunLabels = serde_json::from_str(&json).unwrap();
        assert_eq!(read.title.chars().count(), RunLabels::MOST_TITLE);
        assert_eq!(read.note.chars().count(), RunLabels::MOST_NOTE);
        assert_eq!(read.tags.len(), RunLabels::MOST_TAGS);
        assert!(read.tags.iter().all(|tag| tag.chars().count() == RunLabels::MOST_TAG));
    }
}
