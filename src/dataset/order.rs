//! Batches that a run is given in place of its own, as JSON: a list of lists of training images' indices, from 0.

use std::fmt;

#[cfg(feature = "files")]
use serde::Deserialize;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, SeqAccess, Visitor};
use thiserror::Error;

/// The most batches of an order: 279 epochs of the tutorial's 15,000 batches. Short lists of small indices reach it before
/// the largest file does.
pub const MOST_BATCHES: usize = 4 << 20;

/// Why bytes are not batches.
#[derive(Debug, Error)]
pub enum OrderError {
    /// They are not JSON.
    #[error("it is not JSON: {0}")]
    Json(serde_json::Error),
    /// They are JSON of something else, in the reader's words and ours.
    #[error("{0}")]
    NoBatches(serde_json::Error),
    /// There are more than [`MOST_BATCHES`].
    #[error("it has more than {MOST_BATCHES} batches")]
    TooMany,
}

/// The batches of every epoch.
type Batches = Vec<Vec<u32>>;

/// Reads batches from JSON.
///
/// # Errors
/// Any [`OrderError`].
pub fn read(json: &[u8]) -> Result<Batches, OrderError> {
    let mut flat = Flat::default();
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = reader.deserialize_seq(Outer(&mut flat)).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok(flat.batches()),
        Err(_) if flat.ends.len() > MOST_BATCHES => Err(OrderError::TooMany),
        Err(error) if error.is_data() => Err(OrderError::NoBatches(error)),
        Err(error) => Err(OrderError::Json(error)),
    }
}

/// Batches within something that may lack them.
///
/// # Errors
/// Those of the format.
#[cfg(feature = "files")]
pub(crate) fn deserialize_optional<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Batches>, D::Error> {
    Ok(Option::<Flat>::deserialize(from)?.map(Flat::batches))
}

/// Batches one after the other: a list for each of millions, doubled again and again, would take twenty times the file's
/// size.
#[derive(Default)]
struct Flat {
    images: Vec<u32>,
    /// Where each batch ends among the images.
    ends: Vec<usize>,
}

#[cfg(feature = "files")]
impl<'de> Deserialize<'de> for Flat {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut flat = Self::default();
        from.deserialize_seq(Outer(&mut flat))?;
        Ok(flat)
    }
}

impl Flat {
    fn batches(self) -> Batches {
        let mut from = 0;
        let batch =
            |end| self.images.get(std::mem::replace(&mut from, end)..end).map(<[u32]>::to_vec);
        self.ends.into_iter().filter_map(batch).collect()
    }
}

/// Reads the list of batches.
struct Outer<'a>(&'a mut Flat);

impl<'de> Visitor<'de> for Outer<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a list of batches")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut batches: A) -> Result<(), A::Error> {
        while batches.next_element_seed(Batch(self.0))?.is_some() {
            if self.0.ends.len() > MOST_BATCHES {
                return Err(A::Error::custom(format!("more than {MOST_BATCHES} batches")));
            }
        }
        Ok(())
    }
}

/// Reads one batch.
struct Batch<'a>(&'a mut Flat);

impl<'de> DeserializeSeed<'de> for Batch<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Batch<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a batch of images' indices")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut images: A) -> Result<(), A::Error> {
        while let Some(image) = images.next_element()? {
            self.0.images.push(image);
        }
        self.0.ends.push(self.0.images.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn batches_are_read_as_they_stand() {
        assert_eq!(read(b"[[1,2],[3]]").unwrap(), [vec![1, 2], vec![3]]);
        assert_eq!(read(b" [] ").unwrap(), Batches::new());
        // Refused by its place when the run begins.
        assert_eq!(read(b"[[1],[]]").unwrap(), [vec![1], vec![]]);
    }

    #[test]
    fn what_is_no_list_of_batches_is_refused() {
        for json in ["", "[[1]", "[[1]]x", "[[1],x]"] {
            assert!(matches!(read(json.as_bytes()), Err(OrderError::Json(_))), "{json}");
        }
        for json in ["[[-1]]", "[[1.5]]", "[[4294967296]]", "{}", "[1]"] {
            assert!(matches!(read(json.as_bytes()), Err(OrderError::NoBatches(_))), "{json}");
        }
    }

    #[test]
    fn there_is_a_limit_to_the_number_of_batches() {
        let json = |batches: usize| format!("[{}[]]", "[],".repeat(batches - 1));
        assert_eq!(read(json(MOST_BATCHES).as_bytes()).unwrap().len(), MOST_BATCHES);
        let read = read(json(MOST_BATCHES + 1).as_bytes());
        assert!(matches!(read, Err(OrderError::TooMany)), "{:?}", read.err());
    }
}
