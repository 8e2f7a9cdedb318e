//! Checks of the built modules that no other test makes.
//!
//! - If nobody calls the static constructors, the linker wraps every export of the worker in calls to all
//!   of them, as `NAME.command_export`: training then takes twenty times as long.
//! - The page and the worker for files must not contain Burn, which belongs to the worker that trains and is a
//!   hundred times their size.

use super::wasm_module::{Module, ModuleError};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

const WRAPPED: &str = ".command_export";
/// How crates appear in function names, mangled or not.
const IN_NAMES: [&str; 4] = ["cubecl", "burn_", "burn::", "4burn"];
/// How they appear in the paths that panics report.
const IN_PATHS: [&str; 2] = ["/cubecl-", "/burn-"];
/// The number of names shown, enough to see where they come from.
const SHOWN: usize = 5;

/// What is wrong with a module.
#[derive(Debug, Error)]
pub enum WasmCheckError {
    /// It cannot be read.
    #[error("{path} cannot be read; `trunk build --release` makes it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not a valid module.
    #[error("{path} is not a valid module")]
    Module {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: ModuleError,
    },
    /// Without names nothing can be checked.
    #[error("{0} has no function names, so nothing can be checked: is `strip` set in Cargo.toml?")]
    Nameless(&'static str),
    /// The constructors run on every call.
    #[error(
        "the worker's static constructors run on every call ({names}): call __wasm_call_ctors once, \
         first thing in its start function"
    )]
    Wrapped {
        /// Some of the names.
        names: String,
    },
    /// A program contains Burn that must not.
    #[error(
        "{program} contains Burn ({names}): something in feature `training` is used by its feature"
    )]
    Burn {
        /// Which one.
        program: &'static str,
        /// Some of the names.
        names: String,
    },
    /// Burn is not found in the worker, so its absence elsewhere would prove nothing.
    #[error(
        "the worker contains no name of Burn, so this check would not find it elsewhere either"
    )]
    Blind,
}

/// Checks the modules of the small programs, by name, and of the worker that trains, as the linker wrote them; returns lines
/// to print.
pub fn check(
    small: &[(&'static str, PathBuf)],
    worker: &Path,
) -> Result<Vec<String>, WasmCheckError> {
    let worker = read(worker)?;
    check_worker(&worker)?;
    let mut lines = vec![format!("worker: no {WRAPPED} among {} names", names(&worker).count())];
    for (program, path) in small {
        let module = read(path)?;
        check_small(program, &module)?;
        lines.push(format!("{program}: no Burn among {} names", names(&module).count()));
    }
    Ok(lines)
}

fn read(path: &Path) -> Result<Module, WasmCheckError> {
    let path = || path.to_path_buf();
    let bytes =
        fs::read(path()).map_err(|source| WasmCheckError::Unreadable { path: path(), source })?;
    Module::read(&bytes).map_err(|source| WasmCheckError::Module { path: path(), source })
}

fn names(module: &Module) -> impl Iterator<Item = &str> {
    module.exports.iter().chain(&module.functions).map(String::as_str)
}

fn check_worker(worker: &Module) -> Result<(), WasmCheckError> {
    if worker.functions.is_empty() {
        return Err(WasmCheckError::Nameless("the worker"));
    }
    let wrapped = some(names(worker).filter(|name| name.contains(WRAPPED)));
    if let Some(names) = wrapped {
        return Err(WasmCheckError::Wrapped { names });
    }
    if burn_in(worker).is_none() { Err(WasmCheckError::Blind) } else { Ok(()) }
}

fn check_small(program: &'static str, module: &Module) -> Result<(), WasmCheckError> {
    if module.functions.is_empty() {
        return Err(WasmCheckError::Nameless(program));
    }
    burn_in(module).map_or(Ok(()), |names| Err(WasmCheckError::Burn { program, names }))
}

fn burn_in(module: &Module) -> Option<String> {
    let of_burn = |name: &&str| IN_NAMES.iter().any(|part| name.contains(part));
    let data = String::from_utf8_lossy(&module.data);
    let paths = IN_PATHS.into_iter().filter(|part| data.contains(part));
    some(names(module).filter(of_burn).chain(paths))
}

fn some<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.take(SHOWN).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::test::wasm_module::by_hand::module;

    const BURN: &str = "_ZN11burn_tensor6tensor3api3new17h0123456789abcdefE";

    fn of(exports: &[&str], functions: &[&str], data: &str) -> Module {
        Module::read(&module(exports, functions, data)).unwrap()
    }

    #[test]
    fn a_worker_whose_exports_are_not_wrapped_passes() {
        assert!(check_worker(&of(&["memory", "start"], &["start", BURN], "")).is_ok());
    }

    #[test]
    fn a_wrapped_export_is_found_among_functions_and_exports() {
        for worker in [
            of(&["memory"], &["start", "__wbindgen_malloc.command_export", BURN], ""),
            of(&["start.command_export"], &["start", BURN], ""),
        ] {
            let error = check_worker(&worker).unwrap_err();
            assert!(matches!(error, WasmCheckError::Wrapped { .. }), "{error}");
        }
    }

    #[test]
    fn a_worker_without_names_or_without_burn_proves_nothing() {
        assert!(matches!(check_worker(&of(&["a"], &[], "")), Err(WasmCheckError::Nameless(_))));
        assert!(matches!(check_worker(&of(&["a"], &["b"], "")), Err(WasmCheckError::Blind)));
    }

    #[test]
    fn burn_in_the_page_is_found_in_names_and_in_paths() {
        assert!(check_small("the page", &of(&[], &["leptos::mount"], "Burn trains it")).is_ok());
        for page in [
            of(&[], &[BURN], ""),
            of(&[], &["cubecl_core::ir"], ""),
            of(&[], &["main"], "/registry/burn-tensor-0.22.1/src/lib.rs"),
        ] {
            let error = check_small("the page", &page).unwrap_err();
            assert!(matches!(error, WasmCheckError::Burn { .. }), "{error}");
        }
    }
}
