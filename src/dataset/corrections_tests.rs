#![allow(clippy::unwrap_used)]
use super::SplitName::{Test, Train};
use super::*;

fn one(split: SplitName, index: u32, label: Option<u8>) -> Correction {
    Correction { split, index, label }
}

fn list(corrections: &[Correction]) -> Corrections {
    corrections.to_vec().try_into().unwrap()
}

fn mistake(corrections: &[Correction]) -> CorrectionsMistake {
    Corrections::try_from(corrections.to_vec()).unwrap_err()
}

#[test]
fn corrections_are_sorted_and_written_the_same_in_any_order() {
    let [a, b, c] = [one(Test, 3, Some(9)), one(Train, 59_999, None), one(Train, 7, Some(0))];
    let corrections = list(&[a, b, c]);
    assert_eq!(corrections.iter().copied().collect::<Vec<_>>(), [c, b, a]);
    assert_eq!(corrections, list(&[c, b, a]));
    let expected = "{\n  \"format\": \"atelier-corrections\",\n  \"version\": 1,\n  \"corrections\": [\n    \
                    {\"split\": \"train\", \"index\": 7, \"label\": 0},\n    \
                    {\"split\": \"train\", \"index\": 59999, \"label\": null},\n    \
                    {\"split\": \"test\", \"index\": 3, \"label\": 9}\n  ]\n}\n";
    assert_eq!(corrections.write(), expected);
    assert_eq!(Corrections::read(expected.as_bytes()).unwrap(), corrections);
    let none = Corrections::default();
    assert_eq!(Corrections::read(none.write().as_bytes()).unwrap(), none);
}

#[test]
fn each_mistake_of_a_list_is_told_as_what_it_is() {
    use CorrectionsMistake::{NoClass, NoImage, NothingLeft, Twice};
    let mistakes = [
        (vec![one(Train, 60_000, None)], NoImage { split: Train, index: 60_000 }),
        (vec![one(Test, 10_000, Some(1))], NoImage { split: Test, index: 10_000 }),
        (vec![one(Test, 5, Some(10))], NoClass { split: Test, index: 5, label: 10 }),
        (vec![one(Test, 5, Some(1)), one(Test, 5, None)], Twice { split: Test, index: 5 }),
        ((0..10_000).map(|index| one(Test, index, None)).collect(), NothingLeft { split: Test }),
    ];
    for (corrections, expected) in mistakes {
        assert_eq!(mistake(&corrections), expected);
    }
    let all_but_one: Vec<_> = (1..60_000).map(|index| one(Train, index, None)).collect();
    assert_eq!(list(&all_but_one).left_out(Train), 59_999);
    // The same index in both splits is two images.
    assert_eq!(list(&[one(Train, 5, None), one(Test, 5, None)]).len(), 2);
}

#[test]
fn files_that_are_something_else_are_refused() {
    use CorrectionsError::{Json, Mistake, Shape, TooLarge, Version};
    let file = |rest: &str| format!("{{\"format\":\"atelier-corrections\",\"version\":1{rest}}}");
    let with = |corrections: &str| file(&format!(",\"corrections\":[{corrections}]"));
    let read = |json: &str| Corrections::read(json.as_bytes());
    assert!(read(&with("{\"split\":\"train\",\"index\":1,\"label\":2}")).is_ok());
    for json in ["", "{", &format!("{} x", with(""))] {
        assert!(matches!(read(json), Err(Json(_))), "{json}");
    }
    for json in [
        "[]",
        "{}",
        &file(""),
        &file(",\"corrections\":[],\"more\":1"),
        &with("{\"split\":\"both\",\"index\":1,\"label\":2}"),
        &with("{\"split\":\"train\",\"index\":-1,\"label\":2}"),
        &with("{\"split\":\"train\",\"index\":1,\"label\":256}"),
        &with("{\"split\":\"train\",\"index\":1,\"label\":\"Shirt\"}"),
        &with("{\"split\":\"train\",\"index\":1,\"label\":2,\"why\":\"\"}"),
        // Without a label, it does not leave the image out.
        &with("{\"split\":\"train\",\"index\":1}"),
    ] {
        assert!(matches!(read(json), Err(Shape(_))), "{json}");
    }
    for json in [
        "{\"format\":\"atelier-corrections\",\"version\":2,\"fixes\":{}}",
        "{\"format\":\"atelier-run\",\"version\":1}",
    ] {
        assert!(matches!(read(json), Err(Version { .. })), "{json}");
    }
    let json = with("{\"split\":\"test\",\"index\":10000,\"label\":2}");
    assert!(matches!(read(&json), Err(Mistake(CorrectionsMistake::NoImage { .. }))));
    let large = with(&" ".repeat(MOST_BYTES));
    assert!(matches!(read(&large), Err(TooLarge(bytes)) if bytes == large.len()));
}

