//! How single fields are read and compared.

use std::borrow::Cow;

use jiff::civil::Date;

use super::access_key::{AccessKey, NotAnAccessKey};

/// Whether `text` names another key than `key`; a key that is not there is no other key.
pub(super) fn other(text: &str, key: Option<AccessKey>) -> bool {
    !text.is_empty() && key.is_some_and(|key| key.as_str() != text)
}

/// A field as a number where it is one: `001` and `1` are the same series.
pub(super) fn number(text: &str) -> Cow<'_, str> {
    let plain = text.trim_start_matches('0');
    Cow::Borrowed(if plain.is_empty() { "0" } else { plain })
}

/// The key behind the prefix of an `Id`.
pub(super) fn key_within(id: &str) -> Result<AccessKey, NotAnAccessKey> {
    AccessKey::new(strip(id))
}

/// `id` without its prefix of letters (`NFe`, `CTe`, `CFe`, `MDFe`, `NF3e`…): the last 44 positions.
fn strip(id: &str) -> &str {
    id.len()
        .checked_sub(44)
        .and_then(|start| id.get(start..))
        .unwrap_or_default()
}

/// `2019-05-31T10:00:00-03:00`, `2019-05-31`, or a CF-e's `20190531`.
pub(super) fn date(text: &str) -> Option<Date> {
    let (year, month, day) = match text.as_bytes().get(4) {
        Some(b'-') => (text.get(..4)?, text.get(5..7)?, text.get(8..10)?),
        _ => (text.get(..4)?, text.get(4..6)?, text.get(6..8)?),
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
