//! A Slurm of its own: munge, controller and daemon, started in a temporary folder and stopped when done.

use super::config::{self, Layout};
use crate::process::{self, ProcessError};
use crate::say;
use crate::scale::ScaleError;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Until the daemons answer; they take seconds.
const START: Duration = Duration::from_secs(60);
/// Until a daemon that was asked to end has ended.
const STOP: Duration = Duration::from_secs(20);
/// Between two looks at the queue.
const LOOK: Duration = Duration::from_millis(200);
/// Where Debian has the daemons; not every user's PATH names it.
const DAEMONS: &str = "/usr/sbin";

/// The running daemons. Stops them, and what they still run, when dropped.
#[derive(Debug)]
pub struct Cluster {
    layout: Layout,
    /// In the order in which they were started.
    daemons: Vec<(&'static str, Child)>,
}

impl Cluster {
    /// Starts all three in this folder and waits until the daemon takes tasks.
    ///
    /// # Errors
    /// If a daemon cannot be started, ends, or is not ready within a minute; the end of its log is in the error.
    pub fn start(folder: &Path, cpus: usize) -> Result<Self, ScaleError> {
        let [controller, daemon] = free_ports()?;
        let layout = Layout::new(folder, controller, daemon);
        let asked = |program: &str, argument: &str| {
            process::capture(Command::new(program).arg(argument)).map(|text| text.trim().to_owned())
        };
        let (host, user) = (asked("hostname", "-s")?, asked("id", "-un")?);
        for name in ["state", "spool"] {
            create(&layout.at(name))?;
        }
        let conf = layout.slurm_conf();
        fs::write(&conf, config::slurm_conf(&layout, &host, &user, cpus))
            .map_err(|source| ScaleError::File { path: conf, source })?;
        process::capture(
            program("mungekey").arg("--create").arg("--keyfile").arg(layout.munge_key()),
        )?;
        let mut cluster = Self { layout, daemons: Vec::new() };
        cluster.start_munge()?;
        for name in ["slurmctld", "slurmd"] {
            let mut daemon = program(name);
            daemon.env("SLURM_CONF", cluster.layout.slurm_conf());
            cluster.spawn(name, daemon, &["-D"])?;
        }
        cluster.wait("the node is not idle", START, |cluster| {
            let mut ask = cluster.command("sinfo");
            // The controller refuses connections until it is up.
            let answer = process::capture(ask.args(["--noheader", "--format=%T"]));
            Ok(answer.is_ok_and(|state| state.trim() == "idle"))
        })?;
        Ok(cluster)
    }

    /// A program of Slurm's that asks this cluster, and no other.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.layout.slurm_conf());
        command
    }

    /// What the controller knows of a task.
    pub fn task(&self, task: &str) -> Result<TaskState, ProcessError> {
        let mut ask = self.command("scontrol");
        Ok(TaskState::read(&process::capture(ask.args(["--oneliner", "show", "job", task]))?))
    }

