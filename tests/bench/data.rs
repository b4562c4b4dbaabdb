//! The data: archives, and the books of runs that are done but for one document. Made once and kept.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rawzip::{CompressionMethod, ZipArchiveWriter};
use sha2::{Digest, Sha256};

use super::archive::Archive;

/// About the size of an NF-e of a few items.
const BYTES: usize = 7000;

pub struct Data {
    folder: PathBuf,
}

impl Data {
    pub fn new() -> Self {
        let folder = super::target().join("bench-data");
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// A folder to work in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// An archive of `documents` in `folders`.
    pub fn archive(&self, documents: usize, folders: usize) -> PathBuf {
        let path = self.folder.join(format!("signed-{documents}-{folders}"));
        if !path.exists() {
            eprintln!("making {documents} documents in {folders} folders");
            let making = path.with_extension("making");
            let _ = fs::remove_dir_all(&making);
            let archive = Archive {
                documents,
                cancel_every: 0,
                bytes: BYTES,
                folders,
            };
            if !self.link_from_largest(&archive, &making) {
                archive.write(&making);
            }
            fs::rename(&making, &path).unwrap();
            // What is still on its way to the disk would be in the way of what is timed.
            let _ = Command::new("sync").status();
        }
        path
    }

    /// Gives the documents of the largest archive other names in `folder`, where it is there and holds them all: sooner
    /// done than to write them again.
    fn link_from_largest(&self, archive: &Archive, folder: &Path) -> bool {
        const DOCUMENTS: usize = 200_000;
        const FOLDERS: usize = 2000;
        let largest = self.folder.join(format!("signed-{DOCUMENTS}-{FOLDERS}"));
        if archive.documents > DOCUMENTS || !largest.exists() {
            return false;
        }
        for number in 0..archive.folders {
            fs::create_dir_all(folder.join(format!("{number:03}"))).unwrap();
        }
        for number in 0..archive.documents {
            let name = format!("{}-procNFe.xml", super::archive::key(number));
            let at = |root: &Path, folders: usize| {
                root.join(format!("{:03}", number % folders)).join(&name)
            };
            fs::hard_link(at(&largest, FOLDERS), at(folder, archive.folders)).unwrap();
        }
        true
    }

    /// `documents` of about `bytes`, deflated, in `archives` zips.
    pub fn zips(&self, documents: usize, archives: usize, bytes: usize) -> PathBuf {
        let path = self
            .folder
            .join(format!("zips-{documents}-{archives}-{bytes}"));
        if !path.exists() {
            eprintln!("making {documents} documents in {archives} zips");
            let making = path.with_extension("making");
            let _ = fs::remove_dir_all(&making);
            fs::create_dir_all(&making).unwrap();
            for number in 0..archives {
                let documents = (number..documents).step_by(archives);
                write_zip(&making.join(format!("{number:03}.zip")), documents, bytes);
            }
            fs::rename(&making, &path).unwrap();
        }
        path
    }

    /// A manifest of `rows` and a journal of two records for each but the last, which is yet to be sent.
    pub fn books(&self, rows: u64) -> PathBuf {
        let folder = self.folder.join(format!("books-of-{rows}"));
        if folder.join("kept.journal.csv").exists() {
            return folder;
        }
        eprintln!("making the books of {rows} rows");
        fs::create_dir_all(&folder).unwrap();
        let last = folder.join("last.xml");
        // The server answers for the keys that it finds.
        fs::write(&last, super::archive::note_text(0, BYTES)).unwrap();
        let mut manifest =
            std::io::BufWriter::new(fs::File::create(folder.join("malote.csv")).unwrap());
        let mut journal =
            std::io::BufWriter::new(fs::File::create(folder.join("kept.journal.csv")).unwrap());
        writeln!(
            manifest,
            "action,notes,kind,event,route,id,issuer,recipient,issued,status,bytes,sha256,path"
        )
        .unwrap();
        writeln!(
            journal,
            "time,event,sha256,id,route,http,attempt,millis,client,message,crc"
        )
        .unwrap();
        let begin = r#"{""format"":1,""version"":""0.1.0"",""host"":""127.0.0.1"",""manifest"":""malote.csv"",""manifest_sha256"":"""",""settings"":{}}"#;
        record(
            &mut journal,
            &format!("2026-11-20T18:00:00.000-03:00,begin,,,,,,,,\"{begin}\""),
        );
        for row in 1..=rows {
            let (hash, path) = if row == rows {
                let bytes = fs::read(&last).unwrap();
                (Sha256::digest(bytes), last.display().to_string())
            } else {
                let path = format!(
                    "/srv/archive/2019/05/{:04}/{row:012}-procNFe.xml",
                    row / 1000
                );
                (Sha256::digest(row.to_le_bytes()), path)
            };
            let hash = hash.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
            let id = if row == rows {
                format!("NFe{}", super::archive::key(0))
            } else {
                format!("NFe3519051122233300018155001{row:017}")
            };
            writeln!(
                manifest,
                "send,,nfe,,importarxmlnfearray,{id},11.222.333/0001-81,,2019-05-15,authorised,7000,{hash},{path}"
            )
            .unwrap();
            if row < rows {
                let common = format!("{hash},{id},importarxmlnfearray");
                record(
                    &mut journal,
                    &format!("2026-11-20T18:00:01.000-03:00,attempt,{common},,1,,,"),
                );
                let client = "11222333000181,Documento importado com sucesso";
                record(
                    &mut journal,
                    &format!("2026-11-20T18:00:02.000-03:00,accepted,{common},200,1,120,{client}"),
                );
            }
        }
        manifest.flush().unwrap();
        journal.flush().unwrap();
        folder
    }
}

fn write_zip(path: &Path, documents: impl Iterator<Item = usize>, bytes: usize) {
    let mut out = ZipArchiveWriter::new(std::io::BufWriter::new(fs::File::create(path).unwrap()));
    for number in documents {
        let name = format!(
            "{:03}/{}-procNFe.xml",
            number / 1000,
            super::archive::key(number)
        );
        let (mut entry, config) = out
            .new_file(&name)
            .compression_method(CompressionMethod::DEFLATE)
            .start()
            .unwrap();
        let encoder =
            flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
        let mut writer = config.wrap(encoder);
        writer
            .write_all(super::archive::note_text(number, bytes).as_bytes())
            .unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    out.finish().unwrap();
}

/// Puts the journal of `folder` back to what it was before any run.
pub fn restore_journal(folder: &Path) {
    fs::copy(
        folder.join("kept.journal.csv"),
        folder.join("malote.journal.csv"),
    )
    .unwrap();
}

fn record(journal: &mut impl std::io::Write, line: &str) {
    writeln!(journal, "{line},{:08x}", crc32fast::hash(line.as_bytes())).unwrap();
}
