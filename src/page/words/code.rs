//! A run as code for PyTorch and the terminal.

use super::sentences;
use crate::library::Inexact;

sentences! {
    /// A run as code for PyTorch and the terminal.
    CodeWords {
        /// The heading of all of it.
        title,
        about_script,
        /// The switch: the script begins with the weights and the order of the run here.
        exact,
        /// What the switch does, on or off, for settings that change images at random or do not.
        about_exact(exact: bool, augments: bool) -> &'static str,
        /// In place of that, why a stored run cannot be exact.
        inexact(why: &Inexact),
        copy,
        /// Downloads the script.
        script,
        /// Downloads the notebook.
        notebook,
        /// Downloads what an exact script loads.
        exact_file,
        /// Downloads the run's corrections of the data set.
        corrections_file,
        /// The heading of the terminal's command.
        command,
        about_command,
    }
}
