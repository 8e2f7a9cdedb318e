//! The charts, in English.

use crate::page::charts::plot::{Count, value_words};
use crate::page::charts::report_points::{FirstPoint, ReportPoint};
use crate::page::format::{duration, whole};
use crate::page::words::ChartWords;

/// The charts' sentences.
pub const WORDS: ChartWords = ChartWords {
    training_loss: "Training loss",
    training_loss_by_step: "Training loss by step",
    no_training_loss: "The loss of each step will appear here during training.",
    loss_train: "Loss/train",
    mean_of: |point| format!("mean of {}", batches_of(point)),
    mean_training_loss_of: |point| format!("Mean training loss of {}", batches_of(point)),
    first_point: |first| match first {
        FirstPoint::At { step } => format!("The first point appears at step {}.", whole(step)),
        FirstPoint::Never { steps, needed } => format!(
            "This run ends after {} batches; a point needs {}.",
            whole(steps),
            whole(needed)
        ),
        FirstPoint::NoRun { most } => {
            format!("One point per {most} batches, or per epoch if it has fewer.")
        }
    },
    training_and_validation_loss: "Training vs. Validation Loss",
    losses_by_epoch: "Training and validation loss by epoch",
    no_epoch_loss: "Two points will appear after each epoch.",
    validation_accuracy: "Validation accuracy",
    accuracy_by_epoch: "Accuracy on the test images by epoch",
    no_accuracy: "One point will appear after each epoch.",
    smoothing: "Smoothing",
    reference: "PyTorch's runs",
    printed_by_tutorial: "the tutorial's output",
    log_scale: "Log scale",
    batches: |steps| match steps {
        1 => "each batch".to_owned(),
        steps => format!("mean of {steps} batches"),
    },
    smoothed: "smoothed",
    training: "training",
    validation: "validation",
    cross_entropy: "cross-entropy",
    share_of_test_images: "accuracy",
    axis,
    place,
    chart: "chart",
    nothing_yet: |title, empty| format!("{title}: no data yet. {empty}"),
    newest: |title, count, points| {
        let points = points.iter().map(|point| {
            format!("{} {} at {}", point.line, value_words(point.y), place(count, point.x))
        });
        let points = points.collect::<Vec<_>>().join(", ");
        format!("{title}. Latest: {points}. Use the arrow keys to read the values.")
    },
};

/// What a point of `Loss/train` stands for; ends a sentence.
fn batches_of(point: ReportPoint) -> String {
    match point {
        ReportPoint::EpochOfOne => "each epoch, which is one batch".to_owned(),
        ReportPoint::Epoch { batches } => format!("the {batches} batches of each epoch"),
        ReportPoint::Batches { most } => format!("every {most} batches"),
        ReportPoint::NoRun { most } => {
            format!("every {most} batches, or of each epoch if it has fewer")
        }
    }
}

const fn axis(count: Count) -> &'static str {
    match count {
        Count::Steps => "step",
        Count::Epochs | Count::EpochShares => "epoch",
        Count::Seconds => "seconds",
    }
}

fn place(count: Count, x: f64) -> String {
    match count {
        Count::Steps | Count::Epochs => {
            format!("{} {}", axis(count), whole(x.max(0.0).round() as u64))
        }
        Count::EpochShares => format!("epoch {x:.2}"),
        Count::Seconds => duration(x),
    }
}
