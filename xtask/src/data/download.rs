//! Downloads one official file: resumes interrupted transfers, gives up after a finite time, and accepts
//! only the right checksum.

use super::official::OfficialFile;
use crate::say;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use thiserror::Error;
use ureq::Agent;
use ureq::http::header::{CONTENT_RANGE, RANGE};
use ureq::http::{Response, StatusCode};

const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Time limits and retries.
#[derive(Clone, Debug)]
pub struct Patience {
    /// For the name and the connection.
    pub connect: Duration,
    /// For the response's header.
    pub answer: Duration,
    /// For the next bytes.
    pub stall: Duration,
    /// For the whole file, retries included.
    pub whole: Duration,
    /// Attempts in a row without a new byte.
    pub attempts: u32,
    /// Before the first retry; doubled before each next one.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            stall: Duration::from_secs(20),
            whole: Duration::from_secs(30 * 60),
            attempts: 5,
            pause: Duration::from_secs(1),
        }
    }
}

/// Why a file was not fetched. A partial file is kept and resumed next time.
#[derive(Debug, Error)]
pub enum DownloadError {
    /// The server does not have it, or refuses it.
    #[error("{url} cannot be fetched: the server answers {status}")]
    Refused {
        /// What was asked for.
        url: String,
        /// The answer.
        status: StatusCode,
    },
    /// The response is larger than the file.
    #[error("{url} is not the official file: it has more than {most} bytes")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// What the file has at most.
        most: u64,
    },
    /// Retrying did not help.
    #[error(
        "{url} could not be fetched ({attempts} attempts in a row got nothing new); {kept} bytes are kept for the next try"
    )]
    GaveUp {
        /// What was asked for.
        url: String,
        /// Attempts in a row without progress, or all until time was up.
        attempts: u32,
        /// Bytes to resume from.
        kept: u64,
        /// The last error.
        source: Box<Setback>,
    },
    /// A file on this machine.
    #[error("{path} could not be written")]
    Files {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// An error that another attempt may not meet.
#[derive(Debug, Error)]
pub enum Setback {
    /// No connection, or no response in time.
    #[error("no answer")]
    NoAnswer(#[source] Box<ureq::Error>),
    /// An error of the server.
    #[error("the server answers {0}")]
    Trouble(StatusCode),
    /// The connection broke, or nothing arrived for too long.
    #[error("it broke off after {bytes} bytes")]
    BrokeOff {
        /// Bytes by then.
        bytes: u64,
        /// How.
        source: io::Error,
    },
    /// It ended too early.
    #[error("it ended after {0} bytes, too early")]
    Truncated(u64),
    /// The server resumed at another place.
    #[error("the server resumed at the wrong place")]
    WrongPlace,
    /// All bytes arrived, with the wrong checksum.
    #[error("it is complete, but not the official file")]
    Altered(#[source] super::official::NotOfficial),
}

/// How one attempt at a file ended.
enum Outcome {
    Whole,
    Setback(Setback),
}

/// Fetches files with one set of time limits.
pub struct Downloader {
    agent: Agent,
    patience: Patience,
}

impl Downloader {
    /// A downloader with these time limits.
    pub fn new(patience: Patience) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.answer))
            .timeout_per_read(Some(patience.stall))
            .timeout_per_call(Some(patience.whole))
            .build();
        Self { agent: config.into(), patience }
    }

    /// Downloads a file from below `base` into `folder`, unless the right one is there, and returns its path.
    pub fn fetch(
        &self,
        base: &str,
        file: &OfficialFile,
        folder: &Path,
    ) -> Result<PathBuf, DownloadError> {
        fs::create_dir_all(folder).map_err(files(folder))?;
        let path = folder.join(file.name);
        if is_official(&path, file) {
            say::step(&format!("{} is there from an earlier download", file.name));
            return Ok(path);
        }
        let url = format!("{}/{}", base.trim_end_matches('/'), file.name);
        say::step(&format!("fetching {url}"));
        let part = folder.join(format!("{}.part", file.name));
        self.persist(&url, file, &part)?;
        fs::rename(&part, &path).map_err(files(&path))?;
        Ok(path)
    }

    /// Attempts until `part` is the whole file.
    fn persist(&self, url: &str, file: &OfficialFile, part: &Path) -> Result<(), DownloadError> {
        let started = Instant::now();
        let bar = bar(file.most_bytes());
        let (mut failures, mut most_so_far) = (0, size(part));
        // It may have been complete when the last run was interrupted.
        while !is_official(part, file) {
            let setback = match self.attempt(url, file, part, &bar)? {
                Outcome::Whole => match check(part, file)? {
                    Ok(()) => break,
                    Err(altered) => {
                        discard(part)?;
                        Setback::Altered(altered)
                    }
                },
                Outcome::Setback(setback) => setback,
            };
            // A bad connection still gets there, as long as each attempt adds something.
            failures = if size(part) > most_so_far { 1 } else { failures + 1 };
            most_so_far = most_so_far.max(size(part));
            if failures >= self.patience.attempts || started.elapsed() > self.patience.whole {
                let (url, kept) = (url.to_owned(), size(part));
                return Err(DownloadError::GaveUp {
                    url,
                    attempts: failures,
                    kept,
                    source: Box::new(setback),
                });
            }
            let pause = self.patience.pause.saturating_mul(1 << (failures - 1).min(16));
            bar.suspend(|| say::step(&format!("{}; trying again", say::in_a_line(&setback))));
            thread::sleep(pause.min(LONGEST_PAUSE));
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// One request, appended to what `part` has.
    fn attempt(
        &self,
        url: &str,
        file: &OfficialFile,
        part: &Path,
        bar: &ProgressBar,
    ) -> Result<Outcome, DownloadError> {
        let most = file.most_bytes();
        let too_large = || DownloadError::TooLarge { url: url.to_owned(), most };
        if size(part) >= most {
            discard(part)?;
        }
        let have = size(part);
        let mut request = self.agent.get(url);
        if have > 0 {
            request = request.header(RANGE, format!("bytes={have}-"));
        }
        let mut response = match request.call() {
            Ok(response) => response,
            Err(error) => return Ok(Outcome::Setback(Setback::NoAnswer(Box::new(error)))),
        };
        let start = match response.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT if resumes_at(&response) == Some(have) => have,
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                discard(part)?;
                return Ok(Outcome::Setback(Setback::WrongPlace));
            }
            status if is_passing(status) => return Ok(Outcome::Setback(Setback::Trouble(status))),
            status => return Err(DownloadError::Refused { url: url.to_owned(), status }),
        };
        if response.body().content_length().is_some_and(|rest| start.saturating_add(rest) > most) {
            return Err(too_large());
        }
        let mut output = open_at(part, start).map_err(files(part))?;
        let mut body = response.body_mut().as_reader();
        let mut buffer = vec![0; 64 * 1024];
        let mut written = start;
        bar.set_position(written);
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => {
                    return Ok(Outcome::Setback(Setback::BrokeOff { bytes: written, source }));
                }
            };
            written += read as u64;
            if written > most {
                drop(output);
                discard(part)?;
                return Err(too_large());
            }
            output.write_all(&buffer[..read]).map_err(files(part))?;
            bar.set_position(written);
        }
        output.sync_all().map_err(files(part))?;
        let is_whole = file.packings.iter().any(|packing| packing.bytes == written);
        Ok(if is_whole { Outcome::Whole } else { Outcome::Setback(Setback::Truncated(written)) })
    }
}

