//! A run as code, in English.

use crate::library::Inexact;
use crate::page::words::CodeWords;

/// The sentences about code.
pub const WORDS: CodeWords = CodeWords {
    title: "The same as code",
    about_script: "A complete script with these settings and the tutorial's names, for PyTorch 2 with torchvision and \
                   TensorBoard. Runs → Import files takes its results in: choose its file of events together with its weights.",
    exact: "Exact: begin with this run's weights and order",
    about_exact: |exact, augments| match (exact, augments) {
        (false, _) => {
            "PyTorch draws other random numbers from the same seed, so its losses differ in detail."
        }
        (true, false) => {
            "Put the file of weights and order beside the script: its losses are then those of this page, until rounding \
             grows."
        }
        (true, true) => {
            "Put the file of weights and order beside the script. PyTorch changes images by the same distributions, but its \
             draws differ: the losses agree on average, not one by one."
        }
    },
    inexact: |why| {
        match why {
        Inexact::PyTorch => {
            "Not for this run: PyTorch has drawn its weights and order, with numbers that Atelier does not know.".to_owned()
        }
        Inexact::Imported => {
            "Not for this run: it was imported from a checkpoint, which does not say with which weights the run began.".to_owned()
        }
        Inexact::Weights { from } => {
            format!("Not for this run: it began with the weights in {from}, which the library does not keep.")
        }
        Inexact::NoCheckpoint => {
            "Not for this run: its batches or its corrections were in its checkpoints, of which none is left.".to_owned()
        }
        Inexact::DataSet => "Not for this run: its data set is no longer in this browser.".to_owned(),
    }
    },
    copy: "Copy",
    script: "Script (.py)",
    notebook: "Notebook (.ipynb)",
    exact_file: "Weights and order (.pt)",
    corrections_file: "Corrections (.json)",
    command: "As a command",
    about_command: "The same run with Atelier's own trainer in a terminal.",
};
