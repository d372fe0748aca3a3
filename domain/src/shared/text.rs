//! Text in the two languages of the pages.

use serde::{Deserialize, Serialize};

/// The longest reason that anybody gives in words of their own, in characters.
pub const MAX_REASON: u32 = 200;

/// A control character other than those of lines and columns, a sign that turns the direction of what stands around it, or one that takes
/// part in no text and cannot be seen. The joiner U+200D is none of them: emoji are made with it.
pub fn is_unprintable(sign: char) -> bool {
    (sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) || turns(sign) || is_invisible(sign)
}

/// Marks and embeddings of writing directions.
const fn turns(sign: char) -> bool {
    matches!(sign, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Signs without width or ink: spaces of no width, fillers of Hangul and of Braille, tags, soft hyphens.
const fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200c}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// True for a text in which nothing can be seen.
pub fn is_blank(text: &str) -> bool {
    let shows_nothing = |sign: char| {
        sign.is_whitespace() || is_unprintable(sign) || matches!(sign, '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
    };
    text.chars().all(shows_nothing)
}

/// True for a text that stands on one line and holds nothing that cannot be shown.
pub fn is_one_line(text: &str) -> bool {
    !text.chars().any(|sign| sign.is_control() || is_unprintable(sign))
}

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Korean, the default.
    #[default]
    Ko,
    /// English.
    En,
}

impl Locale {
    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::Ko => "ko",
            Locale::En => "en",
        }
    }
}

/// A name or a description that a store wrote: in Korean, and in English where there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// Korean.
    pub ko: String,
    /// English; the Korean text stands in where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// Korean text without a translation.
    pub fn ko(text: impl Into<String>) -> Self {
        Self { ko: text.into(), en: None }
    }

    /// The text in a language.
    pub fn get(&self, locale: Locale) -> &str {
        match (locale, &self.en) {
            (Locale::En, Some(en)) => en,
            _ => &self.ko,
        }
    }

    /// The same without white space around it. An English text that says nothing is none.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let en = self.en.as_deref().map(str::trim).filter(|en| !is_blank(en));
        Self { ko: self.ko.trim().to_owned(), en: en.map(str::to_owned) }
    }

    /// The length of the longer language, in characters.
    pub fn length(&self) -> usize {
        let en = self.en.as_ref().map_or(0, |en| en.chars().count());
        self.ko.chars().count().max(en)
    }

    /// True when it stands on one line and holds nothing that cannot be shown.
    pub fn is_one_line(&self) -> bool {
        is_one_line(&self.ko) && self.en.as_deref().is_none_or(is_one_line)
    }

    /// True when either language contains `needle`, which must be lower case.
    pub fn contains(&self, needle: &str) -> bool {
        self.ko.to_lowercase().contains(needle)
            || self.en.as_ref().is_some_and(|en| en.to_lowercase().contains(needle))
    }
}

#[cfg(test)]
mod tests {
    use super::{is_blank, is_one_line, is_unprintable};

    #[test]
    fn a_text_holds_nothing_that_cannot_be_seen_or_that_turns_what_stands_beside_it() {
        for sign in "\u{0}\u{7}\u{1b}\u{85}\u{ad}\u{61c}\u{115f}\u{1160}\u{200b}\u{200c}\u{200e}\u{200f}\u{2028}\u{202e}\u{2060}\u{2066}\u{2800}\u{3164}\u{feff}\u{ffa0}\u{e0041}".chars() {
            assert!(is_unprintable(sign), "{sign:?}");
            assert!(!is_one_line(&format!("가{sign}나")), "{sign:?}");
            assert!(is_blank(&sign.to_string()), "{sign:?}");
        }
        for text in ["김하늘", "문 앞에 놓아 주세요.", "👩\u{200d}🍳", "❤\u{fe0f}", "José", "ㅎㅎ", "ﾊﾝｶｸ"]
        {
            assert!(is_one_line(text) && !is_blank(text), "{text}");
        }
        assert!(!"한 줄\r\n\t또 한 줄".chars().any(is_unprintable));
        for blank in ["", " \t", "\u{3000}", "\u{a0}\u{200d}", "\u{fe0f}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_one_line("두\n줄"));
    }
}
