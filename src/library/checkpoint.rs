//! What is known about a stored checkpoint without reading its weights.

#[cfg(feature = "files")]
use serde::Deserializer;
use serde::{Deserialize, Serialize};

#[cfg(feature = "files")]
use crate::checkpoint::Checkpoint;
#[cfg(feature = "files")]
use crate::checksum::sha256_hex;
pub use crate::history::CheckpointRole;
use crate::history::EpochMetrics;
use crate::text;

/// A stored checkpoint, without its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointSummary {
    /// `model_{run}_{epoch}` for the best of a run, `model_{run}_last` for its newest,
    /// `model_{run}_step{step}` for those saved at intervals, with `_2`, `_3`… appended if the person has
    /// named several from the same step.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub name: String,
    /// The run's name.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub run: String,
    /// Why it is kept.
    pub role: CheckpointRole,
    /// The name that the person gave it; empty if none.
    #[cfg_attr(feature = "files", serde(deserialize_with = "read_label"))]
    pub label: String,
    /// Epochs finished.
    pub epoch: u32,
    /// Steps taken.
    pub step: u64,
    /// Whether the run ended with it, so that nothing is left to resume.
    pub finished: bool,
    /// The mean training loss of the last steps before it, if there were any.
    pub train_loss: Option<f64>,
    /// Metrics of the newest finished epoch, if any.
    pub metrics: Option<EpochMetrics>,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// The file's SHA-256 in hexadecimal, verified whenever the file is read.
    #[cfg_attr(feature = "files", serde(deserialize_with = "text::name"))]
    pub sha256: String,
    /// When it was written, milliseconds since 1970 UTC.
    pub saved_at_ms: f64,
}

impl CheckpointSummary {
    /// The longest label, in characters.
    pub const MOST_LABEL: usize = 80;

    /// A label as stored: trimmed, and at most [`Self::MOST_LABEL`] characters.
    #[must_use]
    pub fn fitting_label(label: &str) -> String {
        text::line(label, Self::MOST_LABEL)
    }

    /// The name of this run's checkpoint in this role, after this many epochs and steps.
    #[must_use]
    pub fn name_of(run: &str, role: CheckpointRole, epoch: u32, step: u64) -> String {
        match role {
            CheckpointRole::Best => format!("model_{run}_{epoch}"),
            CheckpointRole::Last => format!("model_{run}_last"),
            CheckpointRole::Kept => format!("model_{run}_step{step}"),
        }
    }

    /// The run of the checkpoint with this name; `None` if this is not a checkpoint's name.
    #[must_use]
    pub fn run_of(name: &str) -> Option<&str> {
        let rest = name.strip_prefix("model_")?;
        // A run's name has one underscore: `YYYYMMDD_HHMMSS`.
        let (end, _) = rest.match_indices('_').nth(1)?;
        rest.get(..end)
    }

    /// Its name as a checkpoint saved at intervals: the first free one for its step.
    #[must_use]
    pub fn kept_name(&self, is_free: impl Fn(&str) -> bool) -> String {
        self.kept_names().find(|name| is_free(name)).unwrap_or_default()
    }

    /// The names that it may have as a checkpoint saved at intervals, without end.
    pub fn kept_names(&self) -> impl Iterator<Item = String> + use<> {
        let name = Self::name_of(&self.run, CheckpointRole::Kept, self.epoch, self.step);
        let first = std::iter::once(name.clone());
        first.chain((2_u64..).map(move |number| format!("{name}_{number}")))
    }

    /// The checkpoints to delete when at most `keep` of those saved at intervals are kept: the oldest. One
    /// that the person has named stays.
    pub fn pruned(checkpoints: &[Self], keep: usize) -> impl Iterator<Item = &Self> {
        let kept = |checkpoint: &&Self| checkpoint.role == CheckpointRole::Kept;
        let mut kept: Vec<_> = checkpoints.iter().filter(kept).collect();
        kept.sort_by_key(|checkpoint| checkpoint.step);
        let surplus = kept.len().saturating_sub(keep);
        kept.into_iter().take(surplus).filter(|checkpoint| checkpoint.label.is_empty())
    }
}

