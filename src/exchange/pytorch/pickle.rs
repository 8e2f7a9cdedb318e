//! Reads the subset of pickles that state dicts need.
//!
//! A pickle is a program for a stack machine
//! (<https://docs.python.org/3/library/pickletools.html>, and the comments of CPython's
//! `Lib/pickletools.py`). In Python it may call anything; this machine knows the opcodes that
//! `torch.save` writes for state dicts in protocols 2 to 5, and calls nothing: the few allowed globals are
//! variants of an enum. Objects refer to each other by index, so cycles and deep nesting cost no more than
//! their bytes, and every opcode adds a bounded amount.

use std::collections::BTreeMap;

use super::error::{PickleMistake, PytorchError};
use super::value::{Dictionary, Global, Pickle, Storage, Tensor, Value};

/// Interprets the pickle in these bytes.
///
/// # Errors
/// [`PytorchError::Pickle`] or [`PytorchError::Global`].
pub(super) fn read_pickle(bytes: &[u8]) -> Result<Pickle<'_>, PytorchError> {
    Machine::new(bytes).run()
}

/// The stack machine that runs a pickle.
struct Machine<'a> {
    /// The opcodes not yet run.
    rest: &'a [u8],
    stack: Vec<Value<'a>>,
    /// The height of the stack at each open mark.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Value<'a>>,
    objects: Pickle<'a>,
}

type Step<T = ()> = Result<T, PytorchError>;

const fn malformed(how: &'static str) -> PytorchError {
    PytorchError::Pickle(PickleMistake::Malformed(how))
}

const fn cut() -> PytorchError {
    PytorchError::Pickle(PickleMistake::Cut)
}

