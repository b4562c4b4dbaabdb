//! Bytes that are no UTF-8, wherever a person, a spreadsheet or another program may put them: nothing panics, a sentence
//! says where they are, and the exit status is that of any other mistake there.

mod files;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;

use clap::CommandFactory;
use clap::builder::ValueParser;
use malote::cli::Cli;
use malote::sandbox::Settings;

use crate::support::archive::{cancellation_text, note_text};
use crate::support::process::Running;
use crate::support::zen::Zen;
use crate::support::{Bench, Done, TOKEN, records};

/// No letter of UTF-8 begins, goes on or ends with it.
const BYTES: &[u8] = b"a\xff";

fn no_text() -> &'static OsStr {
    OsStr::from_bytes(BYTES)
}

/// The program with `args`, some of which may be no text, and one variable.
fn run(bench: &Bench, args: &[&OsStr], variable: Option<(&str, &OsStr)>) -> Done {
    let mut command = bench.command(&[]);
    command.args(args).env("MALOTE_TOKEN", TOKEN);
    command.envs(variable);
    let done = Running::start(command).finish();
    assert_is_said(&done, &format!("{args:?} {variable:?}"));
    done
}

/// It has ended by itself, and said something where it went wrong.
fn assert_is_said(done: &Done, what: &str) {
    assert!([0, 1, 2, 3, 4].contains(&done.status), "{what}: {done:?}");
    assert!(!done.err.contains("panicked"), "{what}: {done:?}");
    done.assert_no_controls();
    let said = done.status < 2 || !done.err.trim().is_empty();
    assert!(said, "{what}: {done:?}");
}

fn words<'a>(args: &[&'a str]) -> Vec<&'a OsStr> {
    args.iter().map(|word| OsStr::new(*word)).collect()
}

/// What each command needs besides.
fn needed(command: &str) -> Vec<&'static OsStr> {
    words(match command {
        "plan" | "rehearse" => &["archive"],
        "run" => &["malote.csv", "--dry-run"],
        "diff" | "report" => &["malote.csv"],
        "fetch-known" => &["--from", "2019-01-01", "--to", "2019-12-31"],
        "completions" => &["bash"],
        _ => &[],
    })
}

/// Whether an option takes any name of a file.
fn is_path(option: &clap::Arg) -> bool {
    option.get_value_parser().type_id() == ValueParser::path_buf().type_id()
}

/// Every option of every command, and every variable that stands for one. Bug: clap said that some argument was no UTF-8,
/// but not which, in English whatever the language, and of a variable that it was an argument.
#[test]
fn every_option_and_variable_of_text_is_named_where_it_is_none() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let mut program = Cli::command();
    program.build();
    let mut cases = 0;
    for command in program.get_subcommands() {
        let base = [OsStr::new(command.get_name())];
        let base = [&base[..], &needed(command.get_name())].concat();
        for option in command.get_arguments().filter(|one| !is_path(one)) {
            if !option.get_action().takes_values() {
                continue;
            }
            for lang in ["en", "pt-BR"] {
                if let Some(long) = option.get_long() {
                    let mut glued = OsString::from(format!("--{long}="));
                    glued.push(no_text());
                    let line = [&base[..], &[&glued, OsStr::new("--lang"), OsStr::new(lang)]];
                    let done = run(&bench, &line.concat(), None);
                    assert_eq!(done.status, 2, "{glued:?}: {done:?}");
                    assert!(done.err.contains(long), "{glued:?}: {done:?}");
                    assert!(!done.err.contains("or more arguments"), "{done:?}");
                    cases += 1;
                }
                if let Some(name) = option.get_env() {
                    let line = [&base[..], &words(&["--lang", lang])].concat();
                    let name = name.to_str().unwrap();
                    let done = run(&bench, &line, Some((name, no_text())));
                    assert_eq!(done.status, 2, "{name}: {done:?}");
                    let long = option.get_long().unwrap();
                    let said = done.err.contains(name) || done.err.contains(long);
                    assert!(said, "{name}: {done:?}");
                    assert!(!done.err.contains("or more arguments"), "{done:?}");
                    cases += 1;
                }
            }
        }
    }
    assert!(cases > 150, "{cases}");
}

