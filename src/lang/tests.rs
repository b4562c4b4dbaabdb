//! The catalogue against itself and against the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::message::NOTE;
use super::said::{SAID, SENTENCES};
use super::{Lang, Message, Tell, catalogue};

/// The messages of a catalogue, or of the code, and what each is filled with.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn catalogue_of(lang: Lang) -> Messages {
    messages_in(catalogue::source(lang), true)
}

/// The messages of both languages, each with what either is filled with or only chooses its words by.
fn whole_catalogue() -> Messages {
    let mut messages = catalogue_of(Lang::English);
    for (id, variables) in catalogue_of(Lang::Portuguese) {
        messages.entry(id).or_default().extend(variables);
    }
    messages
}

/// The ids of the texts of the help.
pub(crate) fn help_ids() -> BTreeSet<String> {
    messages_in(catalogue::HELP, true).into_keys().collect()
}

/// The messages in `source`, each with what it shows and, where `choosing`, with what it only chooses its words by.
fn messages_in(source: &str, choosing: bool) -> Messages {
    let resource = parser::parse(source);
    let resource = resource.unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut messages = Messages::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let id = message.id.name.to_owned();
        let mut variables = BTreeSet::new();
        let pattern = message.value.as_ref();
        collect(
            pattern.unwrap_or_else(|| panic!("{id} is empty")),
            choosing,
            &mut variables,
        );
        let before = messages.insert(id, variables);
        assert_eq!(before, None, "{} is there twice", message.id.name);
    }
    messages
}

fn collect(pattern: &Pattern<&str>, choosing: bool, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, variables),
            Expression::Select { selector, variants } => {
                if choosing {
                    collect_inline(selector, variables);
                }
                for variant in variants {
                    collect(&variant.value, choosing, variables);
                }
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { id, arguments } => {
            assert_eq!((id.name, arguments.positional.len()), ("NUMBER", 1));
            collect_inline(&arguments.positional[0], variables);
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("the test does not know {other:?}"),
    }
}

/// Every `message!("id", name = value, ...)` of the program.
fn messages_of_the_code() -> Messages {
    let mut found = Messages::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && !path.ends_with("lang/tests.rs")
            {
                calls(&fs::read_to_string(&path).unwrap(), &mut found);
            }
        }
    }
    found
}

fn calls(text: &str, found: &mut Messages) {
    // The macro's own rules name no id.
    for call in text.split("message!(").skip(1) {
        let Some(parts) = arguments(call) else {
            continue;
        };
        let Some(id) = parts[0]
            .strip_prefix('"')
            .and_then(|id| id.strip_suffix('"'))
        else {
            continue;
        };
        let names = parts[1..].iter().filter_map(|part| part.split_once('='));
        let names: BTreeSet<_> = names.map(|(name, _)| name.trim().to_owned()).collect();
        let before = found.insert(id.to_owned(), names.clone());
        assert!(
            before.is_none_or(|before| before == names),
            "{id} is filled in two ways"
        );
    }
}

/// What lies between the commas up to the bracket that closes.
fn arguments(call: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    for letter in call.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            '(' | '[' | '{' if !in_text => depth += 1,
            ')' if !in_text && depth == 0 => {
                let parts = parts.iter().map(|part| part.trim().to_owned());
                return Some(parts.filter(|part| !part.is_empty()).collect());
            }
            ')' | ']' | '}' if !in_text => depth -= 1,
            ',' if !in_text && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut()?.push(letter);
    }
    None
}

#[test]
fn every_message_is_in_both_languages_and_is_filled_alike() {
    // By what a language chooses its words is its own affair: by no number, where it has no plural of them.
    let shown = |lang| messages_in(catalogue::source(lang), false);
    let (pt, en) = (shown(Lang::Portuguese), shown(Lang::English));
    let ids = |messages: &Messages| messages.keys().cloned().collect::<BTreeSet<_>>();
    let lacking = |one: &Messages, other: &Messages| -> Vec<String> {
        ids(one).difference(&ids(other)).cloned().collect()
    };
    assert_eq!(lacking(&en, &pt), [""; 0], "lack a translation");
    assert_eq!(lacking(&pt, &en), [""; 0], "lack the English");
    for (id, variables) in &en {
        // The system, the HTTP client and those who read patterns and addresses speak English by themselves.
        let own = [
            "system-",
            "wire-",
            "value-regex",
            "value-not-a-url",
            "value-hidden-not-a-url",
            "plan-glob",
        ];
        let own = own.iter().any(|start| id.starts_with(start));
        assert!(&pt[id] == variables || own, "{id}");
    }
}

#[test]
fn every_message_of_the_code_is_in_the_catalogue_and_no_other() {
    let (catalogue, code) = (whole_catalogue(), messages_of_the_code());
    for (id, names) in &code {
        let variables = catalogue.get(id);
        assert_eq!(variables, Some(names), "{id}");
    }
    let unused = catalogue
        .keys()
        .filter(|id| !code.contains_key(*id) && !id.starts_with(NOTE) && !id.starts_with(SAID));
    assert_eq!(unused.collect::<Vec<_>>(), [""; 0], "are said nowhere");
}

#[test]
fn every_text_of_the_help_is_asked_for() {
    let sources = ["portuguese", "wrong"].map(|name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
        fs::read_to_string(path.join(format!("{name}.rs"))).unwrap()
    });
    let sources = sources.concat();
    for id in help_ids() {
        // The others are held against the commands and options themselves.
        let is_named = id.starts_with("help-") || id.starts_with("wrong-");
        assert!(!is_named || sources.contains(&format!("\"{id}\"")), "{id}");
    }
}

