//! The dependencies against `deny.toml`, from `cargo metadata` alone: no download, no further tool.

use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::shell;

/// The part of `deny.toml` that is checked here.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

/// Checks every dependency of the workspace; lists all that break a rule.
pub(crate) fn check() -> Result<()> {
    let path = shell::root()?.join("deny.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rules: Rules = toml::from_str(&text).context("deny.toml is not understood")?;
    let metadata = shell::metadata(true)?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
    let complaints: Vec<String> = packages.iter().flat_map(|package| complaints(package, &rules)).collect();
    if complaints.is_empty() {
        println!("{} packages: licences, sources and bans are in order.", packages.len());
        return Ok(());
    }
    bail!("{}", complaints.join("\n"))
}

/// What is wrong with one package of `cargo metadata`.
fn complaints(package: &Value, rules: &Rules) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or("?");
    let mut found = Vec::new();
    match package["license"].as_str() {
        Some(license) if allowed(license, &rules.licenses.allow) => {}
        Some(license) => found.push(format!("{name}: the licence `{license}` is not allowed")),
        None => found.push(format!("{name}: names no licence")),
    }
    // Packages of the workspace have no source.
    if let Some(source) = package["source"].as_str() {
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        if !rules.sources.allow_registry.iter().any(|allowed| allowed == registry) {
            found.push(format!("{name}: comes from `{source}`, which is not allowed"));
        }
    }
    if let Some(ban) = rules.bans.deny.iter().find(|ban| ban.name == name) {
        found.push(format!("{name}: is banned ({})", ban.reason));
    }
    found
}

/// Whether an SPDX expression can be met with the allowed licences. What is not understood is not allowed.
fn allowed(expression: &str, allow: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    any(&mut words, allow).unwrap_or(false) && words.is_empty()
}

/// `a OR b OR …`; the words are a stack with the next one on top.
fn any(words: &mut Vec<&str>, allow: &[String]) -> Option<bool> {
    let mut met = all(words, allow)?;
    while words.last() == Some(&"OR") {
        words.pop();
        met |= all(words, allow)?;
    }
    Some(met)
}

/// `a AND b AND …`, which binds tighter than OR.
fn all(words: &mut Vec<&str>, allow: &[String]) -> Option<bool> {
    let mut met = one(words, allow)?;
    while words.last() == Some(&"AND") {
        words.pop();
        met &= one(words, allow)?;
    }
    Some(met)
}

/// One licence, perhaps WITH an exception, or an expression in parentheses.
fn one(words: &mut Vec<&str>, allow: &[String]) -> Option<bool> {
    let word = words.pop()?;
    if word == "(" {
        let met = any(words, allow)?;
        return (words.pop()? == ")").then_some(met);
    }
    let mut license = word.to_owned();
    if words.last() == Some(&"WITH") {
        words.pop();
        license = format!("{word} WITH {}", words.pop()?);
    }
    Some(allow.contains(&license))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> Rules {
        Rules {
            licenses: Licenses { allow: vec!["MIT".to_owned(), "Zlib".to_owned()] },
            bans: Bans { deny: vec![Ban { name: "bad".to_owned(), reason: "a reason".to_owned() }] },
            sources: Sources { allow_registry: vec!["https://index".to_owned()] },
        }
    }

    #[test]
    fn an_expression_is_met_as_spdx_says() {
        let allow = rules().licenses.allow;
        for good in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "MIT AND Zlib", "(GPL-3.0 OR MIT) AND Zlib"] {
            assert!(allowed(good, &allow), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "MIT WITH X-exception", "(MIT", "MIT MIT", "", "MIT OR"] {
            assert!(!allowed(bad, &allow), "{bad}");
        }
    }

    #[test]
    fn each_broken_rule_is_named() {
        let good = json!({"name": "good", "license": "MIT", "source": "registry+https://index"});
        assert!(complaints(&good, &rules()).is_empty());
        let own = json!({"name": "own", "license": "MIT", "source": null});
        assert!(complaints(&own, &rules()).is_empty());
        let bad = json!({"name": "bad", "license": null, "source": "git+https://elsewhere"});
        let found = complaints(&bad, &rules());
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
