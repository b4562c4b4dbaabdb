//! What clap finds wrong with a command line, in Portuguese; in English clap says it itself.

use std::error::Error;
use std::fmt::Write as _;
use std::num::{IntErrorKind, ParseFloatError, ParseIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::everywhere::NotYesOrNo;
use super::portuguese::usage_in_portuguese;
use crate::lang::help;

/// What is wrong, with what was probably meant and the usage; nothing for what has no words here.
#[must_use]
pub fn in_portuguese(error: &clap::Error) -> Option<String> {
    let what = help("wrong-line", &[("error", &what(error)?)])?;
    let mut text = what;
    let choices = strings(error, ContextKind::ValidValue).join(", ");
    if !choices.is_empty() {
        let choices = help("wrong-choices", &[("values", &choices)])?;
        let _ = write!(text, "\n{choices}");
    }
    let similar = similar(error).join(", ");
    if !similar.is_empty() {
        let tip = help("wrong-tip", &[("similar", &similar)])?;
        let _ = write!(text, "\n\n{tip}");
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage_in_portuguese(&usage.to_string());
        let heading = help("help-usage", &[])?;
        let _ = write!(text, "\n\n{heading} {usage}");
    }
    let more = help("wrong-more", &[])?;
    Some(format!("{text}\n\n{more}\n"))
}

fn what(error: &clap::Error) -> Option<String> {
    let said = |kind| strings(error, kind).first().cloned();
    let option = said(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => help("wrong-argument", &[("name", &option?)]),
        ErrorKind::InvalidSubcommand => {
            let name = said(ContextKind::InvalidSubcommand)?;
            help("wrong-command", &[("name", &name)])
        }
        ErrorKind::InvalidValue => match said(ContextKind::InvalidValue)?.as_str() {
            "" => help("wrong-no-value", &[("option", &option?)]),
            value => help("wrong-value", &[("value", value), ("option", &option?)]),
        },
        ErrorKind::ValueValidation => {
            let value = said(ContextKind::InvalidValue)?;
            let reason = reason(error.source()?)?;
            let filled = [
                ("value", value.as_str()),
                ("option", &option?),
                ("reason", &reason),
            ];
            help("wrong-value-because", &filled)
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = strings(error, ContextKind::InvalidArg);
            let list: Vec<_> = missing.iter().map(|one| format!("\n  {one}")).collect();
            Some(help("wrong-missing", &[])? + &list.concat())
        }
        ErrorKind::ArgumentConflict => {
            let (option, other) = (option?, said(ContextKind::PriorArg)?);
            if option == other {
                help("wrong-twice", &[("option", &option)])
            } else {
                help("wrong-conflict", &[("option", &option), ("other", &other)])
            }
        }
        ErrorKind::NoEquals => help("wrong-equals", &[("option", &option?)]),
        _ => None,
    }
}

/// What is wrong with a value, whose reader speaks English.
fn reason(said: &(dyn Error + 'static)) -> Option<String> {
    let text = said.to_string();
    if said.is::<NotYesOrNo>() {
        return help("wrong-not-yes-or-no", &[]);
    }
    if said.is::<ParseFloatError>() {
        return help("wrong-not-a-share", &[]);
    }
    if let Some(number) = said.downcast_ref::<ParseIntError>() {
        return match number.kind() {
            IntErrorKind::PosOverflow => help("wrong-too-large", &[]),
            _ => help("wrong-not-a-number", &[]),
        };
    }
    // clap tells of bounds in a text alone.
    let bounds = text.split_once(" is not in ");
    let bounds = bounds.and_then(|(_, bounds)| bounds.split_once("..="));
    match bounds {
        Some((least, most)) => help("wrong-bounds", &[("least", least), ("most", most)]),
        None => Some(text),
    }
}

/// What was probably meant.
fn similar(error: &clap::Error) -> Vec<String> {
    let kinds = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let found = kinds.iter().flat_map(|kind| strings(error, *kind));
    found.map(|one| format!("'{one}'")).collect()
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