#[test]
fn every_code_of_the_column_notes_has_its_words() {
    let codes: BTreeMap<_, _> = crate::dfe::NOTES
        .iter()
        .chain(crate::plan::NOTES)
        .map(|(code, _, words)| (format!("{NOTE}{code}"), (code, words)))
        .collect();
    for (code, words) in codes.values() {
        assert_eq!(&Message::of_note(code).tell(Lang::English), **words);
    }
    for id in catalogue_of(Lang::Portuguese).keys() {
        assert!(!id.starts_with(NOTE) || codes.contains_key(id), "{id}");
    }
}

#[test]
fn every_sentence_that_is_read_back_is_looked_for() {
    let ids = catalogue_of(Lang::English);
    let ids: BTreeSet<_> = ids.keys().filter(|id| id.starts_with(SAID)).collect();
    let listed: BTreeSet<_> = SENTENCES.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(ids, listed.iter().collect());
}

#[test]
fn the_words_that_mean_something_else_are_not_used() {
    let text = [catalogue::source(Lang::Portuguese), catalogue::HELP].concat();
    let text = text.to_lowercase();
    // There the words are the tax office's.
    let own = |line: &&str| !line.starts_with("note-") && !line.starts_with("page-skip-");
    for line in text.lines().filter(own) {
        for never in [
            "manifesto",
            "diário",
            "jornal",
            "recibo",
            "rejeitad",
            "denegad",
            "contingência",
            "balanço",
            "duplicata",
            "substituíd",
            "planejad",
            "rodar",
            "homologação",
        ] {
            assert!(!line.contains(never), "{never}: {line}");
        }
    }
}

#[test]
fn a_message_takes_the_words_of_its_numbers_and_of_what_is_in_it() {
    let inner = super::message!(
        "plan-size",
        number = super::Arg::decimal(2.5, 1),
        unit = "MB"
    );
    let message = super::message!("plan-to-send", documents = 1_u64, size = inner);
    assert_eq!(
        message.tell(Lang::Portuguese),
        "a enviar: 1 documento, 2,5 MB"
    );
    assert_eq!(message.tell(Lang::English), "to send: 1 documents, 2.5 MB");
}

/// What the messages of the page are filled with that is no number.
const TEXTS_OF_THE_PAGE: [&str; 5] = ["from", "name", "offset", "to", "version"];

#[test]
fn every_number_of_the_page_is_written_as_its_language_does() {
    for (id, variables) in whole_catalogue() {
        if !id.starts_with("page-") {
            continue;
        }
        let value = |name: &str| {
            if TEXTS_OF_THE_PAGE.contains(&name) {
                fluent_bundle::FluentValue::from("text")
            } else {
                fluent_bundle::FluentValue::from(1_234_567_u64)
            }
        };
        let mut args = fluent_bundle::FluentArgs::new();
        for name in &variables {
            args.set(name.clone(), value(name));
        }
        let numbers = variables.iter();
        let numbers = numbers.filter(|name| !TEXTS_OF_THE_PAGE.contains(&name.as_str()));
        for (lang, written) in [
            (Lang::Portuguese, "1.234.567"),
            (Lang::English, "1,234,567"),
        ] {
            let text = catalogue::format(lang, &id, &args);
            assert!(!text.contains("1234567"), "{id}: {text}");
            let counts = !id.starts_with("page-part-") && numbers.clone().count() > 0;
            assert!(
                !counts || text.contains(written) || ONLY_CHOOSES.contains(&&*id),
                "{id}: {text}"
            );
        }
    }
}

#[test]
fn what_the_system_says_every_day_is_said_in_the_language() {
    use std::io::{Error, ErrorKind};
    let said =
        |error: &Error, lang| super::message!("of-file", path = "a.csv", error = error).tell(lang);
    let gone = Error::from_raw_os_error(2);
    assert_eq!(
        said(&gone, Lang::Portuguese),
        "a.csv: esse arquivo ou essa pasta não existe"
    );
    assert_eq!(said(&gone, Lang::English), format!("a.csv: {gone}"));
    // Words that are somebody's own are not lost for the kind of the error.
    let own = Error::new(ErrorKind::NotFound, "no volume");
    assert_eq!(said(&own, Lang::Portuguese), "a.csv: no volume");
}

/// Messages of the page that choose their words by a number and do not show it.
const ONLY_CHOOSES: [&str; 1] = ["page-complete"];

#[test]
fn numbers_are_grouped_by_threes() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1000, "1.000"),
        (1_234_567, "1.234.567"),
    ] {
        assert_eq!(Lang::Portuguese.number(number), text);
        assert_eq!(Lang::English.number(number), text.replace('.', ","));
    }
}

#[test]
fn one_is_not_many_in_either_language() {
    for id in catalogue_of(Lang::Portuguese).keys() {
        assert!(
            !id.contains("page-open-")
                || Lang::ALL.iter().all(|lang| {
                    let said = |count: u64| {
                        let mut args = fluent_bundle::FluentArgs::new();
                        args.set("count", count);
                        catalogue::format(*lang, id, &args)
                    };
                    said(1).replacen('1', "2", 1) != said(2)
                }),
            "{id}"
        );
    }
}
