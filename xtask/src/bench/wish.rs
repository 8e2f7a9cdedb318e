//! What was asked of a comparison on the command line.

use lexopt::{Arg, Parser, ValueExt as _};
use std::path::PathBuf;

/// Which contestants and figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenchWish {
    /// Where.
    pub place: Place,
    /// The batch sizes, in the order given.
    pub batches: Vec<usize>,
    /// How often each contestant has its turn.
    pub rounds: usize,
    /// Contestants by family: `atelier`, `jaxjs`, `tfjs`.
    pub only: Vec<String>,
    /// Where the figures go as JSON.
    pub json: Option<PathBuf>,
    /// Where the plot goes as SVG.
    pub plot: Option<PathBuf>,
    /// Whether the bars are shown that Atelier should clear.
    pub bars: bool,
    /// The adapter of WebGPU: the browser's software one, or the machine's own.
    pub adapter: String,
    /// Steps of the long run whose memory is watched.
    pub steps: usize,
    /// Engines of the long run.
    pub engines: Vec<String>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The page beside other libraries in a browser.
    Browser,
    /// The page with itself: memory early and late in a long run.
    Memory,
    /// The terminal's trainer beside PyTorch.
    Native,
}

const FAMILIES: [&str; 3] = ["atelier", "jaxjs", "tfjs"];
const ADAPTERS: [&str; 2] = ["software", "hardware"];
const ENGINES: [&str; 2] = ["webgpu", "cpu"];

impl BenchWish {
    fn new(place: Place) -> Self {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Self {
            place,
            batches: vec![4, 64, 512],
            rounds: 3,
            only: owned(&FAMILIES),
            json: None,
            plot: None,
            bars: false,
            adapter: ADAPTERS[0].to_owned(),
            steps: 20_000,
            engines: owned(&ENGINES),
        }
    }

    /// The batch sizes as one word.
    pub fn batches_in_a_word(&self) -> String {
        self.batches.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

/// Reads what follows `bench`; nothing if help is wanted.
pub fn parse(mut parser: Parser) -> Result<Option<BenchWish>, lexopt::Error> {
    let place = match parser.next()? {
        Some(Arg::Value(place)) if place == "browser" => Place::Browser,
        Some(Arg::Value(place)) if place == "native" => Place::Native,
        Some(Arg::Short('h') | Arg::Long("help")) => return Ok(None),
        _ => return Err("say where: bench browser or bench native".into()),
    };
    let mut wish = BenchWish::new(place);
    let in_browser = place == Place::Browser;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => wish.json = Some(parser.value()?.into()),
            Arg::Long("batches") => wish.batches = batches(&parser.value()?.string()?)?,
            Arg::Long("rounds") => wish.rounds = at_least_one(parser.value()?.parse()?)?,
            Arg::Long("plot") if in_browser => wish.plot = Some(parser.value()?.into()),
            Arg::Long("bars") if in_browser => wish.bars = true,
            Arg::Long("only") if in_browser => {
                wish.only = among(&FAMILIES, &parser.value()?.string()?)?;
            }
            Arg::Long("adapter") if in_browser => {
                wish.adapter = among(&ADAPTERS, &parser.value()?.string()?)?.concat();
            }
            Arg::Long("memory") if in_browser => wish.place = Place::Memory,
            Arg::Long("steps") if in_browser => {
                wish.steps = at_least_one(parser.value()?.parse()?)?;
            }
            Arg::Long("engines") if in_browser => {
                wish.engines = among(&ENGINES, &parser.value()?.string()?)?;
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(wish))
}

fn batches(list: &str) -> Result<Vec<usize>, lexopt::Error> {
    // The batches are cut from 4,000 images.
    let size = |word: &str| word.trim().parse().ok().filter(|size| (1..=4000).contains(size));
    let sizes: Option<Vec<usize>> = list.split(',').map(size).collect();
    sizes.ok_or_else(|| format!("batches are numbers from 1 to 4000, not {list:?}").into())
}

fn at_least_one(count: usize) -> Result<usize, lexopt::Error> {
    if count == 0 { Err("at least one is needed".into()) } else { Ok(count) }
}

fn among(known: &[&str], list: &str) -> Result<Vec<String>, lexopt::Error> {
    let words: Vec<String> = list.split(',').map(|word| word.trim().to_owned()).collect();
    match words.iter().find(|word| !known.contains(&word.as_str())) {
        None => Ok(words),
        Some(other) => Err(format!("{other:?} is none of {}", known.join(", ")).into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse_line(line: &str) -> Result<Option<BenchWish>, String> {
        let parser = Parser::from_args(line.split_whitespace().map(String::from));
        parse(parser).map_err(|error| error.to_string())
    }

    #[test]
    fn a_comparison_says_where_and_may_say_more() {
        let wish = parse_line("browser --batches 4,64 --rounds 2 --only jaxjs,tfjs --bars");
        let wish = wish.unwrap().unwrap();
        assert_eq!((wish.place, wish.rounds, wish.bars), (Place::Browser, 2, true));
        assert_eq!((wish.batches_in_a_word().as_str(), wish.only.len()), ("4,64", 2));
        assert_eq!(parse_line("browser --memory").unwrap().unwrap().place, Place::Memory);
        assert_eq!(parse_line("native").unwrap().unwrap().place, Place::Native);
        assert_eq!(parse_line("native --help"), Ok(None));
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
