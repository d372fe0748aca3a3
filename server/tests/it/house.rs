//! The house: which way dependencies run, and what every source file keeps to.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most lines of a source file.
const LINES: usize = 450;
/// What may know several contexts; every other folder of the domain is a context.
const ABOVE_CONTEXTS: [&str; 2] = ["processes", "views"];

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file of the project.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every `.rs` file below a folder of the project, by its path from the root, with its text.
pub fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if Path::new(&path).extension().is_some_and(|ending| ending == "rs") {
                let text = read(&path);
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no sources");
    found.sort();
    found
}

fn is_test_file(path: &str) -> bool {
    path.split('/').any(|part| ["tests", "tests.rs"].contains(&part))
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The lines of a formatted source that are neither comments nor compiled for tests alone, with their numbers from 1 on.
fn shipped(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut test_item: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        match test_item {
            // The item ends with a brace as far to the right as its attribute, or with its first line.
            Some(at) => {
                let one_line = indent == at && (line.ends_with(';') || line.ends_with("{}"));
                if one_line || line.strip_prefix(at).is_some_and(|rest| rest.starts_with('}')) {
                    test_item = None;
                }
            }
            None if line.trim_start() == "#[cfg(test)]" => test_item = Some(indent),
            None if is_comment(line) => {}
            None => lines.push((index + 1, line)),
        }
    }
    assert_eq!(test_item, None, "a test's end was not found");
    lines
}

