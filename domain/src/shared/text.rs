//! Text in the two languages of the pages.

use serde::{Deserialize, Serialize};

/// The longest reason that anybody gives in words of their own, in characters.
pub const MAX_REASON: u32 = 200;

/// A control character other than those of lines and columns, or one that turns the direction of what stands around it.
pub fn is_unprintable(sign: char) -> bool {
    (sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'))
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
        let en = self.en.as_deref().map(str::trim).filter(|en| !en.is_empty());
        Self { ko: self.ko.trim().to_owned(), en: en.map(str::to_owned) }
    }

    /// The length of the longer language, in characters.
    pub fn length(&self) -> usize {
        let en = self.en.as_ref().map_or(0, |en| en.chars().count());
        self.ko.chars().count().max(en)
    }

    /// True when it stands on one line and holds nothing that cannot be shown.
    pub fn is_one_line(&self) -> bool {
        let mut signs = self.ko.chars().chain(self.en.iter().flat_map(|en| en.chars()));
        signs.all(|sign| !sign.is_control() && !is_unprintable(sign))
    }

    /// True when either language contains `needle`, which must be lower case.
    pub fn contains(&self, needle: &str) -> bool {
        self.ko.to_lowercase().contains(needle)
            || self.en.as_ref().is_some_and(|en| en.to_lowercase().contains(needle))
    }
}
