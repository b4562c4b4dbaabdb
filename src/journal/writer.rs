//! Group commit: what is queued is written, synced once, and acknowledged. After the first failure nothing more.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::columns::Columns;
use super::kept::{Failure, Kept};
use super::line::Encoder;
use super::record::Record;
use crate::disk::Storage;

/// What is written in one go at most.
const GROUP_BYTES: usize = 64 * 1024;

/// A group of so many records shows that many documents are on their way at once, and more will follow at once.
const BUSY: u64 = 8;

/// Then the next group waits for its like for so long, or until it has as many records as it can have
/// ([`JournalWriter::expecting`]): a sync costs as much as several documents do, and while some wait for it others are in
/// the air.
const LINGER: Duration = Duration::from_millis(2);

/// Records that no group waits longer for: so many share a sync that it is hardly felt.
const ENOUGH: u64 = 192;

/// What the journal reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ack {
    /// All records up to this number are durable.
    Synced(u64),
    /// Writing has failed, or the file is not where it was; nothing will be written any more.
    Failed(Failure),
}

#[derive(Debug, Default)]
struct Queue {
    encoder: Encoder,
    bytes: Vec<u8>,
    /// The end of each append in `bytes`, and the number of its last record.
    ends: VecDeque<(usize, u64)>,
    last: u64,
    /// The writing thread sleeps: whoever queues something wakes it. To wake one that is awake costs a system call.
    asleep: bool,
    /// It sleeps on until the record of this number has come.
    wanted: u64,
    /// As many records as may come one after the other without one being awaited.
    expected: u64,
    closed: bool,
    failed: Option<Failure>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The journal's writing end.
#[derive(Debug)]
pub struct JournalWriter {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl JournalWriter {
    /// Starts writing to `file`, which has `columns`; `report` hears of every group, on the writer's thread.
    pub fn start(
        file: Kept<impl Storage>,
        columns: Columns,
        report: impl Fn(Ack) + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared::default());
        shared.queue().encoder = Encoder::new(columns);
        let mine = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let written = catch_unwind(AssertUnwindSafe(|| write(file, &mine, &report)));
            // Whoever waits for an acknowledgement would wait for ever.
            if written.is_err() {
                let failure = Failure::Disk("its writer has failed".to_owned());
                mine.queue().failed = Some(failure.clone());
                report(Ack::Failed(failure));
            }
        });
        Self {
            shared,
            thread: Some(thread),
        }
    }

    /// As many as `documents` are on their way at once, each of which is told of twice: a group waits a little to be shared
    /// by all of them, and never for more than can come. Without it none waits.
    #[must_use]
    pub fn expecting(self, documents: usize) -> Self {
        self.shared.queue().expected = (documents as u64).saturating_mul(2).min(ENOUGH);
        self
    }

    /// Queues `records` in this order. The number of the last of them, by which it will be acknowledged.
    #[expect(
        clippy::must_use_candidate,
        reason = "a note that nobody waits for is written all the same"
    )]
    pub fn append(&self, records: &[Record]) -> u64 {
        let mut queue = self.shared.queue();
        let Queue { encoder, bytes, .. } = &mut *queue;
        for record in records {
            encoder.encode(record, bytes);
        }
        queue.last += records.len() as u64;
        let end = (queue.bytes.len(), queue.last);
        queue.ends.push_back(end);
        let last = queue.last;
        let wake = queue.asleep && last >= queue.wanted;
        queue.asleep &= !wake;
        drop(queue);
        if wake {
            self.shared.filled.notify_one();
        }
        last
    }

    /// Writes and syncs what is queued and ends.
    ///
    /// # Errors
    /// Why not everything was written.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.close();
        self.shared.queue().failed.take().map_or(Ok(()), Err)
    }

    fn close(&mut self) {
        self.shared.queue().closed = true;
        self.shared.filled.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by then, and leaves nothing to be done here.
            let _ = thread.join();
        }
    }
}

impl Drop for JournalWriter {
    fn drop(&mut self) {
        self.close();
    }
}

fn write(mut file: Kept<impl Storage>, shared: &Shared, report: &impl Fn(Ack)) {
    let mut bytes = Vec::new();
    let mut ends = VecDeque::new();
    // The last record taken, and how many were taken with it.
    let (mut taken, mut together) = (0, 0);
    loop {
        {
            let mut queue = shared.queue();
            if together >= BUSY {
                queue = linger(shared, queue, taken);
            }
            let mut queue = shared
                .filled
                .wait_while(queue, |queue| {
                    queue.asleep = queue.ends.is_empty() && !queue.closed;
                    queue.asleep
                })
                .unwrap_or_else(PoisonError::into_inner);
            if queue.ends.is_empty() {
                return;
            }
            (taken, together) = (queue.last, queue.last - taken);
            bytes.clear();
            std::mem::swap(&mut bytes, &mut queue.bytes);
            std::mem::swap(&mut ends, &mut queue.ends);
        }
        let mut start = 0;
        while let Some((end, number)) = next_group(&mut ends, start) {
            if let Err(failure) = file.commit(&bytes[start..end]) {
                shared.queue().failed = Some(failure.clone());
                report(Ack::Failed(failure));
                return;
            }
            report(Ack::Synced(number));
            start = end;
        }
    }
}

/// Waits for as many records behind the number `taken` as are expected, but not for long.
fn linger<'a>(
    shared: &'a Shared,
    mut queue: MutexGuard<'a, Queue>,
    taken: u64,
) -> MutexGuard<'a, Queue> {
    let wanted = taken + queue.expected;
    queue.wanted = wanted;
    let lingered = shared.filled.wait_timeout_while(queue, LINGER, |queue| {
        queue.asleep = queue.last < wanted && !queue.closed;
        queue.asleep
    });
    let mut queue = lingered.unwrap_or_else(PoisonError::into_inner).0;
    queue.wanted = 0;
    queue
}

/// The end of as many appends as make a group, and the number of the last record in it.
fn next_group(ends: &mut VecDeque<(usize, u64)>, start: usize) -> Option<(usize, u64)> {
    let mut group = ends.pop_front()?;
    while let Some(next) = ends.front()
        && next.0 - start <= GROUP_BYTES
    {
        group = *next;
        ends.pop_front();
    }
    Some(group)
}
