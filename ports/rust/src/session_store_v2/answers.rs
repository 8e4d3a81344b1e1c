//! Records as the protocol has them: numbers as decimal strings, `null` for what a file leaves out.

use std::path::Path;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{json, Value};

use crate::wire::U64;

use super::digest::chain_text;
use super::log::Log;
use super::records::{Checkpoint, Event, Frame, Manifest};
use super::store::Opened;

pub fn opened(opened: Opened) -> Value {
    let Opened { entry_count, repairs, notices } = opened;
    json!({ "entryCount": U64(entry_count), "repairs": repairs, "notices": notices })
}

/// Nothing but that it was done.
pub fn done(_: ()) -> Value {
    json!({})
}

/// A path as text; bytes that are no UTF-8 are replaced.
pub fn path(path: &Path) -> Value {
    json!({ "path": path.to_string_lossy() })
}

/// A record whose members are all there.
pub fn record(record: &impl Serialize) -> Value {
    strings(serde_json::to_value(record).expect("records hold nothing that cannot be printed"))
}

/// A frame. The payload stays the text that it is.
pub fn frame(frame: &Frame<'_>) -> Value {
    let mut value = record(&Frame { payload: RawValue::NULL, ..frame.clone() });
    value["parentEntryId"] = json!(frame.parent_entry_id);
    value["payload"] = json!(frame.payload.get());
    value
}

pub fn event(event: &Event) -> Value {
    let mut value = record(event);
    value["errorClass"] = json!(event.error_class);
    value
}

pub fn events(events: Vec<Event>) -> Value {
    json!({ "events": events.iter().map(event).collect::<Vec<_>>() })
}

pub fn manifest(manifest: &Manifest) -> Value {
    let mut value = record(manifest);
    value["storeVersion"] = json!(manifest.store_version);
    value
}

pub fn found_checkpoint(found: Option<Checkpoint>) -> Value {
    json!({ "checkpoint": found.as_ref().map(record) })
}

pub fn found_manifest(found: Option<Manifest>) -> Value {
    json!({ "manifest": found.as_ref().map(manifest) })
}

/// Number of entries, first and last entry number, last id; null in an empty store.
pub fn summary(log: &Log) -> Value {
    let count = log.len().to_string();
    log.last().map_or(Value::Null, |last| {
        json!({
            "entryCount": count, "firstEntrySeq": "1", "lastEntrySeq": count, "lastEntryId": *last.id,
        })
    })
}

/// The index rows of all entries, whatever the index says.
pub fn rows(log: &Log) -> Vec<Value> {
    (0..log.len()).map(|at| record(&log.row(at))).collect()
}

/// Where the store stands.
pub fn state(log: &Log) -> Value {
    json!({
        "entryCount": log.len().to_string(),
        "chainHash": chain_text(log.last_chain()),
        "totalBytes": log.bytes().to_string(),
        "head": log.head().map(|head| record(&head)),
    })
}

fn strings(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(values) => values.into_iter().map(strings).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, strings(value))).collect()
        }
        other => other,
    }
}