    /// Waits until something is true of the cluster.
    ///
    /// # Errors
    /// If a daemon has ended, if the question cannot be asked, or if it takes longer than `limit`.
    pub fn wait(
        &mut self,
        what: &'static str,
        limit: Duration,
        mut is_so: impl FnMut(&Self) -> Result<bool, ScaleError>,
    ) -> Result<(), ScaleError> {
        let started = Instant::now();
        while !is_so(self)? {
            for (name, child) in &mut self.daemons {
                if child.try_wait().is_ok_and(|status| status.is_some()) {
                    let log = end_of_log(&self.layout, name);
                    return Err(ScaleError::DaemonEnded { name, log });
                }
            }
            if started.elapsed() > limit {
                let log = end_of_log(&self.layout, "slurmctld");
                return Err(ScaleError::TooLong { what, limit, log });
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    fn start_munge(&mut self) -> Result<(), ScaleError> {
        let mut munge = program("munged");
        let [key, socket] = [self.layout.munge_key(), self.layout.munge_socket()];
        for (flag, path) in [
            ("--key-file", key),
            ("--socket", socket.clone()),
            ("--pid-file", self.layout.at("munged.pid")),
            ("--log-file", self.layout.at("munged.log")),
            ("--seed-file", self.layout.at("munged.seed")),
        ] {
            munge.arg(flag).arg(path);
        }
        // As many threads as the controller asks for. The socket's folder is ours alone, as only our own daemons and
        // tasks have to reach it: without --force, munge insists that everybody can.
        self.spawn("munged", munge, &["--foreground", "--force", "--num-threads=10"])?;
        self.wait("munge does not listen", START, |_| Ok(socket.exists()))
    }

    fn spawn(
        &mut self,
        name: &'static str,
        mut command: Command,
        arguments: &[&str],
    ) -> Result<(), ScaleError> {
        let path = self.layout.at(&format!("{name}.out"));
        let output = File::create(&path).map_err(|source| ScaleError::File { path, source })?;
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        let shown = process::shown(&command);
        let child = command
            .spawn()
            .map_err(|source| ProcessError::Start { command: shown.clone(), source })?;
        say::step(&format!("process {}: {shown}", child.id()));
        self.daemons.push((name, child));
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // First what runs below them, which would outlive the daemon.
        let mut cancel = self.command("scancel");
        if self.daemons.len() == 3 && process::capture(cancel.arg("--partition=all")).is_ok() {
            let started = Instant::now();
            let busy = |cluster: &Self| {
                let mut ask = cluster.command("squeue");
                let states = "--states=RUNNING,COMPLETING";
                let answer = process::capture(ask.args(["--noheader", states]));
                answer.is_ok_and(|tasks| !tasks.trim().is_empty())
            };
            while busy(self) && started.elapsed() < STOP {
                thread::sleep(LOOK);
            }
        }
        for (name, mut child) in self.daemons.drain(..).rev() {
            let number = child.id().to_string();
            let asked = process::capture(Command::new("kill").args(["-TERM", &number]));
            let started = Instant::now();
            let runs = |child: &mut Child| child.try_wait().is_ok_and(|status| status.is_none());
            while asked.is_ok() && runs(&mut child) && started.elapsed() < STOP {
                thread::sleep(LOOK);
            }
            if runs(&mut child) {
                // Nothing is left to be done if even that fails.
                let _ = child.kill();
                let _ = child.wait();
            }
            say::step(&format!("process {number} has ended: {name}"));
        }
    }
}

/// What the controller says of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskState {
    /// Such as `RUNNING` or `COMPLETED`; empty if it says nothing.
    pub state: String,
    /// How often it was started again.
    pub restarts: u32,
    /// The script's exit code and the signal that ended it, such as `0:0`.
    pub exit: String,
}

impl TaskState {
    /// Reads a line of `scontrol --oneliner show job`.
    fn read(line: &str) -> Self {
        let value = |name: &str| {
            let words = line.split_whitespace();
            words.filter_map(|word| word.split_once('=')).find(|(key, _)| *key == name)
        };
        let text = |name| value(name).map(|(_, text)| text.to_owned()).unwrap_or_default();
        Self {
            state: text("JobState"),
            restarts: text("Restarts").parse().unwrap_or_default(),
            exit: text("ExitCode"),
        }
    }

    /// Whether it will not run any more.
    pub fn has_ended(&self) -> bool {
        const GOING_ON: [&str; 7] =
            ["PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED", "SUSPENDED", ""];
        !GOING_ON.contains(&self.state.as_str())
    }
}

fn program(name: &str) -> Command {
    Command::new(Path::new(DAEMONS).join(name))
}

/// Two ports that nothing listens on.
fn free_ports() -> Result<[u16; 2], ScaleError> {
    let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    // Both are held until both are known, or they could be the same.
    let ports = || {
        let (first, second) = (free()?, free()?);
        Ok([first.local_addr()?.port(), second.local_addr()?.port()])
    };
    ports().map_err(ScaleError::Ports)
}

fn create(folder: &Path) -> Result<(), ScaleError> {
    fs::create_dir_all(folder)
        .map_err(|source: io::Error| ScaleError::File { path: folder.to_path_buf(), source })
}

/// The last lines that a daemon wrote.
fn end_of_log(layout: &Layout, name: &str) -> String {
    let read = |ending: &str| {
        fs::read_to_string(layout.at(&format!("{name}.{ending}"))).unwrap_or_default()
    };
    let text = read("out") + &read("log");
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(15)).map(|line| format!("\n    {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_controller_s_line_tells_how_a_task_ended_and_how_often_it_began() {
        let line = "JobId=3 ArrayJobId=1 ArrayTaskId=2 JobName=atelier UserId=root(0) JobState=COMPLETED Reason=None \
                    Requeue=1 Restarts=2 BatchFlag=2 Reboot=0 ExitCode=0:9 DerivedExitCode=0:0 RunTime=00:00:06";
        let expected = TaskState { state: "COMPLETED".into(), restarts: 2, exit: "0:9".into() };
        assert_eq!(TaskState::read(line), expected);
        assert!(TaskState::read(line).has_ended());
    }

    #[test]
    fn a_task_that_waits_runs_or_is_unknown_has_not_ended() {
        for state in ["PENDING", "RUNNING", "COMPLETING"] {
            assert!(
                !TaskState::read(&format!("JobState={state} Restarts=0")).has_ended(),
                "{state}"
            );
        }
        assert!(!TaskState::read("").has_ended());
    }
}
