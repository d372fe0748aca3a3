//! `docs/RULES.md` names only what exists, and leaves nothing out.

use std::fs;
use std::path::{Path, PathBuf};

const BOOK: &str = "docs/RULES.md";
/// Rules of the mission, its additions, its patterns, and the invariants.
const CHAPTERS: [(char, u32); 4] = [('R', 11), ('A', 2), ('P', 6), ('I', 11)];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

/// Every text between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Entries `path.rs::name`: the path from the project's root, and the name of a function or a test in that file.
fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    quoted(text).filter_map(|entry| {
        let (path, name) = entry.split_once("::")?;
        (Path::new(path).extension()? == "rs").then_some((path, name))
    })
}

fn declares(source: &str, name: &str) -> bool {
    ["fn ", "struct ", "enum ", "const "].iter().any(|keyword| {
        source.match_indices(&format!("{keyword}{name}")).any(|(start, found)| {
            !source[start + found.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    })
}

#[test]
fn every_function_and_test_in_the_book_exists() {
    let book = read(BOOK).expect("the rules' book");
    let missing: Vec<_> = entries(&book)
        .filter(|(path, name)| !read(path).is_some_and(|source| declares(&source, name)))
        .collect();
    assert!(missing.is_empty(), "named in {BOOK}, but not in the sources: {missing:#?}");
    assert!(entries(&book).count() > 50, "the book names next to nothing");
}

#[test]
fn every_rule_has_a_line_with_its_function_and_its_test() {
    let book = read(BOOK).expect("the rules' book");
    for (chapter, count) in CHAPTERS {
        for number in 1..=count {
            let line = book
                .lines()
                .find(|line| line.starts_with(&format!("| {chapter}{number} |")))
                .unwrap_or_else(|| panic!("{BOOK} has no line for {chapter}{number}"));
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let [_, _, rule, decided, proved, _] = cells[..] else {
                panic!("{chapter}{number} is not a line of three cells: {line}");
            };
            assert!(!rule.is_empty(), "{chapter}{number} says nothing");
            for cell in [decided, proved] {
                assert!(entries(cell).next().is_some(), "{chapter}{number} names no code: {cell}");
            }
        }
    }
}

#[test]
fn every_invariant_that_is_tested_here_is_in_the_book() {
    let book = read(BOOK).expect("the rules' book");
    let mut tests = Vec::new();
    let mut folders = vec![root().join("domain/tests"), root().join("server/tests")];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).expect("the folder of tests") {
            let path = file.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(source) = fs::read_to_string(&path) {
                let names = source.lines().filter_map(|line| {
                    let line = line.trim_start();
                    let line = line.strip_prefix("async ").unwrap_or(line);
                    let name = line.strip_prefix("fn ")?.split('(').next()?;
                    name.starts_with("invariant_").then(|| name.to_owned())
                });
                tests.extend(names);
            }
        }
    }
    assert!(tests.len() >= 20, "{tests:?}");
    for test in tests {
        assert!(book.contains(&format!("::{test}`")), "{BOOK} does not name {test}");
    }
}
