//! What must hold for any bytes at all. The fuzz targets try bytes that nobody has thought of; an ordinary test of the
//! suite tries those of `corpus`, where what was found stays.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use malote::journal::{self, JournalWriter, Messages, OpenError, replay};
use malote::manifest::ManifestReader;
use malote::policy::Rules;
use malote::zen::{AlreadyThere, Answer, DocumentKeys, Reply};
use malote::{dfe, zen};

/// A document: whatever it says, what is planned of it is in bounds, and its text goes into a request and comes out.
pub fn document(bytes: &[u8]) {
    let found = dfe::inspect(bytes);
    assert!(
        found.skip.is_some() || !found.id.is_empty(),
        "sent without an Id"
    );
    for note in &found.notes {
        assert!(
            dfe::NOTES.iter().any(|(code, ..)| code == note),
            "{note} is not listed"
        );
    }
    if let Ok(decoded) = dfe::decode(bytes) {
        let mut item = Vec::new();
        zen::item(zen::Envelope::Array, &decoded.text, &mut item);
        let body = zen::Body::new(zen::Envelope::Array, vec![item]).to_vec();
        let text = String::from_utf8(body).expect("a request is text");
        assert!(
            !text.bytes().any(|byte| byte < b' '),
            "a control in a request"
        );
        let _ = zen::drop_declaration(&decoded.text);
        assert!(dfe::parts(&decoded.text).len() <= dfe::MOST_PARTS + 1);
    }
}

/// A manifest: every row that is read has what sending needs, and the lines are counted upwards.
pub fn manifest(bytes: &[u8]) {
    let Ok(mut reader) = ManifestReader::new(bytes) else {
        return;
    };
    let mut last = 1;
    while let Ok(Some(row)) = reader.next_row() {
        assert!(row.line > last, "line {} behind {last}", row.line);
        last = row.line;
        if row.action == malote::manifest::Action::Send {
            assert!(row.route.is_some() && row.sha256.is_some() && !row.path.is_empty());
        }
        let _ = reader.journal();
    }
}

/// A journal, through a file in `folder`: it is refused and left alone, or opened, and then read without a tear, with
/// every record that was whole before.
pub fn journal(bytes: &[u8], folder: &Path) {
    let path = folder.join("journal.csv");
    fs::write(&path, bytes).expect("the folder takes a file");
    let before = replay(&[&path]);
    match journal::open(&path, None) {
        Err(OpenError::Io { source, .. }) => panic!("{source}"),
        Err(_) => {
            let now = fs::read(&path).expect("it is there");
            assert!(now == bytes, "a journal that is refused was changed");
        }
        Ok(opened) => {
            let before = before.expect("what opens can be read");
            let writer = JournalWriter::start(opened.file, opened.columns, |_| ());
            assert_eq!(writer.finish(), Ok(()));
            let after = replay(&[&path]).expect("what was mended is whole");
            assert!(after.journals[0].1.torn.is_none(), "it is torn again");
            assert_eq!(before.states.len(), after.states.len(), "a record was lost");
            assert_eq!(before.journals[0].1.records, after.journals[0].1.records);
        }
    }
    let _ = Messages::new(&[&path]);
    for entry in fs::read_dir(folder).expect("it is there").flatten() {
        let _ = fs::remove_file(entry.path());
    }
}

/// To put them together takes longer than to judge by them.
static RULES: LazyLock<[Rules; 2]> = LazyLock::new(|| {
    [false, true].map(|trust_status| Rules {
        already_there: AlreadyThere::default(),
        trust_status,
    })
});

/// An answer: one verdict for each document, and nothing is accepted by an answer that is a fault.
pub fn answer(bytes: &[u8]) {
    let (head, body) = bytes.split_at(bytes.len().min(2));
    let status = match head {
        [a, b] => 100 + u16::from_le_bytes([*a, *b]) % 500,
        _ => 200,
    };
    let own = "35170458716523000119550010000000121000123458";
    let documents = [
        DocumentKeys::new(Some(own), None),
        DocumentKeys::new(
            Some("NFe35150908723218000186599000040190000360539948"),
            Some(own),
        ),
        DocumentKeys::new(None, None),
    ];
    for rules in &*RULES {
        for documents in [&documents[..1], &documents[..]] {
            let reply = Reply::Answered(Answer {
                status,
                body: body.to_vec(),
                msg_erro: std::str::from_utf8(body).ok().map(str::to_owned),
                ..Answer::default()
            });
            let judged = rules.judge(&reply, documents);
            assert_eq!(judged.documents.len(), documents.len());
            let accepts = |one: &malote::policy::DocumentVerdict| {
                one.verdict == malote::policy::Verdict::Accepted
            };
            let may_accept = (200..300).contains(&status) || (400..500).contains(&status);
            assert!(
                may_accept || !judged.documents.iter().any(accepts),
                "{status} accepts"
            );
        }
    }
    let _ = zen::words_of_error(body);
}
