//! What `docs/WEBHOOKS.md` says of each type is what is sent.

use super::messages;
use domain::notification::Recipient;
use domain::webhook::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// The fields of a message's data; of those that have a list of values, the values.
type Fields<'d> = BTreeMap<&'d str, Vec<&'d str>>;

fn docs() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/WEBHOOKS.md");
    std::fs::read_to_string(path).expect("the documentation")
}

/// The texts between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The fields that a cell names. What stands behind a colon, up to the next semicolon, are the values of the field before it.
fn fields(cell: &str) -> Fields<'_> {
    let mut fields = Fields::new();
    for part in cell.split(';') {
        let (names, values) = part.split_once(':').unwrap_or((part, ""));
        let mut last = None;
        for name in quoted(names).filter(|name| *name != "null") {
            fields.insert(name, Vec::new());
            last = Some(name);
        }
        if let Some(name) = last {
            fields.insert(name, quoted(values).collect());
        }
    }
    fields
}

/// The table of types: of each row the type, whom it is told to, as C, S or R, and what its data holds.
fn rows(docs: &str) -> Vec<(&str, &str, Fields<'_>)> {
    let (_, table) = docs.split_once("| Type | To | `data` |\n").expect("the table of types");
    let (mut rows, mut kind) = (Vec::new(), "");
    for row in table.lines().skip(1).take_while(|row| row.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, name, to, data, _] = cells[..] else {
            panic!("a row has three cells: {row}");
        };
        // A row without a type tells of the one above, to somebody else.
        kind = quoted(name).next().unwrap_or(kind);
        rows.extend(to.split(", ").map(|letter| (kind, letter, fields(data))));
    }
    rows
}

#[test]
fn every_type_is_documented() {
    let docs = docs();
    let mut known: Vec<&str> = rows(&docs).into_iter().map(|(kind, ..)| kind).collect();
    known.dedup();
    assert_eq!(known, Kind::ALL.map(Kind::name));
}

#[test]
fn every_message_holds_the_fields_that_are_documented_for_whom_it_is_told_to() {
    let docs = docs();
    let mut documented = BTreeMap::new();
    for (kind, letter, fields) in rows(&docs) {
        assert_eq!(documented.insert((kind, letter), fields), None, "{kind} to {letter} is there twice");
    }
    let mut told = BTreeSet::new();
    for (to, message) in messages() {
        let letter = match to {
            Recipient::Customer(_) => "C",
            Recipient::Store(_) => "S",
            Recipient::Rider(_) => "R",
        };
        let at = (message.kind, letter);
        let fields = documented.get(&at).unwrap_or_else(|| panic!("{at:?} is not documented"));
        let data = message.data.as_object().expect("an object");
        let sent: BTreeSet<&str> = data.keys().map(String::as_str).collect();
        assert_eq!(sent, fields.keys().copied().collect::<BTreeSet<&str>>(), "{at:?}");
        for (name, values) in fields.iter().filter(|(_, values)| !values.is_empty()) {
            let value = data[*name].as_str().unwrap_or_default();
            assert!(values.contains(&value), "{at:?}: {name} is {}", data[*name]);
        }
        told.insert(at);
    }
    assert_eq!(told, documented.keys().copied().collect::<BTreeSet<(&str, &str)>>());
}
