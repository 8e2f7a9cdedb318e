//! The downloader against a local server that misbehaves in every way that we could think of.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::data::official::{Packing, sha256_hex};
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The server's response to one request.
#[derive(Clone, Copy)]
enum Reply {
    /// Everything from the offset that the client requests.
    Good,
    /// The length of everything, but only this many bytes.
    BreakOff(usize),
    /// Only this many bytes, without saying how many there should be.
    EndEarly(usize),
    /// Everything, from the start whatever was asked, with one byte changed.
    Corrupt,
    /// Everything, from the start whatever was asked.
    IgnoreRange,
    /// Everything from one byte after the requested offset.
    ResumeWrongly,
    /// This many bytes, then silence.
    Stall(usize),
    /// No response at all.
    Silence,
    /// More than there should be, announced or not.
    TooMuch { announced: bool },
    /// Only this status.
    Status(u16),
}

struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Option<usize>>>>,
}

impl Server {
    /// Gives one reply after the other, then repeats the last one.
    fn start(content: &[u8], replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/some/folder/", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (content, replies, seen) = (content.to_vec(), replies.to_vec(), requests.clone());
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let stream = stream.unwrap();
                let reply = *replies.get(number).unwrap_or(replies.last().unwrap());
                let start = asked_start(&stream);
                seen.lock().unwrap().push(start);
                let content = content.clone();
                // The client may disconnect at any moment; some tests rely on it.
                thread::spawn(move || answer(stream, reply, start.unwrap_or(0), &content).ok());
            }
        });
        Self { url, requests }
    }

    /// The offset that each request asked for.
    fn requests(&self) -> Vec<Option<usize>> {
        self.requests.lock().unwrap().clone()
    }
}

fn asked_start(stream: &TcpStream) -> Option<usize> {
    let mut start = None;
    for line in BufReader::new(stream).lines() {
        let line = line.unwrap().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            start = range.trim_end_matches('-').parse().ok();
        }
    }
    start
}

fn answer(mut stream: TcpStream, reply: Reply, start: usize, content: &[u8]) -> io::Result<()> {
    let total = content.len();
    let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {total}\r\n\r\n");
    let rest = |from: usize| {
        if from == 0 {
            return whole.clone();
        }
        let (length, last) = (total - from, total - 1);
        format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: {length}\r\n\
             Content-Range: bytes {from}-{last}/{total}\r\n\r\n"
        )
    };
    let up_to = |end: usize| &content[start..end.max(start)];
    match reply {
        Reply::Good => {
            write!(stream, "{}", rest(start)).and_then(|()| stream.write_all(up_to(total)))
        }
        Reply::BreakOff(end) => {
            write!(stream, "{}", rest(start)).and_then(|()| stream.write_all(up_to(end)))
        }
        Reply::EndEarly(end) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            stream.write_all(&content[..end])
        }
        Reply::Corrupt => {
            let mut corrupt = content.to_vec();
            corrupt[total / 2] ^= 1;
            stream.write_all(whole.as_bytes()).and_then(|()| stream.write_all(&corrupt))
        }
        Reply::IgnoreRange => {
            stream.write_all(whole.as_bytes()).and_then(|()| stream.write_all(content))
        }
        Reply::ResumeWrongly => write!(stream, "{}", rest(start + 1))
            .and_then(|()| stream.write_all(&content[start + 1..])),
        Reply::Stall(end) => {
            write!(stream, "{}", rest(start)).and_then(|()| stream.write_all(up_to(end)))?;
            thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        Reply::Silence => {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        Reply::TooMuch { announced } => {
            let length = if announced { "Content-Length: 9000000\r\n" } else { "" };
            write!(stream, "HTTP/1.1 200 OK\r\n{length}Connection: close\r\n\r\n")?;
            stream.write_all(&vec![1; 9_000_000])
        }
        Reply::Status(status) => {
            write!(stream, "HTTP/1.1 {status} Status\r\nContent-Length: 0\r\n\r\n")
        }
    }
}

