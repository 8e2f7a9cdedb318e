//! Damaged files, and files made to do harm.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use zip::CompressionMethod::{Deflated, Stored};

use super::tests::{archive, entries, file};
use super::*;

/// A pickled tensor and what the archive has for its storage.
struct Crafted {
    declared: i64,
    offset: i64,
    shape: Vec<i64>,
    strides: Vec<i64>,
    storage: Vec<u8>,
}

impl Crafted {
    /// Two by three, as it should be.
    fn sound() -> Self {
        let storage = (0..6).flat_map(|value| (value as f32).to_le_bytes()).collect();
        Self { declared: 6, offset: 0, shape: vec![2, 3], strides: vec![3, 1], storage }
    }

    fn pickle(&self) -> Vec<u8> {
        let integer = |value: &i64| [b"\x8a\x08".as_slice(), &value.to_le_bytes()].concat();
        let tuple = |values: &[i64]| {
            let values: Vec<_> = values.iter().flat_map(integer).collect();
            [b"(".as_slice(), &values, b"t"].concat()
        };
        [
            b"\x80\x02}\x8c\x06weightctorch._utils\n_rebuild_tensor_v2\n(".as_slice(),
            b"(\x8c\x07storagectorch\nFloatStorage\n\x8c\x010\x8c\x03cpu",
            &integer(&self.declared),
            b"tQ",
            &integer(&self.offset),
            &tuple(&self.shape),
            &tuple(&self.strides),
            b"\x89}tRs.",
        ]
        .concat()
    }

    fn read(&self) -> Result<StateDict, PytorchError> {
        let entries = [("data.pkl", self.pickle()), ("data/0", self.storage.clone())];
        read_state_dict(&archive(entries, Deflated))
    }
}

fn read_pickle(pickle: &[u8]) -> Result<StateDict, PytorchError> {
    read_state_dict(&archive([("data.pkl", pickle)], Stored))
}

#[test]
fn a_cut_file_is_an_error_wherever_it_is_cut() {
    let file = file("state_dict.pt");
    for part in 0..200 {
        let cut = read_state_dict(&file[..file.len() * part / 200]).unwrap_err();
        assert!(matches!(cut, PytorchError::Damaged(_) | PytorchError::NotPytorch), "{cut}");
    }
}

#[test]
fn a_changed_number_fails_its_checksum() {
    let mut file = file("state_dict.pt");
    let middle = file.len() / 2;
    file[middle] ^= 1;
    let error = read_state_dict(&file).unwrap_err();
    assert!(error.to_string().starts_with("it is damaged: "), "{error}");
}

#[test]
fn sizes_that_the_storage_does_not_bear_out_are_refused() {
    let values = (0..6).map(|value| value as f32).collect();
    let sound = StateDict::from([("weight".into(), Array { shape: vec![2, 3], values })]);
    assert_eq!(Crafted::sound().read(), Ok(sound));

    let refused = |crafted: Crafted| match crafted.read().unwrap_err() {
        PytorchError::Tensor { name, reason } if name == "weight" => reason.to_string(),
        other => other.to_string(),
    };
    let beyond = "it reaches beyond its storage";
    let crafted = |shape: &[i64], strides: &[i64], offset| {
        let (shape, strides) = (shape.to_vec(), strides.to_vec());
        refused(Crafted { shape, strides, offset, ..Crafted::sound() })
    };
    assert_eq!(crafted(&[2, 4], &[3, 1], 0), beyond);
    assert_eq!(crafted(&[2, 3], &[3, 1], 1), beyond);
    assert_eq!(crafted(&[2, 3], &[i64::MAX, 1], 0), beyond);
    assert_eq!(crafted(&[2, 3], &[3, 1], i64::MAX), beyond);
    assert_eq!(crafted(&[2, 3], &[3, 1], -1), "its offset is not a count");
    assert_eq!(crafted(&[2, -3], &[3, 1], 0), "a size is not a count");
    assert_eq!(crafted(&[2, 3], &[-3, 1], 0), "a stride is not a count");
    let contradiction = "it has too many dimensions, or not one stride for each";
    assert_eq!(crafted(&[2, 3], &[3], 0), contradiction);
    assert_eq!(crafted(&[1; 17], &[1; 17], 0), contradiction);
    let uncountable = "it has more elements than can be counted";
    assert_eq!(crafted(&[i64::MAX, i64::MAX, 1], &[0, 0, 0], 0), uncountable);
    assert_eq!(crafted(&[i64::MAX, i64::MAX, 0], &[0, 0, 0], 0), uncountable);
    // One number, expanded to an exbibyte, and to just above the limit.
    let too_large = "its tensor data is larger than what is accepted";
    assert_eq!(crafted(&[1 << 58], &[0], 0), too_large);
    assert_eq!(crafted(&[1 << 12, (1 << 12) + 1], &[0, 0], 0), too_large);
    let another_length = "its storage has another length than declared";
    assert_eq!(refused(Crafted { declared: i64::MAX, ..Crafted::sound() }), another_length);
    assert_eq!(refused(Crafted { declared: -6, ..Crafted::sound() }), another_length);
    assert_eq!(refused(Crafted { storage: vec![0; 25], ..Crafted::sound() }), another_length);
    // A kilobyte that inflates to more than the limit.
    assert_eq!(
        refused(Crafted { storage: vec![0; MOST_BYTES + 1], ..Crafted::sound() }),
        too_large
    );
}

