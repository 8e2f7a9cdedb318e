//! Atelier's chores: `cargo xtask help` lists them.

mod args;
mod bench;
mod data;
mod dist;
mod places;
mod process;
mod say;
mod serve;
mod setup;
mod site;
mod test;
mod tidy;
mod tutorial;

use args::Task;
use places::Places;
use std::process::ExitCode;

fn main() -> ExitCode {
    let task = match args::parse(std::env::args_os().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("error: {error}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
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
    if matches!(task, Task::Help) {
        println!("{}", args::HELP);
        return Ok(());
    }
    let places = Places::find()?;
    match task {
        Task::Help => {}
        Task::Setup => {
            setup::for_site(&places)?;
        }
        Task::Data(wish) => {
            say::heading("Data");
            data::make(&places, &wish)?;
        }
        Task::Build => site::build_from_scratch(&places)?,
        Task::Dist => dist::publish(&places)?,
        Task::Serve(wish) => serve::serve(&places, &wish)?,
        Task::Tutorial(runs) => tutorial::compare(&places, runs)?,
        Task::Bench(wish) => bench::run(&places, &wish)?,
        Task::Tidy => tidy::check(&places)?,
        Task::Test(only) => test::run(&places, &only)?,
    }
    Ok(())
}
