//! `malote` alone: what to do next, by what lies in the folder.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::folder::newest_manifest;
use super::output::Output;
use super::survey::default_journal;
use super::{env, shell};
use crate::diff::{Balance, survey};
use crate::exit::ExitStatus;
use crate::journal::replay;

/// Manifests and journals longer than this are not read to greet somebody.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn first(line: &[OsString], output: &mut Output) -> ExitStatus {
    let program = line.first().cloned().unwrap_or_default();
    let greeting = Greeting {
        program: program.to_string_lossy().into_owned(),
        destination: if fixed("MALOTE_OFFICE") || fixed("MALOTE_BASE_URL") {
            &[]
        } else {
            &["--office", "NAME"]
        },
    };
    let lines = match newest_manifest(Path::new(".")) {
        None => greeting.no_manifest(),
        Some(manifest) => greeting.manifest(&manifest),
    };
    output.say(lines.join("\n"));
    ExitStatus::Success
}

fn fixed(name: &str) -> bool {
    env(name).is_some_and(|value| !value.is_empty())
}

/// How the commands that are told of are written.
struct Greeting {
    program: String,
    destination: &'static [&'static str],
}

impl Greeting {
    fn no_manifest(&self) -> Vec<String> {
        vec![
            "malote sends an archive of fiscal XMLs to Zen. In this folder nothing has been planned yet.".to_owned(),
            String::new(),
            "Look through the archive and list what will be sent (nothing is sent):".to_owned(),
            self.command(&["plan", "ARCHIVE"], &[]),
            "Try the whole job first, with no network and no account:".to_owned(),
            self.command(&["rehearse", "ARCHIVE"], &[]),
            String::new(),
            self.more(),
        ]
    }

    fn manifest(&self, manifest: &Path) -> Vec<String> {
        let journal = default_journal(manifest).ok().filter(|path| path.exists());
        match journal {
            Some(journal) => self.journal(manifest, &journal),
            None => self.nothing_sent(manifest),
        }
    }

    fn nothing_sent(&self, manifest: &Path) -> Vec<String> {
        let name = manifest.to_string_lossy();
        let count = match standing(manifest, None) {
            Standing::Known(balance) => format!("{} documents to send, and ", balance.planned),
            Standing::Wrong(error) => return self.wrong(&error),
            Standing::Long => String::new(),
        };
        vec![
            format!("The manifest {name} is here: {count}nothing of it is sent yet."),
            String::new(),
            "1. Open it in a spreadsheet: send goes, skip stays. Then read everything, sending nothing:".to_owned(),
            self.command(&["run", &name, "--dry-run"], &[]),
            "2. Check key, office, clock and disk:".to_owned(),
            self.command(&["doctor"], self.destination),
            "3. Send one document of each sort, and look at them in Zen:".to_owned(),
            self.command(&["run", &name, "--pilot"], self.destination),
            "4. Send the rest, at night; it keeps the hours by itself:".to_owned(),
            self.command(&["run", &name], self.destination),
            self.more_of_office(),
        ]
    }

    fn journal(&self, manifest: &Path, journal: &Path) -> Vec<String> {
        let name = manifest.to_string_lossy();
        let mut lines = vec![format!(
            "The manifest {name} is here, and its journal {}.",
            journal.display()
        )];
        match standing(manifest, Some(journal)) {
            Standing::Wrong(error) => return self.wrong(&error),
            Standing::Long => {}
            Standing::Known(balance) => {
                lines.push(balance.to_string());
                if balance.accepted == balance.planned {
                    lines.push("Everything is sent. The page that proves it:".to_owned());
                    lines.extend([self.command(&["report", &name], &[]), self.more()]);
                    return lines;
                }
            }
        }
        lines.extend([
            String::new(),
            "What is left, and why:".to_owned(),
            self.command(&["diff", &name], &[]),
            "Send it (what Zen has is not sent again):".to_owned(),
            self.command(&["run", &name], self.destination),
            self.more_of_office(),
        ]);
        lines
    }

    fn wrong(&self, error: &str) -> Vec<String> {
        vec![
            "The newest manifest here, or its journal, cannot be used:".to_owned(),
            format!("   {error}"),
            "Mend that, or plan again into another file:".to_owned(),
            self.command(&["plan", "ARCHIVE", "-o", "malote-2.csv"], &[]),
            self.more(),
        ]
    }

    fn more(&self) -> String {
        format!(
            "Every command: {}",
            shell::command([self.program.as_str(), "--help"])
        )
    }

    /// As above, where commands name an office.
    fn more_of_office(&self) -> String {
        let more = self.more();
        if self.destination.is_empty() {
            return more;
        }
        format!("NAME is the first part of the address at which the office logs in to Zen. {more}")
    }

    fn command(&self, words: &[&str], more: &[&str]) -> String {
        let words = [self.program.as_str()]
            .into_iter()
            .chain(words.iter().copied());
        format!("   {}", shell::command(words.chain(more.iter().copied())))
    }
}

/// What can be told of a manifest at once.
enum Standing {
    Known(Balance),
    /// That would take a while.
    Long,
    Wrong(String),
}

/// How `manifest` stands under `journal`.
fn standing(manifest: &Path, journal: Option<&Path>) -> Standing {
    let files = [Some(manifest), journal].into_iter().flatten();
    let bytes: u64 = files
        .filter_map(|path| Some(fs::metadata(path).ok()?.len()))
        .sum();
    if bytes > MOST_BYTES {
        return Standing::Long;
    }
    let journals: Vec<_> = journal.into_iter().collect();
    let mut replayed = match replay(&journals) {
        Ok(replayed) => replayed,
        Err(error) => return Standing::Wrong(error.to_string()),
    };
    match survey(manifest, &mut replayed.states) {
        Ok(survey) => Standing::Known(survey.balance),
        Err(error) => Standing::Wrong(format!("{}: {error}", manifest.display())),
    }
}
