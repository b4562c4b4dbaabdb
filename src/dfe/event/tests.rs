//! What an event is judged to be by the answers in it.

use super::super::access_key::tests_key;
use super::super::{Status, inspect};

/// The answer that says `code`, and what else it names.
fn answer(fields: &str, code: &str) -> String {
    format!(
        "<retEvento><infEvento><tpAmb>1</tpAmb>{fields}<cStat>{code}</cStat></infEvento></retEvento>"
    )
}

/// Bug: only the first counted, so that an event that was refused might be sent as registered, and the other way round.
#[test]
fn a_second_answer_is_noted_and_one_that_says_something_else_is_for_a_person() {
    let key = tests_key("55");
    let fields = |key: &str, kind: &str, sequence: &str| {
        format!(
            "<chNFe>{key}</chNFe><tpEvento>{kind}</tpEvento><nSeqEvento>{sequence}</nSeqEvento>"
        )
    };
    let own = |code| answer(&fields(&key, "110110", "2"), code);
    let of_first = |code| answer(&fields(&key, "110110", "1"), code);
    let of_another_type = |code| answer(&fields(&key, "110111", "2"), code);
    let of_another_note = |code| {
        answer(
            &fields(&key.replacen("3519", "3520", 1), "110110", "2"),
            code,
        )
    };
    let bare = own("573")
        .replace("<retEvento>", "")
        .replace("</retEvento>", "");
    let without_code = own("").replace("<cStat></cStat>", "");
    let further = vec!["further-protocols"];
    let (sent, refused) = (
        (None, Status::Authorised),
        (Some("not-authorised"), Status::NotAuthorised),
    );
    let differ = (Some("protocols-differ"), Status::Unknown);
    for (answers, (skip, status), notes) in [
        (own("135"), sent, vec![]),
        (own("135") + &without_code, sent, vec![]),
        (own("135") + &own("155"), sent, further.clone()),
        (own("136") + &answer("", "135"), sent, further.clone()),
        (own("135") + &own("573"), differ, further.clone()),
        (own("573") + &own("135"), differ, further.clone()),
        (own("135") + &answer("", "217"), differ, further.clone()),
        (
            own("135") + &own("136") + &own("573"),
            differ,
            further.clone(),
        ),
        (own("135") + &bare, differ, further.clone()),
        (own("217") + &own("573"), refused, further.clone()),
        (of_first("573") + &own("135"), sent, further.clone()),
        (own("135") + &of_another_type("573"), sent, further.clone()),
        (of_another_note("573") + &own("135"), sent, further.clone()),
        (
            of_another_note("135") + &own("573"),
            refused,
            further.clone(),
        ),
        (
            of_another_note("135"),
            (Some("protocol-other-key"), Status::Authorised),
            vec![],
        ),
        (
            String::new(),
            (Some("no-protocol"), Status::Unknown),
            vec![],
        ),
    ] {
        let text = format!(
            "<procEventoNFe><evento><infEvento Id=\"ID110110{key}02\"><tpAmb>1</tpAmb>{}</infEvento></evento>{answers}\
             </procEventoNFe>",
            fields(&key, "110110", "2")
        );
        let found = inspect(text.as_bytes());
        let told = (found.skip, found.status, found.notes);
        assert_eq!(told, (skip, status, notes), "{answers}");
    }
}

/// Of a legacy cancellation and a voiding, too.
#[test]
fn the_answers_of_what_has_no_route_are_held_against_each_other_too() {
    let key = tests_key("55");
    let cancel = |code: u32| {
        format!(
            "<retCancNFe><infCanc><chNFe>{key}</chNFe><cStat>{code}</cStat></infCanc></retCancNFe>"
        )
    };
    for (codes, status) in [
        ([101, 151], Status::Authorised),
        ([101, 218], Status::Unknown),
    ] {
        let text = format!(
            "<procCancNFe><cancNFe><infCanc Id=\"ID{key}\"><tpAmb>1</tpAmb><chNFe>{key}</chNFe></infCanc></cancNFe>{}{}\
             </procCancNFe>",
            cancel(codes[0]),
            cancel(codes[1])
        );
        let found = inspect(text.as_bytes());
        assert_eq!(
            (found.skip, found.status),
            (Some("no-route"), status),
            "{text}"
        );
        let further: &[_] = if status == Status::Unknown {
            &["protocols-differ", "further-protocols"]
        } else {
            &["further-protocols"]
        };
        assert_eq!(found.notes, further);
    }
}
