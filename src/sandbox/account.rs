//! The server's own account of what it got.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use super::lookup::Shelf;
use super::past::{Held, held};
use crate::digest::ContentHash;

/// Begins the log.
pub const LOG_HEADER: &str = "time,request,route,key,sha256,outcome,note";

/// What the sandbox counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Requests, whatever became of them.
    pub requests: u64,
    /// Requests that were answered with a fault by order, or by order not at all.
    pub faults: u64,
    /// Documents in requests that were carried out.
    pub documents: u64,
    /// Documents taken.
    pub accepted: u64,
    /// Documents that were there already.
    pub duplicates: u64,
    /// Documents refused.
    pub refused: u64,
    /// Requests that were carried out and not answered, or not to the end.
    pub lost: u64,
    /// Documents whose access key another document of the same request had: no answer can tell the two apart.
    pub same_key: u64,
}

/// One document that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Access key; empty where there is none.
    pub key: String,
    /// Hash of its text as UTF-8.
    pub sha256: ContentHash,
    /// `accepted`, `duplicate` or `refused`.
    pub outcome: &'static str,
    /// Another document of the same request had its access key.
    pub same_key: bool,
}

/// Everything that the service remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub account: Account,
    /// Identities of what was taken.
    pub taken: HashSet<String>,
    /// Keys of documents that were taken, events not counted.
    pub notes: HashSet<String>,
    /// What it lists when asked.
    pub shelf: Shelf,
    pub log: Option<BufWriter<File>>,
    /// How often each identity arrived.
    pub arrivals: HashMap<String, u64>,
}

impl Memory {
    /// Holds the document of this `Id` as if it had arrived earlier.
    pub fn hold(&mut self, id: &str) {
        match held(id) {
            Some(Held::Note(key)) => {
                self.notes.insert(key.to_owned());
                self.taken.insert(key.to_owned());
            }
            Some(Held::Event(identity)) => {
                self.taken.insert(identity);
            }
            None => {}
        }
    }

    /// Writes a line of the log.
    pub fn log(&mut self, route: &str, arrival: &Arrival) {
        if let Some(log) = &mut self.log {
            let time = Timestamp::now();
            let request = self.account.requests;
            let note = if arrival.same_key { "same-key" } else { "" };
            // The log is for whoever looks; that it cannot be written does not change what the service does.
            let _ = writeln!(
                log,
                "{time:.6},{request},{route},{},{},{},{note}",
                arrival.key, arrival.sha256, arrival.outcome
            );
        }
    }

    /// Makes the log visible, and lets it survive whatever becomes of the process.
    pub fn flush(&mut self) {
        if let Some(log) = &mut self.log {
            let _ = log.flush();
        }
    }

    /// Opens the log at `path`, in place of an older one, and writes its first line.
    pub fn open_log(path: &std::path::Path) -> io::Result<BufWriter<File>> {
        let mut log = BufWriter::new(File::create(path)?);
        writeln!(log, "{LOG_HEADER}")?;
        log.flush()?;
        Ok(log)
    }
}
