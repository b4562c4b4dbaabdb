//! The `Id` that a document has, or should have: some programs leave out its prefix, or all of it.
//!
//! A spreadsheet takes 44 digits for a number, so that the manifest has none without its prefix.

use super::AccessKey;
use super::fields::date;
use super::found::Info;
use super::names::Name;
use super::tags::Tags;

/// Digits that a spreadsheet leaves alone. A city may give its NFS-e any `Id`, also a short number.
const MOST_DIGITS: usize = 11;

/// What the `Id` of the element `name` begins with.
const fn prefix(name: Name) -> &'static str {
    match name {
        Name::InfNfe => "NFe",
        Name::InfCte => "CTe",
        Name::InfCfe => "CFe",
        Name::InfMdfe => "MDFe",
        Name::InfBpe => "BPe",
        Name::InfNf3e => "NF3e",
        Name::InfNfcom => "NFCom",
        Name::InfNfgas => "NFGas",
        Name::InfNfag => "NFAg",
        Name::InfDce => "DCe",
        Name::InfNfse => "NFS",
        _ => "ID",
    }
}

/// `written`, which is the `Id` of the element `name` or should be, with the prefix that it lacks. Nothing: it has one,
/// or there is none.
pub(super) fn with_prefix(name: Option<Name>, written: &str) -> Option<String> {
    let name = name.filter(|_| written.starts_with(|first: char| first.is_ascii_digit()))?;
    if name == Name::InfNfse && written.len() <= MOST_DIGITS {
        return None;
    }
    Some([prefix(name), written].concat())
}

/// The `Id` of the document's own data as the manifest has it, and whether that is not what is written.
pub(super) fn id_of(info: &Info, key: Option<AccessKey>) -> (String, bool) {
    let key = key.as_ref().map_or("", AccessKey::as_str);
    let id = match info.id.as_ref() {
        "" => key,
        written => written,
    };
    match with_prefix(info.name, id) {
        Some(id) => (id, true),
        None => (id.to_owned(), false),
    }
}

/// The key that the fields of `info` and of the element `ide` in `text` make. It is asked for where the `Id` has none, and
/// only a right check digit makes it one.
pub(super) fn key_of_fields(text: &str, info: &Info) -> Option<AccessKey> {
    let date = date(&info.date)?;
    let (code, emission) = code_and_emission(text);
    // Nine positions where the layout has no type of emission (NF-e 1.10, CT-e 1.03).
    let tail = if code.len() == 9 {
        code.to_owned()
    } else {
        format!("{emission}{code:0>8}")
    };
    AccessKey::new(&format!(
        "{}{:02}{:02}{:0>14}{}{:0>3}{:0>9}{tail}{}",
        info.state,
        date.year() % 100,
        date.month(),
        info.issuer,
        info.model,
        info.series,
        info.number,
        info.check_digit,
    ))
    .ok()
}

/// The numeric code and the type of emission in the first `ide` of `text`; empty where there are none.
fn code_and_emission(text: &str) -> (&str, &str) {
    let (mut code, mut emission) = ("", "");
    let mut tags = Tags::of(text);
    if !tags.any(|tag| tag.opens && tag.element() == "ide") {
        return (code, emission);
    }
    while let Some(tag) = tags.next() {
        let field = match (tag.element(), tag.opens) {
            ("ide", false) => break,
            ("cNF" | "cCT" | "cMDF" | "cBP", true) if !tag.closes => &mut code,
            ("tpEmis", true) if !tag.closes => &mut emission,
            _ => continue,
        };
        if let Some(end) = tags.end() {
            *field = text[tag.to..end.from].trim_ascii();
        }
    }
    (code, emission)
}
