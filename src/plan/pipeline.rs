//! Walk, inspect and spill on all cores, with rows in the walk's order whatever core was faster.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::archives::Looker;
use super::fact::Fact;
use super::inspect::{Inspected, Making, One, Room, inspect};
use super::met::Met;
use super::select::Selection;
use super::spill::{Spill, SpillWriter};
use super::walk::Walk;

/// Things met that travel together.
const CHUNK: usize = 64;

/// Chunks that may wait before and after the workers.
const CHUNKS: usize = 16;

/// Facts that lie in one piece, so that their growth never copies them all.
const PIECE: usize = 16 * 1024;

/// Facts in order, in pieces.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pieces: Vec<Vec<Fact>>,
}

impl Facts {
    pub fn push(&mut self, fact: Fact) {
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(fact),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(fact);
                self.pieces.push(piece);
            }
        }
    }

    pub fn len(&self) -> usize {
        let last = self.pieces.last().map_or(0, Vec::len);
        self.pieces.len().saturating_sub(1) * PIECE + last
    }

    pub fn get(&self, index: u32) -> &Fact {
        let index = index as usize;
        &self.pieces[index / PIECE][index % PIECE]
    }

    pub fn get_mut(&mut self, index: u32) -> &mut Fact {
        let index = index as usize;
        &mut self.pieces[index / PIECE][index % PIECE]
    }
}

/// Everything that was found.
pub(super) struct Gathered {
    pub facts: Facts,
    pub spill: Spill,
    /// Files passed over, by extension.
    pub passed: BTreeMap<String, u64>,
    /// The texts of the column `clients`; the first is empty.
    pub clients: Vec<Rc<str>>,
}

/// Numbers texts of which there are few among many rows.
#[derive(Default)]
struct Numbered {
    texts: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, u32>,
}

impl Numbered {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let text: Rc<str> = text.into();
        self.texts.push(Rc::clone(&text));
        self.numbers.insert(text, number);
        number
    }
}

/// Walks `roots` with `workers` threads inspecting, as `making` says; texts wait in a file in `folder`. `seen` is told now and then
/// how many things were met.
pub(super) fn gather(
    roots: Vec<PathBuf>,
    selection: &Selection,
    making: Making,
    workers: usize,
    folder: &Path,
    seen: &dyn Fn(u64),
) -> io::Result<Gathered> {
    let mut spill = SpillWriter::new(folder)?;
    let mut facts = Facts::default();
    let mut passed = BTreeMap::new();
    let mut clients = Numbered::default();
    clients.number("");
    thread::scope(|scope| {
        let (give, chunks) = sync_channel::<(u64, Vec<Met>)>(CHUNKS);
        let (results, collect) = sync_channel::<(u64, Inspected)>(CHUNKS);
        let looker = Looker::new(selection, folder);
        scope.spawn(move || walk(Walk::new(roots, selection), &looker, give));
        // The workers alone hold the end that the walk gives to: when they end, it does.
        let chunks = Arc::new(Mutex::new(chunks));
        for _ in 0..workers {
            let (chunks, results) = (Arc::clone(&chunks), results.clone());
            scope.spawn(move || work(&chunks, making, &looker, &results));
        }
        drop((chunks, results));
        let mut count = 0;
        let taken = in_order(&collect, |inspected| {
            let start = spill.append(&inspected.texts)?;
            for one in inspected.each {
                count += 1;
                match one {
                    One::Row(mut fact, named) => {
                        fact.clients = clients.number(&named);
                        fact.offset += start;
                        facts.push(fact);
                    }
                    One::Passed(extension) => *passed.entry(extension).or_default() += 1,
                }
                if count % 1024 == 0 {
                    seen(count);
                }
            }
            Ok(())
        });
        // Whoever still has something to give finds the door closed and ends.
        drop(collect);
        taken
    })?;
    Ok(Gathered {
        facts,
        spill: spill.finish()?,
        passed,
        clients: clients.texts,
    })
}

/// Gives what is met to the workers, archives already looked into.
fn walk(walk: Walk, looker: &Looker, give: SyncSender<(u64, Vec<Met>)>) {
    let mut giver = Giver {
        give,
        chunk: Vec::with_capacity(CHUNK),
        number: 0,
    };
    for met in walk {
        let wanted = match met {
            Met::Zip { path, relative } => {
                looker.look_into(path, &relative, &mut |met| giver.push(met))
            }
            met => giver.push(met),
        };
        if !wanted {
            return;
        }
    }
    giver.pass_on();
}

/// Puts what is met into chunks.
struct Giver {
    give: SyncSender<(u64, Vec<Met>)>,
    chunk: Vec<Met>,
    number: u64,
}

impl Giver {
    /// Takes one more; whether anybody still wants it.
    fn push(&mut self, met: Met) -> bool {
        self.chunk.push(met);
        self.chunk.len() < CHUNK || self.pass_on()
    }

    /// A closed channel means that nobody wants it any more.
    fn pass_on(&mut self) -> bool {
        let full = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        self.number += 1;
        self.give.send((self.number - 1, full)).is_ok()
    }
}

fn work(
    chunks: &Mutex<Receiver<(u64, Vec<Met>)>>,
    making: Making,
    looker: &Looker,
    results: &SyncSender<(u64, Inspected)>,
) {
    let mut room = Room::default();
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, chunk)) = next else { return };
        let mut inspected = Inspected::default();
        inspected.each.reserve(chunk.len());
        inspected.texts.reserve(chunk.len() * 384);
        for met in chunk {
            inspect(met, making, looker, &mut room, &mut inspected);
        }
        if results.send((number, inspected)).is_err() {
            return;
        }
    }
}

/// Gives what comes out of order to `take` in order.
fn in_order(
    collect: &Receiver<(u64, Inspected)>,
    mut take: impl FnMut(Inspected) -> io::Result<()>,
) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, chunk) in collect {
        early.insert(number, chunk);
        while let Some(chunk) = early.remove(&next) {
            take(chunk)?;
            next += 1;
        }
    }
    Ok(())
}
