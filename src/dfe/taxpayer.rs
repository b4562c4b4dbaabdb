//! CNPJ and CPF as people write them: with punctuation, so that a spreadsheet takes them for texts.

/// `12.ABC.345/01DE-35` of 14 positions, `123.456.789-09` of 11; anything else as it is.
#[must_use]
pub fn punctuate(number: &str) -> String {
    let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let part = |from: usize, to: usize| &number[from..to];
    match number.len() {
        14 if plain => [
            part(0, 2),
            ".",
            part(2, 5),
            ".",
            part(5, 8),
            "/",
            part(8, 12),
            "-",
            part(12, 14),
        ]
        .concat(),
        11 if plain => [
            part(0, 3),
            ".",
            part(3, 6),
            ".",
            part(6, 9),
            "-",
            part(9, 11),
        ]
        .concat(),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_punctuated() {
        for (number, text) in [
            ("12ABC34501DE35", "12.ABC.345/01DE-35"),
            ("58716523000119", "58.716.523/0001-19"),
            ("40364478829", "403.644.788-29"),
            ("", ""),
            ("123", "123"),
            ("ç2345678901234", "ç2345678901234"),
        ] {
            assert_eq!(punctuate(number), text);
        }
    }
}
