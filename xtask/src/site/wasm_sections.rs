//! Leaves out of a WebAssembly module what a browser does not need.

/// The module without the names of its functions, which are a quarter of it. What is no module is left as it is: whoever
/// loads it will say so.
pub fn without_names(module: &[u8]) -> Vec<u8> {
    const HEAD: usize = 8;
    let mut kept = module[..module.len().min(HEAD)].to_vec();
    let mut at = HEAD;
    while at < module.len() {
        let Some(section) = section(module, at) else { return module.to_vec() };
        if !section.is_names {
            kept.extend(&module[at..section.end]);
        }
        at = section.end;
    }
    kept
}

/// A section of a module: the byte after its end, and whether it holds names.
struct Section {
    end: usize,
    is_names: bool,
}

/// The section at this byte; `None` if the module is damaged there.
fn section(module: &[u8], at: usize) -> Option<Section> {
    let kind = *module.get(at)?;
    let mut length = 0_usize;
    let mut content = at + 1;
    for shift in [0, 7, 14, 21, 28] {
        let byte = *module.get(content)?;
        content += 1;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let end = content.checked_add(length)?;
            let body = module.get(content..end)?;
            return Some(Section { end, is_names: kind == 0 && body.starts_with(b"\x04name") });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\0asm\x01\0\0\0";
    const NAMES: &[u8] = b"\x00\x07\x04nameXY";
    /// Its length takes more bytes than it needs to.
    const TYPES: &[u8] = b"\x01\x81\x00\x09";
    const OTHER: &[u8] = b"\x00\x04\x02abc";

    #[test]
    fn names_go_and_all_else_stays() {
        let module = [HEAD, NAMES, TYPES, OTHER].concat();
        assert_eq!(without_names(&module), [HEAD, TYPES, OTHER].concat());
    }

    #[test]
    fn what_is_damaged_stays_as_it_is() {
        let module = [HEAD, TYPES, NAMES].concat();
        for length in HEAD.len() + TYPES.len() + 1..module.len() {
            assert_eq!(without_names(&module[..length]), module[..length]);
        }
        assert_eq!(without_names(b"<html>404</html>"), b"<html>404</html>");
    }
}
