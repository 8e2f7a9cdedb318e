//! The values that a pickle builds, and the objects that they refer to by index.

use super::error::{PytorchError, shortened};

/// Entries in the order in which they were set; the last of equal keys counts.
pub(super) type Dictionary<'a> = Vec<(Value<'a>, Value<'a>)>;

/// A value on the stack; whatever can be changed or shared is among the pickle's objects, referred to by
/// index.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Value<'a> {
    /// None, a boolean, a float or an integer of more than 64 bits, whose value is not needed.
    #[default]
    Plain,
    Integer(i64),
    Text(&'a str),
    Global(Global),
    /// A tuple or a list.
    Sequence(usize),
    Dictionary(usize),
    Storage(usize),
    Tensor(usize),
}

/// The Python objects that a pickle may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    /// A class of storages, by the type of its elements.
    StorageClass(&'static str),
}

impl Global {
    pub(super) fn find(module: &str, name: &str) -> Result<Self, PytorchError> {
        let element_type = match (module, name) {
            ("collections", "OrderedDict") => return Ok(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor_v2") => return Ok(Self::RebuildTensor),
            ("torch._utils", "_rebuild_parameter") => return Ok(Self::RebuildParameter),
            ("torch", "FloatStorage") => "float32",
            ("torch", "DoubleStorage") => "float64",
            ("torch", "HalfStorage") => "float16",
            ("torch", "BFloat16Storage") => "bfloat16",
            ("torch", "LongStorage") => "int64",
            ("torch", "IntStorage") => "int32",
            ("torch", "ShortStorage") => "int16",
            ("torch", "CharStorage") => "int8",
            ("torch", "ByteStorage") => "uint8",
            ("torch", "BoolStorage") => "bool",
            ("torch", "ComplexFloatStorage") => "complex64",
            ("torch", "ComplexDoubleStorage") => "complex128",
            // Raw bytes: never a tensor's, but harmless beside them.
            ("torch.storage", "UntypedStorage") => "bytes",
            _ => return Err(PytorchError::Global(shortened(&format!("{module}.{name}")))),
        };
        Ok(Self::StorageClass(element_type))
    }
}

/// The result of a pickle.
#[derive(Default)]
pub(super) struct Pickle<'a> {
    /// The outermost value.
    pub(super) root: Value<'a>,
    pub(super) sequences: Vec<Vec<Value<'a>>>,
    pub(super) dictionaries: Vec<Dictionary<'a>>,
    pub(super) storages: Vec<Storage<'a>>,
    pub(super) tensors: Vec<Tensor<'a>>,
}

impl<'a> Pickle<'a> {
    pub(super) fn dictionary(&self, value: Value<'_>) -> Option<&Dictionary<'a>> {
        let Value::Dictionary(place) = value else { return None };
        self.dictionaries.get(place)
    }

    pub(super) fn tensor(&self, value: Value<'_>) -> Option<&Tensor<'a>> {
        let Value::Tensor(place) = value else { return None };
        self.tensors.get(place)
    }

    /// The sequence at this index.
    pub(super) fn sequence(&self, place: usize) -> &[Value<'a>] {
        self.sequences.get(place).map_or(&[], Vec::as_slice)
    }
}

/// A storage of numbers, as the pickle describes it, unchecked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storage<'a> {
    /// As PyTorch names it: "float32".
    pub(super) element_type: &'static str,
    /// Its name in the archive.
    pub(super) key: &'a str,
    /// Its elements, as declared.
    pub(super) length: i64,
}

/// A tensor as the pickle describes it, unchecked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tensor<'a> {
    pub(super) storage: Storage<'a>,
    pub(super) offset: i64,
    /// Indices of the sequences of sizes and strides (in elements).
    pub(super) shape: usize,
    pub(super) strides: usize,
}
