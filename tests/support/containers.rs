//! Makes documents within other files, and tells what was planned of them.

use std::collections::HashMap;
use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::archive::note_text;
use super::{Bench, records};

/// A zip of members: name, bytes, whether deflated.
pub fn zip(members: &[(&[u8], Vec<u8>, bool)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut out);
    for (name, bytes, deflated) in members {
        // The writer takes UTF-8; other names are put in afterwards, for they are as long.
        let name: String = name.iter().map(|byte| char::from(*byte & 0x7f)).collect();
        let method = if *deflated {
            CompressionMethod::DEFLATE
        } else {
            CompressionMethod::STORE
        };
        let file = archive.new_file(&name).compression_method(method);
        let (mut entry, config) = file.start().unwrap();
        let descriptor = if *deflated {
            let encoder = DeflateEncoder::new(&mut entry, Compression::default());
            let mut writer = config.wrap(encoder);
            writer.write_all(bytes).unwrap();
            let (encoder, descriptor) = writer.finish().unwrap();
            encoder.finish().unwrap();
            descriptor
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(bytes).unwrap();
            writer.finish().unwrap().1
        };
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    for (name, _, _) in members {
        let plain: Vec<u8> = name.iter().map(|byte| *byte & 0x7f).collect();
        if plain != *name {
            replace(&mut out, &plain, name);
        }
    }
    out
}

/// Replaces bytes by as many others, wherever they stand.
fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let found: Vec<_> = memchr::memmem::find_iter(bytes, old).collect();
    for at in found {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
}

/// A `.gz` of `bytes`.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An authorised note of that number.
pub fn note(number: usize) -> Vec<u8> {
    note_text(number, 2000).into_bytes()
}

/// Rows by the end of their paths.
pub fn rows(bench: &Bench) -> HashMap<String, HashMap<String, String>> {
    let archive = bench.path("archive").display().to_string();
    let all = records(&bench.read("malote.csv")).into_iter();
    all.map(|row| {
        let path = row["path"].strip_prefix(&archive).unwrap()[1..].replace('\\', "/");
        (path, row)
    })
    .collect()
}

/// `action kind first-note` of each row, sorted by path.
pub fn told(bench: &Bench) -> Vec<String> {
    let mut told: Vec<_> = rows(bench)
        .into_iter()
        .map(|(path, row)| {
            let note = row["notes"].split([' ', ':']).next().unwrap();
            format!("{path} {} {} {note}", row["action"], row["kind"])
                .trim_end()
                .to_owned()
        })
        .collect();
    told.sort();
    told
}

/// A bench with an archive of those files.
pub fn bench(files: &[(&str, Vec<u8>)]) -> Bench {
    let bench = Bench::new();
    fs::create_dir(bench.path("archive")).unwrap();
    for (name, bytes) in files {
        fs::write(bench.path("archive").join(name), bytes).unwrap();
    }
    bench
}

/// A SOAP envelope around `inner`.
pub fn soap(inner: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?><soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\"><soap:Body>\
         {inner}</soap:Body></soap:Envelope>"
    )
    .into_bytes()
}

/// The text of `bytes` without its declaration.
pub fn text(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap();
    text.trim_start_matches("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        .to_owned()
}
