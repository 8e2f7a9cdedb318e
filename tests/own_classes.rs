//! Classes of one's own, from files to a trained network, through the program's flags.
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::{Command, Output};

use atelier::checkpoint::file::read_weights;
use atelier::checkpoint::read_checkpoint;
use atelier::dataset::own::Validation;
use atelier::dataset::{DataSetIdentity, Dataset, Manifest};
use atelier::exchange::onnx::{OnnxInfo, write_model};
use atelier::network::{Network, PIXELS};
use atelier::terminal::{Loaded, load};
use tempfile::TempDir;

/// A small picture of a shape, bright on dark or dark on bright, somewhere; grey, as PNG.
fn picture(shape: usize, at: u32) -> Vec<u8> {
    let (side, size) = (40 + at % 30, 10 + at % 5);
    let (left, top) = (12 + at * 7 % 9, 12 + at * 5 % 11);
    let (ink, paper) = if at.is_multiple_of(2) { (230, 15) } else { (25, 250) };
    let inside = |x: u32, y: u32| {
        let (dx, dy) = (i64::from(x) - i64::from(left), i64::from(y) - i64::from(top));
        let size = i64::from(size);
        match shape {
            // A disc, a bar and a corner.
            0 => (dx - size / 2).pow(2) + (dy - size / 2).pow(2) < size * size / 4 + 2,
            1 => (0..size / 3).contains(&dx) && (-size / 2..size + size / 2).contains(&dy),
            _ => {
                (0..size).contains(&dx)
                    && (0..size).contains(&dy)
                    && (dx < size / 3 || dy < size / 3)
            }
        }
    };
    let pixels: Vec<u8> = (0..side * side)
        .map(|place| if inside(place % side, place / side) { ink } else { paper })
        .collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}

const SHAPES: [&str; 3] = ["disc", "bar", "corner"];

/// Forty pictures of each shape by their paths, and files that are not what they should be.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("bar/broken.png".to_owned(), picture(1, 0)[..50].to_vec()),
        ("bar/notes.txt".to_owned(), b"not a picture".to_vec()),
        ("README.md".to_owned(), b"# Shapes".to_vec()),
        ("disc/.DS_Store".to_owned(), vec![0; 9]),
    ];
    for (shape, name) in SHAPES.iter().enumerate() {
        files.extend((0..40).map(|at| (format!("{name}/{at:02}.png"), picture(shape, at))));
    }
    files
}

fn write(folder: &Path, files: &[(String, Vec<u8>)]) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(format!("shapes/{path}"), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn idx(shape: &[u32], elements: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, shape.len() as u8];
    shape.iter().for_each(|size| file.extend(size.to_be_bytes()));
    file.extend(elements);
    file
}

fn train(folder: &Path, flags: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_train"));
    command.current_dir(folder).args(flags.split_whitespace()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
}

fn loaded(path: &Path) -> Loaded {
    load(path, Validation::default()).unwrap()
}

fn own(dataset: &Dataset) -> &DataSetIdentity {
    dataset.own.as_ref().unwrap()
}

/// A recipe by which a network learns shapes in a few seconds.
const RECIPE: &str = "--engine cpu --batch 8 --optimizer adam --lr 0.003";

#[test]
fn pictures_by_class_are_learnt_kept_and_resumed() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    write(&at.join("shapes"), &files());
    let flags = format!(
        "{RECIPE} --data shapes --epochs 4 --checkpoint c.safetensors --save w.safetensors --tensorboard logs"
    );
    let output = train(at, &flags);
    assert_code(&output, 0);
    let (told, results) = (text(&output.stderr), text(&output.stdout));
    assert!(told.contains("Data set: shapes ("), "{told}");
    assert!(told.contains("3 classes, 102 training images, 18 validation images"), "{told}");
    assert!(told.contains("  bar: 34 + 6\n  corner: 34 + 6\n  disc: 34 + 6"), "{told}");
    assert!(told.contains("Skipped 3 files:"), "{told}");
    assert!(told.contains("  bar/broken.png: it cannot be decoded: "), "{told}");
    assert!(
        told.contains("  bar/notes.txt: its name does not end like that of a picture"),
        "{told}"
    );
    assert!(told.contains("  README.md: it lies in no class's folder"), "{told}");
    assert!(results.contains("EPOCH 4: "), "{results}");

    let checkpoint = read_checkpoint(&std::fs::read(at.join("c.safetensors")).unwrap()).unwrap();
    let data = checkpoint.snapshot.data.clone().unwrap();
    assert_eq!(data.class_names(), ["bar", "corner", "disc"]);
    assert_eq!(&data, own(&loaded(&at.join("shapes")).dataset));
    let accuracy = checkpoint.snapshot.history.epochs[3].valid_accuracy;
    assert!(accuracy > 0.85, "{accuracy} of the validation images");

    // What leaves for other programs has three classes, too.
    let weights = read_weights(&std::fs::read(at.join("w.safetensors")).unwrap()).unwrap();
    assert_eq!(Network::of(&weights).unwrap().classes(), 3);
    let info = OnnxInfo { name: "shapes", class_names: data.class_names(), notes: &[] };
    assert!(write_model(&weights, &info).unwrap().windows(6).any(|it| it == b"corner"));
    assert!(std::fs::read_dir(at.join("logs")).unwrap().count() >= 3);
}

