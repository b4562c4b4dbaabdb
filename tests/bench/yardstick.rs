//! What malote is held against where no command of the system does it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use malote::digest::ContentHash;
use malote::manifest::ManifestReader;
use malote::zen::{HttpTransport, Reply, Route, Transport, TransportOptions};
use quick_xml::Reader;
use quick_xml::events::Event;
use secrecy::SecretString;

/// Walks `folder`, reads, hashes and parses every file on two threads, and does nothing with it.
pub fn read(folder: &Path) {
    let folders = Mutex::new(vec![folder.to_path_buf()]);
    let files: Mutex<Vec<PathBuf>> = Mutex::default();
    loop {
        let Some(next) = folders.lock().unwrap().pop() else {
            break;
        };
        for entry in fs::read_dir(next).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.lock().unwrap().push(entry.path());
            } else {
                files.lock().unwrap().push(entry.path());
            }
        }
    }
    let files = files.into_inner().unwrap();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut events = 0u64;
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let bytes = fs::read(path).unwrap();
                    let hash = ContentHash::of(&bytes);
                    let text = std::str::from_utf8(&bytes).unwrap();
                    let mut reader = Reader::from_str(text);
                    while !matches!(reader.read_event().unwrap(), Event::Eof) {
                        events += 1;
                    }
                    std::hint::black_box((hash, events));
                }
            });
        }
    });
}

/// An item of a request, as anybody would have it encoded.
#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct Item<'a> {
    xml: &'a str,
    format: bool,
}

/// Reads, hashes, encodes and posts every document of `manifest`, `concurrency` at once, with malote's own client and
/// no journal.
pub fn send(url: &str, manifest: &Path, concurrency: usize) {
    let mut paths = Vec::new();
    let mut reader = ManifestReader::open(manifest).unwrap();
    while let Some(row) = reader.next_row().unwrap() {
        paths.push(row.path.to_owned());
    }
    let transport = HttpTransport::new(&TransportOptions {
        base_url: url.to_owned(),
        token: SecretString::from(super::TOKEN),
        timeout: Duration::from_mins(2),
        user_agent: "bare".to_owned(),
        connections: concurrency,
    });
    let transport = Arc::new(transport.unwrap());
    let paths = Arc::new(paths);
    let next = Arc::new(AtomicUsize::new(0));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..concurrency)
            .map(|_| {
                let (transport, paths, next) = (
                    Arc::clone(&transport),
                    Arc::clone(&paths),
                    Arc::clone(&next),
                );
                tokio::spawn(async move {
                    while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let bytes = fs::read(path).unwrap();
                        std::hint::black_box(ContentHash::of(&bytes));
                        let mut json = Vec::with_capacity(bytes.len() * 9 / 8);
                        let item = Item {
                            xml: std::str::from_utf8(&bytes).unwrap(),
                            format: true,
                        };
                        serde_json::to_writer(&mut json, &[item]).unwrap();
                        let reply = transport.post(Route::Nfe, json.into()).await;
                        assert!(matches!(reply, Reply::Answered(answer) if answer.status == 200));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}
