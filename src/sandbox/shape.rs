//! The shapes in which an answer comes: detailed, plain, and the odd ones that a published sample would rule out. Pure.

use serde_json::{Map, Value, json};

/// Odd shapes that there are.
pub(super) const ODD: usize = 5;

/// The detailed answer: its entries as they are.
pub(super) fn detailed(entries: Vec<Value>) -> Value {
    Value::Array(entries)
}

/// The answer without details: messages of what was refused, keys of what was taken.
pub(super) fn plain(entries: &[Value]) -> Value {
    let taken = |entry: &&Value| entry["Success"] == true;
    let imported: Vec<_> = entries
        .iter()
        .filter(taken)
        .map(|one| &one["Key"])
        .collect();
    let refused = entries.iter().filter(|entry| !taken(entry));
    let errors: Vec<_> = refused
        .map(
            |entry| match (entry["Key"].as_str(), entry["Message"].as_str()) {
                (Some(key), Some(message)) => format!("{key}: {message}"),
                (_, message) => message.unwrap_or_default().to_owned(),
            },
        )
        .collect();
    json!({"Erros": errors, "CfeImportadas": imported})
}

/// The detailed answer in the odd shape of that number.
pub(super) fn odd(mut entries: Vec<Value>, number: usize) -> Value {
    let rename = |entries: Vec<Value>, name: &dyn Fn(String) -> String| {
        let renamed = entries.into_iter().map(|entry| match entry {
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(key, value)| (name(key), value));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            other => other,
        });
        Value::Array(renamed.collect())
    };
    match number {
        0 => json!({"Total": entries.len(), "Itens": entries}),
        1 => rename(entries, &|name| name.to_ascii_lowercase()),
        2 => rename(entries, &|name| match name.as_str() {
            "Success" => "Sucesso".to_owned(),
            _ => name,
        }),
        3 => {
            for entry in &mut entries {
                let word = if entry["Success"] == true {
                    "True"
                } else {
                    "False"
                };
                entry["Success"] = Value::from(word);
            }
            Value::Array(entries)
        }
        _ if entries.len() == 1 => entries.remove(0),
        _ => rename(entries, &|name| name.to_ascii_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_details_holds_messages_and_keys() {
        let entries = [
            json!({"Key": "1", "Success": true, "Message": "ok"}),
            json!({"Key": "2", "Success": false, "Message": "não"}),
            json!({"Key": null, "Success": false, "Message": "sem chave"}),
        ];
        let expected = json!({"Erros": ["2: não", "sem chave"], "CfeImportadas": ["1"]});
        assert_eq!(plain(&entries), expected);
    }

    #[test]
    fn every_odd_shape_says_the_same_in_other_words() {
        let entry = json!({"Key": "1", "Success": true});
        for (number, expected) in [
            (
                0,
                json!({"Total": 1, "Itens": [{"Key": "1", "Success": true}]}),
            ),
            (1, json!([{"key": "1", "success": true}])),
            (2, json!([{"Key": "1", "Sucesso": true}])),
            (3, json!([{"Key": "1", "Success": "True"}])),
            (4, json!({"Key": "1", "Success": true})),
        ] {
            assert_eq!(odd(vec![entry.clone()], number), expected);
        }
        let two = odd(vec![entry.clone(), entry], 4);
        assert_eq!(two[1], json!({"KEY": "1", "SUCCESS": true}));
    }
}
