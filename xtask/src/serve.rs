//! `cargo xtask serve`: everything needed to open the page.

use crate::data;
use crate::places::Places;
use crate::process;
use crate::say;
use crate::setup;
use crate::site::{self, SiteError};
use clap::Args;
use std::env;
use std::io;
use std::net::TcpListener;
use std::process::Command;
use thiserror::Error;

/// How to serve.
#[derive(Debug, PartialEq, Eq, Args)]
pub struct ServeOptions {
    /// The port on this machine
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Do not open the page, even where there is a display
    #[arg(long)]
    pub no_open: bool,
}

/// Why the site is not served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Another program uses the port.
    #[error("port {port} is not free; choose another: cargo xtask serve --port PORT")]
    Port {
        /// The port.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// Set-up, data or build.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// Trunk.
    #[error("the server ended with an error")]
    Trunk(#[source] process::ProcessError),
}

/// Sets up, makes the shards if there are none, builds and serves until interrupted.
pub fn serve(places: &Places, options: &ServeOptions) -> Result<(), ServeError> {
    let port = options.port;
    // Checked now rather than after the build.
    TcpListener::bind(("127.0.0.1", port)).map_err(|source| ServeError::Port { port, source })?;
    let tools = setup::for_site(places).map_err(SiteError::from)?;
    say::heading("Data");
    data::make_if_missing(places).map_err(SiteError::from)?;
    say::heading(&format!("Building, then serving on http://127.0.0.1:{port}/ (Ctrl-C ends it)"));
    let mut trunk = site::trunk(&tools, "serve");
    trunk.args(["--release", "--address", "127.0.0.1", "--port", &port.to_string()]);
    match (options.no_open, has_display()) {
        (false, true) => drop(trunk.arg("--open")),
        (false, false) => say::step("there is no display here to open the page on"),
        (true, _) => {}
    }
    become_(&mut trunk)
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Trunk replaces this process, so that whatever ends it leaves no process behind.
#[cfg(unix)]
fn become_(trunk: &mut Command) -> Result<(), ServeError> {
    use std::os::unix::process::CommandExt as _;
    let source = trunk.exec();
    let command = process::shown(trunk);
    Err(ServeError::Trunk(process::ProcessError::Start { command, source }))
}

/// Ctrl-C reaches every program of the console here.
#[cfg(not(unix))]
fn become_(trunk: &mut Command) -> Result<(), ServeError> {
    process::run(trunk).map_err(ServeError::Trunk)
}
