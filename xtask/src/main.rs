//! Atelier's development tasks: `cargo xtask help` lists them.
#![forbid(unsafe_code)]

mod args;
mod bench;
mod data;
mod dist;
mod docs;
mod fuzz;
mod gzip;
mod lighthouse;
mod pictures;
mod places;
mod process;
mod release;
mod say;
mod scale;
mod serve;
mod setup;
mod site;
mod source;
mod test;
mod tidy;
mod tutorial;
mod weight;

use args::Task;
use places::Places;
use std::process::ExitCode;

fn main() -> ExitCode {
    let task = match args::parse(std::env::args_os().skip(1)) {
        Ok(task) => task,
        // Help goes to standard output, and a mistake exits with 2.
        Err(error) => error.exit(),
    };
    match carry_out(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::failed(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

fn carry_out(task: Task) -> Result<(), Box<dyn std::error::Error>> {
    let places = Places::find()?;
    match task {
        Task::Setup => {
            setup::for_site(&places)?;
        }
        Task::Data(options) => {
            say::heading("Data");
            data::make(&places, &options)?;
        }
        Task::Build => site::build_from_scratch(&places)?,
        Task::Dist => dist::publish(&places)?,
        Task::Docs(options) => docs::make(&places, &options)?,
        Task::Release(options) => release::make(&places, &options)?,
        Task::Serve(options) => serve::serve(&places, &options)?,
        Task::Tutorial { runs } => tutorial::compare(&places, runs)?,
        Task::Bench(options) => bench::run(&places, &options)?,
        Task::Pictures(options) => pictures::renew(&places, &options)?,
        Task::Lighthouse(options) => lighthouse::score(&places, &options)?,
        Task::Fuzz(options) => fuzz::run(&places, &options)?,
        Task::Slurm(options) => scale::by_slurm(&places, &options)?,
        Task::Parallel(options) => scale::by_parallel(&places, &options)?,
        Task::Collect(options) => scale::collect(&places, &options)?,
        Task::Weight => weight::print(&places)?,
        Task::Tidy => tidy::check(&places)?,
        Task::Test { only, long } => test::run(&places, &only, long)?,
    }
    Ok(())
}
