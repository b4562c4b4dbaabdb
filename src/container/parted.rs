//! The documents of a large XML, cut out once for all of them: a city answers with thousands of notes, and to read the
//! whole answer again for each would take longer than to send it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use rawzip::{FileReader, ReaderAt};

use super::Fault;
use super::name::{INSIDE, part_number};
use super::part::unpack_text;
use crate::dfe;
use crate::digest::ContentHash;

/// The documents of an XML, in a nameless file.
#[derive(Debug)]
pub(super) struct Parted {
    file: FileReader,
    places: Vec<Place>,
}

/// Where the text of a document lies in the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    length: u64,
    /// It is base64 of a gzip.
    packed: bool,
}

impl Parted {
    /// Cuts the documents out of `text`; those that are packed stay so.
    ///
    /// # Errors
    /// Those of the system, which may have no room for the file.
    pub fn cut(text: &str) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(64 * 1024, tempfile::tempfile()?);
        let mut offset = 0;
        let mut places = Vec::new();
        for part in dfe::parts(text) {
            file.write_all(part.text.as_bytes())?;
            let (length, packed) = (part.text.len() as u64, part.packed);
            places.push(Place {
                offset,
                length,
                packed,
            });
            offset += length;
        }
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Self {
            file: file.into(),
            places,
        })
    }

    /// Reads the document of that number, from 1, into `out`, of which nothing is cleared; how many bytes there are.
    ///
    /// # Errors
    /// [`Fault::Absent`] where there are fewer, and those of [`unpack_text`].
    pub fn read(&self, number: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
        let place = number.checked_sub(1).and_then(|at| self.places.get(at));
        let place = place.ok_or(Fault::Absent)?;
        let length = usize::try_from(place.length).map_err(|_| Fault::TooLarge)?;
        if place.packed {
            let mut text = vec![0; length];
            self.file.read_exact_at(&mut text, place.offset)?;
            return unpack_text(&text, out);
        }
        out.resize(out.len().max(length), 0);
        self.file.read_exact_at(&mut out[..length], place.offset)?;
        Ok(length)
    }
}

/// The documents of a large XML, and the hash of that.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// The text of its path.
    pub path: String,
    pub state: State,
    pub hash: ContentHash,
    pub parted: Arc<Parted>,
}

/// What tells whether a file is still the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub bytes: u64,
    modified: Option<SystemTime>,
}

impl State {
    /// That of the file at `path`, if it can be read.
    fn of(path: &Path) -> io::Result<Self> {
        let found = File::open(path)?.metadata()?;
        Ok(Self {
            bytes: found.len(),
            modified: found.modified().ok(),
        })
    }
}

/// The XML that the document lies in, if it lies in one.
pub(super) struct Around<'a> {
    /// The text of its path.
    pub path: &'a str,
    /// The document's number in it.
    pub number: usize,
    /// The state of the file that it is, or lies in.
    pub state: State,
}

impl<'a> Around<'a> {
    pub fn of(path: &'a str, file: &Path) -> io::Result<Option<Self>> {
        let split = path.rsplit_once(INSIDE);
        let Some((path, number)) = split.and_then(|(path, name)| Some((path, part_number(name)?)))
        else {
            return Ok(None);
        };
        let state = State::of(file)?;
        Ok(Some(Self {
            path,
            number,
            state,
        }))
    }

    pub fn is(&self, kept: &Kept) -> bool {
        kept.path == self.path && kept.state == self.state
    }
}
