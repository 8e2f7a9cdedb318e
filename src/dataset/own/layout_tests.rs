//! Tests of [`super`]: what lists of paths are taken for.

#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

fn pictures(paths: &[&str]) -> PictureLayout {
    match layout(paths.iter().copied()).unwrap() {
        Layout::Pictures(found) => found,
        other => panic!("{other:?}"),
    }
}

fn refused(paths: &[&str]) -> OwnMistake {
    layout(paths.iter().copied()).err().unwrap()
}

#[test]
fn folders_are_classes_in_the_order_of_their_names() {
    let found = pictures(&["hat/2.PNG", "cup/b.jpeg", "hat/1.webp", "cup/deeper/a.gif"]);
    assert_eq!(found.classes, ["cup", "hat"]);
    let each = found.pictures.iter().map(|it| (it.file, it.label, it.is_validation));
    assert_eq!(
        each.collect::<Vec<_>>(),
        [(1, 0, false), (3, 0, false), (2, 1, false), (0, 1, false)]
    );
    assert_eq!(found.skipped, []);
}

#[test]
fn what_systems_add_and_a_folder_around_everything_are_passed_over() {
    let found = pictures(&[
        "my set/cup/a.png",
        "my set/hat/a.png",
        "my set/hat/.DS_Store",
        "my set/hat/Thumbs.db",
        "__MACOSX/my set/cup/._a.png",
        "my set/.git/x/b.png",
    ]);
    assert_eq!(found.classes, ["cup", "hat"]);
    assert_eq!((found.pictures.len(), found.skipped.len()), (2, 0));
    assert_eq!(found.path_within("my set/cup/a.png"), "cup/a.png");
}

#[test]
fn files_that_are_no_pictures_of_a_class_are_skipped_with_the_reason() {
    let found = pictures(&["readme.md", "cup/a.png", "hat/a.png", "hat/list.txt"]);
    let skipped = |path: &str, why| Skipped { path: path.to_owned(), why };
    assert_eq!(
        found.skipped,
        [skipped("hat/list.txt", SkipReason::NoPicture), skipped("readme.md", SkipReason::NoClass)]
    );
}

#[test]
fn folders_to_train_and_to_validate_on_divide_the_pictures() {
    let found = pictures(&["Train/a/1.png", "Train/b/1.png", "valid/a/2.png", "valid/b/2.png"]);
    assert_eq!(found.classes, ["a", "b"]);
    let validated = found.pictures.iter().filter(|it| it.is_validation).map(|it| it.file);
    assert_eq!(validated.collect::<Vec<_>>(), [2, 3]);
    // These two are classes.
    assert_eq!(pictures(&["train/1.png", "test/1.png"]).classes, ["test", "train"]);
}

#[test]
fn a_manifest_makes_shards_of_a_folder() {
    let found = layout(["x/cup/a.png", "x/manifest.json", "x/train-00-a.bin.gz"]);
    assert_eq!(found, Ok(Layout::Shards { manifest: 1 }));
}

#[test]
fn idx_files_are_known_by_names_like_those_of_mnist() {
    let idx = |train, test, names| Ok(Layout::Idx(IdxLayout { train, test, names }));
    let mnist = [
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte",
        "train-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte",
    ];
    assert_eq!(layout(mnist), idx((2, 0), Some((1, 3)), None));
    let one = ["letters/all.idx3-ubyte", "letters/all.idx1-ubyte", "letters/classes.json"];
    assert_eq!(layout(one), idx((0, 1), None, Some(2)));
    assert_eq!(layout(["test-images.idx", "test-labels.idx.gz"]), idx((0, 1), None, None));
}

#[test]
fn half_a_pair_and_two_of_the_same_half_are_refused_by_name() {
    let half = OwnMistake::HalfPair("t10k-images-idx3-ubyte".into());
    assert_eq!(refused(&["a-idx3-ubyte", "a-idx1-ubyte", "t10k-images-idx3-ubyte"]), half);
    let two = refused(&["a-idx3-ubyte", "a-idx3-ubyte.gz", "a-idx1-ubyte"]);
    let (one, other) = ("a-idx3-ubyte".to_owned(), "a-idx3-ubyte.gz".to_owned());
    assert_eq!(two, OwnMistake::TwoOfAKind { one, other });
}

#[test]
fn folders_whose_names_look_the_same_are_not_taken_together() {
    let same = OwnMistake::Identity(IdentityMistake::SameClassName("cup".into()));
    assert_eq!(refused(&["cup/a.png", "cup\u{202e}/b.png"]), same);
}

#[test]
fn too_few_and_too_many_classes_or_files_are_refused() {
    assert_eq!(refused(&[]), OwnMistake::Nothing);
    assert_eq!(refused(&["notes.txt"]), OwnMistake::Nothing);
    let classes = |count| OwnMistake::Identity(IdentityMistake::Classes(count));
    for paths in [&["x.txt", "cup/a.png"][..], &["cup/a.png", "cup/b.png"], &["a.png"]] {
        assert_eq!(refused(paths), classes(1));
    }
    let many: Vec<_> = (0..65).map(|class| format!("{class}/a.png")).collect();
    assert_eq!(layout(many.iter().map(String::as_str)), Err(classes(65)));
    let many = vec!["a/b.png"; MOST_FILES + 1];
    assert_eq!(refused(&many), OwnMistake::TooManyFiles(MOST_FILES));
    let deep = format!("{}c.png", "a/".repeat(17));
    assert_eq!(refused(&[&deep, &"x".repeat(5000)]), OwnMistake::Nothing);
}
