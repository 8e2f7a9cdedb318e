//! `cargo xtask weight`: what the worker's wasm consists of, by crate.

use crate::gzip;
use crate::places::Places;
use crate::process::ProcessError;
use crate::setup::{self, SetupError};
use crate::site::without_names;
use crate::test::wasm_module::{Body, Module, ModuleError};
use crate::test::{StageError, target_folder};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Crates with less code than this are one row.
const LEAST_BYTES: usize = 100_000;
/// Crates whose generic code stands for that of the crate which it is made for.
const STANDARD: [&str; 6] = ["core", "alloc", "std", "hashbrown", "T", "_"];
/// Crates that only Burn's operations on WebGPU need: they write shaders, and train only where our own kernels fail.
const BURN_ON_WEBGPU: [&str; 8] = [
    "cubecl",
    "cubek",
    "pliron",
    "burn_cubecl",
    "burn_wgpu",
    "combine",
    "rustc_apfloat",
    "downcast_rs",
];

/// Why nothing can be said.
#[derive(Debug, Error)]
pub enum WeightError {
    /// The set-up failed.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Cargo failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// Cargo does not say where it builds.
    #[error(transparent)]
    Target(#[from] StageError),
    /// There is no module.
    #[error("{path}; `cargo xtask build` makes it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The module is damaged.
    #[error("{path}")]
    Module {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: ModuleError,
    },
}

/// Prints a table of the code in the worker's wasm as the linker wrote it.
pub fn print(places: &Places) -> Result<(), WeightError> {
    let tools = setup::for_site(places)?;
    let path = target_folder(&tools)?.join("wasm32-unknown-unknown/release/worker.wasm");
    let bytes = std::fs::read(&path)
        .map_err(|source| WeightError::Unreadable { path: path.clone(), source })?;
    let module = Module::read(&bytes).map_err(|source| WeightError::Module { path, source })?;
    let code: usize = module.bodies.iter().map(|body| body.range.len()).sum();
    println!("| crate | functions | bytes | share of the code |\n|---|---|---|---|");
    let row = |name: &str, functions: usize, bytes: usize| {
        let share = 100.0 * bytes as f64 / code as f64;
        println!("| {name} | {functions} | {bytes} | {share:.1} % |");
    };
    let (mut others, mut functions) = (0, 0);
    for (name, (count, bytes)) in by_crate(&module.bodies) {
        if bytes >= LEAST_BYTES {
            row(&name, count, bytes);
        } else {
            others += bytes;
            functions += count;
        }
    }
    row("others", functions, others);
    row("all code", module.bodies.len(), code);
    let plain = without_names(&bytes);
    let data = module.data.len();
    println!(
        "\nThe data has {data} bytes. As gzip, code and data have {}.",
        gzip::compressed(&plain).len()
    );
    let without = without_names(&without_burn_on_webgpu(&bytes, &module));
    println!(
        "With the functions of {} emptied, that is {}.",
        BURN_ON_WEBGPU.join(", "),
        gzip::compressed(&without).len()
    );
    Ok(())
}

/// Functions and bytes of each crate, the largest first.
fn by_crate(bodies: &[Body]) -> Vec<(String, (usize, usize))> {
    let mut crates = BTreeMap::<String, (usize, usize)>::new();
    for body in bodies {
        let (functions, bytes) = crates.entry(crate_of(&body.name)).or_default();
        *functions += 1;
        *bytes += body.range.len();
    }
    let mut crates: Vec<_> = crates.into_iter().collect();
    crates.sort_by_key(|(_, (_, bytes))| Reverse(*bytes));
    crates
}

/// The module with zeros in place of those crates' functions, which compress to almost nothing. It cannot be run.
fn without_burn_on_webgpu(bytes: &[u8], module: &Module) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for body in &module.bodies {
        let name = crate_of(&body.name);
        if BURN_ON_WEBGPU.iter().any(|prefix| name.starts_with(prefix))
            && let Some(code) = bytes.get_mut(body.range.clone())
        {
            code.fill(0);
        }
    }
    bytes
}

/// The crate that a mangled function belongs to. Generic code of the standard library is counted to the first other crate
/// in its name, which is the one that it was made for.
fn crate_of(mangled: &str) -> String {
    let Some(rest) = mangled.strip_prefix("_ZN") else {
        return "exports, imports and C".to_owned();
    };
    let mut heads = Vec::new();
    let mut rest = rest;
    let mut is_first = true;
    while let Some((part, after)) = part(rest) {
        if is_first && !part.starts_with("_$") {
            heads.push(part.to_owned());
        }
        is_first = false;
        let path = ["$LT$", "$GT$", "$u20$", "$RF$", "$C$", "$u5b$", "$u5d$", "$BP$"];
        let path = path.iter().fold(part.to_owned(), |path, escape| path.replace(escape, " "));
        let paths = path.split_whitespace().filter_map(|path| path.split_once(".."));
        heads.extend(paths.map(|(head, _)| head.trim_start_matches('_').to_owned()));
        rest = after;
    }
    let other = heads.iter().find(|head| !STANDARD.contains(&head.as_str()));
    other.or(heads.first()).cloned().unwrap_or_else(|| "unnamed".to_owned())
}

/// `3abc…` as `abc` and what follows it.
fn part(mangled: &str) -> Option<(&str, &str)> {
    let digits = mangled.find(|c: char| !c.is_ascii_digit())?;
    let length: usize = mangled[..digits].parse().ok()?;
    mangled[digits..].split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_crate_that_its_name_begins_with() {
        for (name, expected) in [
            ("_ZN11burn_tensor6tensor6module6conv2d17hc321a1752d3dbbc5E", "burn_tensor"),
            (
                "_ZN89_$LT$cubek_pool..definition..options..PoolWindow$LT$_$GT$$u20$as$u20$core..fmt..Debug$GT$3fmt17hd6d093c66cb4c6beE",
                "cubek_pool",
            ),
            (
                "_ZN4core3ptr87drop_in_place$LT$cubek_tile..ops..matmul..leaf..memory..gather..base..GatherProblem$GT$17h570ffd39f239a856E",
                "cubek_tile",
            ),
            (
                "_ZN43_$LT$T$u20$as$u20$downcast_rs..Downcast$GT$6as_any17h3af71d1610b2d69fE",
                "downcast_rs",
            ),
            ("_ZN5alloc3vec16in_place_collect18from_iter_in_place17ha5c0bcdeada601aaE", "alloc"),
            ("__wbindgen_malloc", "exports, imports and C"),
            ("_ZN", "unnamed"),
            ("_ZN99short", "unnamed"),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }
}
