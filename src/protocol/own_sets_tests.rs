//! A sample of everything that may be wrong with a data set of one's own.

use super::OwnSetFailure;
use crate::dataset::own::{OwnMistake, SkipReason, Skipped};
use crate::dataset::{DownloadError, IdentityMistake};

fn text(text: &str) -> String {
    text.to_owned()
}

pub(super) fn samples() -> Vec<OwnSetFailure> {
    let (a, b) = (|| text("a.idx"), || text("b.idx"));
    let mistakes = [
        OwnMistake::Identity(IdentityMistake::Classes(65)),
        OwnMistake::Identity(IdentityMistake::NoClassName(2)),
        OwnMistake::Identity(IdentityMistake::SameClassName(text("cup"))),
        OwnMistake::Identity(IdentityMistake::Sha256(text("0"))),
        OwnMistake::Nothing,
        OwnMistake::TooManyFiles(120_000),
        OwnMistake::TooManyImages,
        OwnMistake::FewImages { class: text("cup"), images: 1 },
        OwnMistake::NoImages { train: true },
        OwnMistake::NoImages { train: false },
        OwnMistake::AllSkipped(3),
        OwnMistake::Share(text("2")),
        OwnMistake::HalfPair(a()),
        OwnMistake::TwoOfAKind { one: a(), other: b() },
        OwnMistake::Count { images: a(), found: 3, labels: b(), expected: 4 },
        OwnMistake::Gzip { file: a() },
        OwnMistake::Label { file: b(), label: 64 },
        OwnMistake::UnknownLabel(9),
        OwnMistake::Names { file: text("classes.json"), why: text("expected value") },
        OwnMistake::MissingName { names: 2, label: 3 },
    ];
    let reasons = [
        SkipReason::NoClass,
        SkipReason::NoPicture,
        SkipReason::TooLarge,
        SkipReason::TooManyPixels,
        SkipReason::Damaged,
        SkipReason::Gone,
        SkipReason::Unreadable(text("permission denied")),
        SkipReason::Undecodable(text("bad marker")),
        SkipReason::Empty,
    ];
    let unreadable = reasons.map(|why| OwnSetFailure::Unreadable(Skipped { path: a(), why }));
    let mut all: Vec<_> =
        mistakes.into_iter().map(OwnSetFailure::Files).chain(unreadable).collect();
    all.extend([
        OwnSetFailure::Download { file: a(), why: DownloadError::Missing },
        OwnSetFailure::Shards { detail: text("a shard is missing") },
        OwnSetFailure::NoStorage,
        OwnSetFailure::NotKept { browser_text: text("QuotaExceededError") },
    ]);
    all
}
