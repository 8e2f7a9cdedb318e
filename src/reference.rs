//! What PyTorch's tutorial prints, and PyTorch's range over seeds: plain data.
//!
//! Both are of the tutorial's recipe: batches of 4, stochastic gradient descent with learning rate 0.001 and momentum
//! 0.9, five epochs of 15,000 steps. The printed losses are the tutorial's own output, whose seed is unknown
//! (`tests/fixtures/tutorial_printed.json`). The ranges are over four runs of PyTorch with the seeds 0 to 3
//! (`tests/fixtures/tutorial.json`).

/// A loss of PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossReference {
    /// The one that the tutorial prints.
    pub printed: f32,
    /// The lowest over PyTorch's seeds.
    pub lowest: f32,
    /// The highest over PyTorch's seeds.
    pub highest: f32,
}

/// PyTorch's validation after an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EpochReference {
    /// The validation loss.
    pub loss: LossReference,
    /// The lowest and the highest validation accuracy over PyTorch's seeds, as fractions. The tutorial prints none.
    pub accuracy: (f32, f32),
}

/// How many means of the training loss an epoch has: one for each 1000 of its 15,000 batches.
pub const MEANS_PER_EPOCH: usize = 15;

const fn measured(printed: f32, lowest: f32, highest: f32) -> LossReference {
    LossReference { printed, lowest, highest }
}

/// The mean training loss of every 1000 batches, from the first; five epochs with [`MEANS_PER_EPOCH`] each.
pub const TRAINING: [LossReference; 5 * MEANS_PER_EPOCH] = [
    measured(1.63342, 1.51998, 1.86067),
    measured(0.83253, 0.83948, 0.88169),
    measured(0.73594, 0.69542, 0.74249),
    measured(0.61983, 0.62952, 0.66502),
    measured(0.60003, 0.58352, 0.62143),
    measured(0.55511, 0.53769, 0.57049),
    measured(0.52603, 0.52067, 0.54398),
    measured(0.49735, 0.51677, 0.53466),
    measured(0.47819, 0.47199, 0.52092),
    measured(0.47880, 0.46610, 0.51728),
    measured(0.45599, 0.46559, 0.48096),
    measured(0.43275, 0.44710, 0.46348),
    measured(0.41800, 0.43710, 0.46494),
    measured(0.41150, 0.41295, 0.46266),
    measured(0.42113, 0.40652, 0.43683),
    measured(0.38798, 0.38341, 0.41584),
    measured(0.35913, 0.40106, 0.42448),
    measured(0.38075, 0.38913, 0.41255),
    measured(0.36145, 0.36833, 0.40492),
    measured(0.36850, 0.38243, 0.40436),
    measured(0.37036, 0.38151, 0.39423),
    measured(0.38547, 0.36060, 0.38661),
    measured(0.37847, 0.37409, 0.38663),
    measured(0.33415, 0.36282, 0.37912),
    measured(0.34330, 0.35194, 0.38940),
    measured(0.35608, 0.36496, 0.37634),
    measured(0.34999, 0.35279, 0.37756),
    measured(0.33874, 0.35978, 0.37571),
    measured(0.35130, 0.33663, 0.37926),
    measured(0.33945, 0.33828, 0.34967),
    measured(0.33197, 0.32006, 0.34225),
    measured(0.29559, 0.33013, 0.33558),
    measured(0.31074, 0.32223, 0.35350),
    measured(0.32990, 0.32984, 0.33804),
    measured(0.30859, 0.32734, 0.33699),
    measured(0.33916, 0.31525, 0.34182),
    measured(0.31051, 0.32450, 0.34303),
    measured(0.30111, 0.32228, 0.33531),
    measured(0.31421, 0.32277, 0.34673),
    measured(0.31459, 0.32132, 0.34073),
    measured(0.31527, 0.29616, 0.33643),
    measured(0.31502, 0.30568, 0.34214),
    measured(0.30119, 0.31372, 0.34052),
    measured(0.30013, 0.31103, 0.32169),
    measured(0.31833, 0.30453, 0.33512),
    measured(0.27862, 0.28877, 0.31089),
    measured(0.27965, 0.28784, 0.30772),
    measured(0.28595, 0.29678, 0.31277),
    measured(0.29299, 0.28351, 0.32591),
    measured(0.30699, 0.28058, 0.31632),
    measured(0.29902, 0.29367, 0.30665),
    measured(0.28634, 0.28929, 0.31157),
    measured(0.26554, 0.29123, 0.31447),
    measured(0.30450, 0.28717, 0.31261),
    measured(0.27627, 0.29358, 0.31354),
    measured(0.28084, 0.29388, 0.31070),
    measured(0.29241, 0.28243, 0.30332),
    measured(0.28031, 0.28067, 0.30889),
    measured(0.29835, 0.29261, 0.32740),
    measured(0.30096, 0.28792, 0.31335),
    measured(0.26143, 0.25133, 0.27994),
    measured(0.25870, 0.27030, 0.29595),
    measured(0.26425, 0.27358, 0.28616),
    measured(0.28260, 0.27040, 0.29379),
    measured(0.26988, 0.27327, 0.28365),
    measured(0.27593, 0.25535, 0.29194),
    measured(0.26056, 0.27267, 0.30762),
    measured(0.29164, 0.26842, 0.30018),
    measured(0.28931, 0.26328, 0.30064),
    measured(0.24860, 0.27636, 0.30347),
    measured(0.27328, 0.26604, 0.29543),
    measured(0.27927, 0.28745, 0.29723),
    measured(0.26868, 0.26729, 0.29091),
    measured(0.24746, 0.24741, 0.27993),
    measured(0.27903, 0.27222, 0.30840),
];

