//! What the targets have in common.

mod memory;
pub mod pack;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What parsing may allocate, whatever the input, in bytes.
const ALLOWANCE: usize = 64 << 20;
/// What it may allocate in addition, as a multiple of the input.
const TIMES_INPUT: usize = 4;

static HIGHEST: AtomicUsize = AtomicUsize::new(1 << 16);

/// What the runs of an experiment may take in addition, in bytes: a file of some lines may describe 100,000.
const OF_RUNS: usize = 128 << 20;

/// Runs a parser, and fails if it allocated more than the input accounts for. Whatever peak is clearly higher than all before
/// is printed.
///
/// # Panics
/// If the parser does, or if it took more than [`TIMES_INPUT`] times the input and [`ALLOWANCE`].
pub fn bounded(input: &[u8], parse: impl FnOnce()) {
    within(input, ALLOWANCE, parse);
}

/// The same for a parser that makes the runs of an experiment of its file.
///
/// # Panics
/// As [`bounded`], with [`OF_RUNS`] more.
pub fn bounded_with_runs(input: &[u8], parse: impl FnOnce()) {
    within(input, ALLOWANCE + OF_RUNS, parse);
}

fn within(input: &[u8], allowance: usize, parse: impl FnOnce()) {
    let peak = memory::peak_of(parse);
    if peak > HIGHEST.load(Relaxed) + (HIGHEST.load(Relaxed) >> 3) {
        HIGHEST.store(peak, Relaxed);
        eprintln!("peak: {peak} bytes for an input of {}", input.len());
    }
    let most = input.len() * TIMES_INPUT + allowance;
    assert!(peak <= most, "{peak} bytes were allocated for an input of {}", input.len());
}

/// A file's parts: what stands between bytes that no text has.
pub fn parts(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    input.split(|&byte| byte == pack::BETWEEN)
}

/// Nobody waits for a parser here.
pub async fn no_turn(_: usize) {}
