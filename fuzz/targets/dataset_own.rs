//! Data sets of one's own: what files are by their paths, and IDX files with names.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::dataset::own::Validation;
use atelier::dataset::own::idx_files::{Names, data_set};
use atelier::dataset::own::layout::{Layout, layout};
use atelier_fuzz::{bounded, parts};

fuzz_target!(|input: &[u8]| bounded(input, || {
    if let Ok(text) = str::from_utf8(input) {
        let paths: Vec<&str> = text.lines().collect();
        if let Ok(Layout::Pictures(found)) = layout(paths.iter().copied()) {
            assert!((2..=64).contains(&found.classes.len()));
            for picture in &found.pictures {
                assert!(usize::from(picture.label) < found.classes.len());
                let path = paths[picture.file];
                assert!(path.ends_with(found.path_within(path)));
            }
        }
    }
    let mut files = parts(input);
    let [names, labels, images] = [(); 3].map(|()| files.next().unwrap_or_default());
    let names = Names::read(("classes.json", names)).unwrap_or_default();
    let train = (("images", images), ("labels", labels));
    if let Ok(data) = data_set("own", &names, train, None, Validation::default()) {
        assert!((2..=64).contains(&data.class_names.len()));
        let of_all = [data.train.labels(), data.test.labels()].concat();
        assert!(of_all.iter().all(|label| usize::from(*label) < data.class_names.len()));
    }
}));
