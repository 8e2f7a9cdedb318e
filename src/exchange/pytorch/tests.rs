//! Files that PyTorch wrote are read as PyTorch reads them; `tests/fixtures/pytorch/make_pytorch.py` made
//! them.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;

use pytorch_reader::PytorchReader;
use safetensors::SafeTensors;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::*;

pub(super) fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pytorch")).join(name)
}

pub(super) fn file(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap()
}

/// An archive of these entries under `root/`, with correct checksums.
pub(super) fn archive<N: AsRef<str>, B: AsRef<[u8]>>(
    entries: impl IntoIterator<Item = (N, B)>,
    method: CompressionMethod,
) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(format!("root/{}", name.as_ref()), options).unwrap();
        zip.write_all(bytes.as_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The entries of a PyTorch file, without the folder.
pub(super) fn entries(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(file(name))).unwrap();
    let entries = zip.len();
    let read = |index| {
        let mut entry = zip.by_index(index).unwrap();
        let name = entry.name().unwrap().split_once('/').unwrap().1.to_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        (name, bytes)
    };
    (0..entries).map(read).collect()
}

/// Shapes and bits, because NaN equals nothing.
type Bits = BTreeMap<String, (Vec<usize>, Vec<u32>)>;

fn bits(arrays: &StateDict) -> Bits {
    let bits = |array: &Array| array.values.iter().map(|value| value.to_bits()).collect();
    arrays.iter().map(|(name, array)| (name.clone(), (array.shape.clone(), bits(array)))).collect()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

/// The tensors' values as PyTorch saved them beside the file.
fn torch_values(name: &str) -> Bits {
    let file = file(name);
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let views = tensors.iter();
    views.map(|(name, view)| (name.into(), (view.shape().to_vec(), words(view.data())))).collect()
}

fn burn_values(name: &str, key: Option<&str>) -> Bits {
    let reader = match key {
        Some(key) => PytorchReader::with_top_level_key(path(name), key).unwrap(),
        None => PytorchReader::new(path(name)).unwrap(),
    };
    let tensors = reader.tensors().iter();
    let values = tensors.map(|(name, tensor)| {
        (name.clone(), (tensor.shape().to_vec(), words(&tensor.read().unwrap())))
    });
    values.collect()
}

fn refused(name: &str) -> String {
    read_state_dict(&file(name)).unwrap_err().to_string()
}

#[test]
fn a_state_dict_is_read_bit_by_bit_as_torch_and_burn_have_it() {
    let read = bits(&read_state_dict(&file("state_dict.pt")).unwrap());
    assert_eq!(read.len(), 10);
    assert_eq!(read, torch_values("state_dict.safetensors"));
    assert_eq!(read, burn_values("state_dict.pt", None));
}

#[test]
fn the_weights_are_found_in_a_checkpoint_of_many_things() {
    let read = bits(&read_state_dict(&file("nested.pt")).unwrap());
    assert_eq!(read, torch_values("nested.safetensors"));
    assert_eq!(read, burn_values("nested.pt", Some("model_state_dict")));
}

#[test]
fn views_of_storages_come_out_row_by_row_in_every_protocol() {
    for protocol in 2..=5 {
        let name = format!("strided_protocol{protocol}.pt");
        let read = bits(&read_state_dict(&file(&name)).unwrap());
        assert_eq!(read, torch_values("strided.safetensors"), "{name}");
        assert_eq!(read, burn_values(&name, None), "{name}");
    }
}

#[test]
fn a_file_packed_anew_with_compression_is_read() {
    let expected = torch_values("strided.safetensors");
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let packed = archive(entries("strided_protocol2.pt"), method);
        assert_eq!(bits(&read_state_dict(&packed).unwrap()), expected);
    }
}

#[test]
fn a_file_written_without_checksums_is_read() {
    let read = read_state_dict(&file("no_checksums.pt")).unwrap();
    assert_eq!(bits(&read), burn_values("no_checksums.pt", None));
    assert_eq!(read["weight"], Array { shape: vec![1, 2], values: vec![0.1, -2.5] });
}

/// The ZIP library's own detection of the archive's offset fails here, and so does Burn's reader.
#[test]
fn a_file_whose_records_look_like_a_prefix_is_read() {
    let read = read_state_dict(&file("name_of_21_characters.pt")).unwrap();
    assert_eq!(Ok(read), read_state_dict(&file("no_checksums.pt")));
}

#[test]
fn only_a_byte_order_of_the_other_kind_is_refused() {
    let with_order = |order: Option<&str>| {
        let mut entries = entries("strided_protocol2.pt");
        entries.retain(|(name, _)| name != "byteorder");
        entries.extend(order.map(|order| ("byteorder".to_owned(), order.into())));
        read_state_dict(&archive(entries, CompressionMethod::Stored))
    };
    // Older versions of PyTorch wrote no such entry.
    assert_eq!(bits(&with_order(None).unwrap()), torch_values("strided.safetensors"));
    assert_eq!(bits(&with_order(Some("little")).unwrap()), torch_values("strided.safetensors"));
    assert_eq!(with_order(Some("big")), Err(PytorchError::BigEndian));
    assert_eq!(with_order(Some("middle")), Err(PytorchError::ByteOrder));
}

#[test]
fn other_element_types_are_refused_by_name() {
    for found in ["float64", "float16", "bfloat16", "int64"] {
        let error = read_state_dict(&file(&format!("{found}.pt"))).unwrap_err();
        assert_eq!(error, PytorchError::ElementType { name: "bias".into(), found });
    }
    assert_eq!(refused("float64.pt"), "bias is of type float64, not float32");
}

#[test]
fn what_python_would_execute_is_refused_by_name() {
    assert_eq!(refused("evil.pt"), "it holds posix.system, which does not belong in a state dict");
    let whole_model =
        "it holds torch.nn.modules.linear.Linear, which does not belong in a state dict";
    assert_eq!(refused("whole_model.pt"), whole_model);
    // Protocol 4 takes names from the stack.
    let pickle = b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.";
    let packed = archive([("data.pkl", pickle)], CompressionMethod::Stored);
    let refused = read_state_dict(&packed).unwrap_err();
    assert_eq!(refused, PytorchError::Global("builtins.eval".into()));
}

#[test]
fn pickles_of_other_things_are_no_state_dicts() {
    for name in ["list.pt", "strings.pt"] {
        assert_eq!(read_state_dict(&file(name)), Err(PytorchError::NoStateDict), "{name}");
    }
}

#[test]
fn files_from_before_the_archive_are_to_be_saved_again() {
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    for old in [file("legacy.pt"), tar, b"\x80\x04}.".to_vec()] {
        assert_eq!(read_state_dict(&old), Err(PytorchError::OldFormat));
    }
    assert!(refused("legacy.pt").ends_with("load it with a current PyTorch and save it again"));
}

#[test]
fn files_of_other_programs_are_refused() {
    let other_archive = archive([("readme", "")], CompressionMethod::Stored);
    for other in [Vec::new(), file("strided.safetensors"), other_archive] {
        assert_eq!(read_state_dict(&other), Err(PytorchError::NotPytorch));
    }
}