/// The library's summary of a checkpoint with this file.
#[cfg(feature = "files")]
#[must_use]
pub fn summarize(checkpoint: &Checkpoint, role: CheckpointRole, bytes: &[u8]) -> CheckpointSummary {
    let Checkpoint { run, saved_at_ms, snapshot, .. } = checkpoint;
    let history = &snapshot.history;
    let (epoch, step) = (history.epochs.len() as u32, history.losses.len() as u64);
    CheckpointSummary {
        name: CheckpointSummary::name_of(run, role, epoch, step),
        run: run.clone(),
        role,
        label: String::new(),
        epoch,
        step,
        finished: snapshot.ending().is_some(),
        train_loss: history.recent_loss(),
        metrics: history.epochs.last().copied(),
        bytes: bytes.len() as u64,
        sha256: sha256_hex(bytes),
        saved_at_ms: *saved_at_ms,
    }
}

#[cfg(feature = "files")]
fn read_label<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(CheckpointSummary::fitting_label(&String::deserialize(from)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn kept(step: u64, label: &str) -> CheckpointSummary {
        CheckpointSummary {
            name: CheckpointSummary::name_of("20260102_030405", CheckpointRole::Kept, 0, step),
            run: "20260102_030405".to_owned(),
            role: CheckpointRole::Kept,
            label: label.to_owned(),
            epoch: 0,
            step,
            finished: false,
            train_loss: None,
            metrics: None,
            bytes: 1,
            sha256: String::new(),
            saved_at_ms: 0.0,
        }
    }

    #[test]
    fn the_oldest_give_way_but_for_those_with_a_name() {
        let mut all =
            vec![kept(300, ""), kept(100, "before it broke"), kept(200, ""), kept(400, "")];
        all.push(CheckpointSummary { role: CheckpointRole::Last, ..kept(50, "") });
        let steps =
            |keep| CheckpointSummary::pruned(&all, keep).map(|gone| gone.step).collect::<Vec<_>>();
        assert_eq!(steps(2), [200]);
        assert_eq!(steps(1), [200, 300]);
        assert_eq!(steps(4), [0_u64; 0]);
    }

    #[cfg(feature = "files")]
    #[test]
    fn a_name_for_a_checkpoint_is_trimmed_and_has_an_end() {
        let fitting = CheckpointSummary::fitting_label;
        assert_eq!(fitting("  before it broke "), "before it broke");
        assert_eq!(fitting(&"a".repeat(80)), "a".repeat(80));
        assert_eq!(fitting(&"a".repeat(81)), format!("{}…", "a".repeat(79)));
    }

    #[cfg(feature = "files")]
    #[test]
    fn a_summary_made_by_hand_is_read_with_texts_that_can_be_shown() {
        let long = || format!("\u{202e}{}", "a".repeat(100_000));
        let made =
            CheckpointSummary { name: long(), run: long(), sha256: long(), ..kept(1, &long()) };
        let json = serde_json::to_string(&made).unwrap();
        let read: CheckpointSummary = serde_json::from_str(&json).unwrap();
        for (text, most) in [
            (read.name, 200),
            (read.run, 200),
            (read.sha256, 200),
            (read.label, CheckpointSummary::MOST_LABEL),
        ] {
            assert_eq!(text.chars().count(), most);
            assert!(text.starts_with('a') && text.ends_with('…'));
        }
    }

    #[test]
    fn a_checkpoints_name_tells_its_run() {
        let run = "20260102_030405";
        for role in [CheckpointRole::Best, CheckpointRole::Last, CheckpointRole::Kept] {
            let name = CheckpointSummary::name_of(run, role, 3, 700);
            assert_eq!(CheckpointSummary::run_of(&name), Some(run), "{name}");
        }
        let second = kept(7, "").kept_name(|name| name.ends_with("_2"));
        assert_eq!(CheckpointSummary::run_of(&second), Some(run), "{second}");
        let names: Vec<_> = kept(7, "").kept_names().take(3).collect();
        assert_eq!(names, ["", "_2", "_3"].map(|end| format!("model_{run}_step7{end}")));
        for other in ["", "model", "model_20260102_030405", "20260102_030405_last"] {
            assert_eq!(CheckpointSummary::run_of(other), None, "{other}");
        }
    }
}
