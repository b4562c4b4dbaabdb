//! `malote` alone: what to do next, by what lies in the folder.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use super::folder::newest_manifest;
use super::output::Output;
use super::survey::{default_journal, wrong_manifest};
use super::words::InWords;
use super::{env, shell};
use crate::diff::{Balance, survey};
use crate::exit::ExitStatus;
use crate::journal::replay;
use crate::lang::{Message, Tell, message};

/// Manifests and journals longer than this are not read to greet somebody.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn first(line: &[OsString], output: &mut Output) -> ExitStatus {
    let lang = output.lang();
    let greeting = Greeting {
        line,
        destination: if fixed("MALOTE_OFFICE") || fixed("MALOTE_BASE_URL") {
            Vec::new()
        } else {
            vec!["--office".to_owned(), message!("place-office").tell(lang)]
        },
        archive: message!("place-archive").tell(lang),
    };
    let lines = match newest_manifest(Path::new(".")) {
        None => greeting.no_manifest(),
        Some(manifest) => greeting.manifest(&manifest),
    };
    let lines: Vec<_> = lines.iter().map(|line| line.tell(lang)).collect();
    output.say(lines.join("\n"));
    ExitStatus::Success
}

fn fixed(name: &str) -> bool {
    env(name).is_some_and(|value| !value.is_empty())
}

/// How the commands that are told of are written.
struct Greeting<'a> {
    line: &'a [OsString],
    destination: Vec<String>,
    /// What stands for the archive.
    archive: String,
}

impl Greeting<'_> {
    fn no_manifest(&self) -> Vec<Message> {
        vec![
            message!("first-nothing-planned"),
            empty(),
            message!("first-plan"),
            self.command(&[&"plan", &self.archive], &[]),
            message!("first-rehearse"),
            self.command(&[&"rehearse", &self.archive], &[]),
            empty(),
            self.more(),
        ]
    }

    fn manifest(&self, manifest: &Path) -> Vec<Message> {
        let journal = default_journal(manifest).ok().filter(|path| path.exists());
        match journal {
            Some(journal) => self.journal(manifest, &journal),
            None => self.nothing_sent(manifest),
        }
    }

    fn nothing_sent(&self, manifest: &Path) -> Vec<Message> {
        let text = match standing(manifest, None) {
            Standing::Known(balance) => message!(
                "first-manifest-of",
                manifest = manifest.display(),
                count = balance.planned,
            ),
            Standing::Wrong(error) => return self.wrong(error),
            Standing::WrongJournal(error) => return self.wrong_journal(error),
            Standing::Long => message!("first-manifest", manifest = manifest.display()),
        };
        vec![
            text,
            empty(),
            message!("first-review"),
            self.command(&[&"run", &manifest, &"--dry-run"], &[]),
            message!("first-doctor"),
            self.command(&[&"doctor"], &self.destination),
            message!("first-pilot"),
            self.command(&[&"run", &manifest, &"--pilot"], &self.destination),
            message!("first-run"),
            self.command(&[&"run", &manifest], &self.destination),
            self.more_of_office(),
        ]
    }

    fn journal(&self, manifest: &Path, journal: &Path) -> Vec<Message> {
        let mut lines = vec![message!(
            "first-journal",
            manifest = manifest.display(),
            journal = journal.display(),
        )];
        let mut left = None;
        match standing(manifest, Some(journal)) {
            Standing::Wrong(error) => return self.wrong(error),
            Standing::WrongJournal(error) => return self.wrong_journal(error),
            Standing::Long => {}
            Standing::Known(balance) => {
                lines.push(balance.words());
                if balance.accepted == balance.planned {
                    lines.push(message!("first-all-sent"));
                    lines.extend([self.command(&[&"report", &manifest], &[]), self.more()]);
                    return lines;
                }
                left = Some(balance);
            }
        }
        lines.extend([
            empty(),
            message!("first-diff"),
            self.command(&[&"diff", &manifest], &[]),
        ]);
        lines.extend(self.what_is_left(manifest, left.as_ref()));
        lines
    }

    /// The command for what is left; what was rejected or changed no run sends by itself.
    fn what_is_left(&self, manifest: &Path, left: Option<&Balance>) -> Vec<Message> {
        let goes = |left: &Balance| left.pending + left.failed + left.unknown + left.missing > 0;
        if left.is_none_or(goes) {
            return vec![
                message!("first-go-on"),
                self.command(&[&"run", &manifest], &self.destination),
                self.more_of_office(),
            ];
        }
        if left.is_some_and(|left| left.rejected > 0) {
            return vec![
                message!("first-retry"),
                self.command(&[&"run", &manifest, &"--retry-rejected"], &self.destination),
                self.more_of_office(),
            ];
        }
        vec![self.more()]
    }

    fn wrong(&self, error: Message) -> Vec<Message> {
        vec![
            message!("first-wrong"),
            message!("first-indented", line = error),
            message!("first-mend"),
            self.command(&[&"plan", &self.archive, &"-o", &"malote-2.csv"], &[]),
            self.more(),
        ]
    }

    /// Another plan would have another journal, and everything would go again.
    fn wrong_journal(&self, error: Message) -> Vec<Message> {
        vec![
            message!("first-wrong-journal"),
            message!("first-indented", line = error),
            message!("first-mend-journal"),
            self.more(),
        ]
    }

    fn more(&self) -> Message {
        message!("first-more", command = self.help())
    }

    fn help(&self) -> String {
        shell::next(self.line, [OsStr::new("--help")])
    }

    /// As above, where commands name an office.
    fn more_of_office(&self) -> Message {
        if self.destination.is_empty() {
            return self.more();
        }
        message!("first-more-of-office", command = self.help())
    }

    fn command(&self, words: &[&dyn AsRef<OsStr>], more: &[String]) -> Message {
        let more = more.iter().map(OsStr::new);
        let words = words.iter().map(|word| (*word).as_ref()).chain(more);
        let line = shell::next(self.line, words);
        Message::plain(format_args!("   {line}"))
    }
}

fn empty() -> Message {
    Message::plain("")
}

/// What can be told of a manifest at once.
enum Standing {
    Known(Balance),
    /// That would take a while.
    Long,
    /// The manifest cannot be read.
    Wrong(Message),
    /// The journal cannot be read.
    WrongJournal(Message),
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
        Err(error) => return Standing::WrongJournal(error.in_words()),
    };
    match survey(manifest, &mut replayed.states) {
        Ok(survey) => Standing::Known(survey.balance),
        Err(error) => Standing::Wrong(wrong_manifest(manifest, &error).0),
    }
}
