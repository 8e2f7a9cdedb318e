//! The weights that a run had at the end of each epoch, so that a person can look into every one of them later.
//!
//! They are the weights that were validated, without the optimizer's state: 178 kB an epoch with ten classes. Stored are a version byte, the
//! SHA-256 of what follows as hexadecimal digits, and the numbers of every parameter in the network's order, as
//! little-endian `f32`.

use crate::checksum::sha256_hex;
use crate::history::History;
use crate::network::Network;
use crate::state_dict::{Array, StateDict};

const VERSION: u8 = 1;
const CHECKSUM_DIGITS: usize = 64;
const BYTES_A_NUMBER: usize = size_of::<f32>();
/// How many epochs of a run are kept, beside the newest: 11 MB. Of longer runs every second one is, or every fourth, and so on.
pub const MOST_EPOCHS: u32 = 64;

/// The epoch that has just ended when a run has this history; `None` in the middle of an epoch.
#[must_use]
pub fn ended_epoch(history: &History) -> Option<u32> {
    let last = history.epochs.last()?;
    (last.step == history.losses.len() as u64).then_some(last.epoch)
}

/// Whether an epoch's weights are still kept once a run has got to the epoch `newest`.
#[must_use]
pub const fn is_kept(epoch: u32, newest: u32) -> bool {
    epoch == newest || epoch.is_multiple_of(newest.div_ceil(MOST_EPOCHS).next_power_of_two())
}

/// The key of an epoch's weights.
#[must_use]
pub fn key(run: &str, epoch: u32) -> String {
    format!("{run}/{epoch:06}")
}

/// The epoch in a key.
#[must_use]
pub fn epoch_of(key: &str) -> Option<u32> {
    key.split_once('/')?.1.parse().ok()
}

/// The bytes to store; `None` if these are not this network's weights.
#[must_use]
pub fn encode(weights: &StateDict) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    for parameter in Network::of(weights).ok()?.parameters() {
        let array = parameter.find(weights, parameter.name).ok()?;
        body.extend(array.values.iter().flat_map(|value| value.to_le_bytes()));
    }
    let mut bytes = vec![VERSION];
    bytes.extend(sha256_hex(&body).into_bytes());
    bytes.extend(body);
    Some(bytes)
}

/// The weights in stored bytes, if these are as they were written.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<StateDict> {
    let (&VERSION, rest) = bytes.split_first()? else { return None };
    let (checksum, body) = rest.split_at_checked(CHECKSUM_DIGITS)?;
    if sha256_hex(body).as_bytes() != checksum {
        return None;
    }
    let network = Network::with_numbers(body.len() / BYTES_A_NUMBER)?;
    let (mut weights, mut rest) = (StateDict::new(), body);
    for parameter in network.parameters() {
        let (numbers, others) = rest.split_at_checked(parameter.len() * BYTES_A_NUMBER)?;
        let numbers = numbers.as_chunks().0.iter().map(|number| f32::from_le_bytes(*number));
        let array = Array { shape: parameter.shape.to_vec(), values: numbers.collect() };
        weights.insert(parameter.name.to_owned(), array);
        rest = others;
    }
    rest.is_empty().then_some(weights)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::history::EpochMetrics;
    use crate::network::initial_weights;

    #[test]
    fn weights_come_back_to_the_bit_and_altered_ones_do_not() {
        for classes in [2, 17, 64] {
            let weights = Network::new(classes).unwrap().initial_weights(3);
            assert_eq!(decode(&encode(&weights).unwrap()), Some(weights));
        }
        let weights = initial_weights(3);
        let bytes = encode(&weights).unwrap();
        assert_eq!(bytes.len(), 1 + 64 + 4 * 44_426);
        assert_eq!(decode(&bytes), Some(weights));
        let mut altered = bytes.clone();
        altered[1000] ^= 1;
        assert_eq!(decode(&altered), None);
        for length in [0, 1, 60, 65, bytes.len() - 1] {
            assert_eq!(decode(&bytes[..length]), None, "{length}");
        }
        let longer = |body: &[u8]| [&[VERSION][..], sha256_hex(body).as_bytes(), body].concat();
        assert_eq!(decode(&longer(&bytes[65..])), decode(&bytes));
        assert_eq!(decode(&longer(&[&bytes[65..], &[0; 4]].concat())), None);
    }

    #[test]
    fn weights_of_another_network_are_not_stored() {
        let mut weights = initial_weights(3);
        weights.remove("fc3.bias");
        assert_eq!(encode(&weights), None);
    }

    #[test]
    fn all_epochs_of_a_short_run_are_kept_and_of_a_long_one_evenly_many() {
        assert!((1..=64).all(|epoch| is_kept(epoch, 64)));
        let kept =
            |newest| (1..=newest).filter(|epoch| is_kept(*epoch, newest)).collect::<Vec<_>>();
        let odd_and_newest = [(2..=64).step_by(2).collect(), vec![65]].concat();
        assert_eq!(kept(65), odd_and_newest);
        assert_eq!(kept(1000).len(), 63);
        assert_eq!(kept(1000)[..3], [16, 32, 48]);
        for newest in 1..400 {
            let now = kept(newest);
            assert!(now.len() <= 65 && now.last() == Some(&newest));
            // What is needed later has not been thrown away before.
            assert!(kept(newest + 1).iter().all(|epoch| *epoch > newest || now.contains(epoch)));
        }
    }

    #[test]
    fn an_epoch_has_ended_only_at_its_last_step() {
        let epoch = EpochMetrics {
            epoch: 1,
            step: 3,
            train_loss: 1.0,
            valid_loss: 1.0,
            valid_accuracy: 0.5,
        };
        let mut history = History { losses: vec![1.0; 3], ..History::default() };
        assert_eq!(ended_epoch(&history), None);
        history.epochs.push(epoch);
        assert_eq!(ended_epoch(&history), Some(1));
        history.losses.push(1.0);
        assert_eq!(ended_epoch(&history), None);
    }

    #[test]
    fn a_key_names_its_epoch() {
        assert_eq!(epoch_of(&key("20260727_090000", 12)), Some(12));
        assert_eq!(epoch_of("20260727_090000"), None);
        assert!(key("20260727_090000", 9) < key("20260727_090000", 10));
    }
}
