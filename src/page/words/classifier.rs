//! The classifier: the pad, pictures, the network's answer.

use super::sentences;
use crate::garment::{Caution, StageKind, Tone};
use crate::page::train::classifier::Complaint;

sentences! {
    /// The classifier: the pad, pictures, the network's answer.
    ClassifierWords {
        /// The class name of a label (from 0); a dash if there is none.
        class_name(label: usize) -> &'static str,
        title,
        /// The pad, for screen readers.
        pad,
        /// How to draw by keyboard, in a line.
        pad_keys,
        /// Whether the pen draws, and where it is as percentages of the pad's edge, from the left and from the top;
        /// for screen readers.
        pen(is_down: bool, across: u32, down: u32),
        /// The group of buttons, for screen readers.
        shapes,
        /// A ready-made shape by its class's label (from 0).
        shape(label: usize) -> &'static str,
        /// On the empty pad.
        pad_hint,
        brush,
        shade,
        fill,
        undo,
        clear,
        test_image,
        upload,
        /// Turns the camera on.
        webcam,
        /// While the visitor is asked for the camera.
        webcam_waits,
        webcam_keep,
        webcam_stop,
        /// How many of the camera's pictures are classified in a second.
        webcam_rate(a_second: f64),
        /// The group of tools for a photo, for screen readers.
        photo_tools,
        crop,
        /// What to do now, by pointer and by keys.
        crop_how,
        whole_picture,
        /// Clockwise by a quarter.
        turn,
        /// Of the choice between a light and a dark background.
        background,
        /// That the picture decides, and what it decided.
        tone_found(tone: Option<Tone>),
        tone(tone: Tone) -> &'static str,
        /// Opens the stages.
        stages,
        stage(stage: StageKind) -> &'static str,
        caution(caution: Caution) -> &'static str,
        complaint(complaint: &Complaint),
        /// The preview, for screen readers.
        preview,
        what_network_sees,
        probabilities,
        /// The probability of the most likely class, 0 to 1, predicted by the run at hand after this many steps.
        answer_by_run(share: f64, step: u64),
        /// The probability of the most likely class, 0 to 1, predicted by a checkpoint.
        answer_by_checkpoint(share: f64, checkpoint: &str),
        /// A test image's label, and the model's prediction, if there is one.
        test_label(index: u32, label: &str, answer: Option<&str>),
        /// The test image that a run's newest weights classify, and its label.
        followed_image(index: u32, label: &str),
        another_image,
        /// Opens the explanation of the answer.
        why,
    }
}
