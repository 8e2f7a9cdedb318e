//! The charts, in English.

use crate::page::charts::plot::Count;
use crate::page::charts::report_points::ReportPoint;
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
    validation_loss: "Validation loss",
    losses_by_epoch: "Training and validation loss by epoch",
    validation_accuracy: "Validation accuracy",
    accuracy_by_epoch: "Accuracy on the test images by epoch",
    smoothing: "Smoothing",
    log_scale: "Log scale",
    pytorchs_range: "PyTorch's range",
    pytorchs_seeds: "PyTorch, 4 seeds",
    pytorchs_tutorial: "PyTorch tutorial",
    tutorials_validation: "tutorial validation",
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
        let points = points
            .iter()
            .map(|point| format!("{} {} at {}", point.line, point.value, place(count, point.x)));
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
        ReportPoint::Unknown { most } => {
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
