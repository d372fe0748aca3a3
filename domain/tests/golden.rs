//! What earlier versions wrote into the log is read for ever: `golden/events.jsonl` has a line of each kind, as it was written first. A line is
//! never changed; a kind that is new, or has a new form, adds one.

mod common;
#[allow(dead_code, reason = "the tables of who hears what use the rest")]
#[path = "common/happened.rs"]
mod happened;
#[allow(dead_code, reason = "the tables of states and commands use the rest")]
#[path = "common/table.rs"]
mod table;

use domain::processes::{DomainEvent, SCHEMA_VERSION};
use serde_json::{Value, json};

const LINES: &str = include_str!("golden/events.jsonl");

fn line_of(event: &DomainEvent) -> Value {
    let payload: Value = serde_json::from_str(&event.to_json().expect("JSON")).expect("JSON");
    json!({ "context": event.context().name(), "schema": event.schema_version(), "type": event.type_name(), "payload": payload })
}

#[test]
fn every_event_that_was_ever_written_is_read_as_it_was_meant() {
    let lines: Vec<Value> =
        LINES.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    for line in &lines {
        let schema = u32::try_from(line["schema"].as_u64().expect("a number")).expect("a version");
        let context = line["context"].as_str().expect("a context");
        let read = DomainEvent::from_json(context, schema, &line["payload"].to_string());
        let event = read.unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(event.type_name(), line["type"], "{line}");
        if schema == SCHEMA_VERSION {
            assert_eq!(
                line_of(&event),
                *line,
                "what is written now has another form: that is another schema version"
            );
        }
    }
    let missing: Vec<String> = happened::events()
        .iter()
        .map(line_of)
        .filter(|line| !lines.contains(line))
        .map(|line| line.to_string())
        .collect();
    assert!(missing.is_empty(), "not in golden/events.jsonl:\n{}", missing.join("\n"));
}

#[test]
fn what_a_later_version_wrote_is_not_guessed_at() {
    let event = &happened::events()[0];
    let (context, payload) = (event.context().name(), event.to_json().expect("JSON"));
    assert!(DomainEvent::from_json(context, SCHEMA_VERSION, &payload).is_ok());
    let error = DomainEvent::from_json(context, SCHEMA_VERSION + 1, &payload).expect_err("too new");
    assert!(error.to_string().contains("newer"), "{error}");
}
