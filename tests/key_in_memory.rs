//! Our own copies of the key are overwritten when they are dropped: the memory of this process is searched for what is left.

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use malote::config::token;
use malote::zen::{HttpLookup, HttpTransport, TransportOptions};
use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

/// How the bytes of the key are kept here, so that this is no copy of it.
const MASK: u8 = 0x55;

/// The pieces of this process's memory that are there and may be written, as addresses.
fn written_memory() -> Vec<Range<usize>> {
    const PAGE: usize = 4096;
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let pages = File::open("/proc/self/pagemap").unwrap();
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, rest) = line.split_once('-').unwrap();
        let to = rest.split_once(' ').unwrap().0;
        let [from, to] = [from, to].map(|at| usize::from_str_radix(at, 16).unwrap());
        let mut entries = vec![0; (to - from) / PAGE * 8];
        let read = pages.read_at(&mut entries, (from / PAGE * 8) as u64);
        let entries = entries[..read.unwrap()].chunks_exact(8);
        for (at, entry) in (from..to).step_by(PAGE).zip(entries) {
            // It is in the memory or on the disk that stands in for it.
            if entry[7] & 0xc0 == 0 {
                continue;
            }
            match pieces.last_mut() {
                Some(last) if last.end == at => last.end += PAGE,
                _ => pieces.push(at..at + PAGE),
            }
        }
    }
    pieces
}

/// What is left of the word that is `masked` in the memory of this process, in pieces of [`PIECE`] letters: where memory is
/// given back, its beginning is written over in any case, and others use parts of it.
fn copies(masked: &[u8]) -> usize {
    let masked = &masked[..PIECE];
    let memory = File::open("/proc/self/mem").unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mine = buffer.as_ptr() as usize;
    let mine = mine..mine + buffer.len();
    let mut found = 0;
    for piece in written_memory() {
        let mut at = piece.start;
        while at < piece.end {
            // What was read for this is a copy, too.
            if mine.contains(&at) {
                at = mine.end;
                continue;
            }
            let next = if at < mine.start {
                mine.start
            } else {
                usize::MAX
            };
            let length = (piece.end - at).min(buffer.len()).min(next - at);
            let read = memory.read_at(&mut buffer[..length], at as u64);
            let portion = &buffer[..read.unwrap_or_default()];
            let is_it = |start: &usize| {
                let rest = portion[*start..].iter();
                let same = rest.zip(masked).take_while(|(a, b)| *a ^ MASK == **b);
                same.count() == masked.len()
            };
            let starts = memchr::memchr_iter(masked[0] ^ MASK, portion);
            found += starts.filter(is_it).count();
            buffer.fill(0);
            at += length;
        }
    }
    found
}

/// One of these tests at a time: they share a memory, and the words of one are those of the other, begun elsewhere.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Letters after which a word of these tests repeats itself.
const PIECE: usize = 16;

/// A long word that is nowhere in the memory of this process, masked.
fn masked_word(number: u8) -> Vec<u8> {
    let digit = |at: usize| b"0123456789abcdef"[(at * 7 + usize::from(number)) % PIECE];
    (0..PIECE * 30).map(|at| digit(at) ^ MASK).collect()
}

/// What a file or a variable holds of the key that is given.
type Shape = fn(&[u8]) -> Vec<u8>;

/// Our own copies of the key are overwritten when they are dropped, however it was given, and where it is none, too. Bug:
/// what was read was moved to where it fits, and stayed where it had been.
#[test]
fn nothing_is_left_of_the_key_in_memory_when_it_is_dropped() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let shapes: [(&str, Shape, bool); 7] = [
        ("plain", |word| word.to_vec(), true),
        ("a line", |word| [word, b"\r\n"].concat(), true),
        (
            "with a mark",
            |word| [b"\xef\xbb\xbf", word, b"\n"].concat(),
            true,
        ),
        (
            "UTF-16",
            |word| {
                let letters = word.iter().flat_map(|letter| [*letter, 0]);
                [0xff, 0xfe].into_iter().chain(letters).collect()
            },
            true,
        ),
        ("long", |word| [word, &b" ".repeat(5000)].concat(), true),
        ("with a quote", |word| [b"\"", word].concat(), false),
        ("no text", |word| [word, b"\xff"].concat(), false),
    ];
    let mut number = 0;
    for (name, shape, is_key) in shapes {
        for from_file in [true, false] {
            if !from_file && name == "UTF-16" {
                continue;
            }
            number += 1;
            let masked = masked_word(number);
            let given = || {
                let mut word: Vec<_> = masked.iter().map(|letter| letter ^ MASK).collect();
                let text = shape(&word);
                word.zeroize();
                text
            };
            let what = format!("{name}, file: {from_file}");
            let mut text = given();
            fs::write(&path, &text).unwrap();
            text.zeroize();
            assert_eq!(copies(&masked), 0, "{what}: of the test's own");
            let variable = |asked: &str| {
                let is_asked = asked == "MALOTE_TOKEN" && !from_file;
                is_asked.then(|| OsStringExt::from_vec(given()))
            };
            let found = token(from_file.then_some(&*path), &variable);
            assert_eq!(found.is_ok(), is_key, "{what}");
            if let Ok(Some(token)) = found {
                assert!(
                    copies(&masked) > 0,
                    "{what}: it is not looked for where it is"
                );
                assert_eq!(token.expose_secret().len(), masked.len());
            }
            assert_eq!(copies(&masked), 0, "{what}");
        }
    }
}

/// What the key is put into is overwritten, too. Bug: where the address had to grow behind the key, it was moved.
#[test]
fn nothing_is_left_of_the_key_in_memory_when_the_way_to_the_server_is_dropped() {
    let _alone = alone();
    // Among them addresses that fit behind the key and not behind the route.
    let lengths = (140..152)
        .step_by(3)
        .chain((466..490).step_by(4))
        .chain([1, 1000]);
    for (number, length) in (0..).zip(lengths) {
        let masked = masked_word(number);
        let mut word: Vec<_> = masked.iter().map(|letter| letter ^ MASK).collect();
        let token = SecretString::from(std::str::from_utf8(&word).unwrap());
        word.zeroize();
        let options = TransportOptions {
            base_url: format!("https://zen.example/{}", "a".repeat(length)),
            token,
            timeout: Duration::from_secs(1),
            user_agent: "malote".to_owned(),
            connections: 1,
        };
        let ways = (HttpTransport::new(&options), HttpLookup::new(&options));
        drop(options);
        assert!(copies(&masked) > 0, "{length}");
        drop((ways.0.unwrap(), ways.1.unwrap()));
        assert_eq!(copies(&masked), 0, "{length}");
    }
}
