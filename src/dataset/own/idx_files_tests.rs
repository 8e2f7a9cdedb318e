//! Tests of [`super`]: pairs of IDX files as data sets.

#![allow(clippy::unwrap_used)]
use std::io::Write as _;

use super::*;

fn images(count: u32) -> Vec<u8> {
    let mut file = vec![0, 0, 8, 3];
    [count, 28, 28].iter().for_each(|size| file.extend(size.to_be_bytes()));
    (0..count).for_each(|at| file.extend([at as u8; PIXELS]));
    file
}

fn labels(labels: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, 1];
    file.extend((labels.len() as u32).to_be_bytes());
    file.extend(labels);
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn made(
    names: &Names,
    train: (&[u8], &[u8]),
    test: Option<(&[u8], &[u8])>,
) -> Result<Dataset, OwnMistake> {
    let pair = |(images, labels)| (("i", images), ("l", labels));
    data_set("letters", names, pair(train), test.map(pair), Validation::default())
}

#[test]
fn labels_that_occur_are_the_classes_and_are_named_after_themselves() {
    let labels = labels(&[5, 63, 5, 63, 5, 63, 40, 40]);
    let made = made(&Names::default(), (&images(8), &gzip(&labels)), None).unwrap();
    assert_eq!(made.class_names, ["5", "40", "63"]);
    assert_eq!((made.train.len(), made.test.len()), (5, 3));
    // Image 6 or 7 is the one of class 1 that is validated on.
    let of_class_1 = (0..3).map(|at| made.test.image(at).unwrap()).find(|it| it.1 == 1).unwrap();
    assert!([6, 7].contains(&of_class_1.0[0]));
}

#[test]
fn names_come_from_a_list_by_label() {
    let list = Names::read(("classes.json", br#"["a","b","c"]"#)).unwrap();
    let object = br#"{"name":"three","classes":["a","b","c"],"more":1}"#;
    let object = Names::read(("classes.json", object)).unwrap();
    assert_eq!((list.name, object.name.as_deref()), (None, Some("three")));
    let (images, labels) = (images(4), labels(&[0, 2, 0, 2]));
    let made = made(&object, (&images, &labels), None).unwrap();
    assert_eq!(made.class_names, ["a", "c"]);
    assert_eq!(made.own.unwrap().name(), "three");
}

#[test]
fn a_second_pair_is_validated_on() {
    let (all, few) = (labels(&[7, 9, 7, 9]), labels(&[9]));
    let pairs = ((&images(4)[..], &all[..]), Some((&images(1)[..], &few[..])));
    let made = made(&Names::default(), pairs.0, pairs.1).unwrap();
    assert_eq!((made.train.len(), made.test.labels()), (4, &[1][..]));
}

#[test]
fn files_that_do_not_fit_are_refused_with_their_name() {
    let plain = Names::default();
    let refused =
        |images: &[u8], labels: &[u8]| made(&plain, (images, labels), None).err().unwrap();
    let good = (images(2), labels(&[0, 1]));
    assert!(matches!(refused(&good.1, &good.0), OwnMistake::Idx { file, .. } if file == "i"));
    let counted = refused(&images(3), &good.1);
    let count = |found, expected| OwnMistake::Count {
        images: "i".into(),
        found,
        labels: "l".into(),
        expected,
    };
    assert_eq!(counted, count(3, 2));
    let label = OwnMistake::Label { file: "l".into(), label: 64 };
    assert_eq!(refused(&good.0, &labels(&[0, 64])), label);
    let cut = &gzip(&good.0)[..20];
    assert_eq!(refused(cut, &good.1), OwnMistake::Gzip { file: "i".into() });
    assert_eq!(refused(&gzip(&vec![0; MOST_BYTES + 1]), &good.1), OwnMistake::TooManyImages);
    let unknown = made(&plain, (&good.0, &good.1), Some((&images(1), &labels(&[2]))));
    assert_eq!(unknown.err(), Some(OwnMistake::UnknownLabel(2)));
    let one = Names { name: None, classes: vec!["a".into()] };
    let missing = OwnMistake::MissingName { names: 1, label: 1 };
    assert_eq!(made(&one, (&good.0, &good.1), None).err(), Some(missing));
    for json in [&b"{}"[..], b"[1]", b"x"] {
        assert!(matches!(Names::read(("n", json)), Err(OwnMistake::Names { .. })));
    }
}
