//! Tests of [`super`]: manifests and shards, and what is wrong with them.

#![allow(clippy::unwrap_used)]
use super::*;

fn written() -> (Manifest, Vec<ShardFile>) {
    let labels: Vec<u8> = (0..25).map(|image| image % 10).collect();
    let pixels: Vec<u8> = (0..25 * PIXELS).map(|at| (at % 251) as u8).collect();
    let test = (&pixels[..PIXELS * 3], &labels[..3]);
    write_shards((&pixels, &labels), test, 10, &<[u8]>::to_vec).unwrap()
}

fn reparsed(change: impl Fn(&mut Manifest)) -> Result<Manifest, ShardError> {
    let (mut manifest, _) = written();
    change(&mut manifest);
    Manifest::parse(&serde_json::to_vec(&manifest).unwrap())
}

#[test]
fn a_manifest_survives_the_way_through_json() {
    let (manifest, files) = written();
    assert_eq!(reparsed(|_| {}).as_ref(), Ok(&manifest));
    for ((name, bytes), plain) in files.iter().zip(["train-00", "train-01", "train-02", "test-00"])
    {
        assert_eq!(*name, format!("{plain}-{}.bin.gz", &sha256_hex(bytes)[..16]));
    }
    assert_eq!(files.len(), 4);
    assert_eq!(manifest.total_bytes(), 28 * 785);
}

#[test]
fn a_shard_gives_back_its_pixels_and_labels() {
    let (manifest, files) = written();
    let (pixels, labels) = manifest.train.shards[2].open(&files[2].1, Network::TUTORIAL).unwrap();
    assert_eq!(labels, [0, 1, 2, 3, 4]);
    assert_eq!(pixels[0], (20 * PIXELS % 251) as u8);
}

#[test]
fn a_truncated_shard_is_refused() {
    let (manifest, files) = written();
    let cut = &files[0].1[..7849];
    let file = files[0].0.clone();
    let expected = ShardError::Size { file, expected: 7850, found: 7849 };
    assert_eq!(manifest.train.shards[0].open(cut, Network::TUTORIAL), Err(expected));
}

#[test]
fn a_single_altered_byte_is_found() {
    let (manifest, mut files) = written();
    files[0].1[4000] ^= 1;
    let opened = manifest.train.shards[0].open(&files[0].1, Network::TUTORIAL);
    assert!(matches!(opened, Err(ShardError::Altered { .. })), "{opened:?}");
}

#[test]
fn a_label_beyond_the_classes_is_refused_even_with_the_right_sum() {
    let (mut manifest, mut files) = written();
    files[0].1[7849] = 200;
    manifest.train.shards[0].sha256 = sha256_hex(&files[0].1);
    let opened = manifest.train.shards[0].open(&files[0].1, Network::TUTORIAL);
    assert!(matches!(opened, Err(ShardError::Label { .. })), "{opened:?}");
}

