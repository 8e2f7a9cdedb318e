//! Tests of [`super`]: shards as they arrive, batches, and splits that contradict themselves.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::dataset::shard::write_shards;

fn numbered(images: usize) -> (Vec<u8>, Vec<u8>) {
    let labels: Vec<u8> = (0..images).map(|image| (image % 10) as u8).collect();
    let pixels = (0..images * PIXELS).map(|at| (at / PIXELS) as u8).collect();
    (pixels, labels)
}

#[test]
fn shards_may_arrive_in_any_order() {
    let (pixels, labels) = numbered(25);
    let split = (&pixels[..], &labels[..]);
    let (manifest, files) = write_shards(split, split, 10, &<[u8]>::to_vec).unwrap();
    let mut train = Split::new(&manifest.train, Network::TUTORIAL);
    for shard in [2, 0, 1] {
        assert!(!train.is_complete());
        let (pixels, labels) =
            manifest.train.shards[shard].open(&files[shard].1, Network::TUTORIAL).unwrap();
        train.insert(shard, pixels, labels);
    }
    assert!(train.is_complete() && train.leading() == 25);
    assert_eq!(train.image(23), Some((&[23u8; PIXELS][..], 3)));
}

#[test]
fn images_of_missing_shards_are_not_there() {
    let (pixels, labels) = numbered(25);
    let split = (&pixels[..], &labels[..]);
    let (manifest, files) = write_shards(split, split, 10, &<[u8]>::to_vec).unwrap();
    let mut train = Split::new(&manifest.train, Network::TUTORIAL);
    let (pixels, labels) = manifest.train.shards[1].open(&files[1].1, Network::TUTORIAL).unwrap();
    train.insert(1, pixels, labels);
    assert!(train.has(&[10, 19]));
    assert!(!train.has(&[10, 20]) && !train.has(&[9]) && !train.has(&[25]));
    assert_eq!(train.leading(), 0);
    assert_eq!(train.image(9), None);
    assert_eq!(train.image(1000), None);
}

#[test]
fn inputs_are_normalised_to_minus_one_to_one() {
    let (mut pixels, labels) = numbered(2);
    pixels[PIXELS] = 0;
    pixels[PIXELS + 1] = 255;
    let batch = Split::whole(pixels, labels).unwrap().batch(&[1]);
    assert_eq!(batch.targets, [1]);
    assert_eq!(batch.inputs[..2], [-1.0, 1.0]);
    assert!((batch.inputs[2] - (1.0 / 255.0 - 0.5) / 0.5).abs() < 1e-7);
}

#[test]
fn a_split_whose_parts_do_not_belong_together_is_refused() {
    let (pixels, labels) = numbered(3);
    assert!(Split::whole(pixels.clone(), labels[..2].to_vec()).is_none());
    assert!(Split::whole(pixels.clone(), vec![0, 1, 10]).is_none());
    let (three, eleven) = (Network::new(3).unwrap(), Network::new(11).unwrap());
    assert!(Split::whole_for(three, pixels.clone(), vec![0, 1, 3]).is_none());
    let split = Split::whole_for(eleven, pixels, vec![0, 1, 10]).unwrap();
    assert_eq!(split.network(), eleven);
}
