//! What the languages must keep to.

use super::*;
use crate::garment::header::{self, HeaderMistake};
use crate::page::format::whole;
use crate::page::train::classifier::Complaint;
use crate::protocol::Status;
use crate::settings::{Field, Group, ScheduleKind};

/// Fixed texts that are the same in both languages: names.
const NAMES: [&str; 14] = [
    "Atelier",
    "WebGPU",
    "CPU",
    "Loss/train",
    "TensorBoard",
    "CSV",
    "JSON",
    "ONNX",
    "t-SNE",
    "Beta 1",
    "Beta 2",
    "Alpha",
    "Lambda",
    "Epsilon",
];

/// The tables of the part that looks into networks.
type OfPart<'a> = (&'a InsightWords, &'a ExploreWords);

/// All texts that are always the same, with their names. Those of the part that looks into networks are no part of [`Words`].
fn texts(words: &Words, (insight, explore): OfPart<'_>) -> Vec<(&'static str, &'static str)> {
    let mut all = words.page.texts();
    all.extend(insight.texts());
    all.extend(explore.texts());
    let is_english = insight.title() == en::INSIGHT.title();
    let corrections = if is_english { &en::CORRECTIONS } else { &zh::CORRECTIONS };
    all.extend(corrections.texts());
    let experiments = if is_english { &en::EXPERIMENTS } else { &zh::EXPERIMENTS };
    all.extend(experiments.texts());
    let figures = if is_english { &en::EXPERIMENT_FIGURES } else { &zh::EXPERIMENT_FIGURES };
    all.extend(figures.texts());
    let lesson = if is_english { &en::LESSON } else { &zh::LESSON };
    all.extend(lesson.texts());
    all.extend(words.header.texts());
    all.extend(words.engine.texts());
    all.extend(words.run.texts());
    all.extend(words.outcome.texts());
    all.extend(words.charts.texts());
    all.extend(words.classifier.texts());
    all.extend(words.data.texts());
    all.extend(words.own_sets.texts());
    all.extend(words.benchmark.texts());
    all.extend(words.settings.texts());
    all.extend(words.code.texts());
    all.extend(words.library.texts());
    all.extend(words.checkpoints.texts());
    all.push(("dismiss", words.failures.dismiss()));
    all
}

/// Texts of which a fact chooses one, too.
fn chosen_texts(words: &Words, part: OfPart<'_>) -> Vec<(&'static str, &'static str)> {
    let settings = &words.settings;
    let mut all = texts(words, part);
    all.extend(Field::ALL.map(|field| (field.key(), settings.label(field))));
    all.extend(Field::ALL.map(|field| (field.key(), settings.about(field))));
    all.extend(ScheduleKind::ALL.map(|kind| (kind.as_str(), settings.schedule(kind))));
    let groups = [Group::Run, Group::Optimizer, Group::Schedule, Group::Limits];
    all.extend(groups.map(|group| ("group", settings.group(group))));
    let statuses = [Status::Loading, Status::Ready, Status::Training, Status::Paused];
    all.extend(statuses.map(|status| (status.as_str(), words.run.status(status))));
    all.extend((0..10).map(|label| ("class", words.classifier.class_name(label))));
    all
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Whether Chinese letters and Latin ones or digits stand apart, as Chinese typography has it.
pub fn stands_apart(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(2).all(|pair| {
        let touches = |one: char, other: char| is_han(one) && other.is_ascii_alphanumeric();
        !touches(pair[0], pair[1]) && !touches(pair[1], pair[0])
    })
}

#[test]
fn no_text_was_left_in_english_but_names() {
    let (english, chinese) = (
        chosen_texts(&en::WORDS, (&en::INSIGHT, &en::EXPLORE)),
        chosen_texts(&zh::WORDS, (&zh::INSIGHT, &zh::EXPLORE)),
    );
    assert_eq!(english.len(), chinese.len());
    assert!(english.len() > 200);
    for ((name, english), (_, chinese)) in english.into_iter().zip(chinese) {
        assert!(english != chinese || NAMES.contains(&english), "{name}: {chinese:?}");
    }
}

#[test]
fn chinese_is_set_as_chinese_is() {
    for (name, text) in chosen_texts(&zh::WORDS, (&zh::INSIGHT, &zh::EXPLORE)) {
        assert!(stands_apart(text) || text == "T恤/上衣", "{name}: {text:?}");
        assert!(!text.contains(". ") && !text.contains(", "), "{name}: {text:?}");
        assert!(!text.contains([';', '?', '!', '(', ')']), "{name}: {text:?}");
    }
}

#[test]
fn the_first_view_says_what_the_page_says() {
    let html: String = include_str!("../../../index.html").split_whitespace().collect();
    for words in [&ENGLISH, &CHINESE] {
        let name = |label| words.classifier.class_name(label);
        let classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(name);
        let sentences = [
            words.header.claim().to_owned(),
            words.header.tutorial().to_owned(),
            words.header.source().to_owned(),
            words.run.start().to_owned(),
            words.run.status(Status::Loading).to_owned(),
            words.data.sixty_samples(&classes),
        ];
        let places =
            crate::page::address::Place::ALL.map(|place| words.page.place(place).to_owned());
        for sentence in sentences.into_iter().chain(places) {
            let squeezed: String = sentence.split_whitespace().collect();
            assert!(html.contains(&squeezed), "index.html lacks {sentence:?}");
        }
    }
}

#[test]
fn a_refused_picture_is_told_with_what_is_kept_and_what_to_do_next() {
    let file = || "photo.png".to_owned();
    let headers = [
        HeaderMistake::Unknown,
        HeaderMistake::Cut,
        HeaderMistake::Empty,
        HeaderMistake::TooLarge { width: 12_000, height: 12_000 },
    ];
    let headers = headers.map(|why| Complaint::Header { file: file(), why });
    let others = [
        Complaint::TooLarge { file: file() },
        Complaint::Unreadable { file: file(), why: format!("{}.", "why ".repeat(9_000)) },
    ];
    for complaint in headers.iter().chain(&others) {
        for (words, end) in [(&ENGLISH, ". "), (&CHINESE, "。")] {
            let told = words.classifier.complaint(complaint);
            assert_eq!(format!("{told} ").matches(end).count(), 3, "{told}");
            assert!(told.contains("photo.png") && told.chars().count() < 500, "{told}");
        }
        let told = CHINESE.classifier.complaint(complaint);
        assert!(stands_apart(&told), "{told}");
    }
    let too_large = Complaint::TooLarge { file: file() };
    let limits = [&ENGLISH, &CHINESE].map(|words| words.classifier.complaint(&too_large));
    let megabytes = format!("{} MB", header::MOST_BYTES / 1_000_000);
    assert!(limits.iter().all(|told| told.matches(&megabytes).count() == 2), "{limits:?}");
    assert!(limits[0].contains(&format!("{} million", header::MOST_PIXELS / 1_000_000)));
    assert!(limits[1].contains(&format!("{} 万", whole(header::MOST_PIXELS / 10_000))));
    assert!(limits.iter().all(|told| told.contains(&whole(header::MOST_EDGE.into()))));
}
