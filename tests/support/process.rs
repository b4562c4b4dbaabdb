//! The program while it runs: told to stop, killed, or waited for.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Done, TOKEN};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Waits until `condition` holds.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// What a stream has said so far.
struct Heard {
    text: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Heard {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let mine = Arc::clone(&text);
        let reader = thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream
                .read_until(b'\n', &mut line)
                .is_ok_and(|read| read > 0)
            {
                mine.lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        });
        Self { text, reader }
    }

    fn so_far(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    fn finish(self) -> String {
        self.reader.join().unwrap();
        self.text.lock().unwrap().clone()
    }
}

/// The program, running.
pub struct Running {
    child: Option<Child>,
    heard: Option<(Heard, Heard)>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = Heard::of(child.stdout.take().unwrap());
        let err = Heard::of(child.stderr.take().unwrap());
        Self {
            child: Some(child),
            heard: Some((out, err)),
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// What it has said on standard output.
    pub fn said(&self) -> String {
        self.heard.as_ref().unwrap().0.so_far()
    }

    /// Waits until it says something with `text` in it on standard output.
    pub fn wait_to_say(&self, text: &str) {
        wait_until(text, || self.said().contains(text));
    }

    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().unwrap().try_wait().unwrap().is_none()
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let line = format!("kill -{name} {}", self.pid());
        assert!(
            Command::new("sh")
                .args(["-c", &line])
                .status()
                .unwrap()
                .success()
        );
    }

    /// The most memory that it has had so far, in kB, where the system tells.
    pub fn peak_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.unwrap_or_default()
    }

    /// Waits for its end; what it said, and the most memory that it had, in kB.
    pub fn finish_measured(mut self) -> (Done, u64) {
        let mut peak = 0;
        wait_until("the end of the program", || {
            peak = self.peak_kb().max(peak);
            !self.is_running()
        });
        (self.done(), peak)
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Done {
        wait_until("the end of the program", || !self.is_running());
        self.done()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) -> Done {
        self.child.as_mut().unwrap().kill().unwrap();
        self.done()
    }

    fn done(&mut self) -> Done {
        let status = self.child.take().unwrap().wait().unwrap();
        let (out, err) = self.heard.take().unwrap();
        let done = Done {
            status: status.code().unwrap_or(-1),
            out: out.finish(),
            err: err.finish(),
        };
        done.assert_no_token();
        done
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Done {
    /// Neither output holds what a terminal would obey.
    pub fn assert_no_controls(&self) {
        for text in [&self.out, &self.err] {
            let found = text.chars().find(|sign| sign.is_control() && *sign != '\n');
            assert_eq!(found, None, "{text:?}");
        }
    }

    /// Neither output holds the token.
    pub fn assert_no_token(&self) {
        let shown = self.out.contains(TOKEN) || self.err.contains(TOKEN);
        assert!(!shown, "the token is shown: {self:?}");
    }
}
