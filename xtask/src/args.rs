//! What was asked for on the command line.

use crate::bench::{self, BenchWish};
use crate::data::DataWish;
use crate::serve::ServeWish;
use crate::test::Stage;
use lexopt::{Arg, Parser, ValueExt as _};
use std::ffi::OsString;
use std::path::PathBuf;

/// Printed by `cargo xtask help`, and after a mistake.
pub const HELP: &str = "\
cargo xtask serve [--port 8080] [--no-open]   set up what is missing, build, serve, open the page
cargo xtask build                             the whole release site, data included, into dist/
cargo xtask dist                              the same, small and precompressed, for publishing
cargo xtask test [--only STAGE]...            every test; stages: tidy fmt clippy native site browser
cargo xtask tidy                              the rules of CONTRIBUTING.md that no compiler holds
cargo xtask data [--from DIR | --url URL]     Fashion-MNIST as shards into www/data/
cargo xtask tutorial [--runs DIR]             the tutorial's run over 9 seeds beside PyTorch's, into docs/
cargo xtask bench browser [--bars] [--plot FILE.svg] [--only atelier,jaxjs,tfjs] [--adapter hardware]
                                              the built site beside jax-js and TensorFlow.js
cargo xtask bench browser --memory [--steps N] [--engines webgpu,cpu]
                                              memory early and late in a long run of the built site
cargo xtask bench native                      the terminal's trainer beside PyTorch, one thread each
cargo xtask setup                             only the installs that serve and build need
cargo xtask help                              this text

bench also takes --batches 4,64,512, --rounds N and --json FILE.
data takes the four official .gz files from DIR, else from Debian's dataset-fashion-mnist, else
from an earlier download, else from upstream (or from URL, a folder with the same four files).

Environment: ATELIER_CACHE, where downloads and a wasm toolchain are kept (~/.cache/atelier);
ATELIER_TOOLCHAIN, the name of that toolchain in rustup (atelier); CHROMIUM, the browser of the tests;
ATELIER_PYTHON, the Python whose torch bench native compares with (python3).";

/// One chore.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    /// Print the help.
    Help,
    /// Install what building and serving need.
    Setup,
    /// Make the shards.
    Data(DataWish),
    /// Build the site.
    Build,
    /// Build the site as it is published.
    Dist,
    /// Build and serve the site.
    Serve(ServeWish),
    /// Train the tutorial's recipe and draw it beside PyTorch's, or draw the runs in a folder.
    Tutorial(Option<PathBuf>),
    /// Measure how quick training is, beside others.
    Bench(BenchWish),
    /// Hold the repository against its rules.
    Tidy,
    /// Run the tests, or only these stages.
    Test(Vec<Stage>),
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, lexopt::Error> {
    let mut parser = Parser::from_args(arguments);
    let task = match parser.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Task::Help),
        Some(Arg::Value(task)) => task.string()?,
        Some(other) => return Err(other.unexpected()),
    };
    match task.as_str() {
        "help" => Ok(Task::Help),
        "setup" => nothing_more(parser, Task::Setup),
        "build" => nothing_more(parser, Task::Build),
        "dist" => nothing_more(parser, Task::Dist),
        "tidy" => nothing_more(parser, Task::Tidy),
        "tutorial" => tutorial(parser),
        "data" => data(parser),
        "serve" => serve(parser),
        "test" => test(parser),
        "bench" => Ok(bench::parse(parser)?.map_or(Task::Help, Task::Bench)),
        other => Err(format!("there is no task {other:?}").into()),
    }
}

fn nothing_more(mut parser: Parser, task: Task) -> Result<Task, lexopt::Error> {
    match parser.next()? {
        None => Ok(task),
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Task::Help),
        Some(other) => Err(other.unexpected()),
    }
}

fn data(mut parser: Parser) -> Result<Task, lexopt::Error> {
    let mut wish = DataWish::Anywhere;
    while let Some(argument) = parser.next()? {
        let asked = match argument {
            Arg::Long("from") => DataWish::Folder(parser.value()?.into()),
            Arg::Long("url") => DataWish::Url(parser.value()?.string()?),
            Arg::Short('h') | Arg::Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected()),
        };
        if wish != DataWish::Anywhere {
            return Err("give --from or --url once".into());
        }
        wish = asked;
    }
    Ok(Task::Data(wish))
}

fn tutorial(mut parser: Parser) -> Result<Task, lexopt::Error> {
    let mut runs = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("runs") => runs = Some(parser.value()?.into()),
            Arg::Short('h') | Arg::Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Task::Tutorial(runs))
}

fn serve(mut parser: Parser) -> Result<Task, lexopt::Error> {
    let mut wish = ServeWish::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => wish.port = parser.value()?.parse()?,
            Arg::Long("no-open") => wish.open = false,
            Arg::Short('h') | Arg::Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Task::Serve(wish))
}

fn test(mut parser: Parser) -> Result<Task, lexopt::Error> {
    let mut only = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("only") => only.push(parser.value()?.parse()?),
            Arg::Short('h') | Arg::Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Task::Test(only))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse_line(line: &str) -> Result<Task, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn serving_opens_the_page_on_8080_unless_told_otherwise() {
        assert_eq!(parse_line("serve"), Ok(Task::Serve(ServeWish { port: 8080, open: true })));
        let told = parse_line("serve --port 9000 --no-open");
        assert_eq!(told, Ok(Task::Serve(ServeWish { port: 9000, open: false })));
        assert!(parse_line("serve --port 70000").is_err());
    }

    #[test]
    fn data_comes_from_one_place() {
        assert_eq!(parse_line("data"), Ok(Task::Data(DataWish::Anywhere)));
        assert_eq!(parse_line("data --from x"), Ok(Task::Data(DataWish::Folder("x".into()))));
        assert!(parse_line("data --from x --url http://y").is_err());
    }

    #[test]
    fn stages_can_be_picked_and_unknown_ones_are_refused() {
        let picked = parse_line("test --only fmt --only native");
        assert_eq!(picked, Ok(Task::Test(vec![Stage::Fmt, Stage::Native])));
        assert!(parse_line("test --only everything").unwrap_err().contains("clippy"));
    }

    #[test]
    fn mistakes_are_errors_and_nothing_is_help() {
        assert_eq!(parse_line(""), Ok(Task::Help));
        assert!(parse_line("sevre").unwrap_err().contains("sevre"));
        assert!(parse_line("build now").is_err());
    }
}