#[test]
fn a_tensor_without_numbers_is_refused() {
    let error = read_pickle(&Crafted::sound().pickle()).unwrap_err();
    assert_eq!(error.to_string(), "weight cannot be read: the archive lacks its numbers");
}

#[test]
fn a_pickle_far_larger_than_the_networks_is_refused() {
    let error = read_state_dict(&archive([("data.pkl", vec![b'N'; (512 << 10) + 1])], Deflated));
    assert_eq!(error, Err(PytorchError::TooLarge(Part::Pickle)));
}

#[test]
fn numbers_beyond_the_files_own_size_are_refused() {
    let too_large = Err(PytorchError::TooLarge(Part::TensorData));
    // Six megabytes that compress to a few kilobytes, and one number, expanded to as many.
    let storage = vec![0; 6 << 20];
    let declared = (storage.len() / 4) as i64;
    assert_eq!(Crafted { declared, storage, ..Crafted::sound() }.read(), too_large);
    let (shape, strides) = (vec![3 << 19], vec![0]);
    assert_eq!(Crafted { shape, strides, ..Crafted::sound() }.read(), too_large);
}

#[test]
fn pickles_that_break_the_rules_are_refused() {
    let refused = |pickle: &[u8]| match read_pickle(pickle).unwrap_err() {
        PytorchError::Pickle(reason) => reason.to_string(),
        other => other.to_string(),
    };
    for cut in [b"".as_slice(), b"}", b"\x8c\xff.", b"X\xff\xff\xff\xffa.", b"\x8a\xff.", b"ctorch"]
    {
        assert_eq!(refused(cut), "it ends too early");
    }
    for empty in
        [b".".as_slice(), b"a.", b"s.", b"}s.", b"R.", b"b.", b"\x85.", b"}(.", b"}(s.", b"q\x00."]
    {
        assert_eq!(refused(empty), "it takes a value that it has not put there");
    }
    assert_eq!(refused(b"}u."), "a mark is missing");
    assert_eq!(refused(b"}(Nu."), "a dict has a key without a value");
    assert_eq!(refused(b"}Na."), "it appends to something other than a list");
    assert_eq!(refused(b"]NNs."), "it sets items of something other than a dict");
    assert_eq!(refused(b"N}b."), "it sets items of something other than a dict");
    assert_eq!(refused(b"h\x00."), "it recalls a value that it has not memoized");
    assert_eq!(refused(b"\x80\x06}."), "it has protocol 6");
    assert_eq!(refused(b"\x8c\x01\xff."), "a text is not UTF-8");
    assert_eq!(refused(b"NN\x93."), "a global has no name");
    assert_eq!(refused(b"N)R."), "no state dict needs one of its calls");
    assert_eq!(refused(b"NQ."), "it refers to something outside that is not a storage");
    // INST, which makes an instance of any class.
    assert_eq!(refused(b"(ios\nsystem\n."), "no state dict needs its opcode 0x69");
}

#[test]
fn objects_within_themselves_and_deep_nests_cost_nothing() {
    assert_eq!(read_pickle(b"]q\x00h\x00a."), Err(PytorchError::NoStateDict));
    assert_eq!(read_pickle(b"}q\x00\x8c\x05modelh\x00s."), Err(PytorchError::NoStateDict));
    let deep = [vec![b']'; 1 << 18], vec![b'a'; (1 << 18) - 1], vec![b'.']].concat();
    assert_eq!(read_pickle(&deep), Err(PytorchError::NoStateDict));
}

