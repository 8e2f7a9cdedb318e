//! What all figures draw: an evaluation and what follows from it, computed once.

use std::sync::Arc;

use leptos::prelude::*;

use super::validation::{Side, Validation, own_set_at};
use crate::dataset::{DataSetIdentity, SplitCorrections};
use crate::insight::{CALIBRATION_BINS, Calibration, Confusion, Evaluation};
use crate::page::class_names::ClassNames;
use crate::protocol::insight::{KeptWeights, OwnSetAt, WeightsAt};

/// Of the weights that are looked at, and where they are compared, of the others.
#[derive(Clone, Copy)]
pub struct Facts {
    /// What the network says of every test image. While another evaluation is awaited, the last one stays.
    pub evaluation: Memo<Option<Arc<Evaluation>>>,
    /// The same by the published labels.
    pub published: Memo<Option<Arc<Evaluation>>>,
    /// Its confusion matrix.
    pub confusion: Memo<Option<Confusion>>,
    /// Its calibration.
    pub calibration: Memo<Option<Calibration>>,
    /// The confusion matrix of the other weights.
    pub other_confusion: Memo<Option<Confusion>>,
    /// The calibration of the other weights.
    pub other_calibration: Memo<Option<Calibration>>,
    /// The classes of the network.
    pub names: Memo<ClassNames>,
    /// The data set whose images these are, if it is one of one's own.
    pub own: Memo<Option<OwnSetAt>>,
    /// Whether an evaluation is awaited.
    pub is_awaited: Memo<bool>,
    /// Whose evaluation it is, and that of the other weights.
    whose: Memo<(Option<WeightsAt>, Option<WeightsAt>)>,
    /// Whether corrected labels judge.
    is_corrected: Memo<bool>,
}

/// An evaluation, and of which weights it is.
type Evaluated = Option<(KeptWeights, Arc<Evaluation>)>;

impl Facts {
    /// Those of this validation, judged by these corrections, if any, on both sides. They are of the tutorial's labels.
    pub fn of(validation: Validation, judge: Memo<Option<Arc<SplitCorrections>>>) -> Self {
        let Validation { now, other, .. } = validation;
        let shown = Memo::new(move |before: Option<&Evaluated>| {
            let stays = now.run.with(Option::is_some) && validation.complaint().is_none();
            let before = || before.cloned().flatten().filter(|_| stays);
            validation.shown(now).or_else(before)
        });
        let compared = Memo::new(move |_| validation.shown(other));
        let judge =
            Memo::new(move |_| judge.get().filter(|_| shown.with(|it| identity(it).is_none())));
        let is_awaited = Memo::new(move |_| {
            let awaits =
                |side: Side| side.weights.with(Option::is_some) && validation.shown(side).is_none();
            (awaits(now) || awaits(other)) && validation.complaint().is_none()
        });
        let evaluation_of = |side: Memo<Evaluated>| {
            Memo::new(move |_| side.with(|it| it.as_ref().map(|(_, it)| Arc::clone(it))))
        };
        let published = evaluation_of(shown);
        let judged = |evaluation: Memo<Option<Arc<Evaluation>>>| {
            Memo::new(move |_| {
                let evaluation = evaluation.get()?;
                Some(judge.with(|judge| match judge {
                    None => evaluation,
                    Some(judge) => {
                        let judge = |index, label| judge.judge(index, label);
                        Arc::new(evaluation.relabelled(judge))
                    }
                }))
            })
        };
        let (evaluation, other) = (judged(published), judged(evaluation_of(compared)));
        let at = |it: &Evaluated| it.as_ref().map(|(weights, _)| weights.at.clone());
        Self {
            evaluation,
            published,
            confusion: confusion_of(evaluation),
            calibration: calibration_of(evaluation),
            other_confusion: confusion_of(other),
            other_calibration: calibration_of(other),
            names: Memo::new(move |_| shown.with(|it| ClassNames::of(identity(it)))),
            own: Memo::new(move |_| shown.with(|it| identity(it).map(own_set_at))),
            is_awaited,
            whose: Memo::new(move |_| (shown.with(at), compared.with(at))),
            is_corrected: Memo::new(move |_| judge.with(Option::is_some)),
        }
    }

    /// Names for the files of a figure, by their extension.
    pub fn names(self, figure: &'static str) -> Callback<&'static str, String> {
        Callback::new(move |extension| self.file_name(figure, extension))
    }

    /// A name for a file about what is shown, also while something else is awaited.
    fn file_name(self, figure: &str, extension: &str) -> String {
        let (shown, compared) = self.whose.get_untracked();
        let shown = shown.as_ref().map(name_of).unwrap_or_default();
        let compared = compared.as_ref().map(|at| format!("-compared{}", name_of(at)));
        let labels = if self.is_corrected.get_untracked() { "-corrected" } else { "" };
        format!("atelier-{figure}{shown}{}{labels}.{extension}", compared.unwrap_or_default())
    }
}

/// The data set of the weights that were evaluated, if it is one of one's own.
fn identity(evaluated: &Evaluated) -> Option<&DataSetIdentity> {
    evaluated.as_ref()?.0.own.as_ref()
}

fn confusion_of(evaluation: Memo<Option<Arc<Evaluation>>>) -> Memo<Option<Confusion>> {
    Memo::new(move |_| evaluation.with(|known| known.as_deref().map(Confusion::new)))
}

fn calibration_of(evaluation: Memo<Option<Arc<Evaluation>>>) -> Memo<Option<Calibration>> {
    Memo::new(move |_| {
        let of = |known: &Evaluation| Calibration::new(known, CALIBRATION_BINS);
        evaluation.with(|known| known.as_deref().map(of))
    })
}

/// The end of a file's name. Names of runs may come from imported files, so nothing is kept that a file system might
/// take for something else.
fn name_of(at: &WeightsAt) -> String {
    let name = match at {
        WeightsAt::Epoch { run, epoch } => format!("-{run}-epoch-{epoch}"),
        WeightsAt::Checkpoint { name, .. } => format!("-{name}"),
    };
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    name.chars().filter(plain).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_says_whose_weights_they_are_and_holds_no_path() {
        let epoch = WeightsAt::Epoch { run: "20260102_030405".to_owned(), epoch: 3 };
        assert_eq!(name_of(&epoch), "-20260102_030405-epoch-3");
        let name = "../model_1.checkpoint\u{202e}/x".to_owned();
        let at = |name| WeightsAt::Checkpoint { name, sha256: String::new() };
        assert_eq!(name_of(&at(name)), "-model_1checkpointx");
        let long = at("a".repeat(1_000));
        assert_eq!(name_of(&long).len(), 80);
    }
}