#[test]
fn a_manifest_of_another_version_is_named_as_such() {
    let parsed = Manifest::parse(br#"{"version": 1, "anything": true}"#);
    assert_eq!(parsed, Err(ShardError::Version { found: 1 }));
}

#[test]
fn a_manifest_that_contradicts_itself_is_refused() {
    let refused: [fn(&mut Manifest); 10] = [
        |manifest| manifest.train.images += 1,
        |manifest| manifest.train.images = 0,
        |manifest| manifest.train.shards[0].bytes += 1,
        |manifest| manifest.train.shards[0].images = u64::MAX,
        |manifest| manifest.train.shards[0].packed_bytes = 0,
        |manifest| manifest.train.shards[0].packed_bytes = 1 << 40,
        |manifest| manifest.test.shards[0].file = "../secret".into(),
        |manifest| manifest.test.shards[0].file = String::new(),
        |manifest| manifest.test.shards.clear(),
        |manifest| manifest.class_names.truncate(9),
    ];
    for (case, change) in refused.into_iter().enumerate() {
        assert!(reparsed(change).is_err(), "case {case} was taken");
    }
}

#[test]
fn a_shard_lies_beside_its_manifest_whatever_its_name() {
    for name in
        ["..", ".. ", ".\t.", ".", "a\nb", "a b", "a/b", "\\", "%2e%2e", "é", &"a".repeat(101)]
    {
        let parsed = reparsed(|manifest| manifest.test.shards[0].file = name.into());
        let mistake = ManifestMistake::FileName(name.into());
        assert_eq!(parsed, Err(ShardError::Inconsistent(mistake)), "{name:?}");
    }
}

#[test]
fn a_shard_is_no_larger_than_the_training_split() {
    let of = |images: u64| {
        reparsed(|manifest| {
            manifest.train.images = images;
            manifest.train.shards.truncate(1);
            let entry = &mut manifest.train.shards[0];
            (entry.images, entry.bytes, entry.packed_bytes) = (images, images * 785, images);
        })
    };
    assert!(of(60_000).is_ok());
    assert!(matches!(of(60_001), Err(ShardError::Inconsistent(ManifestMistake::Shard { .. }))));
}

#[test]
fn a_manifest_of_impossible_size_allocates_nothing() {
    let huge = reparsed(|manifest| {
        let images = 1 << 40;
        manifest.train.images = images;
        manifest.train.shards = vec![ShardEntry {
            file: "train-00.bin".into(),
            images,
            bytes: images * 785,
            packed_bytes: images,
            sha256: String::new(),
        }];
    });
    assert!(matches!(huge, Err(ShardError::Inconsistent(_))));
}

#[test]
fn something_else_is_no_manifest() {
    for junk in [&b""[..], b"<html>404</html>", b"[]", b"{\"version\": 2}"] {
        assert!(matches!(Manifest::parse(junk), Err(ShardError::Manifest(_))));
    }
}

#[test]
fn pixels_without_their_labels_are_not_written() {
    let mismatch = write_shards((&[0; PIXELS], &[0, 1]), (&[], &[]), 10, &<[u8]>::to_vec);
    assert_eq!(mismatch, Err(ShardError::Mismatch { pixels: 784, labels: 2 }));
}

#[test]
fn a_manifest_of_ones_own_has_its_own_version_names_and_limits() {
    let names = ["bar", "disc", "hat"].map(str::to_owned);
    let own = DataSetIdentity::new("shapes", &"5e".repeat(32), &names).unwrap();
    let split = (&[0; 2 * PIXELS][..], &[0, 2][..]);
    let (manifest, files) = write_own_shards(&own, split, split, &<[u8]>::to_vec).unwrap();
    let parse = |manifest: &Manifest| Manifest::parse(&serde_json::to_vec(manifest).unwrap());
    let read = parse(&manifest).unwrap();
    assert_eq!((read.version, read.own(), read.network().classes()), (3, Some(own), 3));
    assert!(read.train.shards[0].open(&files[0].1, read.network()).is_ok());
    let refused = |change: &dyn Fn(&mut Manifest)| {
        let mut changed = manifest.clone();
        change(&mut changed);
        parse(&changed).err().unwrap()
    };
    let wrong = |mistake| ShardError::Inconsistent(mistake);
    // Ten classes would be taken for the tutorial's by a build that knows only that version.
    assert_eq!(refused(&|it| it.version = 2), wrong(ManifestMistake::OwnVersion(2)));
    let ten = |it: &mut Manifest| {
        (it.own, it.class_names) = (None, CLASS_NAMES.map(String::from).to_vec());
    };
    assert_eq!(refused(&ten), wrong(ManifestMistake::OwnVersion(3)));
    let one = |it: &mut Manifest| it.class_names.truncate(1);
    assert!(matches!(refused(&one), ShardError::Inconsistent(ManifestMistake::Own(_))));
    let many = |it: &mut Manifest| it.train.images = 100_001;
    let images = ManifestMistake::Images { train: true, images: 100_001 };
    assert_eq!(refused(&many), wrong(images));
}

#[cfg(feature = "exchange")]
mod compressed {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn packed() -> (ShardEntry, Vec<u8>, Vec<u8>) {
        let bytes: Vec<u8> = (0..20 * 785).map(|at| (at % 7) as u8).collect();
        let (pixels, labels) = bytes.split_at(20 * PIXELS);
        let (manifest, mut files) =
            write_shards((pixels, labels), (pixels, labels), 20, &gzip).unwrap();
        (manifest.train.shards[0].clone(), files.swap_remove(0).1, bytes)
    }

    #[test]
    fn a_file_unpacks_to_its_content_whether_or_not_the_host_has_unpacked_it() {
        let (entry, file, bytes) = packed();
        assert!(file.len() < bytes.len() / 10);
        for stored in [file, bytes.clone()] {
            let content = entry.unpack(stored).unwrap();
            assert!(content == bytes);
            assert!(entry.open(&content, Network::TUTORIAL).is_ok());
        }
    }

    #[test]
    fn a_file_that_is_cut_or_altered_anywhere_is_refused() {
        let (entry, file, bytes) = packed();
        for at in 2..file.len() {
            let cut = entry.unpack(file[..at].to_vec());
            assert!(matches!(cut, Err(ShardError::Size { .. })), "{at}: {cut:?}");
            let mut altered = file.clone();
            altered[at] ^= 0x10;
            // Some bytes mean nothing, or the same as another: what comes of those is what was packed.
            let content = entry.unpack(altered).and_then(|content| {
                entry.open(&content, Network::TUTORIAL).map(|_| ()).map(|()| content)
            });
            assert!(content.is_err() || content == Ok(bytes.clone()), "{at}");
        }
    }

    #[test]
    fn a_file_that_unpacks_to_far_more_is_not_unpacked_as_a_whole() {
        let bomb = gzip(&vec![0; 50_000_000]);
        let (mut entry, ..) = packed();
        entry.packed_bytes = bomb.len() as u64;
        let refused = entry.unpack(bomb);
        // The checksum is that of one byte more than expected.
        let found = sha256_hex(&vec![0; entry.bytes as usize + 1]);
        assert!(
            matches!(&refused, Err(ShardError::Altered { found: sum, .. }) if *sum == found),
            "{refused:?}"
        );
    }
}
