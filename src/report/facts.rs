//! Everything that a page shows, gathered.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ReportError;
use super::causes::Cause;
use super::client::Client;
use super::history::{self, History};
use super::moment::Moment;
use super::rows::{self, Rows};
use crate::diff::{Balance, survey};
use crate::digest::ContentHash;
use crate::journal::{State, replay};

/// What is reported.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The manifest.
    pub manifest: &'a Path,
    /// The journals; a missing one is empty.
    pub journals: &'a [PathBuf],
    /// The client to restrict everything to.
    pub client: Option<&'a Client>,
    /// The program's own file, whose hash is evidence.
    pub program: &'a Path,
}

/// The causes of one state, and how many documents have others still.
#[derive(Debug)]
pub struct Caused {
    /// The state.
    pub state: State,
    /// Its causes, the most frequent first.
    pub causes: Vec<Cause>,
    /// Documents with causes that were not kept apart.
    pub others: u64,
}

/// What a page shows.
#[derive(Debug)]
pub struct Facts {
    /// The client that everything is restricted to.
    pub client: Option<Client>,
    /// The manifest.
    pub manifest: PathBuf,
    /// Its hash.
    pub manifest_sha256: ContentHash,
    /// The hash of the program's own file.
    pub program_sha256: ContentHash,
    /// When the report was made.
    pub made: Moment,
    /// The balance: `diff`'s own, or for a client the same over the client's rows.
    pub balance: Balance,
    /// What the manifest says.
    pub rows: Rows,
    /// What the journals say.
    pub history: History,
    /// Messages by state.
    pub caused: Vec<Caused>,
}

/// Reads everything; `made` is now.
///
/// # Errors
/// [`ReportError`]
pub fn gather(subject: &Subject, made: Moment) -> Result<Facts, ReportError> {
    let program_sha256 = hash_of(subject.program).map_err(ReportError::Program)?;
    let paths: Vec<_> = subject.journals.iter().map(PathBuf::as_path).collect();
    let mut replayed = replay(&paths)?;
    let found = survey(subject.manifest, &mut replayed.states)?;
    let mut rows = rows::read(subject.manifest, &found, &replayed.states, subject.client)?;
    // They are the larger part of what is held, and nothing asks them any more.
    drop(replayed.states);
    let mut history = history::read(&replayed.journals, &mut rows, made.unix())?;
    debug_assert!(subject.client.is_some() || rows.balance == found.balance);
    let balance = match subject.client {
        None => found.balance,
        Some(_) => rows.balance,
    };
    let states = State::ALL.iter().copied();
    let caused = states.map(|state| {
        let (causes, others) = history.causes.take(state);
        Caused {
            state,
            causes,
            others,
        }
    });
    let caused = caused.collect();
    Ok(Facts {
        client: subject.client.cloned(),
        manifest: subject.manifest.to_path_buf(),
        manifest_sha256: found.sha256,
        program_sha256,
        made,
        balance,
        rows,
        history,
        caused,
    })
}

impl Facts {
    /// The causes of `state`.
    #[must_use]
    pub(super) fn caused(&self, state: State) -> Option<&Caused> {
        self.caused.iter().find(|one| one.state == state)
    }
}

fn hash_of(path: &Path) -> io::Result<ContentHash> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path)?, &mut Hashing(&mut hash))?;
    Ok(ContentHash::from_bytes(hash.finalize().into()))
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
