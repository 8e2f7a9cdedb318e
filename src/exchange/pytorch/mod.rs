//! State dicts as `torch.save(model.state_dict(), file)` writes them: `.pt` and `.pth` files.
//!
//! Since PyTorch 1.6 such a file is a ZIP archive
//! (<https://docs.pytorch.org/docs/stable/notes/serialization.html>): `<root>/data.pkl` is a pickle
//! that describes the tensors, `<root>/data/<key>` are the numbers of one storage each, and
//! `<root>/byteorder` gives the byte order. Burn's reader, the crate pytorch-reader, opens only paths,
//! which a browser does not have; this one reads bytes in memory.
//!
//! Nothing in a file is executed and everything is checked. Only float32 is read: `load_state_dict` would
//! convert other types; here they are refused, so that nothing is rounded silently.

mod archive;
mod error;
mod pickle;
mod tensor;
mod value;
mod write;

use std::collections::BTreeMap;

#[cfg(test)]
use self::archive::MOST_BYTES;
pub(super) use self::archive::is_pickle;
use self::archive::{Archive, Storages, most_numbers};
use self::error::shortened;
pub use self::error::{Part, PickleMistake, PytorchError, TensorMistake};
use self::pickle::read_pickle;
use self::tensor::View;
use self::value::{Dictionary, Pickle, Tensor, Value};
pub use self::write::{Written, write_dict};
use crate::state_dict::{Array, StateDict};

/// Keys under which checkpoints conventionally keep the weights beside other things.
const NESTED_UNDER: [&str; 3] = ["state_dict", "model_state_dict", "model"];

/// The state dict in a file's bytes. It is the file's top level, or a dict under `state_dict`,
/// `model_state_dict` or `model`; plain values beside the tensors are left out. Names and shapes are those
/// of the file; whether they are the network's is not checked.
///
/// # Errors
/// Any [`PytorchError`].
pub fn read_state_dict(bytes: &[u8]) -> Result<StateDict, PytorchError> {
    let mut archive = Archive::open(bytes)?;
    let pickle = archive.pickle()?;
    let pickle = read_pickle(&pickle)?;
    let tensors = find_state_dict(&pickle).ok_or(PytorchError::NoStateDict)?;
    let mut budget = most_numbers(bytes.len());
    let mut storages = Storages::new(archive, budget);
    let mut arrays = StateDict::new();
    for (name, tensor) in tensors {
        let array = read_tensor(name, tensor, &pickle, &mut storages, &mut budget)?;
        arrays.insert(name.to_owned(), array);
    }
    Ok(arrays)
}

fn find_state_dict<'p>(pickle: &'p Pickle<'p>) -> Option<BTreeMap<&'p str, &'p Tensor<'p>>> {
    let top = pickle.dictionary(pickle.root)?;
    // First, because a checkpoint may keep its loss as a tensor beside the weights, while a state dict
    // has no dicts in it.
    let nested = NESTED_UNDER.iter().find_map(|key| {
        let (_, value) =
            top.iter().rfind(|(found, _)| matches!(found, Value::Text(text) if text == key))?;
        named_tensors(pickle, pickle.dictionary(*value)?)
    });
    nested.or_else(|| named_tensors(pickle, top))
}

/// The tensors of a dict by name; `None` if it has none, or one without a name.
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
        .ok_or(PytorchError::TooLarge(Part::TensorData))?;
    let numbers = storages.read(tensor.storage.key)?;
    let numbers = numbers.ok_or_else(|| unreadable(TensorMistake::NoNumbers))?;
    let (elements, rest) = numbers.as_chunks::<4>();
    if !rest.is_empty() || i64::try_from(elements.len()) != Ok(tensor.storage.length) {
        return Err(unreadable(TensorMistake::StorageLength));
    }
    let values = view.gather(elements).map_err(unreadable)?;
    Ok(Array { shape: view.into_shape(), values })
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
