//! Reads the parts of the WebAssembly binary format that contain names: exports, the functions of the name
//! section, and the data (which holds the paths of source files); and where each function's code lies.

use std::collections::BTreeMap;
use std::ops::Range;
use thiserror::Error;

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const EXPORT: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;
const FUNCTION_NAMES: u8 = 1;

/// Why bytes are not a module.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum ModuleError {
    /// No magic number.
    #[error("this is not a WebAssembly module")]
    NoModule,
    /// It ends, or contradicts itself, at this byte.
    #[error("the module is damaged at byte {0}")]
    Damaged(usize),
}

/// The names in a module.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// Names of its exports.
    pub exports: Vec<String>,
    /// Names of its functions; empty if the name section was stripped.
    pub functions: Vec<String>,
    /// The functions that it defines.
    pub bodies: Vec<Body>,
    /// Its data, as it lies in the file.
    pub data: Vec<u8>,
}

/// The code of one function.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// Its name; empty if the name section does not have it.
    pub name: String,
    /// Where its code lies in the file.
    pub range: Range<usize>,
}

impl Module {
    /// Reads a module.
    pub fn read(bytes: &[u8]) -> Result<Self, ModuleError> {
        let Some(body) = bytes.strip_prefix(b"\0asm\x01\0\0\0") else {
            return Err(ModuleError::NoModule);
        };
        let mut module = Self::default();
        let mut sections = Reader { bytes: body, offset: 8 };
        let (mut imported, mut names, mut code) = (0, BTreeMap::new(), Vec::new());
        while !sections.bytes.is_empty() {
            let kind = sections.byte()?;
            let mut section = sections.part()?;
            match kind {
                CUSTOM if section.name()? == "name" => {
                    names = section.function_names()?;
                }
                IMPORT => imported = section.imported_functions()?,
                CODE => code = section.code()?,
                EXPORT => module.exports = section.exports()?,
                DATA => module.data = section.bytes.to_vec(),
                _ => {}
            }
        }
        module.bodies = code
            .into_iter()
            .zip(imported..)
            .map(|(range, index)| Body {
                name: names.get(&index).cloned().unwrap_or_default(),
                range,
            })
            .collect();
        module.functions = names.into_values().collect();
        Ok(module)
    }
}

/// The rest of a part of the module, and its offset in the file.
struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ModuleError> {
        let damaged = ModuleError::Damaged(self.offset);
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(damaged)?;
        self.bytes = rest;
        self.offset += length;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, ModuleError> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned LEB128 number of at most 32 bits.
    fn number(&mut self) -> Result<usize, ModuleError> {
        let mut number = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(number).map_err(|_| ModuleError::Damaged(self.offset));
            }
        }
        Err(ModuleError::Damaged(self.offset))
    }

    /// A part that is prefixed by its length.
    fn part(&mut self) -> Result<Self, ModuleError> {
        let length = self.number()?;
        let offset = self.offset;
        Ok(Self { bytes: self.take(length)?, offset })
    }

    fn name(&mut self) -> Result<String, ModuleError> {
        Ok(String::from_utf8_lossy(self.part()?.bytes).into_owned())
    }

    fn exports(mut self) -> Result<Vec<String>, ModuleError> {
        let mut names = Vec::new();
        for _ in 0..self.number()? {
            names.push(self.name()?);
            self.byte()?;
            self.number()?;
        }
        Ok(names)
    }

    /// How many functions are imported; they come first in the numbering of functions.
    fn imported_functions(mut self) -> Result<usize, ModuleError> {
        let mut functions = 0;
        for _ in 0..self.number()? {
            self.name()?;
            self.name()?;
            match self.byte()? {
                0 => {
                    self.number()?;
                    functions += 1;
                }
                1 => {
                    self.byte()?;
                    self.limits()?;
                }
                2 => self.limits()?,
                _ => {
                    self.take(2)?;
                }
            }
        }
        Ok(functions)
    }

    fn limits(&mut self) -> Result<(), ModuleError> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Ok(())
    }

    fn code(mut self) -> Result<Vec<Range<usize>>, ModuleError> {
        let mut code = Vec::new();
        for _ in 0..self.number()? {
            let body = self.part()?;
            code.push(body.offset..body.offset + body.bytes.len());
        }
        Ok(code)
    }

    /// By number.
    fn function_names(mut self) -> Result<BTreeMap<usize, String>, ModuleError> {
        let mut names = BTreeMap::new();
        while !self.bytes.is_empty() {
            let kind = self.byte()?;
            let mut part = self.part()?;
            if kind == FUNCTION_NAMES {
                for _ in 0..part.number()? {
                    let index = part.number()?;
                    names.insert(index, part.name()?);
                }
            }
        }
        Ok(names)
    }
}

/// Modules for tests, made by hand.
#[cfg(test)]
pub mod by_hand {
    use super::{CUSTOM, DATA, EXPORT, FUNCTION_NAMES};

    fn part(content: &[u8]) -> Vec<u8> {
        // Two bytes of LEB128 always, so that the reader's loop is exercised.
        let length = content.len();
        let mut part = vec![(length & 0x7f) as u8 | 0x80, (length >> 7) as u8];
        part.extend(content);
        part
    }

    fn list(items: &[&str], item: impl Fn(usize, &str) -> Vec<u8>) -> Vec<u8> {
        let mut list = vec![items.len() as u8];
        items.iter().enumerate().for_each(|(at, name)| list.extend(item(at, name)));
        list
    }

    /// A module with these exports, function names and data.
    pub fn module(exports: &[&str], functions: &[&str], data: &str) -> Vec<u8> {
        let exports = list(exports, |at, name| [part(name.as_bytes()), vec![0, at as u8]].concat());
        let functions =
            list(functions, |at, name| [vec![at as u8], part(name.as_bytes())].concat());
        let names =
            [part(b"name"), vec![0], part(b"\x01m"), vec![FUNCTION_NAMES], part(&functions)];
        [
            b"\0asm\x01\0\0\0".to_vec(),
            [vec![EXPORT], part(&exports)].concat(),
            [vec![DATA], part(data.as_bytes())].concat(),
            [vec![CUSTOM], part(&[part(b"producers"), vec![1, 2, 3]].concat())].concat(),
            [vec![CUSTOM], part(&names.concat())].concat(),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_of_exports_and_functions_and_the_data_are_found() {
        let bytes = by_hand::module(&["memory", "main"], &["one", "two"], "/src/lib.rs");
        let module = Module::read(&bytes).unwrap();
        assert_eq!(module.exports, ["memory", "main"]);
        assert_eq!(module.functions, ["one", "two"]);
        assert_eq!(module.data, b"/src/lib.rs");
    }

    #[test]
    fn a_module_cut_anywhere_gives_an_error_or_fewer_names_and_never_a_panic() {
        let bytes = by_hand::module(&["memory"], &["one"], "data");
        let whole = Module::read(&bytes).unwrap();
        for length in 0..bytes.len() {
            assert_ne!(Module::read(&bytes[..length]).as_ref(), Ok(&whole));
        }
    }

    #[test]
    fn numbers_without_an_end_are_refused() {
        let endless = b"\0asm\x01\0\0\0\x07\xff\xff\xff\xff\xff\xff";
        assert!(matches!(Module::read(endless), Err(ModuleError::Damaged(_))));
        assert_eq!(Module::read(b"<html>"), Err(ModuleError::NoModule));
    }
}