fn code(text: &str) -> String {
    shipped(text).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// The modules at the crate's root that a source names: `crate::a::B` and `use crate::{a, b::C}`.
fn named_modules(code: &str) -> BTreeSet<String> {
    let word = |text: &str| {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let mut named = BTreeSet::new();
    for (start, found) in code.match_indices("crate::") {
        let rest = &code[start + found.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            named.insert(word(rest));
            continue;
        };
        let (mut depth, mut begins) = (0, true);
        for (at, letter) in group.char_indices() {
            if begins && !letter.is_whitespace() {
                named.insert(word(&group[at..]));
                begins = false;
            }
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ => {}
            }
        }
    }
    named.remove("");
    named
}

/// The longest chain of `super::` in a source.
fn steps_up(code: &str) -> usize {
    code.lines()
        .flat_map(|line| {
            line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'))
        })
        .map(|path| path.split("::").take_while(|part| *part == "super").count())
        .max()
        .unwrap_or(0)
}

/// The workspace as cargo knows it.
pub fn metadata() -> Value {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    serde_json::from_slice(&cargo.stdout).unwrap()
}

/// The crates that a package of the workspace is built of; those of its tests and of its build script are not among them.
fn dependencies(metadata: &Value, package: &str) -> BTreeSet<String> {
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|known| known["name"] == package).unwrap();
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    dependencies
        .filter(|one| one["kind"].is_null())
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn dependencies_run_one_way() {
    let metadata = metadata();
    let of_the_house = |package| {
        let house = ["domain", "app", "browser", "server", "xtask"].map(str::to_owned);
        dependencies(&metadata, package).intersection(&BTreeSet::from(house)).cloned().collect::<Vec<_>>()
    };
    let domain: Vec<_> = dependencies(&metadata, "domain").into_iter().collect();
    assert_eq!(domain, ["serde", "serde_json", "thiserror", "uuid"], "the domain is built of values alone");
    assert_eq!(of_the_house("app"), ["domain"]);
    assert_eq!(of_the_house("browser"), ["app"]);
    assert_eq!(of_the_house("server"), ["app", "domain"]);
    assert_eq!(of_the_house("xtask"), [""; 0]);
}

#[test]
fn no_context_imports_another() {
    let mut contexts = BTreeSet::new();
    for (path, text) in sources("domain/src") {
        // Files beside the folders (lib.rs) only name the modules.
        let Some((folder, file)) = path.trim_start_matches("domain/src/").split_once('/') else {
            continue;
        };
        if ABOVE_CONTEXTS.contains(&folder) {
            continue;
        }
        contexts.insert(folder.to_owned());
        let code = code(&text);
        for named in named_modules(&code) {
            assert!(named == folder || named == "shared", "{path} names crate::{named}");
        }
        // `mod.rs` is its folder; every other file is one step deeper.
        let depth = 1 + file.split('/').count() - usize::from(file.ends_with("mod.rs"));
        assert!(steps_up(&code) < depth, "{path} climbs out of its context");
    }
    let first = ["delivery", "order", "payment", "shared", "store"].map(str::to_owned);
    assert!(contexts.is_superset(&BTreeSet::from(first)), "{contexts:?}");
}

/// Both halves compile the pages; only the port, what server functions call in their bodies (which exist on the server
/// alone) and the start in the browser are of one half. One line asks which half it is in: the one that leaves the page.
#[test]
fn one_module_of_the_pages_exists_on_the_server_alone() {
    let (mut gated_modules, mut asks) = (Vec::new(), Vec::new());
    for (path, text) in sources("app/src") {
        let lines = shipped(&text);
        for (index, (number, line)) in lines.iter().enumerate() {
            let place = format!("{path}:{number}");
            assert!(!line.contains("cfg_attr("), "{place}: {line}");
            assert!(!line.contains("target_arch") && !line.contains("target_family"), "{place}: {line}");
            if line.contains("cfg!(") {
                asks.push(path.clone());
            }
            if !line.contains("cfg(") {
                continue;
            }
            let gated = lines[index + 1..]
                .iter()
                .map(|(_, line)| *line)
                .find(|line| !line.starts_with("#["))
                .unwrap();
            let is_helper = path.starts_with("app/src/api/")
                && ["fn ", "async fn ", "pub use crate::backend::"]
                    .iter()
                    .any(|start| gated.starts_with(start));
            match *line {
                "#[cfg(feature = \"ssr\")]" if is_helper => {}
                "#[cfg(feature = \"ssr\")]" => gated_modules.push(format!("{path}: {gated}")),
                "#[cfg(feature = \"hydrate\")]" => {
                    assert_eq!((path.as_str(), gated), ("app/src/lib.rs", "pub fn hydrate() {"), "{place}");
                }
                _ => panic!("{place}: {line}"),
            }
        }
    }
    assert_eq!(gated_modules, ["app/src/lib.rs: pub mod backend;"]);
    // Where leptos itself does another thing on the server than in the browser.
    assert_eq!(asks, ["app/src/components/command.rs", "app/src/components/title.rs"]);
}

/// That both build for wasm32 is shown by building them, which `make test` does before it runs these tests.
#[test]
fn the_checks_build_domain_and_pages_for_the_browser_on_their_own() {
    let checks = [read("scripts/lint.sh"), read("scripts/test.sh")].concat();
    for line in [
        "step \"domain builds for wasm32 on its own\" cargo check --package domain --lib --target wasm32-unknown-unknown",
        "scripts/lint.sh",
        "    cargo xtask site >\"$site_log\" 2>&1 &",
        "step \"the browser's half, which builds for wasm32 on its own\" end_site",
    ] {
        assert!(checks.lines().any(|known| known == line), "`make test` lacks: {line}");
    }
    assert!(
        read("Makefile")
            .contains("\ntest: ## all checks and tests, the browser's included\n\t@scripts/test.sh\n")
    );
    assert!(read(".ci/run").lines().any(|line| line == "exec make test"));
}

#[test]
fn sources_are_short_and_finished() {
    // In two parts, so that this file does not hold what it looks for.
    let unfinished = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["todo", "!("], ["unimplemented", "!("]]
        .map(|word| word.concat());
    let mut wrong = Vec::new();
    for folder in ["domain/src", "app/src", "app/browser/src", "server/src", "xtask/src", "bench/src"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            if lines > LINES {
                wrong.push(format!("{path} has {lines} lines"));
            }
            for (index, line) in text.lines().enumerate() {
                if unfinished.iter().any(|word| line.contains(word.as_str())) {
                    wrong.push(format!("{path}:{}: {line}", index + 1));
                }
            }
            if is_test_file(&path) {
                continue;
            }
            for (number, line) in shipped(&text) {
                if line.contains(".unwrap()") {
                    wrong.push(format!("{path}:{number}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_looks_at_sources_sees_what_it_should() {
    let text = "use crate::{\n    order::{Event, Phase},\n    shared::Won,\n};\n// crate::views\nfn a() { crate::store::b() }\n\
                #[cfg(test)]\nfn c() {\n    crate::delivery::d();\n}\n#[cfg(test)]\nmod tests;\nuse super::super::x;\n";
    let code = code(text);
    assert_eq!(named_modules(&code).into_iter().collect::<Vec<_>>(), ["order", "shared", "store"]);
    assert_eq!(steps_up(&code), 2);
    assert_eq!(shipped(text).last(), Some(&(13, "use super::super::x;")));
}
