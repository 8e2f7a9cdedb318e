//! The charts: their titles, lines, axes and values.

use super::sentences;
use crate::page::charts::plot::Count;
use crate::page::charts::report_points::ReportPoint;

/// The newest point of a line.
pub struct Newest<'a> {
    /// The line's name.
    pub line: &'a str,
    /// Its position on the horizontal axis.
    pub x: f64,
    /// Its value.
    pub value: String,
}

sentences! {
    /// The charts: their titles, lines, axes and values.
    ChartWords {
        training_loss,
        /// For screen readers.
        training_loss_by_step,
        /// While there is no point.
        no_training_loss,
        /// The tutorial's name for the chart and its line.
        loss_train,
        /// Beside the heading: what a point stands for.
        mean_of(point: ReportPoint),
        /// For screen readers: what a point stands for.
        mean_training_loss_of(point: ReportPoint),
        validation_loss,
        /// For screen readers.
        losses_by_epoch,
        validation_accuracy,
        /// For screen readers.
        accuracy_by_epoch,
        smoothing,
        /// Whether losses are on a logarithmic axis.
        log_scale,
        /// Whether PyTorch's results are drawn.
        pytorchs_range,
        /// An area: the range over the seeds with which PyTorch was run.
        pytorchs_seeds,
        /// A line: the training loss that the tutorial prints.
        pytorchs_tutorial,
        /// A line: the validation loss that the tutorial prints.
        tutorials_validation,
        /// A line: how many batches a point is the mean of.
        batches(steps: u64),
        /// A line.
        smoothed,
        /// A line.
        training,
        /// A line.
        validation,
        /// The vertical axis of losses.
        cross_entropy,
        /// The vertical axis of accuracies.
        share_of_test_images,
        /// The horizontal axis.
        axis(count: Count) -> &'static str,
        /// A position on the horizontal axis.
        place(count: Count, x: f64),
        /// What a screen reader calls a chart.
        chart,
        /// A chart without points, for screen readers: its title and why it is empty.
        nothing_yet(title: &str, empty: &str),
        /// A chart for screen readers: its title and the newest point of each line.
        newest(title: &str, count: Count, points: &[Newest<'_>]),
    }
}
