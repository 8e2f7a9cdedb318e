//! The encoding of messages.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thiserror::Error;

/// Incremented whenever a message changes shape or meaning.
pub const PROTOCOL_VERSION: u16 = 15;

/// A message that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ProtocolError {
    /// The other side comes from another build.
    #[error("the page uses protocol version {PROTOCOL_VERSION}, the worker {theirs}")]
    Version {
        /// The version that the message names.
        theirs: u16,
    },
    /// It is too short to hold the version.
    #[error(
        "a message between page and worker could not be read: it is too short to hold its version"
    )]
    Cut,
    /// It is not a byte array.
    #[error("a message between page and worker could not be read: it is not a byte array")]
    NoBytes,
    /// The command is for another program.
    #[error("a command was sent to the wrong worker")]
    WrongProgram,
    /// The bytes are not a message of this version, with postcard's message.
    #[error("a message between page and worker could not be read: {0}")]
    Malformed(String),
}

/// Encodes a message.
///
/// # Errors
/// [`ProtocolError::Malformed`] if the message cannot be written (no type here can cause that).
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, ProtocolError> {
    postcard::to_extend(message, PROTOCOL_VERSION.to_le_bytes().to_vec())
        .map_err(|error| ProtocolError::Malformed(error.to_string()))
}

/// Decodes a message.
///
/// # Errors
/// [`ProtocolError::Version`] for another version, [`ProtocolError::Cut`] or [`ProtocolError::Malformed`]
/// for anything else.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ProtocolError> {
    let Some((version, body)) = bytes.split_first_chunk::<2>() else {
        return Err(ProtocolError::Cut);
    };
    let theirs = u16::from_le_bytes(*version);
    if theirs != PROTOCOL_VERSION {
        return Err(ProtocolError::Version { theirs });
    }
    postcard::from_bytes(body).map_err(|error| ProtocolError::Malformed(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::protocol::failure_tests::samples;
    use crate::protocol::{Command, Event, LayerDeadUnits, Request};

    fn request() -> Request {
        Request { id: 7, command: Command::Classify { garment: vec![0, 128, 255] } }
    }

    #[test]
    fn a_message_survives_the_way() {
        let bytes = encode(&request()).unwrap();
        assert_eq!(decode::<Request>(&bytes), Ok(request()));
    }

    #[test]
    fn dead_units_survive_the_way() {
        let dead = vec![LayerDeadUnits { layer: "fc2".to_owned(), dead: 84, units: 84 }];
        let event = Event::NearChance { epoch: 2, dead };
        assert_eq!(decode::<Event>(&encode(&event).unwrap()), Ok(event));
    }

    #[test]
    fn an_answer_may_be_a_failure() {
        for failure in samples() {
            let event = Event::Answer { id: 3, outcome: Err(failure) };
            assert_eq!(decode::<Event>(&encode(&event).unwrap()), Ok(event));
        }
    }

    #[test]
    fn another_version_is_named_before_anything_is_read() {
        let mut bytes = encode(&request()).unwrap();
        bytes[0] = 99;
        bytes.truncate(3);
        assert_eq!(decode::<Request>(&bytes), Err(ProtocolError::Version { theirs: 99 }));
    }

    #[test]
    fn a_cut_message_is_an_error_at_every_length() {
        let bytes = encode(&request()).unwrap();
        for length in 0..bytes.len() {
            assert!(decode::<Request>(&bytes[..length]).is_err(), "{length} bytes were taken");
        }
    }
}
