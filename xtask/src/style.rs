//! One style sheet out of `style/main.css` and what it imports.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Reads `main.css` in `folder` and puts every `@import "./x.css";` in its place, without comments and
/// needless white space.
pub(crate) fn bundle(folder: &Path) -> Result<String> {
    let main = folder.join("main.css");
    let text = fs::read_to_string(&main).with_context(|| format!("cannot read {}", main.display()))?;
    let mut joined = String::new();
    for line in without_comments(&text).lines() {
        let line = line.trim();
        if let Some(import) = line.strip_prefix("@import") {
            let name = import.trim().trim_end_matches(';').trim().trim_matches(['"', '\'']);
            let Some(name) = name.strip_prefix("./") else {
                bail!("style/main.css: `{line}` is no import of the form @import \"./name.css\";");
            };
            let path = folder.join(name);
            let part =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            joined.push_str(&part);
        } else {
            joined.push_str(line);
        }
        joined.push('\n');
    }
    Ok(minimise(&without_comments(&joined)))
}

/// Removes comments; quoted text stays as it is.
fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if from.starts_with("/*") {
            rest = from.find("*/").map_or("", |end| &from[end + 2..]);
            // Two words that only a comment kept apart must not become one.
            out.push(' ');
        } else if let Some(after) = from.strip_prefix('/') {
            out.push('/');
            rest = after;
        } else {
            let end = quoted_length(from);
            out.push_str(&from[..end]);
            rest = &from[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Folds white space outside quotes to one blank, and drops it next to `{`, `}`, `;` and after `,`.
fn minimise(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_whitespace() {
            rest = rest.trim_ascii_start();
            let next = rest.chars().next();
            let joins_left = out.is_empty() || out.ends_with(['{', '}', ';', ',']);
            let joins_right = matches!(next, None | Some('{' | '}'));
            if !joins_left && !joins_right {
                out.push(' ');
            }
        } else if first == '"' || first == '\'' {
            let end = quoted_length(rest);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// The length in bytes of the quoted text that `from` starts with, both quotes included.
fn quoted_length(from: &str) -> usize {
    let mut characters = from.char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    let mut escaped = false;
    for (at, character) in characters {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if Some(character) == quote {
            return at + character.len_utf8();
        }
    }
    from.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blanks_go_and_quotes_stay() {
        let css = "/* head */\na  ,\n b > c {\n  color : red ;\n  content: \"/*  no */ \\\" x\";\n}\n";
        assert_eq!(minimise(&without_comments(css)), "a ,b > c{color : red ;content: \"/*  no */ \\\" x\";}");
    }

    #[test]
    fn blanks_that_mean_something_stay() {
        let css = "@media (min-width: 40em) and (hover) { .a .b :is(p, q) { width: calc(1px + 2px) } }";
        assert_eq!(
            minimise(css),
            "@media (min-width: 40em) and (hover){.a .b :is(p,q){width: calc(1px + 2px)}}"
        );
    }

    #[test]
    fn imports_are_put_in_their_order() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("main.css"), "/* x */ @import \"./b.css\";\n@import \"./a.css\";\n")?;
        fs::write(folder.path().join("a.css"), "a { }")?;
        fs::write(folder.path().join("b.css"), "b { }")?;
        assert_eq!(bundle(folder.path())?, "b{}a{}");
        fs::write(folder.path().join("main.css"), "@import url(https://elsewhere/x.css);\n")?;
        assert!(bundle(folder.path()).is_err());
        Ok(())
    }
}
