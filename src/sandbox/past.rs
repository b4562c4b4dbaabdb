//! What a simulated Zen holds from before it was started: the documents that journals call accepted. By a light
//! reading of its own, for a rehearsal that goes on must not hang on more than the two columns that it needs.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

/// Gives the `id` of every record `accepted` of `journal` to `each`. What is no record says nothing: whether the
/// journal is damaged is for whoever sends to find out.
pub fn accepted_ids(journal: impl Read, mut each: impl FnMut(&str)) {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(journal);
    let Ok(header) = reader.byte_headers().cloned() else {
        return;
    };
    let at = |name: &[u8]| header.iter().position(|column| column == name);
    let (Some(event), Some(id)) = (at(b"event"), at(b"id")) else {
        return;
    };
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).is_ok_and(|more| more) {
        if record.get(event) == Some(b"accepted")
            && let Some(id) = record.get(id).and_then(|id| std::str::from_utf8(id).ok())
        {
            each(id);
        }
    }
}

/// An `Id`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held<'a> {
    /// A document of this access key.
    Note(&'a str),
    /// An event: what makes it the same as another.
    Event(String),
}

/// What `id` is the `Id` of: `NFe` + key, or `ID` + type + key + number.
pub(super) fn held(id: &str) -> Option<Held<'_>> {
    if let Some(rest) = id.strip_prefix("ID") {
        let (kind, rest) = rest.split_at_checked(6)?;
        let (key, number) = rest.split_at_checked(44)?;
        return Some(Held::Event(event_identity(key, kind, number)));
    }
    let start = id.len().checked_sub(44)?;
    id.get(start..).map(Held::Note)
}

/// What makes an event the same as another: its note, its type and its number, however many digits that has.
pub(super) fn event_identity(key: &str, kind: &str, number: &str) -> String {
    format!("{key}/{kind}/{}", number.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "35170458716523000119550010000000121000123458";

    #[test]
    fn accepted_records_are_found_and_nothing_else() {
        let journal = "time,event,new,id,message,crc\n\
                       1,attempt,,NFe1,,x\n1,accepted,,NFe1,\"a, b\",x\n1,rejected,,NFe2,,x\n1,accepted,,ID3,,x\n1,acc";
        let mut found = Vec::new();
        accepted_ids(journal.as_bytes(), |id| found.push(id.to_owned()));
        assert_eq!(found, ["NFe1", "ID3"]);
        for journal in ["", "event,sha256,crc\naccepted,1,x\n", "\u{feff}"] {
            accepted_ids(journal.as_bytes(), |id| panic!("{id}"));
        }
    }

    #[test]
    fn ids_are_taken_apart() {
        let event = |number: &str| Some(Held::Event(format!("{KEY}/110111/{number}")));
        for (id, found) in [
            (format!("NFe{KEY}"), Some(Held::Note(KEY))),
            (format!("CFe{KEY}"), Some(Held::Note(KEY))),
            (format!("ID110111{KEY}01"), event("1")),
            (format!("ID110111{KEY}010"), event("10")),
            ("ID110111".to_owned(), None),
            ("NFe35".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(held(&id), found, "{id}");
        }
    }
}
