//! The page around its parts: the tab's title, messages' buttons, the clipboard, the footer.

use super::sentences;

sentences! {
    /// The page around its parts: the tab's title, messages' buttons, the clipboard, the footer.
    PageWords {
        /// The tab's title while nothing is under way.
        title,
        title_measuring,
        /// Whole percents of the run.
        title_training(percent: f64),
        /// Whole percents of the run.
        title_paused(percent: f64),
        title_trained,
        title_stopped,
        /// The region of the run's controls and settings.
        run_and_settings,
        /// The region of the run's numbers and charts.
        results,
        all_stays_here,
        /// Names the data set, which becomes a link, as it is given.
        data_source(data_set: &str),
        /// Takes a message off the page.
        copied,
        /// Beside a field with the text.
        copy_by_hand,
    }
}
