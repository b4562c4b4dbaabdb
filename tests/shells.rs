//! What the program tells shells, `man` and whoever asks for its version.

use crate::support::Bench;

#[test]
fn every_shell_is_told_of_every_option() {
    let bench = Bench::new();
    for (shell, word) in [
        ("bash", "--quiet-hours"),
        ("zsh", "--quiet-hours"),
        ("fish", "quiet-hours"),
        ("powershell", "--quiet-hours"),
        ("elvish", "--quiet-hours"),
    ] {
        let done = bench.malote(&["completions", shell]);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{shell}");
        assert!(done.out.contains(word), "{shell}: {}", done.out);
    }
}

#[cfg(unix)]
#[test]
fn the_shell_takes_what_it_is_told() {
    let program = env!("CARGO_BIN_EXE_malote");
    let line = format!("set -e; eval \"$('{program}' completions bash)\"; complete -p malote");
    let said = std::process::Command::new("bash")
        .args(["-c", &line])
        .output();
    // A machine without bash has nobody to ask.
    let Ok(said) = said else { return };
    let said = crate::support::done(&said);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(said.out.contains("malote"), "{said:?}");
}

#[test]
fn one_page_holds_the_program_and_all_its_commands() {
    let bench = Bench::new();
    let done = bench.malote(&["man"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    for heading in [
        ".TH malote 1",
        ".SH NAME",
        ".SH \"MALOTE PLAN\"",
        ".SH \"MALOTE RUN\"",
        ".SH \"MALOTE DOCTOR\"",
    ] {
        assert!(done.out.contains(heading), "{heading}: {}", done.out);
    }
    assert_eq!(done.out.matches(".SH NAME").count(), 1);
    assert!(done.out.contains("\\-\\-quiet\\-hours"), "{}", done.out);
}

#[test]
fn the_version_names_commit_and_features() {
    let bench = Bench::new();
    let version = regex::Regex::new(
        r"^malote \d+\.\d+\.\d+ \((?:[0-9a-f]{7,}\+? \d{4}-\d\d-\d\d|built outside git), features: [a-z -]+\)\n$",
    )
    .unwrap();
    for args in [vec!["--version"], vec!["-V"]] {
        let done = bench.malote(&args);
        assert_eq!(done.status, 0);
        assert!(version.is_match(&done.out), "{done:?}");
    }
}