#[test]
fn weights_are_found_under_the_usual_keys_and_no_others() {
    let crafted = Crafted::sound();
    let nested_under = |key: &str| {
        let inner = crafted.pickle();
        let key = [&[0x8c, key.len() as u8], key.as_bytes()].concat();
        let outer = [b"}".as_slice(), &key, &inner[2..inner.len() - 1], b"s."].concat();
        read_state_dict(&archive(
            [("data.pkl", outer), ("data/0", crafted.storage.clone())],
            Stored,
        ))
    };
    for key in ["state_dict", "model_state_dict", "model"] {
        assert_eq!(nested_under(key), crafted.read(), "{key}");
    }
    assert_eq!(nested_under("optimizer"), Err(PytorchError::NoStateDict));
}

#[test]
fn of_equal_names_the_last_counts() {
    let (mut first, second) = (Crafted::sound(), Crafted::sound());
    first.shape = vec![6];
    first.strides = vec![1];
    let (first_pickle, second_pickle) = (first.pickle(), second.pickle());
    let pickle = [&first_pickle[..first_pickle.len() - 1], &second_pickle[3..]].concat();
    let entries = [("data.pkl", pickle), ("data/0", second.storage.clone())];
    assert_eq!(read_state_dict(&archive(entries, Stored)), second.read());
}

#[test]
fn long_names_are_shortened_in_errors() {
    let pickle = [b"c".as_slice(), "\u{202e}".as_bytes(), &[b'a'; 5000], b"\nb\n."].concat();
    let Err(PytorchError::Global(name)) = read_pickle(&pickle) else { unreachable!() };
    assert_eq!(name, format!("{}…", "a".repeat(79)));
}

#[test]
fn an_index_of_too_many_files_is_told_as_that() {
    let mut packed = archive([("data.pkl", Crafted::sound().pickle())], Stored);
    let end = packed.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    packed[end + 8..end + 12].copy_from_slice(&[0x11, 0x27, 0x11, 0x27]);
    assert_eq!(read_state_dict(&packed), Err(PytorchError::TooLarge(Part::Index)));
}

/// Opcodes that follow each other often enough to get anywhere.
fn opcodes() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"}",
        b"]",
        b")",
        b"(",
        b"t",
        b"\x85",
        b"\x86",
        b"\x87",
        b"a",
        b"e",
        b"s",
        b"u",
        b"b",
        b"Q",
        b"R",
        b"N",
        b"\x89",
        b"K\x02",
        b"J\xff\xff\xff\xff",
        b"\x8a\x03\x01\x02\x80",
        b"q\x00",
        b"h\x00",
        b"\x94",
        b"\x8c\x06weight",
        b"\x8c\x07storage",
        b"\x8c\x010",
        b"ccollections\nOrderedDict\n",
        b"ctorch\nFloatStorage\n",
        b"ctorch._utils\n_rebuild_tensor_v2\n",
        b"(\x8c\x07storagectorch\nFloatStorage\n\x8c\x010\x8c\x03cpuK\x06tQ",
    ];
    let known = proptest::sample::select(pieces).prop_map(<[u8]>::to_vec);
    let any = any::<u8>().prop_map(|byte| vec![byte]);
    proptest::collection::vec(prop_oneof![9 => known, 1 => any], 0..40)
        .prop_map(|pieces| [pieces.concat(), b".".to_vec()].concat())
}

/// Bytes of a file to change, by their places in it.
fn changes() -> impl Strategy<Value = Vec<(proptest::sample::Index, u8)>> {
    proptest::collection::vec(any::<(proptest::sample::Index, u8)>(), 1..6)
}

fn change(bytes: &mut [u8], changes: &[(proptest::sample::Index, u8)]) {
    for (place, byte) in changes {
        bytes[place.index(bytes.len())] = *byte;
    }
}

/// Whatever the result, it must return, with no more than the limit.
fn survives(bytes: &[u8]) {
    if let Ok(arrays) = read_state_dict(bytes) {
        for array in arrays.values() {
            assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_bytes_do_no_harm(changes in changes()) {
        let mut file = file("strided_protocol4.pt");
        change(&mut file, &changes);
        survives(&file);
    }

    #[test]
    fn changed_pickles_do_no_harm_under_right_checksums(changes in changes(), protocol in 2..=5) {
        let mut entries = entries(&format!("strided_protocol{protocol}.pt"));
        for (_, pickle) in entries.iter_mut().filter(|(name, _)| name == "data.pkl") {
            change(pickle, &changes);
        }
        survives(&archive(entries, Stored));
    }

    #[test]
    fn any_opcodes_do_no_harm(pickle in opcodes()) {
        survives(&archive([("data.pkl", pickle), ("data/0", vec![0; 24])], Stored));
    }
}
