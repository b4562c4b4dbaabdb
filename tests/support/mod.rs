//! What the tests share: a folder, the program, a simulated Zen, archives to send.

pub mod archive;
pub mod containers;
pub mod fake;
pub mod process;
pub mod raw;
pub mod zen;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use archive::Archive;
use process::Running;

/// The token of every test: no file and no output may hold it.
pub const TOKEN: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";

/// A folder to work in, and the program run in it.
pub struct Bench {
    folder: tempfile::TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Done {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program with `args`, in a bare environment but for the language, which no system of a developer changes.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_malote"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("MALOTE_LANG", "en");
        command
    }

    /// The program with `args` and the token, after the shell has done `before`: what it limits, it limits for the program.
    #[cfg(unix)]
    pub fn after(&self, before: &str, args: &[&str]) -> Running {
        let mut command = Command::new("/bin/sh");
        let script = format!("{before}; exec \"$0\" \"$@\"");
        command
            .args(["-c", &script, env!("CARGO_BIN_EXE_malote")])
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("MALOTE_LANG", "en")
            .env("MALOTE_TOKEN", TOKEN);
        Running::start(command)
    }

    /// The program with `args` and the token, where memory without bound ends the program and not the machine.
    pub fn bounded(&self, args: &[&str]) -> Running {
        #[cfg(unix)]
        return self.after("ulimit -v 4000000", args);
        #[cfg(not(unix))]
        self.start(args)
    }

    /// Runs the program to its end.
    pub fn malote(&self, args: &[&str]) -> Done {
        Running::start(self.command(args)).finish()
    }

    /// Runs the program with the token.
    pub fn malote_with_token(&self, args: &[&str]) -> Done {
        self.start(args).finish()
    }

    /// The arguments that send `malote.csv` to `url` without waiting for anything.
    pub fn sending<'a>(url: &'a str, options: &[&'a str]) -> Vec<&'a str> {
        let fixed = [
            "run",
            "malote.csv",
            "--base-url",
            url,
            "--quiet-hours",
            "none",
            "--rate",
            "unlimited",
        ];
        // An option that is given twice is a mistake: the last ones are the test's.
        let own_rate = options.contains(&"--rate");
        let fixed = if own_rate { &fixed[..6] } else { &fixed[..] };
        [fixed, options].concat()
    }

    /// Sends `malote.csv` to `url` to the end.
    pub fn send(&self, url: &str, options: &[&str]) -> Done {
        self.malote_with_token(&Self::sending(url, options))
    }

    /// Begins to send `malote.csv` to `url`.
    pub fn begin(&self, url: &str, options: &[&str]) -> Running {
        self.start(&Self::sending(url, options))
    }

    /// Starts the program with the token.
    pub fn start(&self, args: &[&str]) -> Running {
        let mut command = self.command(args);
        command.env("MALOTE_TOKEN", TOKEN);
        Running::start(command)
    }

    /// Makes an archive of so many documents in one folder and plans it.
    pub fn archive(&self, documents: usize, cancel_every: usize) -> Archive {
        let archive = Archive {
            documents,
            cancel_every,
            bytes: 1500,
            folders: 1,
        };
        archive.write(&self.path("archive"));
        self.plan(&self.path("archive"));
        archive
    }

    /// The records of the journal so far.
    pub fn journal(&self) -> Vec<HashMap<String, String>> {
        records(&self.read("malote.journal.csv"))
    }

    /// The hashes of the manifest of which the journal knows, and not that they are accepted; it may be torn.
    pub fn unsettled(&self) -> HashSet<String> {
        let journal = malote::journal::replay(&[&self.path("malote.journal.csv")]).unwrap();
        let rows = records(&self.read("malote.csv"));
        let hashes = rows.into_iter().map(|row| row["sha256"].clone());
        let unsettled = |hash: &String| {
            let hash = malote::digest::ContentHash::from_hex(hash.as_bytes()).unwrap();
            let slot = journal.states.get(&hash);
            slot.is_some_and(|slot| slot.state() != malote::journal::State::Accepted)
        };
        hashes.filter(unsettled).collect()
    }

    /// Plans `archive` into `malote.csv`.
    pub fn plan(&self, archive: &Path) -> Done {
        let planned = self.malote(&["plan", archive.to_str().unwrap(), "--force"]);
        assert_eq!(planned.status, 0, "{planned:?}");
        planned
    }

    /// The balance by `diff --format json`.
    pub fn balance(&self, args: &[&str]) -> HashMap<String, u64> {
        let done = self.malote(&[&["diff", "malote.csv", "--format", "json"], args].concat());
        serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"))
    }

    /// No file of the folder holds the token.
    pub fn assert_no_token(&self) {
        assert_no_token_under(self.folder.path());
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_no_token();
        }
    }
}

fn assert_no_token_under(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            !path.to_string_lossy().contains(TOKEN),
            "the token is in a name"
        );
        if path.is_dir() {
            assert_no_token_under(&path);
        } else if fs::symlink_metadata(&path).unwrap().is_file() {
            // A pipe or a device in its place would be read for ever.
            let bytes = fs::read(&path).unwrap();
            let found = memchr::memmem::find(&bytes, TOKEN.as_bytes());
            assert_eq!(found, None, "the token is in {}", path.display());
        }
    }
}

/// What a process said, which must not hold the token.
pub fn done(output: &Output) -> Done {
    let done = Done {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    done.assert_no_token();
    done
}

/// The made-up archive of the project.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive")
}

/// The records of a CSV file by column.
pub fn records(text: &str) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}
