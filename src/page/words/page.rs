//! The page around its parts: the tab's title, messages' buttons, the clipboard, the footer.

use super::sentences;
use crate::page::address::Place;
use crate::protocol::Status;

sentences! {
    /// The page around its parts: the tab's title, messages' buttons, the clipboard, the footer.
    PageWords {
        /// The tab's title while nothing is in progress.
        title,
        title_measuring,
        /// Progress of the run in whole percent.
        title_training(percent: f64),
        /// Progress of the run in whole percent.
        title_paused(percent: f64),
        title_trained,
        title_stopped,
        /// The navigation.
        places,
        /// A place in the navigation.
        place(place: Place) -> &'static str,
        /// The run in progress, while another place is open; its progress in whole percent.
        run_in_sight(status: Status, percent: f64),
        /// The region of the run's controls and settings.
        run_and_settings,
        /// The region of the run's numbers and charts.
        results,
        all_stays_here,
        /// Contains the data set's name as given, which becomes a link.
        data_source(data_set: &str),
        /// Dismisses a message.
        copied,
        /// Beside a field that holds the text to copy.
        copy_by_hand,
    }
}