impl<'a> Machine<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let (stack, marks, memo) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { rest: bytes, stack, marks, memo, objects: Pickle::default() }
    }

    fn run(mut self) -> Step<Pickle<'a>> {
        loop {
            let [opcode] = self.array()?;
            if opcode == b'.' {
                self.objects.root = self.pop()?;
                return Ok(self.objects);
            }
            self.step(opcode)?;
        }
    }

    /// Runs one opcode; comments give its name in `pickletools`.
    fn step(&mut self, opcode: u8) -> Step {
        match opcode {
            // PROTO
            0x80 => match self.array()? {
                [2..=5] => {}
                [other] => return Err(PytorchError::Pickle(PickleMistake::Protocol(other))),
            },
            // FRAME: a length for readers of streams.
            0x95 => _ = self.array::<8>()?,
            // NONE, NEWTRUE, NEWFALSE
            b'N' | 0x88 | 0x89 => self.stack.push(Value::Plain),
            // BINFLOAT
            b'G' => {
                self.array::<8>()?;
                self.stack.push(Value::Plain);
            }
            // BININT, BININT1, BININT2, LONG1
            b'J' => {
                let integer = i32::from_le_bytes(self.array()?);
                self.stack.push(Value::Integer(integer.into()));
            }
            b'K' => {
                let [integer] = self.array()?;
                self.stack.push(Value::Integer(integer.into()));
            }
            b'M' => {
                let integer = u16::from_le_bytes(self.array()?);
                self.stack.push(Value::Integer(integer.into()));
            }
            0x8a => {
                let [length] = self.array()?;
                let integer = long(self.take(length.into())?);
                self.stack.push(integer);
            }
            // BINUNICODE, SHORT_BINUNICODE
            b'X' => {
                let length = u32::from_le_bytes(self.array()?);
                self.push_text(length as usize)?;
            }
            0x8c => {
                let [length] = self.array()?;
                self.push_text(length.into())?;
            }
            // MARK
            b'(' => self.marks.push(self.stack.len()),
            // EMPTY_TUPLE, EMPTY_LIST, TUPLE, TUPLE1 to TUPLE3
            b')' | b']' => self.push_sequence(Vec::new()),
            b't' => {
                let items = self.pop_to_mark()?;
                self.push_sequence(items);
            }
            0x85..=0x87 => {
                let mut items = Vec::with_capacity(usize::from(opcode - 0x84));
                for _ in 0x85..=opcode {
                    items.push(self.pop()?);
                }
                items.reverse();
                self.push_sequence(items);
            }
            // APPEND, APPENDS
            b'a' => {
                let item = self.pop()?;
                push(self.list()?, item);
            }
            b'e' => {
                let items = self.pop_to_mark()?;
                self.list()?.extend(items);
            }
            // EMPTY_DICT, SETITEM, SETITEMS
            b'}' => self.push_dictionary(),
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                push(self.dictionary()?, (key, value));
            }
            b'u' => {
                let items = self.pop_to_mark()?;
                let (pairs, []) = items.as_chunks::<2>() else {
                    return Err(malformed("a dict has a key without a value"));
                };
                self.dictionary()?.extend(pairs.iter().map(|[key, value]| (*key, *value)));
            }
            // BINPUT, LONG_BINPUT, MEMOIZE
            b'q' => {
                let [place] = self.array()?;
                self.memoize(place.into())?;
            }
            b'r' => {
                let place = u32::from_le_bytes(self.array()?);
                self.memoize(place)?;
            }
            0x94 => self.memoize(self.memo.len() as u32)?,
            // BINGET, LONG_BINGET
            b'h' => {
                let [place] = self.array()?;
                self.recall(place.into())?;
            }
            b'j' => {
                let place = u32::from_le_bytes(self.array()?);
                self.recall(place)?;
            }
            // GLOBAL, STACK_GLOBAL
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.stack.push(Value::Global(Global::find(module, name)?));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Value::Text(module), Value::Text(name)) = (module, name) else {
                    return Err(malformed("a global has no name"));
                };
                self.stack.push(Value::Global(Global::find(module, name)?));
            }
            // BINPERSID
            b'Q' => self.push_storage()?,
            // REDUCE
            b'R' => self.reduce()?,
            // BUILD: attributes of an object. The OrderedDict of a state dict has `_metadata`,
            // the versions of the layers' classes.
            b'b' => {
                self.pop()?;
                self.dictionary()?;
            }
            other => return Err(PytorchError::Pickle(PickleMistake::Opcode(other))),
        }
        Ok(())
    }

    /// Calls one of the globals.
    fn reduce(&mut self) -> Step {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let arguments = match arguments {
            Value::Sequence(place) => self.objects.sequence(place),
            _ => return Err(malformed("a call has no arguments")),
        };
        match (callable, arguments) {
            (Value::Global(Global::OrderedDict), []) => self.push_dictionary(),
            // Whether it requires gradients, and hooks, which are never written. Metadata after them
            // would say that the numbers are to be negated.
            (
                Value::Global(Global::RebuildTensor),
                &[
                    Value::Storage(storage),
                    Value::Integer(offset),
                    Value::Sequence(shape),
                    Value::Sequence(strides),
                    _,
                    _,
                ],
            ) => {
                let storage = self.objects.storages.get(storage);
                let storage = *storage.ok_or_else(|| malformed("a tensor has no storage"))?;
                self.stack.push(Value::Tensor(self.objects.tensors.len()));
                self.objects.tensors.push(Tensor { storage, offset, shape, strides });
            }
            (Value::Global(Global::RebuildParameter), &[Value::Tensor(tensor), _, _]) => {
                self.stack.push(Value::Tensor(tensor));
            }
            _ => return Err(PytorchError::Pickle(PickleMistake::Call)),
        }
        Ok(())
    }

    /// A persistent id of PyTorch's: ("storage", class, key, device, number of elements).
    fn push_storage(&mut self) -> Step {
        let id = match self.pop()? {
            Value::Sequence(place) => self.objects.sequence(place),
            _ => &[],
        };
        let &[
            Value::Text("storage"),
            Value::Global(Global::StorageClass(element_type)),
            Value::Text(key),
            Value::Text(_),
            Value::Integer(length),
        ] = id
        else {
            return Err(malformed("it refers to something outside that is not a storage"));
        };
        self.stack.push(Value::Storage(self.objects.storages.len()));
        self.objects.storages.push(Storage { element_type, key, length });
        Ok(())
    }

    fn take(&mut self, length: usize) -> Step<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Step<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn line(&mut self) -> Step<&'a str> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let line = self.take(end.ok_or_else(cut)?)?;
        self.take(1)?;
        text(line)
    }

    fn push_text(&mut self, length: usize) -> Step {
        let bytes = self.take(length)?;
        self.stack.push(Value::Text(text(bytes)?));
        Ok(())
    }

    fn push_sequence(&mut self, items: Vec<Value<'a>>) {
        self.stack.push(Value::Sequence(self.objects.sequences.len()));
        self.objects.sequences.push(items);
    }

    fn push_dictionary(&mut self) {
        self.stack.push(Value::Dictionary(self.objects.dictionaries.len()));
        self.objects.dictionaries.push(Dictionary::new());
    }

    /// The top of the stack, which is never below the last mark.
    fn top(&self) -> Step<Value<'a>> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let above = self.stack.get(floor..).and_then(<[_]>::last);
        above.copied().ok_or_else(|| malformed("it takes a value that it has not put there"))
    }

    fn pop(&mut self) -> Step<Value<'a>> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_to_mark(&mut self) -> Step<Vec<Value<'a>>> {
        let mark = self.marks.pop().ok_or_else(|| malformed("a mark is missing"))?;
        Ok(self.stack.drain(mark.min(self.stack.len())..).collect())
    }

    /// The list on top of the stack.
    fn list(&mut self) -> Step<&mut Vec<Value<'a>>> {
        let Value::Sequence(place) = self.top()? else {
            return Err(malformed("it appends to something other than a list"));
        };
        self.objects.sequences.get_mut(place).ok_or_else(|| malformed("a list is missing"))
    }

    /// The dict on top of the stack.
    fn dictionary(&mut self) -> Step<&mut Dictionary<'a>> {
        let Value::Dictionary(place) = self.top()? else {
            return Err(malformed("it sets items of something other than a dict"));
        };
        self.objects.dictionaries.get_mut(place).ok_or_else(|| malformed("a dict is missing"))
    }

    fn memoize(&mut self, place: u32) -> Step {
        let top = self.top()?;
        self.memo.insert(place, top);
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Step {
        let known = self.memo.get(&place).copied();
        self.stack
            .push(known.ok_or_else(|| malformed("it recalls a value that it has not memoized"))?);
        Ok(())
    }
}

