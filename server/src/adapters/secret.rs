//! Texts that must not be seen.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::str::FromStr;

/// A text that is shown nowhere: neither in logs nor in messages, since whoever knows it may act as this shop.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// This text, kept.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret that was typed, or for `@file` the first line of that file. Spaces around it are nobody's.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn read(typed: &str) -> io::Result<Self> {
        let text = match typed.strip_prefix('@') {
            Some(file) => std::fs::read_to_string(file)?,
            None => typed.to_owned(),
        };
        Ok(Self::new(text.lines().next().unwrap_or_default().trim()))
    }

    /// The text, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Any text may be one.
impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_what_was_typed_or_the_first_line_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let named = format!("@{}", file.display());
        assert!(Secret::read(&named).is_err());
        std::fs::write(&file, " hush \nnote\n").unwrap();
        for (typed, secret) in [("hush", "hush"), ("", ""), (" hush\n", "hush"), (named.as_str(), "hush")] {
            assert_eq!(Secret::read(typed).unwrap(), Secret::new(secret));
        }
        std::fs::write(&file, "").unwrap();
        assert_eq!(Secret::read(&named).unwrap(), Secret::new(""));
    }
}
