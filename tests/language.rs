//! What malote says is Portuguese or English, as the option, the variable or the system says; codes, column names and
//! JSON are the same in both.

use crate::support::process::Running;
use crate::support::{Bench, Done, fixtures};

/// Runs the program with `args` where the environment holds `variables` and nothing else.
fn with(bench: &Bench, args: &[&str], variables: &[(&str, &str)]) -> Done {
    let mut command = bench.command(args);
    command.env_remove("MALOTE_LANG");
    command.envs(variables.iter().copied());
    Running::start(command).finish()
}

fn in_portuguese(bench: &Bench, args: &[&str]) -> Done {
    with(bench, args, &[("MALOTE_LANG", "pt-BR")])
}

#[test]
fn the_option_the_variable_or_the_system_says_which_language() {
    const PT: &str = "O malote leva um acervo de XMLs";
    const EN: &str = "malote sends an archive";
    let bench = Bench::new();
    for (args, variables, said) in [
        // Windows does not ask variables for its language.
        #[cfg(unix)]
        (vec![], vec![], EN),
        #[cfg(unix)]
        (vec![], vec![("LANG", "C")], EN),
        #[cfg(unix)]
        (vec![], vec![("LANG", "C.UTF-8")], EN),
        #[cfg(unix)]
        (vec![], vec![("LC_ALL", "POSIX"), ("LANG", "C.UTF-8")], EN),
        #[cfg(unix)]
        (vec![], vec![("LANG", "de_DE.UTF-8")], EN),
        #[cfg(unix)]
        (vec![], vec![("LANG", "pt_BR.UTF-8")], PT),
        (
            vec![],
            vec![("LANG", "pt_BR.UTF-8"), ("MALOTE_LANG", "en")],
            EN,
        ),
        (vec![], vec![("LANG", "C"), ("MALOTE_LANG", "pt-BR")], PT),
        (vec!["--lang", "en"], vec![("MALOTE_LANG", "pt-BR")], EN),
        (vec!["--lang=pt-BR"], vec![("MALOTE_LANG", "en")], PT),
        (vec!["--lang=pt-BR"], vec![("MALOTE_LANG", "fr")], PT),
    ] {
        let done = with(&bench, &args, &variables);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{done:?}");
        assert!(
            done.out.starts_with(said),
            "{args:?} {variables:?}: {done:?}"
        );
    }
}

#[test]
fn help_takes_the_language_wherever_it_stands() {
    let bench = Bench::new();
    for (line, said) in [
        ("help run --lang pt-BR", "Envia o que"),
        ("help --lang pt-BR run", "Envia o que"),
        ("help run --lang=pt-BR", "Envia o que"),
        ("--lang pt-BR help run", "Envia o que"),
        ("run --help --lang pt-BR", "Envia o que"),
        ("help run --lang en", "Send what"),
    ] {
        let args: Vec<_> = line.split(' ').collect();
        let done = with(&bench, &args, &[("MALOTE_LANG", "en")]);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{done:?}");
        assert!(done.out.starts_with(said), "{line}: {done:?}");
    }
}

#[test]
fn a_variable_that_names_no_language_is_refused_with_the_two_there_are() {
    let bench = Bench::new();
    let done = with(&bench, &["plan", "x"], &[("MALOTE_LANG", "fr")]);
    assert_eq!(done.status, 2, "{done:?}");
    assert_eq!(
        done.err,
        "malote: MALOTE_LANG: \"fr\" is neither pt-BR nor en\n"
    );
}

