//! Tests of [`super`]: how images are divided, and what a data set is known by.

#![allow(clippy::unwrap_used)]
use std::collections::BTreeSet;

use super::*;
use crate::checksum::sha256_hex;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|class| format!("class {class}")).collect()
}

/// So many images of each class, of which each has other pixels.
fn images(counts: &[usize]) -> Labelled {
    let mut made = Labelled::default();
    for (class, count) in (0_u8..).zip(counts) {
        for at in 0..*count {
            let mut image = [class; PIXELS];
            image[..8].copy_from_slice(&(at as u64).to_le_bytes());
            made.push(&image, class);
        }
    }
    made
}

fn pictures(split: &Split) -> BTreeSet<(Vec<u8>, u8)> {
    (0..split.len()).map(|at| split.image(at).unwrap()).map(|it| (it.0.to_vec(), it.1)).collect()
}

#[test]
fn a_seventh_of_each_class_is_validated_on_and_no_image_twice() {
    let all = images(&[70, 14, 2, 10]);
    let made = all.divided("x", &names(4), Validation::default()).unwrap();
    let of = |split: &Split, class| split.labels().iter().filter(|it| **it == class).count();
    assert_eq!([0, 1, 2, 3].map(|class| of(&made.test, class)), [10, 2, 1, 1]);
    assert_eq!([0, 1, 2, 3].map(|class| of(&made.train, class)), [60, 12, 1, 9]);
    let (train, test) = (pictures(&made.train), pictures(&made.test));
    assert!(train.is_disjoint(&test) && train.len() + test.len() == 96);
    assert_eq!(made.network().classes(), 4);
}

#[test]
fn training_images_come_in_the_order_of_no_class() {
    let made = images(&[200, 200]).divided("x", &names(2), Validation::default()).unwrap();
    let ones = made.train.labels()[..100].iter().filter(|label| **label == 1).count();
    assert!((30..70).contains(&ones), "{ones} of the first 100");
    assert!(made.test.labels().is_sorted());
}

#[test]
fn the_division_follows_the_seed_and_never_changes_between_versions() {
    let all = images(&[30, 30]);
    let made =
        |seed| all.divided("x", &names(2), Validation { seed, ..Validation::default() }).unwrap();
    assert_eq!(made(1).own, made(1).own);
    assert_ne!(made(1).own, made(2).own);
    // Runs are resumed by this checksum: these draws are part of the format.
    let drawn: Vec<_> = (0..4).map(|at| made(0).train.image(at).unwrap().0[0]).collect();
    assert_eq!(drawn, DRAWN);
}

/// The first bytes of the first four training images above.
const DRAWN: [u8; 4] = [25, 25, 17, 12];

#[test]
fn the_checksum_is_that_of_the_documented_bytes() {
    let class_names = ["a \"b\"".to_owned(), "ü".to_owned()];
    let mut bytes = b"atelier-data-set 1\n[\"a \\\"b\\\"\",\"\xc3\xbc\"]\n".to_vec();
    bytes.extend([2, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([7; 2 * PIXELS]);
    bytes.extend([0, 1]);
    bytes.extend([1, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([9; PIXELS]);
    bytes.push(1);
    let splits = [(&[7; 2 * PIXELS][..], &[0, 1][..]), (&[9; PIXELS][..], &[1][..])];
    assert_eq!(contents_sha256(&class_names, splits), sha256_hex(&bytes));
}

#[test]
fn a_data_set_is_known_by_all_of_its_contents_but_not_by_its_name() {
    let sum = |all: &Labelled, name: &str, class_names: &[String]| {
        let made = all.divided(name, class_names, Validation::default()).unwrap();
        assert_eq!(made.sha256(), made.own.as_ref().unwrap().sha256());
        made.sha256()
    };
    let (all, two) = (images(&[9, 9]), names(2));
    assert_eq!(sum(&all, "x", &two), sum(&all, "y", &two));
    let mut other = all.clone();
    other.pixels[5 * PIXELS + 300] ^= 1;
    assert_ne!(sum(&all, "x", &two), sum(&other, "x", &two));
    let renamed = ["class 0".to_owned(), "another".to_owned()];
    assert_ne!(sum(&all, "x", &two), sum(&all, "x", &renamed));
}

#[test]
fn a_given_validation_split_is_kept_as_it_is() {
    let (train, test) = (images(&[5, 5]), images(&[1, 2]));
    let made = train.with_validation(test.clone(), "x", &names(2), 3).unwrap();
    assert_eq!((made.test.pixels(), made.test.labels()), (&test.pixels[..], &test.labels[..]));
    assert_eq!(pictures(&made.train).len(), 10);
}

#[test]
fn what_cannot_be_divided_is_refused_with_its_reason() {
    let refused = |counts: &[usize], classes, share| {
        let validation = Validation { share, seed: 0 };
        images(counts).divided("x", &names(classes), validation).err().unwrap()
    };
    let few = |class: &str, images| OwnMistake::FewImages { class: class.into(), images };
    assert_eq!(refused(&[3, 1], 2, 0.2), few("class 1", 1));
    assert_eq!(refused(&[3, 3], 3, 0.2), few("class 2", 0));
    assert!(matches!(refused(&[3], 1, 0.2), OwnMistake::Identity(_)));
    for share in [0.0, 1.0, -0.5, 2.0] {
        assert_eq!(refused(&[3, 3], 2, share), OwnMistake::Share(share.to_string()));
    }
    assert!(matches!(refused(&[3, 3], 2, f64::NAN), OwnMistake::Share(_)));
    let with = |train: &[usize], test: &[usize]| {
        images(train).with_validation(images(test), "x", &names(2), 0).err().unwrap()
    };
    assert_eq!(with(&[3, 0], &[1, 1]), few("class 1", 0));
    assert_eq!(with(&[3, 3], &[]), OwnMistake::NoImages { train: false });
    assert_eq!(with(&[3, 3], &[1, 1, 1]), OwnMistake::UnknownLabel(2));
    assert_eq!(with(&[60_000, 30_000], &[10_001]), OwnMistake::TooManyImages);
}