/// Variables that no option of clap's stands for.
#[test]
fn variables_that_are_read_by_hand_are_named_where_they_are_no_text() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let plain = words(&["run", "malote.csv", "--base-url", "http://127.0.0.1:9"]);
    let nowhere = words(&["run", "malote.csv"]);
    for (args, name, said) in [
        (&nowhere, "MALOTE_OFFICE", "--office"),
        (&nowhere, "MALOTE_BASE_URL", "--base-url"),
        (&plain, "MALOTE_TOKEN", "the key must be"),
        (&plain, "MALOTE_TOKEN_FILE", "the key's file"),
        (&plain, "MALOTE_QUIET_HOURS", "--quiet-hours"),
        (&plain, "MALOTE_LANG", "MALOTE_LANG"),
    ] {
        let done = run(&bench, args, Some((name, no_text())));
        assert_eq!(done.status, 2, "{name}: {done:?}");
        assert!(done.err.contains(said), "{name}: {done:?}");
    }
    // Any bytes name a file.
    let done = run(
        &bench,
        &words(&[
            "run",
            "malote.csv",
            "--base-url",
            "http://127.0.0.1:9",
            "--dry-run",
        ]),
        Some(("MALOTE_JOURNAL", no_text())),
    );
    assert_eq!(done.status, 0, "{done:?}");
    let done = run(
        &bench,
        &words(&["diff", "malote.csv"]),
        Some(("MALOTE_JOURNAL", no_text())),
    );
    assert_eq!(done.status, 2, "{done:?}");
    assert!(done.err.contains("there is no journal"), "{done:?}");
    let done = run(
        &bench,
        &words(&["man"]),
        Some(("MALOTE_LOG_FILE", no_text())),
    );
    assert_eq!(done.status, 0, "{done:?}");
    assert!(bench.path("").join(no_text()).is_file(), "the log");
}

/// Words that belong to no option.
#[test]
fn words_that_are_no_text_and_mean_nothing_are_refused() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let mut option = OsString::from("--");
    option.push(no_text());
    for args in [
        vec![no_text()],
        vec![OsStr::new("plan"), no_text()],
        vec![OsStr::new("run"), no_text(), OsStr::new("--sandbox")],
        vec![OsStr::new("diff"), no_text()],
        vec![OsStr::new("report"), no_text()],
        vec![OsStr::new("rehearse"), no_text()],
        vec![OsStr::new("completions"), no_text()],
        vec![OsStr::new("help"), no_text()],
        vec![OsStr::new("run"), OsStr::new("malote.csv"), &option],
        vec![&option],
    ] {
        let done = run(&bench, &args, None);
        // A folder that is not there has a row.
        let status = if args[0] == "rehearse" { 1 } else { 2 };
        assert_eq!(done.status, status, "{args:?}: {done:?}");
    }
}

/// An archive, folders and files whose names are no text, one of them in a zip; the two documents of it are sent.
fn unnameable(bench: &Bench) -> PathBuf {
    let archive = bench.path("").join(OsStr::from_bytes(b"arq\xff"));
    let folder = archive.join(OsStr::from_bytes(b"jan\xe9"));
    fs::create_dir_all(&folder).unwrap();
    let name = OsStr::from_bytes(b"nota\xe7\xe3o.xml");
    fs::write(folder.join(name), note_text(1, 1500)).unwrap();
    fs::write(folder.join("nota%FF.xml"), note_text(2, 1500)).unwrap();
    fs::write(
        folder.join(OsStr::from_bytes(b"e\xff.XML")),
        cancellation_text(1),
    )
    .unwrap();
    archive
}

