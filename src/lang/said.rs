//! What this program itself has written, in English, into a journal or a file that a program reads, told again in the
//! language of whoever reads it. Words of others stay as they are.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentValue};

use super::message::message;
use super::{Lang, Message, Tell, catalogue};

/// How the ids of the sentences begin.
#[cfg(test)]
pub(super) const SAID: &str = "said-";

/// The sentences, in the order in which they are looked for: what begins alike and says more comes first.
pub(super) const SENTENCES: [&str; 29] = [
    "said-there-already",
    "said-after-unknown",
    "said-unreadable",
    "said-no-file",
    "said-not-allowed",
    "said-a-folder",
    "said-not-a-file",
    "said-too-large",
    "said-archive-broken",
    "said-archive-encrypted",
    "said-archive-unknown",
    "said-archive-too-large",
    "said-archive-lacks",
    "said-changed",
    "said-changed-masked",
    "said-no-text",
    "said-not-sent",
    "said-no-entry",
    "said-no-answer",
    "said-page",
    "said-task-failed",
    "said-proxy",
    "said-of-file",
    "said-no-words",
    "said-too-long",
    "said-then",
    "said-status",
    "said-holder",
    "said-no-holder",
];

/// The holes of a sentence, by name, and what stands for each while the words between them are looked for.
const HOLES: [(&str, &str); 3] = [("a", "\u{1}"), ("b", "\u{2}"), ("c", "\u{3}")];

/// The words of each sentence in English: before, between and behind its holes.
static WORDS: LazyLock<Vec<(&str, Vec<String>)>> = LazyLock::new(|| {
    let words = SENTENCES.map(|id| (id, words(id)));
    words.into()
});

fn words(id: &str) -> Vec<String> {
    let mut args = FluentArgs::new();
    for (name, sign) in HOLES {
        args.set(name, FluentValue::from(sign));
    }
    let text = catalogue::format(Lang::English, id, &args);
    text.split(|letter| ('\u{1}'..='\u{3}').contains(&letter))
        .map(str::to_owned)
        .collect()
}

/// How what the HTTP client says of a connection begins.
const OF_THE_WIRE: [&str; 3] = [
    "error sending request",
    "error decoding response body",
    "request or response body error",
];

/// `text` in `lang`, as far as it is this program's own.
#[must_use]
pub fn said_again(text: &str, lang: Lang) -> Cow<'_, str> {
    if lang == Lang::English {
        return Cow::Borrowed(text);
    }
    for (id, words) in WORDS.iter() {
        if let Some(holes) = holes(text, words) {
            let mut args = FluentArgs::new();
            for ((name, _), hole) in HOLES.iter().zip(holes) {
                args.set(*name, FluentValue::from(said_again(hole, lang)));
            }
            return Cow::Owned(catalogue::format(lang, id, &args));
        }
    }
    of_the_wire(text).map_or(Cow::Borrowed(text), |words| Cow::Owned(words.tell(lang)))
}

/// What stands in the holes between `words`, if `text` is that sentence.
fn holes<'a>(text: &'a str, words: &[String]) -> Option<Vec<&'a str>> {
    let (first, others) = words.split_first()?;
    let mut rest = text.strip_prefix(first.as_str())?;
    let Some((last, between)) = others.split_last() else {
        return rest.is_empty().then(Vec::new);
    };
    let mut holes = Vec::new();
    for words in between {
        let (hole, behind) = rest.split_once(words.as_str())?;
        holes.push(hole);
        rest = behind;
    }
    holes.push(rest.strip_suffix(last.as_str())?);
    Some(holes)
}

/// What became of a connection.
fn of_the_wire(text: &str) -> Option<Message> {
    if !OF_THE_WIRE.iter().any(|start| text.starts_with(start)) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    Some(if has(&["timed out", "deadline has elapsed"]) {
        message!("wire-timed-out", text = text)
    } else if has(&["dns error", "lookup address"]) {
        message!("wire-no-name", text = text)
    } else if has(&["refused"]) {
        message!("wire-refused", text = text)
    } else if has(&["certificate"]) {
        message!("wire-untrusted", text = text)
    } else if has(&["reset", "closed", "end of file", "eof", "broken pipe"]) {
        message!("wire-cut", text = text)
    } else if has(&["(connect)"]) {
        message!("wire-not-reached", text = text)
    } else {
        message!("wire-failed", text = text)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn what_the_program_wrote_is_told_in_portuguese_and_what_others_said_stays() {
        for (text, told) in [
            ("", ""),
            ("Cliente 1 não cadastrado", "Cliente 1 não cadastrado"),
            ("already-there: Já importado", "já estava lá: Já importado"),
            (
                "cannot be read: there is no such file",
                "não foi possível ler: esse arquivo não existe",
            ),
            (
                "cannot be read: Input/output error (os error 5)",
                "não foi possível ler: Input/output error (os error 5)",
            ),
            (
                "the file's SHA-# is # now",
                "o SHA-256 do arquivo agora é outro (#)",
            ),
            (
                "/a b/c.xml: cannot be read: no permission",
                "/a b/c.xml: não foi possível ler: falta permissão",
            ),
            ("HTTP 500, no words", "HTTP 500, sem explicação"),
            (
                "login page or proxy: HTTP 200: page \"Entrar: Zen\"",
                "página de login ou proxy: HTTP 200: página \"Entrar: Zen\"",
            ),
            (
                "HTTP #, then error decoding response body: operation timed out",
                "HTTP #, e depois o tempo de espera acabou",
            ),
            (
                "error sending request: client error (Connect): tcp connect error: Connection refused (os error 111)",
                "a conexão foi recusada",
            ),
            (
                "error sending request: client error (Connect): tcp connect error: No route to host (os error 113)",
                "não foi possível chegar ao servidor",
            ),
            // A server's words that sound like it.
            ("Execution timed out", "Execution timed out"),
            ("page not found", "page not found"),
            (
                "process 7 on PC-1 since 2026-01-01T00:00:00Z",
                "outro envio (processo 7 no computador PC-1, desde 2026-01-01T00:00:00Z)",
            ),
        ] {
            assert_eq!(said_again(text, Lang::Portuguese), told);
            assert_eq!(said_again(text, Lang::English), text);
        }
    }

    /// The code must not say it in other words one day.
    #[test]
    fn each_sentence_is_one_that_the_code_writes() {
        let mut code = String::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with("lang") {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    code.push_str(&fs::read_to_string(&path).unwrap().replace("\\\"", "\""));
                }
            }
        }
        for (id, words) in WORDS.iter() {
            let words = words.iter().map(|words| words.trim_matches([':', ' ']));
            for words in words.filter(|words| words.len() > 2 && !words.contains('#')) {
                assert!(code.contains(words), "{id}: {words}");
            }
        }
    }
}
