//! The classifier: the pad, pictures, the network's answer.

use super::sentences;
use crate::page::classifier::Complaint;
use crate::protocol::WeightsOf;

sentences! {
    /// The classifier: the pad, pictures, the network's answer.
    ClassifierWords {
        /// What a label, from 0, stands for; a dash if it stands for nothing.
        class_name(label: usize) -> &'static str,
        title,
        invitation,
        /// The pad, for screen readers.
        pad,
        /// On the empty pad.
        pad_hint,
        brush,
        shade,
        fill,
        undo,
        clear,
        test_image,
        upload,
        complaint(complaint: &Complaint),
        /// The preview, for screen readers.
        preview,
        what_network_sees,
        probabilities,
        /// The probability of the likeliest class, 0 to 1, and whose weights say so.
        answer_by(share: f64, weights: &WeightsOf),
        /// A test image's label, and the label that the network gives, if it gives any.
        test_label(index: u32, label: usize, answer: Option<usize>),
    }
}
