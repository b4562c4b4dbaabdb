//! Commands as a person can paste them: quoted for the shell of the platform, POSIX or PowerShell.

use std::ffi::{OsStr, OsString};

/// A shell, by how it quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shell {
    Posix,
    PowerShell,
}

const HERE: Shell = if cfg!(windows) {
    Shell::PowerShell
} else {
    Shell::Posix
};

/// `words` as one line that the shell of this platform takes for a command and its arguments.
pub(super) fn command<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> String {
    command_in(HERE, words)
}

/// A command of `words`, for the program as the command `line` called it, in the language that it named.
pub(super) fn next<'a>(line: &'a [OsString], words: impl IntoIterator<Item = &'a OsStr>) -> String {
    next_in(HERE, line, words)
}

fn next_in<'a>(
    shell: Shell,
    line: &'a [OsString],
    words: impl IntoIterator<Item = &'a OsStr>,
) -> String {
    let program = line
        .first()
        .map_or(OsStr::new("malote"), OsString::as_os_str);
    let named = line
        .iter()
        .rposition(|word| word.as_encoded_bytes().starts_with(b"--lang"));
    let language = named.map_or(&[][..], |at| match line[at].to_str() {
        Some("--lang") => line.get(at..at + 2).unwrap_or_default(),
        Some(word) if word.starts_with("--lang=") => &line[at..=at],
        _ => &[],
    });
    let language = language.iter().map(OsString::as_os_str);
    command_in(shell, [program].into_iter().chain(words).chain(language))
}

/// `word` as the shell of this platform takes it for one argument.
pub(super) fn argument(word: impl AsRef<OsStr>) -> String {
    argument_in(HERE, word.as_ref())
}

fn command_in<S: AsRef<OsStr>>(shell: Shell, words: impl IntoIterator<Item = S>) -> String {
    let words = words.into_iter();
    let words: Vec<_> = words
        .map(|word| argument_in(shell, word.as_ref()))
        .collect();
    let line = words.join(" ");
    // What begins with a quote is a text to PowerShell, until it is told to call it.
    if shell == Shell::PowerShell && line.starts_with('\'') {
        format!("& {line}")
    } else {
        line
    }
}

fn argument_in(shell: Shell, word: &OsStr) -> String {
    match word.to_str() {
        Some(text) => text_in(shell, text),
        None => bytes_in(shell, word),
    }
}

/// A name that is no text: bytes that are none are made by the shell.
fn bytes_in(shell: Shell, word: &OsStr) -> String {
    if shell == Shell::PowerShell {
        return text_in(shell, &word.to_string_lossy());
    }
    let mut quoted = String::new();
    for chunk in word.as_encoded_bytes().utf8_chunks() {
        if !chunk.valid().is_empty() {
            quoted.push_str(&text_in(shell, chunk.valid()));
        }
        if !chunk.invalid().is_empty() {
            let octal: Vec<_> = chunk
                .invalid()
                .iter()
                .map(|byte| format!("\\{byte:o}"))
                .collect();
            quoted.extend(["\"$(printf '", &octal.concat(), "')\""]);
        }
    }
    quoted
}

