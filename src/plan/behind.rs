//! A file that another thread writes and hashes, while this one makes what comes next.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};

use crate::digest::ContentHash;
use crate::disk::Storage;

/// Bytes of stack; nothing large lies there.
const STACK: usize = 256 * 1024;

/// Portions that may wait to be written.
const PORTIONS: usize = 4;

/// The file. What was handed over is not yet written: whether it could be is known when it is [finished](Self::finish).
pub(super) struct Behind<F> {
    give: SyncSender<Vec<u8>>,
    /// Portions that were written, to be filled again.
    back: Receiver<Vec<u8>>,
    thread: JoinHandle<io::Result<(F, Sha256)>>,
}

impl<F: Storage> Behind<F> {
    pub fn new(mut file: F) -> io::Result<Self> {
        let (give, portions) = sync_channel::<Vec<u8>>(PORTIONS);
        let (give_back, back) = sync_channel(PORTIONS);
        let thread = thread::Builder::new()
            .name("write".to_owned())
            .stack_size(STACK);
        let thread = thread.spawn(move || {
            let mut hash = Sha256::new();
            for portion in portions {
                file.append(&portion)?;
                hash.update(&portion);
                // One too many is dropped.
                let _ = give_back.try_send(portion);
            }
            Ok((file, hash))
        })?;
        Ok(Self { give, back, thread })
    }

    /// Waits until everything is written and durable; the hash of all of it.
    ///
    /// # Errors
    /// What the system said to the first thing that it refused.
    pub fn finish(self) -> io::Result<ContentHash> {
        drop(self.give);
        let joined = self.thread.join();
        let (mut file, hash) = joined.map_err(|_| io::Error::other("a thread panicked"))??;
        file.sync()?;
        Ok(ContentHash::from_bytes(hash.finalize().into()))
    }
}

impl<F: Storage> Write for Behind<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut portion = self.back.try_recv().unwrap_or_default();
        portion.clear();
        portion.extend_from_slice(bytes);
        // Nobody takes it any more where the file has refused something, which `finish` tells.
        let _ = self.give.send(portion);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
