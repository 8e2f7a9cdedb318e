//! The reader of safetensors files. The format's own reader keeps every value of a header before it looks at it, which takes
//! thirty times the header's size, and headers may have 100 MB; this one keeps names, shapes and one entry of the metadata.
//! Within the limits below, both take the same files of 32-bit floats (fuzz/targets/checkpoint_file.rs).

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use super::CheckpointError;
use crate::state_dict::{Array, StateDict};

/// The longest header that the format allows, in bytes.
const MOST_HEADER: u64 = 100_000_000;
/// The most arrays: far more than any network of ours with its optimizer's state has.
const MOST_ARRAYS: usize = 10_000;
/// The most dimensions of an array; ours have up to four.
const MOST_DIMENSIONS: usize = 32;
const METADATA: &str = "__metadata__";

/// What is wrong with a file whose header is JSON.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileMistake {
    /// The file ends before its header, or before its last array.
    #[error("it is cut")]
    Cut,
    /// The header describes no arrays, or too many, in the reader's words.
    #[error("its header cannot be used: {0}")]
    Content(String),
    /// There is a gap between arrays, or they overlap.
    #[error("its arrays do not follow each other")]
    Gap,
    /// An array is longer or shorter than its shape.
    #[error("an array has another size than its shape")]
    Size,
    /// Data follow the last array.
    #[error("it has data that belong to no array")]
    Rest,
}

/// A file's content.
pub(super) struct File {
    pub(super) arrays: StateDict,
    /// The entry of the metadata that was asked for.
    pub(super) entry: Option<String>,
}

/// Reads a file, and of its metadata the entry with this key.
///
/// # Errors
/// [`CheckpointError::Format`], [`CheckpointError::Header`] or [`CheckpointError::NotFloats`].
pub(super) fn read(bytes: &[u8], key: &str) -> Result<File, CheckpointError> {
    use CheckpointError::{Format, Header};
    let (header, mut rest) = split(bytes).ok_or(Header(FileMistake::Cut))?;
    let header = header_of(header, key).map_err(|error| match error.to_string() {
        // The limits and the names of what is expected are in our words.
        text if error.is_data() => Header(FileMistake::Content(text)),
        text => Format(text),
    })?;
    let mut described = header.arrays;
    described.sort_by_key(|(_, array)| array.data_offsets);
    let (mut from, mut arrays) = (0, StateDict::new());
    for (name, Described { dtype, shape: Shape(shape), data_offsets: [start, end] }) in described {
        if !dtype.is_f32 {
            return Err(CheckpointError::NotFloats(name));
        }
        let length = end.checked_sub(from).filter(|_| start == from);
        let length = length.ok_or(Header(FileMistake::Gap))?;
        let size = shape.iter().try_fold(size_of::<f32>(), |all, size| all.checked_mul(*size));
        if size != Some(length) {
            return Err(Header(FileMistake::Size));
        }
        let (data, after) = rest.split_at_checked(length).ok_or(Header(FileMistake::Cut))?;
        (from, rest) = (end, after);
        let (values, _) = data.as_chunks::<4>();
        let values = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        arrays.insert(name, Array { shape, values });
    }
    if rest.is_empty() {
        Ok(File { arrays, entry: header.entry })
    } else {
        Err(Header(FileMistake::Rest))
    }
}

/// Whether a file's metadata have an entry with this key. Its arrays are not looked at.
pub(super) fn has_entry(bytes: &[u8], key: &str) -> bool {
    let header = split(bytes).and_then(|(header, _)| header_of(header, key).ok());
    header.is_some_and(|header| header.entry.is_some())
}

/// A file's header and its data.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = u64::from_le_bytes(*length);
    if length > MOST_HEADER {
        return None;
    }
    rest.split_at_checked(length as usize)
}

fn header_of(json: &[u8], key: &str) -> Result<Header, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let header = HeaderSeed(key).deserialize(&mut reader)?;
    reader.end()?;
    Ok(header)
}

/// A header's content.
struct Header {
    arrays: Vec<(String, Described)>,
    entry: Option<String>,
}

/// An array as the header describes it, unchecked.
#[derive(Deserialize)]
struct Described {
    dtype: ElementType,
    shape: Shape,
    data_offsets: [usize; 2],
}

/// An element type.
struct ElementType {
    is_f32: bool,
}

impl<'de> Deserialize<'de> for ElementType {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self { is_f32: String::deserialize(from)? == "F32" })
    }
}

/// Sizes of dimensions.
struct Shape(Vec<usize>);

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(ShapeVisitor).map(Self)
    }
}

/// Reads a shape.
struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Vec<usize>;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a shape")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sizes: A) -> Result<Vec<usize>, A::Error> {
        let mut shape = Vec::new();
        while let Some(size) = sizes.next_element()? {
            if shape.len() == MOST_DIMENSIONS {
                return Err(A::Error::custom("an array has too many dimensions"));
            }
            shape.push(size);
        }
        Ok(shape)
    }
}

