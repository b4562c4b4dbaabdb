//! A sentence of the catalogue with what it is filled with, in no language yet.

use std::borrow::Cow;
use std::{io, path};

use fluent_bundle::{FluentArgs, FluentValue};

use super::{Lang, Tell, catalogue, said_again};

/// How the ids of the messages of [`Message::of_note`] begin.
pub(super) const NOTE: &str = "note-";

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(Form);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// A sentence of the catalogue.
    Sentence {
        id: Cow<'static, str>,
        args: Vec<(&'static str, Arg)>,
    },
    /// What reads the same in every language.
    Plain(String),
}

/// What a place in a message is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A text that is the same in every language.
    Text(String),
    /// A number, by which the catalogue may choose its words.
    Number(u64),
    /// A number with decimals, written with a point.
    Decimal(String),
    /// What has its own words in each language.
    Message(Message),
    /// What this program wrote in English, or somebody else in whatever language.
    Said(String),
}

/// The message of that id, filled with the values behind it; a test holds both against the catalogue.
macro_rules! message {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::lang::Message::new(
            $id,
            vec![$((stringify!($name), $crate::lang::Arg::from($value))),*],
        )
    };
}
pub(crate) use message;

impl Message {
    /// The message `id` of the catalogue; made by the macro `message!`, which the test of the catalogue looks for.
    #[must_use]
    pub const fn new(id: &'static str, args: Vec<(&'static str, Arg)>) -> Self {
        let id = Cow::Borrowed(id);
        Self(Form::Sentence { id, args })
    }

    /// What `code` of the manifest's column `notes` means.
    #[must_use]
    pub fn of_note(code: &str) -> Self {
        let id = Cow::Owned(format!("{NOTE}{code}"));
        let args = Vec::new();
        Self(Form::Sentence { id, args })
    }

    /// `text`, the same in every language: a code, a name, a command, the words of a server or of the system.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "errors are handed over as they come, and a reference is one, too"
    )]
    pub fn plain(text: impl ToString) -> Self {
        Self(Form::Plain(text.to_string()))
    }
}

impl Tell for Message {
    fn tell(&self, lang: Lang) -> String {
        match &self.0 {
            Form::Plain(text) => text.clone(),
            Form::Sentence { id, args } => {
                let mut filled = FluentArgs::with_capacity(args.len());
                for (name, arg) in args {
                    filled.set(*name, arg.value(lang));
                }
                catalogue::format(lang, id, &filled)
            }
        }
    }
}

impl Arg {
    /// A number with so many decimals.
    #[must_use]
    pub fn decimal(number: f64, decimals: usize) -> Self {
        Self::Decimal(format!("{number:.decimals$}"))
    }

    /// What was said of a document or of Zen, as a journal has it: in the reader's language, as far as it is this
    /// program's own.
    #[must_use]
    pub fn said(text: &str) -> Self {
        Self::Said(text.to_owned())
    }

    /// What the system has said of a file, of which only its text was kept.
    #[must_use]
    pub fn system(text: &str) -> Self {
        let code = text
            .strip_suffix(')')
            .and_then(|text| text.rsplit_once("(os error ")?.1.parse().ok());
        code.map_or_else(
            || Self::from(text),
            |code| Self::from(&io::Error::from_raw_os_error(code)),
        )
    }

    fn value(&self, lang: Lang) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::from(text.as_str()),
            Self::Number(number) => FluentValue::from(*number),
            Self::Decimal(number) if lang == Lang::Portuguese => {
                FluentValue::from(number.replace('.', ","))
            }
            Self::Decimal(number) => FluentValue::from(number.as_str()),
            Self::Message(message) => FluentValue::from(message.tell(lang)),
            Self::Said(text) => FluentValue::from(said_again(text, lang)),
        }
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Cow<'_, str>> for Arg {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<path::Display<'_>> for Arg {
    fn from(path: path::Display<'_>) -> Self {
        Self::Text(path.to_string())
    }
}

/// In Portuguese what happens every day has words of the catalogue; the rest, and all in English, is the system's own.
impl From<&io::Error> for Arg {
    fn from(error: &io::Error) -> Self {
        let text = error.to_string();
        // One that a part of this program made has words of its own; that of a temporary file has the system's.
        if error.get_ref().is_some() && !text.contains("(os error ") {
            return Self::Text(text);
        }
        Self::Message(match error.kind() {
            io::ErrorKind::NotFound => message!("system-not-found", text = text),
            io::ErrorKind::PermissionDenied => message!("system-not-allowed", text = text),
            io::ErrorKind::AlreadyExists => message!("system-there-already", text = text),
            io::ErrorKind::IsADirectory => message!("system-a-folder", text = text),
            io::ErrorKind::NotADirectory => message!("system-no-folder", text = text),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                message!("system-full", text = text)
            }
            io::ErrorKind::ReadOnlyFilesystem => message!("system-read-only", text = text),
            _ => return Self::Text(text),
        })
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u16> for Arg {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}
