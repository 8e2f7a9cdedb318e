//! The page around its parts, in English.

use super::run;
use crate::page::address::Place;
use crate::page::words::PageWords;

/// The page's own sentences.
pub const WORDS: PageWords = PageWords {
    title: "Atelier: train a garment classifier in this tab",
    title_measuring: "Measuring · Atelier",
    title_training: |percent| format!("{percent} % trained · Atelier"),
    title_paused: |percent| format!("Paused at {percent} % · Atelier"),
    title_trained: "Trained · Atelier",
    title_stopped: "Stopped · Atelier",
    places: "Places",
    place: |place| match place {
        Place::Train => "Train",
        Place::Understand => "Understand",
        Place::Experiments => "Experiments",
        Place::Runs => "Runs",
        Place::Lesson => "Lesson",
    },
    run_in_sight: |status, percent| format!("{} · {percent} %", run::WORDS.status(status)),
    run_and_settings: "Run and settings",
    results: "Results",
    all_stays_here: "Everything runs in this tab. The data set is fetched once; training, checkpoints \
                     and pictures stay on this machine.",
    data_source: |data_set| format!("Data: {data_set} by Zalando Research, MIT licence."),
    copied: "Copied.",
    copy_by_hand: "The clipboard is not available. Copy the text from here.",
};
