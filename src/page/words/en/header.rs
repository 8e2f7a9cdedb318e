//! The masthead, in English.

use crate::page::words::HeaderWords;

/// The masthead's sentences.
pub const WORDS: HeaderWords = HeaderWords {
    name: "Atelier",
    claim: "Train the network of PyTorch's tutorial in this tab, on your own GPU, and watch it learn \
            to tell garments apart.",
    tutorial: "The tutorial",
    source: "Source code",
    documentation: "Documentation",
    documentation_page: "docs/index.html",
    training_on: "training on",
    trained_on: "trained on",
    will_train_on: "will train on",
    dark_theme: "Dark theme",
    switch_to_light: "Switch to light",
    switch_to_dark: "Switch to dark",
    presentation: "Presentation mode",
    about_presentation: "Presentation mode: large type, no forms",
    leave_presentation: "Exit presentation mode",
};
