//! What PyTorch's tutorial prints, and the range of PyTorch's own runs of its recipe: batches of 4, SGD at 0.001 with
//! momentum 0.9, five epochs.
//!
//! The printed run is the one of "Training with PyTorch" (docs.pytorch.org, `beginner/introyt/trainingyt`), whose seed is
//! unknown. The range is over that run and four with PyTorch's seeds 0 to 3 (`tests/fixtures/tutorial.json`).

/// Training losses of PyTorch's runs, a mean of 1000 batches each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceReport {
    /// As the tutorial prints it.
    pub printed: f32,
    /// The lowest of all runs.
    pub lowest: f32,
    /// The highest.
    pub highest: f32,
}

/// Results of PyTorch's runs on the test images after an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceEpoch {
    /// The validation loss that the tutorial prints.
    pub printed: f64,
    /// The lowest and the highest validation loss of all runs.
    pub loss: (f64, f64),
    /// The lowest and the highest accuracy of the four runs, 0 to 1; the tutorial prints none.
    pub accuracy: (f64, f64),
}

/// Reports in an epoch.
pub const REPORTS_AN_EPOCH: usize = 15;

/// Every report, in order.
pub const REPORTS: [ReferenceReport; 75] = [
    report(1.63342, 1.51998, 1.86067),
    report(0.83253, 0.83253, 0.88169),
    report(0.73594, 0.69542, 0.74249),
    report(0.61983, 0.61983, 0.66502),
    report(0.60003, 0.58352, 0.62143),
    report(0.55511, 0.53769, 0.57049),
    report(0.52603, 0.52067, 0.54398),
    report(0.49735, 0.49735, 0.53466),
    report(0.47819, 0.47199, 0.52092),
    report(0.47880, 0.46610, 0.51728),
    report(0.45599, 0.45599, 0.48096),
    report(0.43275, 0.43275, 0.46348),
    report(0.41800, 0.41800, 0.46494),
    report(0.41150, 0.41150, 0.46266),
    report(0.42113, 0.40652, 0.43683),
    report(0.38798, 0.38341, 0.41584),
    report(0.35913, 0.35913, 0.42448),
    report(0.38075, 0.38075, 0.41255),
    report(0.36145, 0.36145, 0.40492),
    report(0.36850, 0.36850, 0.40436),
    report(0.37036, 0.37036, 0.39423),
    report(0.38547, 0.36060, 0.38661),
    report(0.37847, 0.37409, 0.38663),
    report(0.33415, 0.33415, 0.37912),
    report(0.34330, 0.34330, 0.38940),
    report(0.35608, 0.35608, 0.37634),
    report(0.34999, 0.34999, 0.37756),
    report(0.33874, 0.33874, 0.37571),
    report(0.35130, 0.33663, 0.37926),
    report(0.33945, 0.33828, 0.34967),
    report(0.33197, 0.32006, 0.34225),
    report(0.29559, 0.29559, 0.33558),
    report(0.31074, 0.31074, 0.35350),
    report(0.32990, 0.32984, 0.33804),
    report(0.30859, 0.30859, 0.33699),
    report(0.33916, 0.31525, 0.34182),
    report(0.31051, 0.31051, 0.34303),
    report(0.30111, 0.30111, 0.33531),
    report(0.31421, 0.31421, 0.34673),
    report(0.31459, 0.31459, 0.34073),
    report(0.31527, 0.29616, 0.33643),
    report(0.31502, 0.30568, 0.34214),
    report(0.30119, 0.30119, 0.34052),
    report(0.30013, 0.30013, 0.32169),
    report(0.31833, 0.30453, 0.33512),
    report(0.27862, 0.27862, 0.31089),
    report(0.27965, 0.27965, 0.30772),
    report(0.28595, 0.28595, 0.31277),
    report(0.29299, 0.28351, 0.32591),
    report(0.30699, 0.28058, 0.31632),
    report(0.29902, 0.29367, 0.30665),
    report(0.28634, 0.28634, 0.31157),
    report(0.26554, 0.26554, 0.31447),
    report(0.30450, 0.28717, 0.31261),
    report(0.27627, 0.27627, 0.31354),
    report(0.28084, 0.28084, 0.31070),
    report(0.29241, 0.28243, 0.30332),
    report(0.28031, 0.28031, 0.30889),
    report(0.29835, 0.29261, 0.32740),
    report(0.30096, 0.28792, 0.31335),
    report(0.26143, 0.25133, 0.27994),
    report(0.25870, 0.25870, 0.29595),
    report(0.26425, 0.26425, 0.28616),
    report(0.28260, 0.27040, 0.29379),
    report(0.26988, 0.26988, 0.28365),
    report(0.27593, 0.25535, 0.29194),
    report(0.26056, 0.26056, 0.30762),
    report(0.29164, 0.26842, 0.30018),
    report(0.28931, 0.26328, 0.30064),
    report(0.24860, 0.24860, 0.30347),
    report(0.27328, 0.26604, 0.29543),
    report(0.27927, 0.27927, 0.29723),
    report(0.26868, 0.26729, 0.29091),
    report(0.24746, 0.24741, 0.27993),
    report(0.27903, 0.27222, 0.30840),
];

/// By epoch, from the first.
pub const EPOCHS: [ReferenceEpoch; 5] = [
    ReferenceEpoch { printed: 0.41446, loss: (0.41446, 0.45111), accuracy: (0.8326, 0.8396) },
    ReferenceEpoch { printed: 0.35812, loss: (0.34497, 0.39023), accuracy: (0.8584, 0.8729) },
    ReferenceEpoch { printed: 0.33077, loss: (0.32327, 0.35309), accuracy: (0.8724, 0.8816) },
    ReferenceEpoch { printed: 0.41687, loss: (0.31546, 0.41687), accuracy: (0.8713, 0.8823) },
    ReferenceEpoch { printed: 0.31207, loss: (0.30449, 0.31948), accuracy: (0.8825, 0.8897) },
];

const fn report(printed: f32, lowest: f32, highest: f32) -> ReferenceReport {
    ReferenceReport { printed, lowest, highest }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_range_is_that_of_pytorchs_runs() {
        let runs: serde_json::Value =
            serde_json::from_str(include_str!("../tests/fixtures/tutorial.json")).unwrap();
        let runs = runs.as_array().unwrap();
        for run in runs {
            for (at, epoch) in run["epochs"].as_array().unwrap().iter().enumerate() {
                let (loss, accuracy) = (&epoch["valid_loss"], &epoch["valid_accuracy"]);
                let within = |value: f64, (low, high): (f64, f64)| {
                    (low - 1e-4..=high + 1e-4).contains(&value)
                };
                assert!(within(loss.as_f64().unwrap(), EPOCHS[at].loss));
                assert!(within(accuracy.as_f64().unwrap(), EPOCHS[at].accuracy));
                let reports = epoch["train_per_1000"].as_array().unwrap();
                for (report, told) in reports.iter().zip(&REPORTS[at * REPORTS_AN_EPOCH..]) {
                    let range = (told.lowest.into(), told.highest.into());
                    assert!(within(report.as_f64().unwrap(), range));
                }
            }
        }
        let tight = |low: f64, high: f64| high > low && high - low < 0.35;
        assert!(REPORTS.iter().all(|it| tight(it.lowest.into(), it.highest.into())));
        assert!(EPOCHS.iter().all(|it| tight(it.loss.0, it.loss.1)));
    }
}