fn text_in(shell: Shell, word: &str) -> String {
    let is_plain = |letter: char| match shell {
        Shell::Posix => letter.is_ascii_alphanumeric() || "-_./:=,%+@".contains(letter),
        // A word that begins with a dash is split at dots and colons.
        Shell::PowerShell if word.starts_with('-') => {
            letter.is_ascii_alphanumeric() || "-_=".contains(letter)
        }
        Shell::PowerShell => letter.is_ascii_alphanumeric() || "-_./:\\=".contains(letter),
    };
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let mut quoted = String::with_capacity(word.len() + 2);
    quoted.push('\'');
    for letter in word.chars() {
        match (shell, letter) {
            (Shell::Posix, '\'') => quoted.push_str("'\\''"),
            // PowerShell takes typographic quotes for the plain one.
            (Shell::PowerShell, '\'' | '\u{2018}'..='\u{201b}') => quoted.extend([letter, letter]),
            _ => quoted.push(letter),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words_in_every_shell() {
        for (word, posix, power_shell) in [
            ("malote.csv", "malote.csv", "malote.csv"),
            ("--max-docs=5", "--max-docs=5", "--max-docs=5"),
            ("", "''", "''"),
            ("a b", "'a b'", "'a b'"),
            ("it's", "'it'\\''s'", "'it''s'"),
            ("it\u{2019}s", "'it\u{2019}s'", "'it\u{2019}\u{2019}s'"),
            ("D:\\notas", "'D:\\notas'", "D:\\notas"),
            ("$HOME;`a`", "'$HOME;`a`'", "'$HOME;`a`'"),
            ("50%", "50%", "'50%'"),
            ("a,b", "a,b", "'a,b'"),
            ("@a", "@a", "'@a'"),
            ("--root=/a.b=/c", "--root=/a.b=/c", "'--root=/a.b=/c'"),
            (
                "seg-sex 08:00-12:00",
                "'seg-sex 08:00-12:00'",
                "'seg-sex 08:00-12:00'",
            ),
            ("não", "'não'", "'não'"),
            ("a\"b", "'a\"b'", "'a\"b'"),
            ("~", "'~'", "'~'"),
            ("*", "'*'", "'*'"),
        ] {
            assert_eq!(text_in(Shell::Posix, word), posix, "{word}");
            assert_eq!(text_in(Shell::PowerShell, word), power_shell, "{word}");
        }
    }

    #[test]
    fn the_next_command_speaks_the_language_that_was_named() {
        for (line, next_one) in [
            ("malote", "malote run m.csv"),
            (
                "./malote plan a --lang pt-BR -o m.csv",
                "./malote run m.csv --lang pt-BR",
            ),
            ("malote --lang=en plan a", "malote run m.csv --lang=en"),
            ("malote --lang", "malote run m.csv"),
            ("", "malote run m.csv"),
        ] {
            let line: Vec<_> = line.split_whitespace().map(OsString::from).collect();
            let words = ["run", "m.csv"].map(OsStr::new);
            assert_eq!(next_in(Shell::Posix, &line, words), next_one);
        }
    }

    #[test]
    fn a_program_in_quotes_is_called() {
        for (words, posix, power_shell) in [
            (["malote", "run"], "malote run", "malote run"),
            (
                ["a b/malote", "run"],
                "'a b/malote' run",
                "& 'a b/malote' run",
            ),
        ] {
            assert_eq!(command_in(Shell::Posix, words), posix);
            assert_eq!(command_in(Shell::PowerShell, words), power_shell);
        }
    }

    /// Bug: a name that is no UTF-8 was told as another one, which is nowhere.
    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_the_same_name_to_the_shell() {
        use std::os::unix::ffi::OsStrExt as _;
        for name in [
            &b"rela\xe7\xe3o 2019.csv"[..],
            b"\xff",
            b"a'\xe7'b\xc3",
            b"\xe77",
        ] {
            let words = ["printf", "%s|"].map(OsStr::new);
            let line = command(words.into_iter().chain([OsStr::from_bytes(name)]));
            let said = std::process::Command::new("sh")
                .arg("-c")
                .arg(line)
                .output();
            assert_eq!(said.unwrap().stdout, [name, b"|"].concat());
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_shell_itself_agrees() {
        let words = [
            "a b", "it's", "$HOME", "`a`", "\\", "", "~", "a\nb", "\"", "*", "!x", "#",
        ];
        let line = command(["printf", "%s|"].iter().chain(&words));
        let said = std::process::Command::new("sh")
            .arg("-c")
            .arg(line)
            .output();
        let said = String::from_utf8(said.unwrap().stdout).unwrap();
        assert_eq!(said, words.join("|") + "|");
    }
}
