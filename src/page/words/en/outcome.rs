//! What a run came to, in English.

use crate::page::format::{percent, whole};
use crate::page::train::outcome::{Cause, Place, Suggestion};
use crate::page::words::OutcomeWords;
use crate::protocol::{Ending, LayerDeadUnits};

/// Nearer to the accuracy of guessing than this share of what it leaves to learn, nearly all images get the same class: below an
/// accuracy of 0.12 for ten classes.
const ONE_CLASS: f64 = 1.0 / 45.0;

/// The outcome's sentences.
pub const WORDS: OutcomeWords = OutcomeWords {
    ended: |ending, newest| {
        let (accuracy, loss) = (percent(newest.valid_accuracy), newest.valid_loss);
        let begin = match ending {
            Ending::Completed => "The run is done",
            Ending::EarlyStopped => "The run has stopped early",
        };
        format!(
            "{begin}: {accuracy} of the test images classified correctly, validation loss {loss:.4}"
        )
    },
    best: |best, is_newest| match is_newest {
        true => format!("Its last epoch, number {}, was its best.", best.epoch),
        false => format!(
            "Its best epoch was number {}, with {} and a validation loss of {:.4}.",
            best.epoch,
            percent(best.valid_accuracy),
            best.valid_loss
        ),
    },
    compared: |comparison| {
        let place = match comparison.place {
            Place::Better => "below that range",
            Place::Among => "within that range",
            Place::Worse => "above that range",
        };
        let epochs = match comparison.epoch {
            1 => "one epoch".to_owned(),
            epochs => format!("{epochs} epochs"),
        };
        format!(
            "After {epochs} of this recipe, PyTorch's tutorial prints a validation loss of {:.4}, and five runs of \
             PyTorch, that one included, range from {:.4} to {:.4}; this run is {place}.",
            comparison.printed, comparison.lowest, comparison.highest
        )
    },
    draw_something: "Draw a garment to see what this network makes of it.",
    next: "What to try next",
    suggestion: |suggestion| match suggestion {
        Suggestion::Epochs(epochs) => format!("Fill in {} epochs", whole(epochs as u64)),
        Suggestion::LearningRate(rate) => format!("Fill in a learning rate of {rate}"),
        Suggestion::LargerBatch => format!(
            "Fill in batches of {} at a learning rate of {}",
            Suggestion::LARGER_BATCH,
            Suggestion::ITS_RATE
        ),
        Suggestion::Quick => "Fill in the Quick recipe".to_owned(),
    },
    stop_first: "Stop the run first",
    collapsed: |accuracy, chance| {
        let sign = match accuracy < chance + (1.0 - chance) * ONE_CLASS {
            true => "it gives nearly every image the same class",
            false => "it hardly tells the classes apart",
        };
        format!(
            "The network has stopped learning: {sign} (accuracy {}, chance is {}).",
            percent(accuracy),
            percent(chance)
        )
    },
    cause: |cause| {
        match cause {
        Cause::DeadUnits(layer) => dead_units(layer),
        Cause::NoDeadLayer => "Its loss no longer falls although most of its units still respond to some image; the \
                               usual cause is a learning rate that is too high for the other settings."
            .to_owned(),
        Cause::NotCounted => "The usual cause is a learning rate that is too high: a step too far leaves units whose \
                              output is zero for every image, and no gradient passes through those."
            .to_owned(),
    }
    },
    not_yet: |accuracy, chance| {
        format!(
            "The network has not learnt to tell the classes apart yet (accuracy {}, chance is {}): its loss is \
             still falling, or has hardly moved. It needs more epochs, or a higher learning rate.",
            percent(accuracy),
            percent(chance)
        )
    },
};

fn dead_units(layer: &LayerDeadUnits) -> String {
    let LayerDeadUnits { layer: name, dead, units } = layer;
    let kind = if name.starts_with("conv") { "channels" } else { "units" };
    let count = match dead == units {
        true => format!("All {units} {kind} in {name}"),
        false => format!("{dead} of {units} {kind} in {name}"),
    };
    format!("{count} output zero for every image, so no gradient passes through them.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collapse_is_explained_in_two_sentences() {
        let said = (WORDS.collapsed)(0.1, 0.1);
        assert_eq!(
            said,
            "The network has stopped learning: it gives nearly every image the same class (accuracy 10.0 %, chance is \
             10.0 %)."
        );
        assert!(
            (WORDS.collapsed)(0.19, 0.1)
                .contains("hardly tells the classes apart (accuracy 19.0 %")
        );
        assert!((WORDS.collapsed)(0.505, 0.5).contains("nearly every image the same class"));
        assert!((WORDS.collapsed)(0.55, 0.5).contains("hardly tells the classes apart"));
        let layer = LayerDeadUnits { layer: "fc2".to_owned(), dead: 60, units: 84 };
        let cause = (WORDS.cause)(&Cause::DeadUnits(layer));
        assert_eq!(
            cause,
            "60 of 84 units in fc2 output zero for every image, so no gradient passes through them."
        );
    }
}