#[test]
fn a_whole_job_is_told_in_portuguese_and_its_files_are_the_same() {
    let bench = Bench::new();
    let archive = fixtures();
    let planned = in_portuguese(&bench, &["plan", archive.to_str().unwrap()]);
    assert_eq!(planned.status, 0, "{planned:?}");
    for said in [
        "vistos ",
        "a enviar: ",
        "fora do envio: ",
        "relação de envio malote.csv",
        "confira malote.csv, troque send por skip onde quiser, e depois:\n  ",
        "run malote.csv --dry-run\n  ",
        "run malote.csv --office NOME\n",
    ] {
        assert!(planned.out.contains(said), "{said}: {planned:?}");
    }
    let manifest = bench.read("malote.csv");
    let english = bench.malote(&["plan", archive.to_str().unwrap(), "-o", "en.csv"]);
    assert_eq!(english.status, 0, "{english:?}");
    assert_eq!(manifest, bench.read("en.csv"));

    let looked = in_portuguese(&bench, &["run", "malote.csv", "--dry-run"]);
    assert!(
        looked.out.contains("documentos seriam enviados"),
        "{looked:?}"
    );
    assert!(
        looked.out.contains("\nnada foi enviado\nprevistos "),
        "{looked:?}"
    );

    let args = [
        "run",
        "malote.csv",
        "--sandbox",
        "--progress",
        "plain",
        "--max-docs",
        "5",
    ];
    let sent = in_portuguese(&bench, &args);
    assert_eq!(sent.status, 3, "{sent:?}");
    for said in [
        "aceitos 5, recusados 0, com falha 0, sem resposta 0; ",
        "envio parado: foi enviada a quantidade de --max-docs\n",
        "para continuar: ",
    ] {
        assert!(sent.err.contains(said), "{said}: {sent:?}");
    }
    let journal = bench.read("malote.sandbox.journal.csv");
    assert!(journal.contains("max-docs; planned "), "{journal}");

    let args = [
        "diff",
        "malote.csv",
        "--journal",
        "malote.sandbox.journal.csv",
    ];
    let left = in_portuguese(&bench, &args);
    assert!(left.out.contains("a enviar (pending): "), "{left:?}");
    assert!(
        left.out.contains(" = aceitos 5 + recusados 0 + "),
        "{left:?}"
    );
    let json = [&args[..], &["--format", "json"]].concat();
    assert_eq!(in_portuguese(&bench, &json).out, bench.malote(&json).out);
}

#[test]
fn what_is_wrong_is_told_in_portuguese() {
    let bench = Bench::new();
    std::fs::write(bench.path("m.csv"), "action,kind,route,id,path\n").unwrap();
    for (args, said) in [
        (
            vec!["run", "m.csv", "--sandbox", "--rate", "0/s"],
            "malote: --rate: \"0/s\" não é um ritmo: escreva 11/s, 600/min, 40000/h ou unlimited (sem limite)\n",
        ),
        (
            vec!["run", "m.csv"],
            "malote: diga para onde enviar: --office NOME, --base-url URL, ou --sandbox para experimentar\n",
        ),
        (
            vec!["diff", "m.csv"],
            "malote: m.csv: linha 1: falta a coluna \"sha256\" (são necessárias action, kind, route, id, sha256 e path)\n",
        ),
        (
            vec!["plan", ".", "-o", "m.csv"],
            "malote: m.csv já existe; --force o troca pelo novo, -o grava outro\n",
        ),
        (
            vec!["diff", "m.csv", "--journal", "x.csv"],
            "malote: não existe o histórico de envio x.csv\n",
        ),
    ] {
        let done = in_portuguese(&bench, &args);
        assert_eq!((done.status, done.err.as_str()), (2, said), "{args:?}");
    }
}

#[test]
fn leia_me_says_what_each_code_of_the_column_notes_means() {
    use malote::dfe::{Effect, NOTES};
    use malote::lang::{Lang, Message, Tell};
    let text = include_str!("../LEIA-ME.md").replace("\r\n", "\n");
    for (code, effect, _) in NOTES.iter().chain(malote::plan::NOTES) {
        let effect = match effect {
            Effect::Skip => "fora do envio",
            Effect::Note => "aviso",
        };
        let words = Message::of_note(code).tell(Lang::Portuguese);
        let line = format!("\n| `{code}` | {effect} | {words} |\n");
        assert!(text.contains(&line), "{line}");
    }
}