#[test]
fn a_file_that_corrects_every_image_is_no_larger_than_the_limit() {
    let of = |split: SplitName| (0..split.images()).map(move |index| one(split, index, Some(9)));
    let all: Corrections = of(Train).chain(of(Test)).collect::<Vec<_>>().try_into().unwrap();
    let file = all.write();
    assert!(file.len() < MOST_BYTES / 2, "{} bytes", file.len());
    assert_eq!(Corrections::read(file.as_bytes()).unwrap().len(), 70_000);
}

#[test]
fn a_list_is_changed_image_by_image_and_stays_as_it_was_after_a_mistake() {
    let mut corrections = list(&[one(Train, 4, Some(1)), one(Test, 4, None)]);
    corrections.set(one(Train, 2, None)).unwrap();
    corrections.set(one(Train, 4, Some(8))).unwrap();
    let expected = list(&[one(Train, 2, None), one(Train, 4, Some(8)), one(Test, 4, None)]);
    assert_eq!(corrections, expected);
    assert!(corrections.set(one(Test, 4, Some(12))).is_err());
    assert_eq!(corrections, expected);
    assert_eq!(corrections.of(Train, 4), Some(one(Train, 4, Some(8))));
    assert_eq!(corrections.of(Test, 2), None);
    corrections.remove(Train, 4);
    corrections.remove(Train, 5);
    assert_eq!(corrections, list(&[one(Train, 2, None), one(Test, 4, None)]));
}

#[test]
fn of_two_lists_the_second_counts_where_both_correct_an_image() {
    let here = list(&[one(Train, 1, Some(1)), one(Test, 2, None)]);
    let others = list(&[one(Train, 1, None), one(Test, 3, Some(3))]);
    let expected = list(&[one(Train, 1, None), one(Test, 2, None), one(Test, 3, Some(3))]);
    assert_eq!(here.merged(&others).unwrap(), expected);
}

#[test]
fn a_split_knows_its_labels_and_what_is_left() {
    let all = list(&[one(Train, 1, Some(7)), one(Train, 3, None), one(Test, 0, Some(9))]);
    let train = all.split(Train);
    assert_eq!([0, 1, 2].map(|index| train.label(index, 5)), [5, 7, 5]);
    assert_eq!(train.all_labels(&[0, 1, 2, 3]), [0, 7, 2, 3]);
    // A smaller data set than the corrections are for.
    assert_eq!(train.all_labels(&[0]), [0]);
    assert_eq!([2, 3].map(|index| train.leaves_out(index)), [false, true]);
    assert_eq!([0, 3, 4, 10].map(|images| train.left(images)), [0, 3, 3, 9]);
    assert_eq!(Corrections::default().split(Train), SplitCorrections::default());
}

#[test]
fn corrections_within_something_else_are_checked_as_well() {
    let read = |json: &str| serde_json::from_str::<Corrections>(json);
    let two = "[{\"split\":\"test\",\"index\":2,\"label\":1},{\"split\":\"train\",\"index\":9,\"label\":null}]";
    assert_eq!(read(two).unwrap(), list(&[one(Train, 9, None), one(Test, 2, Some(1))]));
    assert_eq!(read(&serde_json::to_string(&read(two).unwrap()).unwrap()).unwrap().len(), 2);
    for index in ["10000", "4294967296"] {
        assert!(read(&two.replace('2', index)).is_err(), "{index}");
    }
}
