//! A disk that fails when it is told to, and forgets what was not synced when its power is cut. It works on real files,
//! and remembers of each what would be left; it does not wait for the real one to be durable.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use super::{Disk, LocalDisk, Storage};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is done.
    Error,
    /// There is room for half of the bytes.
    NoSpace,
    /// It is done all the same: an answer from a disk that is far away was lost.
    LateError,
}

impl Fault {
    pub const ALL: [Self; 3] = [Self::Error, Self::NoSpace, Self::LateError];
}

/// What is left of bytes that were appended and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Survival {
    /// All: only the process died.
    All,
    /// None, and no name that was not synced either.
    None,
    /// Their number, but not what they were.
    Nulls,
    /// The first half.
    Half,
}

impl Survival {
    pub const ALL: [Self; 4] = [Self::All, Self::None, Self::Nulls, Self::Half];
}

/// Lets `one` happen on a disk whose first call fails, then on one whose second does, and so on, in every way and with each
/// of `survivals`, until no call is left to fail. `one` says whether it came to the failure. How many cases there were.
pub(crate) fn at_every_call(
    survivals: &[Survival],
    mut one: impl FnMut((usize, Fault), Survival) -> bool,
) -> usize {
    let mut cases = 0;
    for call in 0.. {
        let mut came = false;
        for fault in Fault::ALL {
            for survival in survivals {
                came |= one((call, fault), *survival);
                cases += 1;
            }
        }
        if !came {
            break;
        }
    }
    cases
}

#[derive(Debug, Default)]
struct State {
    calls: usize,
    fails_at: Option<(usize, Fault)>,
    /// What each file would hold after a power cut, by the name that it has now.
    synced: HashMap<PathBuf, Vec<u8>>,
    /// The same, by names that are durable.
    durable: HashMap<PathBuf, Vec<u8>>,
}

/// The disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faulty(Arc<Mutex<State>>);

impl Faulty {
    /// A disk on which `existing` are durable, and whose call number `fails_at`, from 0, fails.
    pub fn new(existing: &[&Path], fails_at: Option<(usize, Fault)>) -> Self {
        let read = |path: &&Path| (path.to_path_buf(), fs::read(path).unwrap());
        let durable: HashMap<_, _> = existing.iter().map(read).collect();
        let synced = durable.clone();
        Self(Arc::new(Mutex::new(State {
            calls: 0,
            fails_at,
            synced,
            durable,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Whether the call that was to fail has come.
    pub fn has_failed(&self) -> bool {
        let state = self.state();
        state.fails_at.is_some_and(|(at, _)| state.calls > at)
    }

    /// How this call fails, if it does.
    fn fault(&self) -> Option<Fault> {
        let mut state = self.state();
        let call = state.calls;
        state.calls += 1;
        let (at, fault) = state.fails_at?;
        (at == call).then_some(fault)
    }

    /// Does what `act` does, or fails.
    fn act<T>(&self, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.fault() {
            None => act(),
            Some(Fault::LateError) => act().and_then(|_| Err(broken())),
            Some(_) => Err(broken()),
        }
    }

    fn is_synced(&self, path: &Path) -> io::Result<()> {
        let bytes = fs::read(path)?;
        let mut state = self.state();
        if let Some(durable) = state.durable.get_mut(path) {
            durable.clone_from(&bytes);
        }
        state.synced.insert(path.to_path_buf(), bytes);
        Ok(())
    }

    /// Leaves on the real disk what a crash would, of the files that passed through here.
    pub fn crash(&self, survival: Survival) {
        let state = self.state();
        if survival == Survival::None {
            for path in state.synced.keys() {
                let _ = fs::remove_file(path);
            }
            for (path, bytes) in &state.durable {
                fs::write(path, bytes).unwrap();
            }
            return;
        }
        for (path, synced) in &state.synced {
            let Ok(mut bytes) = fs::read(path) else {
                continue;
            };
            let kept = synced.len().min(bytes.len());
            match survival {
                Survival::Nulls => bytes[kept..].fill(0),
                Survival::Half => bytes.truncate(kept + (bytes.len() - kept) / 2),
                Survival::All | Survival::None => {}
            }
            fs::write(path, bytes).unwrap();
        }
    }
}

fn broken() -> io::Error {
    io::Error::other("broken")
}

impl Disk for Faulty {
    type File = FaultyFile;

    fn append_to(&self, path: &Path) -> io::Result<FaultyFile> {
        let file = self.act(|| LocalDisk.append_to(path))?;
        Ok(FaultyFile::new(self, path, file))
    }

    fn create_new(&self, path: &Path) -> io::Result<FaultyFile> {
        let file = self.act(|| LocalDisk.create_new(path))?;
        Ok(FaultyFile::new(self, path, file))
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        self.act(|| {
            File::options().write(true).open(path)?.set_len(length)?;
            self.is_synced(path)
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.act(|| {
            LocalDisk.rename(from, to)?;
            let mut state = self.state();
            let bytes = state.synced.remove(from).unwrap_or_default();
            state.synced.insert(to.to_path_buf(), bytes);
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.act(|| {
            LocalDisk.remove(path)?;
            self.state().synced.remove(path);
            Ok(())
        })
    }

    fn sync_names(&self, _: &Path) -> io::Result<()> {
        self.act(|| {
            let mut state = self.state();
            state.durable = state.synced.clone();
            Ok(())
        })
    }
}

/// A file on it.
#[derive(Debug)]
pub(crate) struct FaultyFile {
    disk: Faulty,
    path: PathBuf,
    file: File,
}

impl FaultyFile {
    fn new(disk: &Faulty, path: &Path, file: File) -> Self {
        let mut state = disk.state();
        state.synced.entry(path.to_path_buf()).or_default();
        drop(state);
        Self {
            disk: disk.clone(),
            path: path.to_path_buf(),
            file,
        }
    }
}

impl Storage for FaultyFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.disk.fault() {
            None => self.file.append(bytes),
            Some(Fault::Error) => Err(broken()),
            Some(Fault::NoSpace) => {
                self.file.append(&bytes[..bytes.len() / 2])?;
                Err(io::ErrorKind::StorageFull.into())
            }
            Some(Fault::LateError) => {
                self.file.append(bytes)?;
                Err(broken())
            }
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let disk = self.disk.clone();
        disk.act(|| self.disk.is_synced(&self.path))
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }
}