/// Reads a header.
struct HeaderSeed<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for HeaderSeed<'_> {
    type Value = Header;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Header, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HeaderSeed<'_> {
    type Value = Header;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a header of arrays")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Header, A::Error> {
        let mut names = HashSet::new();
        let mut header = Header { arrays: Vec::new(), entry: None };
        while let Some(name) = entries.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("a name is used twice"));
            }
            if name == METADATA {
                header.entry = entries.next_value_seed(MetadataSeed(self.0))?;
            } else if header.arrays.len() == MOST_ARRAYS {
                return Err(A::Error::custom("it has too many arrays"));
            } else {
                header.arrays.push((name, entries.next_value()?));
            }
        }
        Ok(header)
    }
}

/// Reads one entry of the metadata.
struct MetadataSeed<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for MetadataSeed<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for MetadataSeed<'_> {
    type Value = Option<String>;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("metadata")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = entries.next_key::<String>()? {
            if key == self.0 {
                found = Some(entries.next_value()?);
            } else {
                entries.next_value::<String>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ::safetensors::SafeTensors;

    fn file(header: &str, numbers: usize) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &vec![0; numbers * 4]].concat()
    }

    fn array(name: &str, shape: &str, [from, to]: [usize; 2]) -> String {
        format!(r#""{name}":{{"dtype":"F32","shape":{shape},"data_offsets":[{from},{to}]}}"#)
    }

    #[test]
    fn what_the_formats_own_reader_refuses_is_refused() {
        let good = array("a", "[2]", [0, 8]);
        let read = |header: &str, numbers| {
            let file = file(header, numbers);
            let ours = read(&file, "key").is_ok();
            assert!(!ours || SafeTensors::deserialize(&file).is_ok(), "{header}");
            ours
        };
        assert!(read(&format!("{{{good}}}"), 2));
        assert!(read(&format!("{{{},{good}}}", array("b", "[1,3]", [8, 20])), 5), "in any order");
        assert!(read(&format!(r#"{{"__metadata__":null,{good}}}"#), 2));
        for (header, numbers) in [
            (format!("{{{good}}}"), 3),
            (format!("{{{good}}}"), 1),
            (format!("{{{good}}} x"), 2),
            (format!("{{{good},{}}}", array("b", "[1]", [4, 8])), 2),
            (format!("{{{good},{}}}", array("b", "[1]", [12, 16])), 4),
            (format!("{{{}}}", array("a", "[2]", [8, 0])), 2),
            (format!("{{{}}}", array("a", "[4294967296,4294967296,4]", [0, 0])), 0),
            (format!("{{{}}}", array("a", "[-2]", [0, 8])), 2),
            (format!(r#"{{"__metadata__":{{"key":1}},{good}}}"#), 2),
            ("[]".to_owned(), 0),
        ] {
            assert!(!read(&header, numbers), "{header}");
        }
        assert!(super::read(&u64::MAX.to_le_bytes(), "key").is_err());
        assert!(super::read(&[0; 7], "key").is_err());
    }

    #[test]
    fn only_the_json_readers_own_words_are_quoted() {
        let error = |header: &str, numbers| read(&file(header, numbers), "key").err().unwrap();
        assert!(matches!(error("{", 0), CheckpointError::Format(_)));
        let headers = [
            ("[]".to_owned(), 0),
            (format!("{{{}}}", array("a", "{}", [0, 8])), 2),
            (format!("{{{}}}", array("a", "[2]", [4, 12])), 3),
            (format!("{{{}}}", array("a", "[3]", [0, 8])), 2),
            (format!("{{{}}}", array("a", "[2]", [0, 8])), 1),
            (format!("{{{}}}", array("a", "[2]", [0, 8])), 3),
        ];
        for (header, numbers) in headers {
            let error = error(&header, numbers);
            assert!(matches!(error, CheckpointError::Header(_)), "{header}: {error:?}");
        }
    }

    #[test]
    fn one_entry_of_the_metadata_is_kept() {
        let header = r#"{"__metadata__":{"a":"1","key":"two \"words\"","b":""}}"#;
        assert_eq!(read(&file(header, 0), "key").unwrap().entry.unwrap(), "two \"words\"");
        assert!(has_entry(&file(header, 0), "key") && !has_entry(&file(header, 0), "c"));
    }

    #[test]
    fn names_dimensions_and_arrays_have_limits() {
        let refused = |header: String| match read(&file(&header, 0), "key") {
            Err(CheckpointError::Header(FileMistake::Content(text))) => text,
            read => unreachable!("{:?}", read.err()),
        };
        let empty = |name: &str| array(name, "[0]", [0, 0]);
        assert!(refused(format!("{{{},{}}}", empty("a"), empty("a"))).contains("twice"));
        let shape = format!("[0{}]", ",1".repeat(MOST_DIMENSIONS));
        assert!(refused(format!("{{{}}}", array("a", &shape, [0, 0]))).contains("dimensions"));
        let many: Vec<_> = (0..=MOST_ARRAYS).map(|at| empty(&at.to_string())).collect();
        assert!(refused(format!("{{{}}}", many.join(","))).contains("too many arrays"));
        assert!(read(&file(&format!("{{{}}}", many[1..].join(",")), 0), "key").is_ok());
    }
}