fn content() -> Vec<u8> {
    (0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn file_of(content: &[u8]) -> OfficialFile {
    let sha256 = sha256_hex(content).leak();
    let packings = vec![Packing { bytes: content.len() as u64, sha256 }].leak();
    OfficialFile { name: "file.gz", packings, unpacked: 0 }
}

fn hasty() -> Downloader {
    // Short for a test, long enough for a busy machine.
    let soon = Duration::from_millis(1500);
    Downloader::new(Patience {
        connect: soon,
        answer: soon,
        stall: soon,
        whole: Duration::from_secs(120),
        attempts: 3,
        pause: Duration::from_millis(1),
    })
}

struct Trial {
    outcome: Result<PathBuf, DownloadError>,
    requests: Vec<Option<usize>>,
    folder: TempDir,
}

impl Trial {
    fn of(replies: &[Reply]) -> Self {
        Self::with_part(replies, &[])
    }

    fn with_part(replies: &[Reply], part: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        if !part.is_empty() {
            fs::write(folder.path().join("file.gz.part"), part).unwrap();
        }
        let server = Server::start(&content(), replies);
        let outcome = hasty().fetch(&server.url, &file_of(&content()), folder.path());
        Self { outcome, requests: server.requests(), folder }
    }

    /// The file is there, right, and nothing else.
    fn succeeded(&self) {
        let path = self.outcome.as_ref().unwrap();
        assert_eq!(fs::read(path).unwrap(), content());
        assert_eq!(fs::read_dir(self.folder.path()).unwrap().count(), 1);
    }

    /// Nothing is there under the file's name.
    fn failed(&self) -> &DownloadError {
        assert!(!self.folder.path().join("file.gz").exists());
        self.outcome.as_ref().unwrap_err()
    }

    fn kept(&self) -> u64 {
        size(&self.folder.path().join("file.gz.part"))
    }
}

#[test]
fn a_good_server_is_asked_once_and_then_never_again() {
    let trial = Trial::of(&[Reply::Good]);
    trial.succeeded();
    assert_eq!(trial.requests, [None]);
    let again = hasty().fetch("http://127.0.0.1:1/", &file_of(&content()), trial.folder.path());
    assert!(again.is_ok());
}

#[test]
fn a_file_that_breaks_off_is_resumed_where_it_ended() {
    let trial = Trial::of(&[Reply::BreakOff(70_000), Reply::BreakOff(150_000), Reply::Good]);
    trial.succeeded();
    assert_eq!(trial.requests, [None, Some(70_000), Some(150_000)]);
}

#[test]
fn progress_counts_however_often_the_line_breaks() {
    let replies: Vec<Reply> = (1..=20).map(|tenth| Reply::BreakOff(tenth * 10_000)).collect();
    Trial::of(&replies).succeeded();
}

#[test]
fn a_part_from_an_earlier_run_is_resumed() {
    let trial = Trial::with_part(&[Reply::Good], &content()[..1234]);
    trial.succeeded();
    assert_eq!(trial.requests, [Some(1234)]);
}

#[test]
fn a_whole_part_from_an_earlier_run_needs_no_server() {
    let trial = Trial::with_part(&[Reply::Silence], &content());
    trial.succeeded();
    assert!(trial.requests.is_empty());
}

#[test]
fn a_wrong_part_from_an_earlier_run_is_thrown_away() {
    let wrong = vec![0; 1234];
    Trial::with_part(&[Reply::Good], &wrong).succeeded();
    Trial::with_part(&[Reply::Good], &vec![0; content().len()]).succeeded();
    Trial::with_part(&[Reply::Good], &vec![0; content().len() + 5]).succeeded();
}

#[test]
fn a_server_that_cannot_resume_is_taken_from_the_start() {
    Trial::with_part(&[Reply::IgnoreRange], &content()[..1234]).succeeded();
}

#[test]
fn a_server_that_resumes_at_the_wrong_place_is_not_believed() {
    let trial = Trial::with_part(&[Reply::ResumeWrongly, Reply::Good], &content()[..1234]);
    trial.succeeded();
    assert_eq!(trial.requests, [Some(1234), None]);
}

#[test]
fn a_range_that_the_server_refuses_is_given_up() {
    let trial = Trial::with_part(&[Reply::Status(416), Reply::Good], &content()[..1234]);
    trial.succeeded();
    assert_eq!(trial.requests, [Some(1234), None]);
}

#[test]
fn a_file_that_ends_early_each_time_is_given_up_and_kept_for_later() {
    let trial = Trial::of(&[Reply::EndEarly(90_000)]);
    let error = trial.failed();
    let truncated = |source: &Setback| matches!(source, Setback::Truncated(90_000));
    assert!(matches!(error, DownloadError::GaveUp { source, .. } if truncated(source)));
    assert_eq!(trial.kept(), 90_000);
}

#[test]
fn a_corrupted_file_is_never_kept() {
    let trial = Trial::of(&[Reply::Corrupt]);
    let altered = |source: &Setback| matches!(source, Setback::Altered(_));
    let error = trial.failed();
    assert!(matches!(error, DownloadError::GaveUp { source, .. } if altered(source)));
    assert_eq!(trial.requests, [None, None, None]);
    assert_eq!(trial.kept(), 0);
    Trial::of(&[Reply::Corrupt, Reply::Good]).succeeded();
}

#[test]
fn a_server_that_stalls_is_left_after_the_time_limit_and_resumed() {
    let started = Instant::now();
    let trial = Trial::of(&[Reply::Stall(50_000), Reply::Good]);
    trial.succeeded();
    assert_eq!(trial.requests, [None, Some(50_000)]);
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let started = Instant::now();
    let trial = Trial::of(&[Reply::Silence]);
    let unanswered = |source: &Setback| matches!(source, Setback::NoAnswer(_));
    let error = trial.failed();
    assert!(matches!(error, DownloadError::GaveUp { source, .. } if unanswered(source)));
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_missing_file_is_not_asked_for_twice() {
    let trial = Trial::of(&[Reply::Status(404)]);
    assert!(matches!(trial.failed(), DownloadError::Refused { status, .. } if *status == 404));
    assert_eq!(trial.requests.len(), 1);
}

#[test]
fn a_server_in_passing_trouble_is_asked_again() {
    let trial = Trial::of(&[Reply::Status(503), Reply::Status(429), Reply::Good]);
    trial.succeeded();
    assert_eq!(trial.requests.len(), 3);
}

#[test]
fn too_much_is_refused_announced_or_not() {
    for announced in [true, false] {
        let trial = Trial::of(&[Reply::TooMuch { announced }]);
        assert!(matches!(trial.failed(), DownloadError::TooLarge { .. }));
        assert_eq!(trial.requests.len(), 1);
        assert_eq!(trial.kept(), 0);
    }
}

#[test]
fn no_server_at_all_is_an_error_that_names_the_file() {
    let folder = TempDir::new().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = hasty().fetch(&format!("http://{nobody}"), &file_of(&content()), folder.path());
    assert!(outcome.unwrap_err().to_string().contains("file.gz"));
}
