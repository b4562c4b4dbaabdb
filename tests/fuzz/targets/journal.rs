#![no_main]

#[path = "../probes.rs"]
#[allow(dead_code)]
mod probes;

use std::sync::LazyLock;

static FOLDER: LazyLock<std::path::PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("malote-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("there is room");
    folder
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::journal(bytes, &FOLDER));