/// The line of what was said that begins so, as the shell does it.
fn pasted(bench: &Bench, said: &str, start: &str) -> Done {
    let said = said.replace(env!("CARGO_BIN_EXE_malote"), "malote");
    let line = said
        .lines()
        .find(|line| line.trim_start().starts_with(start));
    let line = line.unwrap_or_else(|| panic!("{start}: {said}"));
    // The program is not in the shell's way.
    let line = line
        .trim()
        .replacen("malote", env!("CARGO_BIN_EXE_malote"), 1);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(line).current_dir(bench.path(""));
    shell
        .env_clear()
        .env("MALOTE_TOKEN", TOKEN)
        .env("MALOTE_LANG", "en");
    crate::support::done(&shell.output().unwrap())
}

/// Bug: `malote` alone and `fetch-known` told of commands with another name.
#[test]
fn names_that_are_no_text_are_planned_sent_told_of_and_found_again() {
    let bench = Bench::new();
    let archive = unnameable(&bench);
    let manifest = OsStr::from_bytes(b"m\xff.csv");
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let plan = [
        OsStr::new("plan"),
        archive.as_os_str(),
        OsStr::new("-o"),
        manifest,
    ];
    let done = run(&bench, &plan, None);
    assert_eq!(done.status, 0, "{done:?}");
    let dry = pasted(&bench, &done.out, "malote run");
    assert!(dry.out.starts_with("3 documents would be sent"), "{dry:?}");
    let text = fs::read_to_string(bench.path("").join(manifest)).unwrap();
    let paths: Vec<_> = records(&text)
        .into_iter()
        .map(|row| row["path"].clone())
        .collect();
    for name in ["arq%FF/jan%E9/nota%E7%E3o.xml", "nota%25FF.xml", "e%FF.XML"] {
        assert!(paths.iter().any(|path| path.ends_with(name)), "{paths:?}");
    }
    let done = run(&bench, &[], None);
    assert_eq!(done.status, 0, "{done:?}");
    let dry = pasted(&bench, &done.out, "malote run");
    assert!(dry.out.starts_with("3 documents would be sent"), "{dry:?}");

    // The archive is elsewhere now; of its name the command line has what the manifest has.
    let moved = bench.path("").join(OsStr::from_bytes(b"novo\xfe"));
    fs::rename(&archive, &moved).unwrap();
    let root = format!("{0}/arq%FF={0}/novo%FE", bench.path("").display()).replace("//", "/");
    let at = words(&["--base-url", &url, "--quiet-hours", "none", "--root", &root]);
    let sends = [&[OsStr::new("run"), manifest][..], &at].concat();
    let done = run(&bench, &sends, None);
    assert_eq!((done.status, zen.account().accepted), (0, 3), "{done:?}");
    assert!(
        bench
            .path("")
            .join(OsStr::from_bytes(b"m\xff.journal.csv"))
            .exists()
    );
    for args in [
        &["diff"][..],
        &["report"],
        &["diff", "--format", "csv", "--only", "accepted"],
    ] {
        let line = [&words(args)[..], &[manifest]].concat();
        let done = run(&bench, &line, None);
        assert_eq!(done.status, 0, "{done:?}");
    }
    bench.read("report.html");
    let rehearse = [OsStr::new("rehearse"), moved.as_os_str()];
    assert_eq!(run(&bench, &rehearse, None).status, 0);
}

/// Bug: it was named as it is shown, which is another name.
#[test]
fn the_list_is_named_as_the_shell_takes_it() {
    let bench = Bench::new();
    fs::write(bench.path("clients.csv"), "11222333000181\n").unwrap();
    for (name, told) in [
        (&b"k\xff.csv"[..], "--known k\"$(printf '\\377')\".csv"),
        (b"two words.csv", "--known 'two words.csv'"),
    ] {
        let fetch = ["fetch-known", "--sandbox", "--clients", "clients.csv"];
        let period = ["--from", "2019-01-01", "--to", "2019-12-31", "-o"];
        let line = [words(&fetch), words(&period), vec![OsStr::from_bytes(name)]];
        let done = run(&bench, &line.concat(), None);
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(done.out.matches(told).count(), 2, "{done:?}");
    }
}
