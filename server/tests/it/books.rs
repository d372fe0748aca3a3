//! The project's books: what they say of settings, files and tests is so.

use crate::house::{metadata, read, root, sources};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The settings of `baedal serve` as `--help` tells them: flag and default.
fn settings() -> Vec<(String, Option<String>)> {
    let help = Command::new(env!("CARGO_BIN_EXE_baedal")).args(["serve", "--help"]).output().unwrap();
    // Beside long names there is no room for what they mean, and that comes on lines of their own.
    let help = String::from_utf8(help.stdout).unwrap().replace("\n          ", " ");
    let between =
        |text: &str, start: &str, end: &str| Some(text.split_once(start)?.1.split_once(end)?.0.to_owned());
    help.lines()
        .filter(|line| line.contains("[env: BAEDAL_"))
        .map(|line| (between(line, "--", " ").unwrap(), between(line, "[default: ", "]")))
        .collect()
}

#[test]
fn the_readme_names_every_setting_with_its_default() {
    let readme = read("README.md");
    let settings = settings();
    assert!(settings.len() >= 12, "{settings:?}");
    for (flag, default) in settings {
        let variable = format!("`BAEDAL_{}`", flag.to_uppercase().replace('-', "_"));
        let row = readme.lines().find(|line| line.starts_with(&format!("| `--{flag}")));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for --{flag}"));
        assert!(row.contains(&variable), "{row}");
        // In the demo city some are others.
        if let Some(default) = default.as_deref().and_then(|default| default.split(';').next()) {
            assert!(row.contains(&format!("`{default}`")), "{row} lacks the default {default}");
        }
    }
}

/// The books of the project.
fn books() -> Vec<String> {
    let mut books = vec!["README.md".to_owned(), "CHANGELOG.md".to_owned()];
    for folder in ["docs", "docs/adr"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if Path::new(&name).extension().is_some_and(|ending| ending == "md") {
                books.push(format!("{folder}/{name}"));
            }
        }
    }
    books.sort();
    books
}

#[test]
fn links_between_the_books_lead_somewhere() {
    let books = books();
    assert!(books.len() > 12, "{books:?}");
    for book in books {
        let text = read(&book);
        for (start, _) in text.match_indices("](") {
            let target = text[start + 2..].split(')').next().unwrap();
            let path = target.split('#').next().unwrap();
            if path.is_empty() || target.contains("://") {
                continue;
            }
            let from = root().join(&book);
            assert!(from.parent().unwrap().join(path).exists(), "{book} links to {target}");
        }
    }
}

/// The tests that ARCHITECTURE.md names for the invariants are there.
#[test]
fn every_invariant_of_the_architecture_names_tests_that_exist() {
    let architecture = read("docs/ARCHITECTURE.md");
    let tests: String =
        ["domain/tests", "server/tests"].into_iter().flat_map(sources).map(|(_, text)| text).collect();
    let mut invariants = BTreeSet::new();
    for row in architecture.lines().filter(|line| line.starts_with("| **")) {
        let number = row.trim_start_matches("| **").split('*').next().unwrap();
        invariants.insert(number.parse::<u32>().unwrap());
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let named: Vec<_> = last.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "invariant {number} names no test");
        for test in named {
            assert!(tests.contains(&format!("fn {test}(")), "invariant {number}: there is no test {test}");
        }
    }
    assert_eq!(invariants, (1..=11).collect());
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons = read("docs/adr/0011-dependencies.md");
    let rows: Vec<&str> = reasons.lines().filter(|line| line.starts_with("| `")).collect();
    let listed: BTreeSet<&str> =
        rows.iter().flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let needed: BTreeSet<&str> = packages
        .iter()
        .flat_map(|package| package["dependencies"].as_array().unwrap())
        // Those with a path are of this house.
        .filter(|one| one["path"].is_null())
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(listed, needed);
}
