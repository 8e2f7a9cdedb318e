//! The steps of the lesson, in the order of the tutorial's chapters.

use leptos::prelude::window;

/// Where the browser keeps the step that was open last.
const KEY: &str = "atelier-lesson-step";

/// A step of the lesson.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// The data set, and the loader that draws batches of it.
    #[default]
    Data,
    /// The network.
    Model,
    /// The loss of a batch.
    Loss,
    /// A step of the optimizer.
    Optimizer,
    /// The training loop, and what happens after each epoch.
    Epoch,
    /// What happens when it goes on too long.
    Overfitting,
    /// A learning rate that is too small, and one that is too large.
    LearningRate,
    /// The best model, saved and loaded.
    Saving,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 8] = [
        Self::Data,
        Self::Model,
        Self::Loss,
        Self::Optimizer,
        Self::Epoch,
        Self::Overfitting,
        Self::LearningRate,
        Self::Saving,
    ];

    /// As addresses write it: links to steps stay valid.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Model => "model",
            Self::Loss => "loss",
            Self::Optimizer => "optimizer",
            Self::Epoch => "epoch",
            Self::Overfitting => "overfitting",
            Self::LearningRate => "learning-rate",
            Self::Saving => "saving",
        }
    }

    /// The step that addresses write like this.
    pub fn with_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == key)
    }

    /// Its number, from 1.
    pub fn number(self) -> usize {
        Self::ALL.iter().take_while(|step| **step != self).count() + 1
    }

    /// The step after it; `None` after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    /// The step before it; `None` before the first.
    pub fn previous(self) -> Option<Self> {
        let before = self.number().checked_sub(2)?;
        Self::ALL.get(before).copied()
    }
}

/// The step that was open last in this browser.
pub fn remembered_step() -> Option<Step> {
    let storage = window().local_storage().ok().flatten()?;
    Step::with_key(&storage.get_item(KEY).ok().flatten()?)
}

/// Remembers a step. Where the browser keeps nothing, the lesson begins at its first step again.
pub fn remember_step(step: Step) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(KEY, step.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_forward_and_the_way_back_pass_every_step() {
        let forward: Vec<_> = std::iter::successors(Some(Step::Data), |step| step.next()).collect();
        assert_eq!(forward, Step::ALL);
        let mut back: Vec<_> =
            std::iter::successors(Some(Step::Saving), |step| step.previous()).collect();
        back.reverse();
        assert_eq!(back, Step::ALL);
        assert_eq!((Step::Data.number(), Step::Saving.number()), (1, 8));
    }
}
