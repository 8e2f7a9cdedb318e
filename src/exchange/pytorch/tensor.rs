//! Tensors as views of storages, with checked sizes and strides.

use super::error::TensorMistake;
use super::value::Value;

/// More dimensions than any layer's parameters have. Bounds the work that one short description can cause.
const MOST_DIMENSIONS: usize = 16;

/// A checked shape with its strides through the storage.
pub(super) struct View {
    shape: Vec<usize>,
    strides: Vec<usize>,
    offset: usize,
    length: usize,
}

impl View {
    pub(super) fn new(
        shape: &[Value<'_>],
        strides: &[Value<'_>],
        offset: i64,
    ) -> Result<Self, TensorMistake> {
        if shape.len() != strides.len() || shape.len() > MOST_DIMENSIONS {
            return Err(TensorMistake::Dimensions);
        }
        let shape = sizes(shape).ok_or(TensorMistake::Size)?;
        let strides = sizes(strides).ok_or(TensorMistake::Stride)?;
        let offset = usize::try_from(offset).map_err(|_| TensorMistake::Offset)?;
        let length = shape.iter().try_fold(1_usize, |length, size| length.checked_mul(*size));
        let length = length.ok_or(TensorMistake::Elements)?;
        Ok(Self { shape, strides, offset, length })
    }

    /// How many elements it has.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn into_shape(self) -> Vec<usize> {
        self.shape
    }

    /// The elements in row-major order.
    pub(super) fn gather(&self, storage: &[[u8; 4]]) -> Result<Vec<f32>, TensorMistake> {
        if self.length == 0 {
            return Ok(Vec::new());
        }
        if self.last().is_none_or(|last| last >= storage.len()) {
            return Err(TensorMistake::BeyondStorage);
        }
        // Innermost first. Strides of dimensions with one element do not matter.
        let dimensions = self.shape.iter().zip(&self.strides).rev();
        let dimensions: Vec<_> = dimensions.filter(|(size, _)| **size > 1).collect();
        let element = |index| {
            let (mut rest, mut place) = (index, self.offset);
            for (size, stride) in &dimensions {
                place += rest % **size * **stride;
                rest /= **size;
            }
            // No index is beyond the last one, which was checked above.
            f32::from_le_bytes(storage[place])
        };
        Ok((0..self.length).map(element).collect())
    }

    /// The largest index of an element; `None` if it overflows.
    fn last(&self) -> Option<usize> {
        let mut dimensions = self.shape.iter().zip(&self.strides);
        dimensions.try_fold(self.offset, |place, (size, stride)| {
            place.checked_add(size.checked_sub(1)?.checked_mul(*stride)?)
        })
    }
}

fn sizes(values: &[Value<'_>]) -> Option<Vec<usize>> {
    let size = |value: &Value<'_>| match value {
        Value::Integer(size) => usize::try_from(*size).ok(),
        _ => None,
    };
    values.iter().map(size).collect()
}
