//! The contract of commands and options, as `--help` tells it. `MALOTE_REFRESH=1 cargo test help` writes it anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::CommandFactory;
use malote::cli::Cli;

use crate::support::process::Running;
use crate::support::{Bench, fixtures};

#[test]
fn the_help_of_every_command_is_as_it_is_written_down() {
    compare("en", &fixtures().with_file_name("help"));
}

#[test]
fn the_help_in_portuguese_is_as_it_is_written_down() {
    compare("pt-BR", &fixtures().with_file_name("help").join("pt-BR"));
}

/// Holds the help in `lang` against the files of `folder`.
fn compare(lang: &str, folder: &Path) {
    let bench = Bench::new();
    let refresh = std::env::var_os("MALOTE_REFRESH").is_some();
    let program = Cli::command();
    let commands = program.get_subcommands().map(clap::Command::get_name);
    let mut files = BTreeSet::new();
    for command in commands.map(Some).chain([None]) {
        let name = format!("{}.txt", command.unwrap_or("malote"));
        let args: Vec<_> = command.into_iter().chain(["--help"]).collect();
        let mut line = bench.command(&args);
        line.env("MALOTE_LANG", lang);
        let done = Running::start(line).finish();
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{args:?}");
        let help = done.out.replace("malote.exe", "malote");
        if refresh {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join(&name), &help).unwrap();
        }
        let written = fs::read_to_string(folder.join(&name)).unwrap_or_default();
        let written = written.replace("\r\n", "\n");
        assert_eq!(help, written, "{name}: MALOTE_REFRESH=1 cargo test help");
        files.insert(name);
    }
    let found = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let found = found.filter(|entry| entry.path().is_file());
    let found = found.map(|entry| entry.file_name().into_string().unwrap());
    assert_eq!(found.collect::<BTreeSet<_>>(), files);
}

#[test]
fn a_mistyped_word_is_answered_with_the_right_one() {
    let bench = Bench::new();
    for (args, tip) in [
        (vec!["pln"], "'plan'"),
        (vec!["run", "m.csv", "--ofice", "a"], "'--office'"),
        (vec!["run", "m.csv", "--dryrun"], "'--dry-run'"),
        (
            vec!["run", "m.csv", "--sandbox", "--progress", "jsn"],
            "'json'",
        ),
        (vec!["diff", "m.csv", "--format", "tabel"], "'table'"),
        (vec!["completions", "pwershell"], "'powershell'"),
        (vec!["doctor", "--token-fil", "x"], "'--token-file'"),
    ] {
        let done = bench.malote(&args);
        assert_eq!(done.status, 2, "{args:?}: {done:?}");
        assert!(
            done.err.contains("tip: ") && done.err.contains(tip),
            "{args:?}: {done:?}"
        );
    }
}

#[test]
fn a_wrong_command_line_is_answered_in_portuguese() {
    let bench = Bench::new();
    for (args, said) in [
        (
            vec!["pln"],
            "erro: não existe o comando 'pln'\n\n  sugestão: existe algo parecido: 'plan'\n\n\
             Uso: malote [OPÇÕES] [COMANDO]\n\nPara saber mais, experimente '--help'.\n",
        ),
        (
            vec!["run", "m.csv", "--ofice", "a"],
            "erro: não existe a opção ou o argumento '--ofice'\n\n  sugestão: existe algo parecido: '--office'\n",
        ),
        (
            vec!["diff", "m.csv", "--format", "tabel"],
            "erro: 'tabel' não é valor para '--format <FORMATO>'\n  [valores: table, csv, json]\n\n  sugestão: ",
        ),
        (
            vec!["run", "m.csv", "--office", "a", "--sandbox"],
            "erro: '--office <NOME>' não pode ser usado junto com '--sandbox'\n",
        ),
        (
            vec!["run"],
            "erro: falta o que é obrigatório:\n  <RELAÇÃO>\n\nUso: malote run ",
        ),
        (
            vec!["run", "m.csv", "--batch", "a"],
            "erro: 'a' não é valor para '--batch <N>': ",
        ),
        (
            vec!["run", "m.csv", "--retry-rejected", "x"],
            "erro: não existe a opção ou o argumento 'x'\n",
        ),
        (
            vec!["run", "m.csv", "--rate"],
            "erro: falta um valor para '--rate <RITMO>'\n",
        ),
    ] {
        let args = [&["--lang", "pt-BR"], &args[..]].concat();
        let done = bench.malote(&args);
        assert_eq!(
            (done.status, done.out.as_str()),
            (2, ""),
            "{args:?}: {done:?}"
        );
        assert!(done.err.starts_with(said), "{args:?}: {done:?}");
    }
}
