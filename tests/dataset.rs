//! The complete real data set, through every format that it passes through.
#![allow(clippy::unwrap_used)]

mod common;

use atelier::checksum::sha256_hex;
use atelier::dataset::Split;
use atelier::dataset::idx::{parse_images, parse_labels};
use atelier::dataset::shard::{IMAGES_PER_SHARD, write_shards};
use atelier::network::{CLASS_NAMES, Network, PIXELS};

/// SHA-256 of the four published files, unpacked.
const TRAIN_IMAGES: &str = "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888";
const TRAIN_LABELS: &str = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9";
const TEST_IMAGES: &str = "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b";
const TEST_LABELS: &str = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34";

/// The split as the two IDX files it was published in.
fn to_idx(split: &Split) -> (Vec<u8>, Vec<u8>) {
    let count = (split.len() as u32).to_be_bytes();
    let side = 28u32.to_be_bytes();
    let mut images = [&[0, 0, 8, 3], &count[..], &side, &side].concat();
    let mut labels = [&[0, 0, 8, 1], &count[..]].concat();
    for index in 0..split.len() {
        let (pixels, label) = split.image(index).unwrap();
        images.extend(pixels);
        labels.push(label);
    }
    (images, labels)
}

#[test]
fn all_seventy_thousand_images_survive_the_way_from_idx_to_shards_and_back() {
    let dataset = common::dataset();
    assert_eq!((dataset.train.len(), dataset.test.len()), (60_000, 10_000));
    assert_eq!(dataset.class_names, CLASS_NAMES);

    let (train_images, train_labels) = to_idx(&dataset.train);
    let (test_images, test_labels) = to_idx(&dataset.test);
    assert_eq!(sha256_hex(&train_images), TRAIN_IMAGES);
    assert_eq!(sha256_hex(&train_labels), TRAIN_LABELS);
    assert_eq!(sha256_hex(&test_images), TEST_IMAGES);
    assert_eq!(sha256_hex(&test_labels), TEST_LABELS);

    let train = (
        parse_images(&train_images).unwrap(),
        parse_labels(&train_labels, Network::TUTORIAL).unwrap(),
    );
    let test = (
        parse_images(&test_images).unwrap(),
        parse_labels(&test_labels, Network::TUTORIAL).unwrap(),
    );
    let (train, test) = ((&train.0[..], &train.1[..]), (&test.0[..], &test.1[..]));
    let (mut manifest, files) =
        write_shards(train, test, IMAGES_PER_SHARD, &<[u8]>::to_vec).unwrap();
    let published = common::manifest();
    let entries = manifest.train.shards.iter_mut().chain(&mut manifest.test.shards);
    for ((entry, published), (name, bytes)) in entries.zip(published.entries()).zip(files) {
        let stored = std::fs::read(common::data_folder().join(&name)).unwrap();
        assert!(published.unpack(stored).unwrap() == bytes, "{name}");
        // Here, nothing was compressed.
        entry.packed_bytes = published.packed_bytes;
    }
    assert_eq!(manifest, published);
}

#[test]
fn every_class_has_its_published_share_of_images() {
    let dataset = common::dataset();
    for (split, share) in [(&dataset.train, 6_000), (&dataset.test, 1_000)] {
        let mut counts = [0; 10];
        for index in 0..split.len() {
            counts[usize::from(split.image(index).unwrap().1)] += 1;
        }
        assert_eq!(counts, [share; 10]);
    }
}

#[test]
fn a_batch_is_normalised_as_torchvision_does() {
    let dataset = common::dataset();
    let batch = dataset.train.batch(&[59_999, 0]);
    assert_eq!(batch.inputs.len(), 2 * PIXELS);
    let (pixels, label) = dataset.train.image(0).unwrap();
    assert_eq!(batch.targets[1], i32::from(label));
    for (input, pixel) in batch.inputs[PIXELS..].iter().zip(pixels) {
        assert_eq!(*input, (f32::from(*pixel) / 255.0 - 0.5) / 0.5);
    }
}
