//! Files that `torch.load(file, weights_only=True)` reads: a dict of tensors and of dicts of tensors.

use std::io::{Cursor, Write as _};

use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::state_dict::StateDict;

/// A value of the dict that is written.
pub enum Written<'a> {
    /// A dict of float32 tensors.
    StateDict(&'a StateDict),
    /// A tensor of int32 with these sizes, whose product is the number of values.
    Integers {
        /// Its sizes, outermost first.
        shape: &'a [usize],
        /// Its values, row by row.
        values: &'a [i32],
    },
}

/// The folder in the archive, which PyTorch names after the file.
const ROOT: &str = "archive";

/// The bytes of a file that holds a dict of these values.
///
/// # Errors
/// [`ZipError`] if the archive becomes too large for its format.
pub fn write_dict(values: &[(&str, Written<'_>)]) -> ZipResult<Vec<u8>> {
    let mut pickle = Pickle { bytes: vec![0x80, 2], storages: Vec::new() };
    pickle.bytes.extend(*b"}(");
    for (key, value) in values {
        pickle.text(key);
        match value {
            Written::StateDict(arrays) => {
                pickle.bytes.extend(*b"}(");
                for (name, array) in *arrays {
                    pickle.text(name);
                    let numbers = array.values.iter().flat_map(|number| number.to_le_bytes());
                    pickle.tensor("FloatStorage", &array.shape, numbers.collect());
                }
                pickle.bytes.push(b'u');
            }
            Written::Integers { shape, values } => {
                let numbers = values.iter().flat_map(|number| number.to_le_bytes());
                pickle.tensor("IntStorage", shape, numbers.collect());
            }
        }
    }
    pickle.bytes.extend(*b"u.");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8]| {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        archive.start_file(format!("{ROOT}/{name}"), stored)?;
        archive.write_all(bytes).map_err(ZipError::Io)
    };
    // PyTorch looks for the pickle first.
    put("data.pkl", &pickle.bytes)?;
    put("byteorder", b"little")?;
    for (key, bytes) in pickle.storages.iter().enumerate() {
        put(&format!("data/{key}"), bytes)?;
    }
    put("version", b"3\n")?;
    Ok(archive.finish()?.into_inner())
}

/// A pickle of protocol 2 as far as it is written, by the opcodes of Python's `pickletools`.
struct Pickle {
    bytes: Vec<u8>,
    /// The numbers of each tensor.
    storages: Vec<Vec<u8>>,
}

impl Pickle {
    /// `BINUNICODE`.
    fn text(&mut self, text: &str) {
        self.bytes.push(b'X');
        self.bytes.extend((text.len() as u32).to_le_bytes());
        self.bytes.extend(text.bytes());
    }

    /// `BININT`; no size here comes near two billion.
    fn integer(&mut self, number: usize) {
        self.bytes.push(b'J');
        self.bytes.extend((number as i32).to_le_bytes());
    }

    /// `MARK`, the integers, `TUPLE`.
    fn sizes(&mut self, sizes: &[usize]) {
        self.bytes.push(b'(');
        sizes.iter().for_each(|&size| self.integer(size));
        self.bytes.push(b't');
    }

    /// A call of `torch._utils._rebuild_tensor_v2` with a storage of its own.
    fn tensor(&mut self, storage: &str, shape: &[usize], numbers: Vec<u8>) {
        let mut strides = vec![1; shape.len()];
        for at in (1..shape.len()).rev() {
            strides[at - 1] = strides[at] * shape[at];
        }
        self.bytes.extend(*b"ctorch._utils\n_rebuild_tensor_v2\n((");
        self.text("storage");
        self.bytes.extend(format!("ctorch\n{storage}\n").bytes());
        self.text(&self.storages.len().to_string());
        self.text("cpu");
        self.integer(shape.iter().product());
        // The storage is a reference, of which the archive has the numbers.
        self.bytes.extend(*b"tQ");
        self.integer(0);
        self.sizes(shape);
        self.sizes(&strides);
        // No gradient, and no hooks.
        self.bytes.push(0x89);
        self.bytes.extend(*b"ccollections\nOrderedDict\n)RtR");
        self.storages.push(numbers);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::read_state_dict;
    use super::*;
    use crate::network::initial_weights;

    #[test]
    fn our_reader_takes_the_weights_in_bit_by_bit() {
        let weights = initial_weights(7);
        let (shape, values) = ([2, 3], [5, 4, 3, 2, 1, 0]);
        let order = Written::Integers { shape: &shape, values: &values };
        let file =
            write_dict(&[("model_state_dict", Written::StateDict(&weights)), ("order", order)]);
        assert_eq!(read_state_dict(&file.unwrap()).unwrap(), weights);
    }
}