#[test]
fn a_run_goes_on_with_its_own_data_set_and_no_other() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let files = files();
    write(&at.join("shapes"), &files);
    write(&at.join("fewer"), &files[..files.len() - 1]);
    std::fs::write(at.join("packed.zip"), zip(&files)).unwrap();
    // As long as one run, two runs have the same losses: the second half continues the first.
    let whole = format!("{RECIPE} --data shapes --steps 20 --losses whole.json");
    assert_code(&train(at, &whole), 0);
    let part =
        format!("{RECIPE} --data shapes --steps 20 --keep-every 10 --checkpoint c.safetensors");
    assert_code(&train(at, &part), 0);
    let resume = "--resume c_step10.safetensors --losses resumed.json";
    // The archive has the same pictures, so that it is the same data set.
    assert_code(&train(at, &format!("{resume} --data packed.zip")), 0);
    let losses = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(at.join(name)).unwrap()).unwrap()
    };
    assert_eq!(losses("whole.json")["losses"], losses("resumed.json")["losses"]);

    for (data, named) in [
        ("fewer", "not on the data set fewer ("),
        ("shapes --valid-seed 1", "not on the data set shapes ("),
    ] {
        let refused = train(at, &format!("{resume} --data {data}"));
        assert_code(&refused, 2);
        let told = text(&refused.stderr);
        assert!(
            told.contains("it is trained on the data set shapes (") && told.contains(named),
            "{told}"
        );
    }
    let tutorial = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/data");
    let refused = train(at, &format!("{resume} --data {}", tutorial.display()));
    assert_code(&refused, 2);
    assert!(
        text(&refused.stderr).contains("not on that of the tutorial"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn a_folder_and_an_archive_of_the_same_files_are_the_same_data_set() {
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("shapes"), &files());
    std::fs::write(folder.path().join("shapes.zip"), zip(&files())).unwrap();
    let [one, other] = ["shapes", "shapes.zip"].map(|name| loaded(&folder.path().join(name)));
    assert_eq!(own(&one.dataset), own(&other.dataset));
    assert_eq!(one.skipped, other.skipped);
    let seeded = Validation { seed: 5, ..Validation::default() };
    let other = load(&folder.path().join("shapes"), seeded).unwrap().dataset;
    assert_ne!(own(&one.dataset).sha256(), own(&other).sha256());
}

#[test]
fn idx_files_with_any_labels_are_trained_on() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let labels: Vec<u8> = (0..60).map(|image| [3, 17, 40][image % 3]).collect();
    let pixels: Vec<u8> = (0..60 * PIXELS).map(|place| (place / PIXELS % 3 * 100) as u8).collect();
    write(
        &at.join("letters"),
        &[
            ("all-images-idx3-ubyte".to_owned(), idx(&[60, 28, 28], &pixels)),
            ("all-labels-idx1-ubyte".to_owned(), idx(&[60], &labels)),
        ],
    );
    let output =
        train(at, &format!("{RECIPE} --data letters --epochs 2 --checkpoint c.safetensors"));
    assert_code(&output, 0);
    let told = text(&output.stderr);
    assert!(told.contains("  3: 17 + 3\n  17: 17 + 3\n  40: 17 + 3"), "{told}");
    let checkpoint = read_checkpoint(&std::fs::read(at.join("c.safetensors")).unwrap()).unwrap();
    assert_eq!(checkpoint.snapshot.weights["fc3.bias"].shape, [3]);
}