/// Adds an item. A first one gets no room for more: there may be hundreds of thousands of lists.
fn push<T>(items: &mut Vec<T>, item: T) {
    if items.is_empty() {
        items.reserve_exact(1);
    }
    items.push(item);
}

fn text(bytes: &[u8]) -> Step<&str> {
    str::from_utf8(bytes).map_err(|_| malformed("a text is not UTF-8"))
}

/// A little-endian two's complement integer of any length.
fn long<'a>(bytes: &[u8]) -> Value<'a> {
    let mut word = match bytes.last() {
        Some(last) if *last >= 0x80 => [0xff; 8],
        _ => [0; 8],
    };
    match word.get_mut(..bytes.len()) {
        Some(low) => low.copy_from_slice(bytes),
        None => return Value::Plain,
    }
    Value::Integer(i64::from_le_bytes(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_has_its_sign_and_more_than_64_bits_are_left_out() {
        for (bytes, expected) in [
            (&[][..], Some(0)),
            (&[0x7f], Some(127)),
            (&[0x80], Some(-128)),
            (&[0xff], Some(-1)),
            (&[0x80, 0x00], Some(128)),
            (&[0x00, 0x80], Some(-32_768)),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], Some(i64::MAX)),
            (&[0; 9], None),
        ] {
            let read = match long(bytes) {
                Value::Integer(integer) => Some(integer),
                _ => None,
            };
            assert_eq!(read, expected, "{bytes:?}");
        }
    }

    #[test]
    fn tensors_of_other_types_may_stand_beside_the_weights() {
        for (name, elements) in [
            ("FloatStorage", "float32"),
            ("IntStorage", "int32"),
            ("ShortStorage", "int16"),
            ("CharStorage", "int8"),
            ("ByteStorage", "uint8"),
            ("BoolStorage", "bool"),
            ("ComplexFloatStorage", "complex64"),
            ("ComplexDoubleStorage", "complex128"),
        ] {
            let found = Global::find("torch", name);
            assert!(matches!(found, Ok(Global::StorageClass(of)) if of == elements), "{name}");
        }
        let raw = Global::find("torch.storage", "UntypedStorage");
        assert!(matches!(raw, Ok(Global::StorageClass("bytes"))));
    }
}
