//! The masthead.

use super::sentences;

sentences! {
    /// The masthead.
    HeaderWords {
        name,
        /// What this page is, in one sentence.
        claim,
        /// The link to PyTorch's tutorial.
        tutorial,
        /// The link to an archive of this page's source.
        source,
        /// The link to the documentation.
        documentation,
        /// The documentation's first page in this language, relative to the page.
        documentation_page,
        /// Above the engine's name, during a run.
        training_on,
        /// Above the engine's name, after a run.
        trained_on,
        /// Above the engine's name, before a run.
        will_train_on,
        dark_theme,
        switch_to_light,
        switch_to_dark,
        /// The mode for a projector.
        presentation,
        /// What it shows.
        about_presentation,
        leave_presentation,
    }
}
