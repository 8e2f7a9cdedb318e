//! What each step is in PyTorch, and where this project does the same.

use super::step::Step;

/// The program of a step, with the tutorial's names. It goes on from those before it, and is tested like that.
pub const fn program(step: Step) -> &'static str {
    match step {
        Step::Data => include_str!("programs/1_data.py"),
        Step::Model => include_str!("programs/2_model.py"),
        Step::Loss => include_str!("programs/3_loss.py"),
        Step::Optimizer => include_str!("programs/4_optimizer.py"),
        Step::Epoch => include_str!("programs/5_epoch.py"),
        Step::Overfitting => include_str!("programs/6_overfitting.py"),
        Step::LearningRate => include_str!("programs/7_learning_rate.py"),
        Step::Saving => include_str!("programs/8_saving.py"),
    }
}

/// A file of this project, and the name of what in it does the same.
pub type Site = (&'static str, &'static str);

/// Where this project does what the step is about.
pub const fn sites(step: Step) -> &'static [Site] {
    match step {
        Step::Data => &[
            ("src/dataset/sampler.rs", "epoch_order"),
            ("src/training/batches.rs", "Batches"),
            ("src/page/lesson/batch.rs", "indices"),
        ],
        Step::Model => &[
            ("src/network/layers.rs", "layers"),
            ("src/model/mod.rs", "GarmentClassifier"),
            ("src/insight/inside.rs", "ImageInside"),
        ],
        Step::Loss => &[
            ("src/lesson/cross_entropy.rs", "CrossEntropy"),
            ("src/training/fused/cpu/tile.rs", "measure"),
        ],
        Step::Optimizer => &[
            ("src/lesson/sgd.rs", "Sgd"),
            ("src/lesson/descent.rs", "Descent"),
            ("src/insight/backward.rs", "BackwardPass"),
            ("src/training/fused/cpu/update.rs", "update"),
        ],
        Step::Epoch => &[
            ("src/training/driver.rs", "Driver"),
            ("src/training/trainer.rs", "finish_epoch"),
            ("src/training/validation.rs", "Validation"),
        ],
        Step::Overfitting => &[
            ("src/dataset/corrections.rs", "Corrections"),
            ("src/history.rs", "best_of"),
            ("src/page/lesson/exercise.rs", "Exercise"),
        ],
        Step::LearningRate => &[
            ("src/settings/schedule.rs", "ScheduleSettings"),
            ("src/page/session/pool/mod.rs", "WorkerPool"),
            ("src/page/lesson/learning_rate.rs", "RateEnd"),
        ],
        Step::Saving => &[
            ("src/checkpoint/file.rs", "write_checkpoint"),
            ("src/library/succession.rs", "Succession"),
            ("src/insight_worker/weights.rs", "WeightStore"),
        ],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;

    #[test]
    fn what_does_the_same_is_where_the_lesson_says() {
        for step in Step::ALL {
            for (file, name) in sites(step) {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
                let text = std::fs::read_to_string(&path).unwrap();
                let is_defined = ["fn", "struct", "enum"]
                    .iter()
                    .any(|kind| text.contains(&format!("{kind} {name}")));
                assert!(is_defined, "{name} is not defined in {file}");
            }
        }
    }

    #[test]
    fn programs_fit_beside_the_lesson() {
        for step in Step::ALL {
            let widest = program(step).lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(66), "{step:?}: {widest:?}");
        }
    }
}
