//! What `--version` tells of where the program comes from: commit, its day, and the features it is built with.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.toml");
    let origin = commit().unwrap_or_else(|| "built outside git".to_owned());
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let features = features();
    println!("cargo::rustc-env=MALOTE_VERSION={version} ({origin}, features: {features})");
}

/// The commit and its day; nothing where there is no git, or where the folder is in somebody else's repository.
fn commit() -> Option<String> {
    let folder = env::var_os("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&folder);
    let is_ours = git(folder, &["rev-parse", "--show-prefix"])?.is_empty();
    if !is_ours {
        return None;
    }
    // Every commit and every checkout writes there.
    let log = git(folder, &["rev-parse", "--git-path", "logs/HEAD"])?;
    if folder.join(&log).exists() {
        println!("cargo::rerun-if-changed={log}");
    }
    let commit = git(folder, &["log", "-1", "--format=%h", "--abbrev=7"])?;
    let day = git(folder, &["log", "-1", "--format=%cs"])?;
    let edited = git(folder, &["status", "--porcelain", "--untracked-files=no"])?;
    let mark = if edited.is_empty() { "" } else { "+" };
    Some(format!("{commit}{mark} {day}"))
}

fn git(folder: &Path, args: &[&str]) -> Option<String> {
    // `status` would write its index anew, which a build must not.
    let mut command = Command::new("git");
    command.env("GIT_OPTIONAL_LOCKS", "0").current_dir(folder);
    let said = command.args(args).output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    said.status.success().then(|| text.trim().to_owned())
}

fn features() -> String {
    let on = |(name, _): (String, String)| {
        let feature = name.strip_prefix("CARGO_FEATURE_")?;
        (feature != "DEFAULT").then(|| feature.to_ascii_lowercase().replace('_', "-"))
    };
    let mut features: Vec<_> = env::vars().filter_map(on).collect();
    if features.is_empty() {
        return "none".to_owned();
    }
    features.sort();
    features.join(" ")
}