/// Bug: what readers of numbers, patterns, addresses and zones say, and what the program itself writes into a journal, was
/// English in whatever language.
#[test]
fn what_readers_say_of_a_value_is_told_in_portuguese() {
    let bench = Bench::new();
    std::fs::write(bench.path("m.csv"), "action,kind,route,id,sha256,path\n").unwrap();
    let run = ["run", "m.csv", "--sandbox"];
    for (option, value, said) in [
        (
            "--concurrency",
            "abc",
            "escreva um número inteiro, sem sinal",
        ),
        ("--batch", "99999999999999999999999", "é grande demais"),
        ("--attempts", "5000000000", "não está entre 0 e 4294967295"),
        (
            "--timezone",
            "Marte",
            "não é um fuso horário: escreva um como America/Sao_Paulo",
        ),
        (
            "--already-there",
            "(",
            "\"(\" não é uma expressão regular: ",
        ),
        ("--user-agent", "a\nb", "deve ser uma linha só"),
    ] {
        let done = in_portuguese(&bench, &[&run[..], &[option, value]].concat());
        assert_eq!(done.status, 2, "{done:?}");
        let first = done.err.lines().next().unwrap();
        assert!(first.contains(option) && first.contains(said), "{done:?}");
        for english in ["invalid", "too large", "not in", "failed", "error", "parse"] {
            assert!(!done.err.contains(english), "{english}: {done:?}");
        }
    }
    for (args, said) in [
        (
            vec!["run", "m.csv", "--base-url", "nada"],
            "malote: --base-url: isso não é uma URL: escreva-a inteira, como https://servidor\n",
        ),
        (
            vec!["plan", ".", "--include", "["],
            "malote: --include: \"[\" não é um padrão válido: confira se [ ] e { } estão aos pares, e se há algo depois de \\\n",
        ),
        (
            vec!["plan", ".", "--clients", "nope"],
            "malote: --clients: não foi possível ler nope: esse arquivo ou essa pasta não existe\n",
        ),
        (
            vec!["report", "m.csv", "-o", "nope/r.html"],
            "malote: não foi possível gravar nope/r.html: esse arquivo ou essa pasta não existe\n",
        ),
        (
            vec!["sandbox", "--slow", "x"],
            "erro: 'x' não é valor para '--slow <FRAÇÃO>': escreva uma fração como 0.1\n\nPara saber mais, experimente '--help'.\n",
        ),
    ] {
        let done = in_portuguese(&bench, &args);
        assert_eq!(done.err, said, "{args:?}");
    }
}

/// Bug: the same.
#[test]
fn what_the_program_wrote_itself_is_told_in_portuguese() {
    let bench = Bench::new();
    bench.archive(6, 0);
    let files: Vec<_> = std::fs::read_dir(bench.path("archive")).unwrap().collect();
    let mut folders: Vec<_> = files
        .into_iter()
        .map(|entry| entry.unwrap().path())
        .collect();
    while let Some(path) = folders.pop() {
        if path.is_dir() {
            folders.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.to_string_lossy().ends_with("0.xml") || folders.is_empty() {
            std::fs::remove_file(path).unwrap();
        } else {
            std::fs::write(path, "outra coisa").unwrap();
        }
    }
    let looked = in_portuguese(&bench, &["run", "malote.csv", "--dry-run"]);
    assert_eq!(looked.status, 1, "{looked:?}");
    for said in [
        "arquivo alterado: o SHA-256 do arquivo agora é ",
        "não encontrado: não foi possível ler: esse arquivo",
    ] {
        assert!(looked.err.contains(said), "{said}: {looked:?}");
    }
    let url = "http://127.0.0.1:1";
    let args = Bench::sending(url, &["--outage-limit", "1s", "--progress", "plain"]);
    let mut command = bench.command(&args);
    command.env("MALOTE_LANG", "pt-BR");
    command.env("MALOTE_TOKEN", crate::support::TOKEN);
    let sent = Running::start(command).finish();
    for done in [&sent, &in_portuguese(&bench, &["diff", "malote.csv"])] {
        for english in ["error sending", "refused", "cannot be read", "SHA-256 is"] {
            assert!(!done.out.contains(english), "{english}: {done:?}");
            assert!(!done.err.contains(english), "{english}: {done:?}");
        }
    }
    let page = in_portuguese(&bench, &["report", "malote.csv"]);
    assert_eq!(page.status, 0, "{page:?}");
    let page = bench.read("report.html");
    assert!(!page.contains("cannot be read") && !page.contains("SHA-256 is"));
}
