//! State dicts as `torch.save(model.state_dict(), file)` writes them: `.pt` and `.pth` files.
//!
//! Since PyTorch 1.6 such a file is a ZIP archive
//! (<https://docs.pytorch.org/docs/stable/notes/serialization.html>): `<root>/data.pkl` is a pickle
//! that describes the tensors, `<root>/data/<key>` are the numbers of one storage each, and
//! `<root>/byteorder` says which end of a number comes first. Burn's reader, the crate
//! pytorch-reader, opens paths only, and a browser has none: hence this one, of bytes in memory.
//!
//! Nothing in a file is executed and nothing is believed unchecked. Only float32 is read:
//! `load_state_dict` would convert other types, here they are refused so that nothing is rounded
//! unseen.

mod archive;
mod machine;
mod pickle;
mod tensor;

use std::collections::BTreeMap;

use thiserror::Error;

pub(super) use self::archive::is_pickle;
use self::archive::{Archive, Storages};
use self::pickle::{Dictionary, Pickle, Value};
use self::tensor::{Tensor, View};
use crate::state_dict::{Array, StateDict};

/// Under which keys checkpoints keep the weights beside other things, by wide convention.
const NESTED_UNDER: [&str; 3] = ["state_dict", "model_state_dict", "model"];

/// Far more than the network's 178 KB, and little enough for a phone: what a file's numbers may
/// amount to, in its storages and again in its tensors.
const MOST_BYTES: usize = 64 << 20;

/// Why bytes are no state dict. The texts go after "The file cannot be used: ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PytorchError {
    /// Nothing that any PyTorch writes.
    #[error("it is no file that torch.save writes")]
    NotPytorch,
    /// The stream or the tar file of PyTorch before 1.6, or a pickle without an archive.
    #[error(
        "it is not the archive that PyTorch writes since version 1.6; load it with a current \
         PyTorch and save it again"
    )]
    OldFormat,
    /// The archive is cut short or altered.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The archive is encrypted, or compressed in a way that PyTorch does not know.
    #[error("its archive is none of PyTorch's: {0}")]
    Archive(String),
    /// The machine that wrote it stored numbers the other way round.
    #[error("it was written by a big-endian machine")]
    BigEndian,
    /// A part is larger than any state dict of the network makes it.
    #[error("its {0} takes more bytes than are read")]
    TooLarge(&'static str),
    /// The pickle breaks the rules of pickles, or calls something as PyTorch does not.
    #[error("its pickle cannot be read: {0}")]
    Pickle(String),
    /// The pickle refers to something of Python's that is not on the short list.
    #[error("it holds {0}, which is no part of a state dict")]
    Global(String),
    /// A pickle of something else.
    #[error("it is a pickle that is no state dict")]
    NoStateDict,
    /// A tensor has another element type.
    #[error("{name} is of type {found}, not float32")]
    ElementType {
        /// The tensor.
        name: String,
        /// Its type as PyTorch names it.
        found: &'static str,
    },
    /// A tensor's description contradicts itself or the file.
    #[error("{name} cannot be read: {reason}")]
    Tensor {
        /// The tensor.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
}

/// The state dict in a file's bytes. It is the file's top level, or lies in a dict under
/// `state_dict`, `model_state_dict` or `model`; whatever plain values are beside the tensors is left
/// out. Names and shapes are those of the file: whether they are the network's is not looked at.
///
/// # Errors
/// Any [`PytorchError`].
pub fn read_state_dict(bytes: &[u8]) -> Result<StateDict, PytorchError> {
    let mut archive = Archive::open(bytes)?;
    let pickle = archive.pickle()?;
    let pickle = Pickle::read(&pickle)?;
    let tensors = find_state_dict(&pickle).ok_or(PytorchError::NoStateDict)?;
    let mut storages = Storages::new(archive);
    let mut budget = MOST_BYTES;
    let mut arrays = StateDict::new();
    for (name, tensor) in tensors {
        let array = read_tensor(name, tensor, &pickle, &mut storages, &mut budget)?;
        arrays.insert(name.to_owned(), array);
    }
    Ok(arrays)
}

fn find_state_dict<'p>(pickle: &'p Pickle<'p>) -> Option<BTreeMap<&'p str, &'p Tensor<'p>>> {
    let top = pickle.dictionary(pickle.root)?;
    // First, for a checkpoint may keep its loss as a tensor beside the weights, while a state dict
    // has no dicts in it.
    let nested = NESTED_UNDER.iter().find_map(|key| {
        let (_, value) =
            top.iter().rfind(|(found, _)| matches!(found, Value::Text(text) if text == key))?;
        named_tensors(pickle, pickle.dictionary(*value)?)
    });
    nested.or_else(|| named_tensors(pickle, top))
}

/// The tensors of a dict by their names; none if it has none, or one without a name.
fn named_tensors<'p>(
    pickle: &'p Pickle<'p>,
    dictionary: &'p Dictionary<'p>,
) -> Option<BTreeMap<&'p str, &'p Tensor<'p>>> {
    let tensors = dictionary.iter().filter_map(|(key, value)| Some((key, pickle.tensor(*value)?)));
    let named = tensors.map(|(key, tensor)| match key {
        Value::Text(name) => Some((*name, tensor)),
        _ => None,
    });
    named.collect::<Option<BTreeMap<_, _>>>().filter(|tensors| !tensors.is_empty())
}

fn read_tensor<'p>(
    name: &str,
    tensor: &Tensor<'p>,
    pickle: &Pickle<'p>,
    storages: &mut Storages<'_, 'p>,
    budget: &mut usize,
) -> Result<Array, PytorchError> {
    let unreadable = |reason| PytorchError::Tensor { name: shortened(name), reason };
    if tensor.storage.element_type != "float32" {
        let (name, found) = (shortened(name), tensor.storage.element_type);
        return Err(PytorchError::ElementType { name, found });
    }
    let sizes = pickle.sequence(tensor.shape);
    let view = View::new(sizes, pickle.sequence(tensor.strides), tensor.offset);
    let view = view.map_err(unreadable)?;
    let bytes = view.len().checked_mul(size_of::<f32>());
    *budget = bytes
        .and_then(|bytes| budget.checked_sub(bytes))
        .ok_or(PytorchError::TooLarge("tensor data"))?;
    let numbers = storages.read(tensor.storage.key)?;
    let numbers = numbers.ok_or_else(|| unreadable("the archive lacks its numbers"))?;
    let (elements, rest) = numbers.as_chunks::<4>();
    if !rest.is_empty() || i64::try_from(elements.len()) != Ok(tensor.storage.length) {
        return Err(unreadable("its storage has another length than declared"));
    }
    let values = view.gather(elements).map_err(unreadable)?;
    Ok(Array { shape: view.into_shape(), values })
}

/// A text of the file's for an error: a name may be as long as the file.
fn shortened(text: &str) -> String {
    const MOST_LETTERS: usize = 80;
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