/// Statuses after which another attempt may succeed.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
}

/// The first byte of `Content-Range: bytes 100-199/200`.
fn resumes_at<B>(response: &Response<B>) -> Option<u64> {
    let range = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

fn open_at(part: &Path, start: u64) -> io::Result<File> {
    if start == 0 { File::create(part) } else { OpenOptions::new().append(true).open(part) }
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |file| file.len())
}

fn check(
    path: &Path,
    file: &OfficialFile,
) -> Result<Result<(), super::official::NotOfficial>, DownloadError> {
    Ok(file.check(&fs::read(path).map_err(files(path))?))
}

fn is_official(path: &Path, file: &OfficialFile) -> bool {
    let fits = file.packings.iter().any(|packing| packing.bytes == size(path));
    fits && check(path, file).is_ok_and(|checked| checked.is_ok())
}

fn discard(part: &Path) -> Result<(), DownloadError> {
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(files(part)(error)),
        _ => Ok(()),
    }
}

/// Draws nothing without a terminal.
fn bar(bytes: u64) -> ProgressBar {
    let style = "    {bar:40} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(bytes).with_style(style)
}

fn files(path: &Path) -> impl FnOnce(io::Error) -> DownloadError {
    let path = path.to_path_buf();
    move |source| DownloadError::Files { path, source }
}

#[cfg(test)]
mod tests;
