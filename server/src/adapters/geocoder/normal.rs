//! One spelling for the many ways to write an address.

/// Long names of regions and the short ones that the gazetteer uses. Longer ones stand before those they contain.
const REGIONS: [(&str, &str); 8] = [
    ("서울특별시", "서울"),
    ("서울시", "서울"),
    ("부산광역시", "부산"),
    ("부산시", "부산"),
    ("인천광역시", "인천"),
    ("인천시", "인천"),
    ("경기도", "경기"),
    ("대한민국", ""),
];

/// The words of an address: lower case, without what stands in brackets, commas and full stops; regions by their short names.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let mut depth = 0_u32;
    let mut plain = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            ',' | '.' | '，' | '、' => plain.push(' '),
            // Digits as Korean keyboards write them in full width.
            '０'..='９' => plain.extend(char::from_digit(u32::from(character) - u32::from('０'), 10)),
            '‐'..='―' | '－' => plain.push('-'),
            _ => plain.push(character),
        }
    }
    plain.split_whitespace().map(short_region).filter(|word| !word.is_empty()).collect()
}

/// What an address is known by: its words without the spaces between them, which people set as they like.
pub(super) fn key_of(text: &str) -> String {
    words_of(text).concat()
}

fn short_region(word: &str) -> String {
    REGIONS
        .iter()
        .find_map(|(long, short)| word.strip_prefix(long).map(|rest| format!("{short}{rest}")))
        .unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{key_of, words_of};

    #[test]
    fn spellings_of_one_address_have_one_key() {
        let key = key_of("서울 마포구 양화로 45");
        for spelling in [
            "  서울   마포구 양화로 45 ",
            "서울특별시 마포구 양화로 45",
            "서울시 마포구 양화로45",
            "서울특별시마포구양화로45",
            "대한민국 서울특별시 마포구 양화로 45 (서교동, 어느 건물)",
            "[04036] 서울 마포구 양화로 ４５",
            "서울　마포구\u{a0}양화로 45,",
        ] {
            assert_eq!(key_of(spelling), key, "{spelling}");
        }
        assert_eq!(key_of("45 Yanghwa-ro, Mapo-gu, SEOUL"), "45yanghwa-romapo-guseoul");
        assert_ne!(key_of("양화로 45-1"), key_of("양화로 451"));
        assert_eq!(words_of(" ( ] , "), Vec::<String>::new());
    }
}
