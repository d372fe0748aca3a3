//! Addresses by road and house number (도로명주소).

use std::fmt::Write as _;

/// Words of an English address that tell nothing apart here.
const COUNTRY: [&str; 5] = ["korea", "south", "republic", "of", "rok"];

/// A house on a road.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Road {
    /// City and district, as far as they are named.
    region: Vec<String>,
    /// The road's name without spaces: `양화로`, `양화로6길`, `yanghwa-ro`.
    name: String,
    /// The house number.
    pub(super) number: u32,
    /// What follows a hyphen after the number; 0 without one.
    branch: u32,
}

impl Road {
    /// Reads the words of an address: `서울 마포구 양화로 45`, `양화로6길12-3`, `45 yanghwa-ro mapo-gu seoul`. What follows a
    /// Korean number is a floor or a door and is passed over. `None` without a road or a number.
    pub(super) fn parse(words: &[String]) -> Option<Self> {
        words.iter().enumerate().find_map(|(index, word)| {
            Self::glued(words, index, word)
                .or_else(|| Self::korean(words, index, word))
                .or_else(|| Self::english(words, index, word))
        })
    }

    /// `양화로45`.
    fn glued(words: &[String], index: usize, word: &str) -> Option<Self> {
        let name = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let (number, branch) = house(&word[name.len()..])?;
        is_korean_road(name).then(|| Self {
            region: region(&words[..index]),
            name: name.to_owned(),
            number,
            branch,
        })
    }

    /// `양화로 45`, and `양화로 6길 45` for `양화로6길 45`.
    fn korean(words: &[String], index: usize, word: &str) -> Option<Self> {
        if !is_korean_road(word) {
            return None;
        }
        let mut name = word.to_owned();
        let mut next = words.get(index + 1)?;
        if next.starts_with(|c: char| c.is_ascii_digit()) && next.ends_with('길') {
            name.push_str(next);
            next = words.get(index + 2)?;
        }
        let (number, branch) = house(next)?;
        Some(Self { region: region(&words[..index]), name, number, branch })
    }

    /// `45 yanghwa-ro`, `45 world cup-ro` or `yanghwa-ro 45`.
    fn english(words: &[String], index: usize, word: &str) -> Option<Self> {
        if !["-ro", "-gil", "-daero"].iter().any(|ending| word.ends_with(ending)) {
            return None;
        }
        let before =
            words[..index].iter().enumerate().rev().find_map(|(at, word)| Some((house(word)?, at + 1)));
        let ((number, branch), begin) = match before {
            Some(before) => before,
            None => (house(words.get(index + 1)?)?, index),
        };
        Some(Self {
            region: region(words[..begin].iter().chain(&words[index + 1..])),
            name: words[begin..=index].concat(),
            number,
            branch,
        })
    }

    /// True when both are on one road, as far as `self` names the region.
    pub(super) fn is_on_the_road_of(&self, known: &Road) -> bool {
        let known_as = |word: &String| known.region.iter().any(|region| region.starts_with(word));
        self.name == known.name && self.region.iter().all(known_as)
    }

    /// How far apart two houses on one road are: in numbers, and in branches.
    pub(super) fn apart(&self, other: &Road) -> (u32, u32) {
        (self.number.abs_diff(other.number), self.branch.abs_diff(other.branch))
    }

    /// This road with the house number of another address, in the Korean order.
    pub(super) fn with_number_of(&self, other: &Road) -> String {
        let mut text = self.region.join(" ");
        if !text.is_empty() {
            text.push(' ');
        }
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{} {}", self.name, other.number);
        if other.branch > 0 {
            let _ = write!(text, "-{}", other.branch);
        }
        text
    }
}

/// The words that name city and district. A neighbourhood (동) is no part of an address by road, nor are numbers.
fn region<'a>(words: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    words
        .into_iter()
        .filter(|word| {
            !word.ends_with('동')
                && !word.contains(|c: char| c.is_ascii_digit())
                && !COUNTRY.contains(&word.as_str())
        })
        .cloned()
        .collect()
}

/// `양화로` and `63로`, but not `6길`, which is a lane of the road before it.
fn is_korean_road(word: &str) -> bool {
    word.ends_with('로') || (word.ends_with('길') && !word.starts_with(|c: char| c.is_ascii_digit()))
}

/// `45` or `45-1`; the number is not 0.
fn house(word: &str) -> Option<(u32, u32)> {
    let (number, branch) = match word.split_once('-') {
        Some((number, branch)) => (number, branch.parse().ok()?),
        None => (word, 0),
    };
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some((number, branch))
}

#[cfg(test)]
mod tests {
    use super::super::normal::words_of;
    use super::Road;

    fn road(text: &str) -> Option<(String, String, u32, u32)> {
        Road::parse(&words_of(text)).map(|road| (road.region.join(" "), road.name, road.number, road.branch))
    }

    #[test]
    fn roads_and_numbers_are_read_from_what_people_type() {
        for (text, region, name, number, branch) in [
            ("서울 마포구 양화로 45", "서울 마포구", "양화로", 45, 0),
            ("서울 마포구 양화로45-2 301호", "서울 마포구", "양화로", 45, 2),
            ("마포구 서교동 양화로6길 12", "마포구", "양화로6길", 12, 0),
            ("양화로 6길 12", "", "양화로6길", 12, 0),
            ("양화로6길12", "", "양화로6길", 12, 0),
            ("45 Yanghwa-ro, Mapo-gu, Seoul, South Korea", "mapo-gu seoul", "yanghwa-ro", 45, 0),
            ("Yanghwa-ro 45, Seoul", "seoul", "yanghwa-ro", 45, 0),
            ("24 World Cup-ro, Mapo-gu", "mapo-gu", "worldcup-ro", 24, 0),
            ("영등포구 63로 50", "영등포구", "63로", 50, 0),
        ] {
            let expected = (region.to_owned(), name.to_owned(), number, branch);
            assert_eq!(road(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "양화로",
            "양화로 영번지",
            "양화로 0",
            "45",
            "111",
            "서울 마포구",
            "양화로 -",
            "로 4294967296",
        ] {
            assert_eq!(road(text), None, "{text}");
        }
    }
}