#[test]
fn shards_of_ones_own_are_read_as_they_were_written_and_altered_ones_are_not() {
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("shapes"), &files());
    let dataset = loaded(&folder.path().join("shapes")).dataset;
    let output = train(folder.path(), "--data shapes --write-data site");
    assert_code(&output, 0);
    assert!(text(&output.stderr).contains("Written to site"));
    let site = folder.path().join("site");
    let manifest_file = site.join("manifest.json");
    let mut manifest = Manifest::parse(&std::fs::read(&manifest_file).unwrap()).unwrap();
    assert_eq!(manifest.version, 3);
    let read = loaded(&site).dataset;
    assert_eq!(own(&read), own(&dataset));
    assert_eq!(read.train.pixels(), dataset.train.pixels());
    assert_eq!(read.class_names, ["bar", "corner", "disc"]);
    manifest.class_names.swap(0, 1);
    std::fs::write(&manifest_file, serde_json::to_vec(&manifest).unwrap()).unwrap();
    let refused = load(&site, Validation::default()).err().unwrap().to_string();
    assert!(refused.contains("the SHA-256 of the data set is"), "{refused}");
}

#[test]
fn what_is_no_data_set_is_refused_with_file_and_reason() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let bad = |name: &str| (name.to_owned(), b"no picture".to_vec());
    let good = |name: &str| (name.to_owned(), picture(0, 3));
    write(&at.join("bad"), &[bad("a/1.png"), bad("a/2.png"), bad("b/1.jpg")]);
    write(&at.join("one"), &[good("a/1.png"), good("a/2.png")]);
    write(&at.join("few"), &[good("a/1.png"), good("a/2.png"), good("b/1.png"), bad("b/2.png")]);
    write(&at.join("half"), &[bad("x-images-idx3-ubyte")]);
    write(&at.join("idx"), &[bad("x-images-idx3-ubyte"), bad("x-labels-idx1-ubyte")]);
    write(&at.join("none"), &[bad("readme.txt")]);
    std::fs::create_dir(at.join("empty")).unwrap();
    std::fs::write(at.join("garbage.zip"), "garbage").unwrap();
    std::fs::write(at.join("cut.zip"), &zip(&files())[..5000]).unwrap();
    for (data, told) in [
        ("bad", "none of the 3 pictures can be used"),
        ("one", "it has 1 classes; 2 to 64 are possible"),
        ("few", "class \"b\" has 1 images; each needs at least 2"),
        ("half", "x-images-idx3-ubyte has no file of the other kind beside it"),
        ("idx", "x-images-idx3-ubyte: not an IDX file"),
        ("none", "there are neither IDX files nor pictures"),
        ("empty", "there is no data set in empty"),
        ("gone", "there is no data set in gone"),
        ("garbage.zip", "there are neither IDX files nor pictures"),
        ("cut.zip", "cut.zip cannot be used as a data set: it is not a complete archive"),
    ] {
        let output = train(at, &format!("{RECIPE} --steps 1 --data {data}"));
        assert_code(&output, 2);
        let said = text(&output.stderr);
        assert!(said.contains(told), "{data}: {said}");
    }
    write(&at.join("good"), &files());
    std::fs::write(
        at.join("c.json"),
        r#"{"format":"atelier-corrections","version":1,"corrections":[]}"#,
    )
    .unwrap();
    let output = train(at, &format!("{RECIPE} --steps 1 --data good --corrections c.json"));
    assert_code(&output, 2);
    let said = text(&output.stderr);
    assert!(said.contains("--corrections are of the tutorial's data set"), "{said}");
    let tutorial = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/data");
    let output = train(at, &format!("--data {} --write-data out", tutorial.display()));
    assert_code(&output, 2);
    for share in ["0", "1", "x"] {
        assert_code(&train(at, &format!("--data good --valid-share {share}")), 2);
    }
}