/// The validation after each epoch, from the first.
pub const EPOCHS: [EpochReference; 5] = [
    EpochReference { loss: measured(0.41446, 0.42858, 0.45111), accuracy: (0.8326, 0.8396) },
    EpochReference { loss: measured(0.35812, 0.34497, 0.39023), accuracy: (0.8584, 0.8729) },
    EpochReference { loss: measured(0.33077, 0.32327, 0.35309), accuracy: (0.8724, 0.8816) },
    EpochReference { loss: measured(0.41687, 0.31546, 0.36113), accuracy: (0.8713, 0.8823) },
    EpochReference { loss: measured(0.31207, 0.30449, 0.31948), accuracy: (0.8825, 0.8897) },
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::Value;

    use super::*;

    fn fixture(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    fn agrees(reference: LossReference, printed: f64, seeds: &[f64]) {
        let (lowest, highest) = range(seeds);
        let close = |stated: f32, value: f64| (f64::from(stated) - value).abs() < 6e-6;
        assert!(close(reference.printed, printed), "{reference:?}: {printed}");
        assert!(close(reference.lowest, lowest), "{reference:?}: {lowest}");
        assert!(close(reference.highest, highest), "{reference:?}: {highest}");
    }

    fn range(values: &[f64]) -> (f64, f64) {
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        (lowest, values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    }

    #[test]
    fn the_reference_is_what_the_tutorial_prints_and_what_pytorchs_seeds_span() {
        let printed = fixture(include_str!("../tests/fixtures/tutorial_printed.json"));
        let seeds = fixture(include_str!("../tests/fixtures/tutorial.json"));
        let of_seeds = |epoch: usize, read: &dyn Fn(&Value) -> f64| -> Vec<f64> {
            seeds.as_array().unwrap().iter().map(|run| read(&run["epochs"][epoch])).collect()
        };
        for (at, reference) in TRAINING.into_iter().enumerate() {
            let (epoch, mean) = (at / MEANS_PER_EPOCH, at % MEANS_PER_EPOCH);
            let batches = &printed["epochs"][epoch]["batches"][mean];
            assert_eq!(batches[0].as_u64().unwrap(), 1000 * (mean as u64 + 1));
            let seeds = of_seeds(epoch, &|epoch| epoch["train_per_1000"][mean].as_f64().unwrap());
            agrees(reference, batches[1].as_f64().unwrap(), &seeds);
        }
        for (epoch, reference) in EPOCHS.into_iter().enumerate() {
            let seeds = of_seeds(epoch, &|epoch| epoch["valid_loss"].as_f64().unwrap());
            agrees(reference.loss, printed["epochs"][epoch]["valid"].as_f64().unwrap(), &seeds);
            let seeds = of_seeds(epoch, &|epoch| epoch["valid_accuracy"].as_f64().unwrap());
            let (lowest, highest) = range(&seeds);
            assert!((f64::from(reference.accuracy.0) - lowest).abs() < 6e-6);
            assert!((f64::from(reference.accuracy.1) - highest).abs() < 6e-6);
        }
    }
}
