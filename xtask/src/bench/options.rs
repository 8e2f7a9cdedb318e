//! The command-line options of comparisons.

use clap::{Args, Subcommand};
use std::path::PathBuf;

const FAMILIES: [&str; 3] = ["atelier", "jaxjs", "tfjs"];
/// What `--only` takes: families, or contestants by name.
const CONTESTANTS: [&str; 11] = [
    "atelier",
    "jaxjs",
    "tfjs",
    "webgpu-fused",
    "webgpu-general",
    "cpu-fused",
    "cpu-general",
    "jaxjs-webgpu",
    "jaxjs-wasm",
    "tfjs-webgpu",
    "tfjs-cpu",
];
const ADAPTERS: [&str; 2] = ["software", "hardware"];
const ENGINES: [&str; 2] = ["webgpu", "cpu"];

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum BenchOptions {
    /// The built site beside jax-js and TensorFlow.js, or its memory early and late in a long run
    Browser(BrowserOptions),
    /// The terminal's trainer beside PyTorch, one thread each
    Native(NativeOptions),
}

/// How the terminal's trainer is measured; the browser has these options too.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct NativeOptions {
    /// The batch sizes, in the order given: 1 to 4000
    #[arg(long, value_name = "N,N…", value_delimiter = ',', value_parser = batch_size)]
    #[arg(default_values = ["4", "64", "512"])]
    pub batches: Vec<usize>,
    /// How often each contestant is measured
    #[arg(long, value_name = "N", default_value = "3", value_parser = at_least_one)]
    pub rounds: usize,
    /// The JSON file for the measurements
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// How the built site is measured.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct BrowserOptions {
    /// The options shared with the native comparison.
    #[command(flatten)]
    pub common: NativeOptions,
    /// Show the targets that Atelier should meet
    #[arg(long)]
    pub bars: bool,
    /// The SVG file for the plot
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Contestants, by family or by name
    #[arg(long, value_delimiter = ',', value_parser = CONTESTANTS, default_values = FAMILIES)]
    pub only: Vec<String>,
    /// WebGPU's adapter: the browser's software one, or the machine's own
    #[arg(long, value_parser = ADAPTERS, default_value = ADAPTERS[0])]
    pub adapter: String,
    /// Compare memory early and late in a long run instead
    #[arg(long)]
    pub memory: bool,
    /// Compare experiments on these numbers of workers instead
    #[arg(long, value_name = "N,N…", value_delimiter = ',', value_parser = at_least_one)]
    #[arg(num_args = 0..=1, default_missing_value = "1,2,4,8,16", conflicts_with = "memory")]
    pub workers: Vec<usize>,
    /// Steps of the long run
    #[arg(long, value_name = "N", default_value = "20000", value_parser = at_least_one)]
    pub steps: usize,
    /// Engines of the long run
    #[arg(long, value_delimiter = ',', value_parser = ENGINES, default_values = ENGINES)]
    pub engines: Vec<String>,
}

impl NativeOptions {
    /// The batch sizes as one word.
    pub fn batches_in_a_word(&self) -> String {
        self.batches.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

fn batch_size(word: &str) -> Result<usize, String> {
    // The batches are cut from 4,000 images.
    let size = word.trim().parse().ok().filter(|size| (1..=4000).contains(size));
    size.ok_or_else(|| "batches are numbers from 1 to 4000".to_owned())
}

fn at_least_one(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(0) => Err("at least one is needed".to_owned()),
        Ok(count) => Ok(count),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(subcommand)]
        options: BenchOptions,
    }

    fn parse_line(line: &str) -> Result<BenchOptions, String> {
        let line = ["bench"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(line).map(|line| line.options).map_err(|error| error.to_string())
    }

    fn browser(line: &str) -> BrowserOptions {
        match parse_line(line).unwrap() {
            BenchOptions::Browser(options) => options,
            BenchOptions::Native(_) => panic!("{line} is not for the browser"),
        }
    }

    #[test]
    fn a_comparison_says_where_and_may_say_more() {
        let options = browser("browser --batches 4,64 --rounds 2 --only jaxjs,tfjs --bars");
        assert_eq!((options.common.rounds, options.bars, options.memory), (2, true, false));
        assert_eq!(options.common.batches_in_a_word(), "4,64");
        assert_eq!(options.only, ["jaxjs", "tfjs"]);
        assert!(browser("browser --memory").memory);
        assert_eq!(browser("browser --workers").workers, [1, 2, 4, 8, 16]);
        assert_eq!(browser("browser --workers 1,3 --rounds 2").workers, [1, 3]);
        assert!(browser("browser").workers.is_empty());
        assert!(matches!(parse_line("native"), Ok(BenchOptions::Native(_))));
    }

    #[test]
    fn a_comparison_that_says_no_more_takes_everything() {
        let options = browser("browser");
        assert_eq!(
            (options.common.batches_in_a_word().as_str(), options.common.rounds),
            ("4,64,512", 3)
        );
        assert_eq!(
            (options.only, options.engines),
            (FAMILIES.map(String::from).to_vec(), ENGINES.map(String::from).to_vec())
        );
        assert_eq!((options.adapter.as_str(), options.steps), ("software", 20_000));
    }

    #[test]
    fn mistakes_are_said() {
        assert!(parse_line("").unwrap_err().contains("native"));
        assert!(parse_line("browser --batches 4,0").unwrap_err().contains("4000"));
        assert!(parse_line("browser --rounds 0").is_err());
        assert!(parse_line("browser --only torch").unwrap_err().contains("tfjs"));
        assert!(parse_line("native --bars").is_err());
    }
}
