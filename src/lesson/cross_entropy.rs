//! The cross-entropy of a batch, row by row.

use thiserror::Error;

use crate::network::CLASSES;

/// The outputs of the tutorial's dummy batch, `[4, 10]`, as it prints them.
pub const DUMMY_OUTPUTS: [[f64; CLASSES]; 4] = [
    [0.7026, 0.1489, 0.0065, 0.6841, 0.4166, 0.3980, 0.9849, 0.6701, 0.4601, 0.8599],
    [0.7461, 0.3920, 0.9978, 0.0354, 0.9843, 0.0312, 0.5989, 0.2888, 0.8170, 0.4150],
    [0.8408, 0.5368, 0.0059, 0.8931, 0.3942, 0.7349, 0.5500, 0.0074, 0.0554, 0.1537],
    [0.7282, 0.8755, 0.3649, 0.4566, 0.8796, 0.2390, 0.9865, 0.7549, 0.9105, 0.5427],
];
/// Its labels: one a row.
pub const DUMMY_LABELS: [usize; 4] = [1, 5, 3, 7];

/// A label is not a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("row {row} has label {label}, which is not a class")]
pub struct LabelMistake {
    /// The row, from 0.
    pub row: usize,
    /// Its label.
    pub label: usize,
}

/// The loss of a row of outputs, and the numbers on the way to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowLoss {
    /// The output of the row's own class.
    pub output: f64,
    /// The logarithm of the sum of all outputs' exponentials.
    pub log_sum_exp: f64,
    /// The probability of the row's own class by softmax, 0 to 1.
    pub probability: f64,
    /// The negative logarithm of that, in nats: `log_sum_exp − output`.
    pub loss: f64,
}

/// The cross-entropy of a batch (`torch.nn.CrossEntropyLoss` with its defaults).
#[derive(Clone, Debug, PartialEq)]
pub struct CrossEntropy {
    /// Each row's, in order.
    pub rows: Vec<RowLoss>,
    /// The mean over the rows, in nats; NaN of no rows.
    pub mean: f64,
}

impl CrossEntropy {
    /// The cross-entropy of these outputs, `[batch, 10]`, which should be finite, with a label for each row. Rows without a
    /// label do not count.
    ///
    /// # Errors
    /// [`LabelMistake`] if a label is not below [`CLASSES`].
    pub fn of(outputs: &[[f64; CLASSES]], labels: &[usize]) -> Result<Self, LabelMistake> {
        let row = |(row, (outputs, &label)): (usize, (&[f64; CLASSES], &usize))| {
            let output = *outputs.get(label).ok_or(LabelMistake { row, label })?;
            // Exponentials of differences from the largest output cannot overflow.
            let largest = outputs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = outputs.iter().map(|output| (output - largest).exp()).sum();
            let log_sum_exp = largest + sum.ln();
            let loss = log_sum_exp - output;
            Ok(RowLoss { output, log_sum_exp, probability: (-loss).exp(), loss })
        };
        let rows = outputs.iter().zip(labels).enumerate().map(row);
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let mean = rows.iter().map(|row| row.loss).sum::<f64>() / rows.len() as f64;
        Ok(Self { rows, mean })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_dummy_batch_has_the_loss_that_the_tutorial_prints() {
        let batch = CrossEntropy::of(&DUMMY_OUTPUTS, &DUMMY_LABELS).unwrap();
        // It prints 2.42895, of outputs with more digits than the four that it prints of each.
        assert!((batch.mean - 2.42895).abs() < 2e-5, "{}", batch.mean);
        // These by PyTorch in float64: log_softmax of the rounded outputs.
        assert!((batch.mean - 2.428936720451885).abs() < 1e-12, "{}", batch.mean);
        assert_eq!(batch.rows.len(), 4);
    }

    #[test]
    fn equal_outputs_have_the_loss_of_guessing() {
        let batch = CrossEntropy::of(&[[0.3; CLASSES]], &[9]).unwrap();
        assert!((batch.mean - 10.0_f64.ln()).abs() < 1e-12);
        assert!((batch.rows[0].probability - 0.1).abs() < 1e-12);
    }

    #[test]
    fn large_outputs_do_not_overflow() {
        let mut outputs = [0.0; CLASSES];
        outputs[2] = 5_000.0;
        let sure = |label| CrossEntropy::of(&[outputs], &[label]).unwrap().mean;
        assert!(sure(2).abs() < 1e-9);
        assert!((sure(3) - 5_000.0).abs() < 1e-9);
    }

    #[test]
    fn a_label_that_is_no_class_is_a_mistake_of_its_row() {
        let wrong = CrossEntropy::of(&DUMMY_OUTPUTS, &[1, 5, 10, 7]);
        assert_eq!(wrong, Err(LabelMistake { row: 2, label: 10 }));
    }
}
