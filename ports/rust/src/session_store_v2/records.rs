//! The records of the format: members in the order in which they are written.
//!
//! Reading follows the common JSON rules of the format page, which are those of serde: any order of
//! members, unknown ones passed over, known ones at most once, integers as digits alone. One thing is
//! taken away: serde reads an array with all values in order as a struct, and a safe store must not.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

pub const FRAME_SCHEMA: &str = "pi.session_store_v2.segment_frame.v1";
pub const ROW_SCHEMA: &str = "pi.session_store_v2.offset_index.v1";
pub const CHECKPOINT_SCHEMA: &str = "pi.session_store_v2.checkpoint.v1";
pub const MANIFEST_SCHEMA: &str = "pi.session_store_v2.manifest.v1";
pub const EVENT_SCHEMA: &str = "pi.session_store_v2.migration_event.v1";
pub const INTENT_SCHEMA: &str = "tearproof.rollback_intent.v1";

/// One entry, as a line of a segment. The payload is kept and hashed as its raw bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame<'a> {
    #[serde(borrow)]
    pub schema: Cow<'a, str>,
    pub segment_seq: u64,
    pub frame_seq: u64,
    pub entry_seq: u64,
    #[serde(borrow)]
    pub entry_id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_entry_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub entry_type: Cow<'a, str>,
    #[serde(borrow)]
    pub timestamp: Cow<'a, str>,
    #[serde(borrow)]
    pub payload_sha256: Cow<'a, str>,
    pub payload_bytes: u64,
    #[serde(borrow)]
    pub payload: &'a RawValue,
}

/// Where a frame stands, as a line of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub schema: String,
    pub entry_seq: u64,
    pub entry_id: String,
    pub segment_seq: u64,
    pub frame_seq: u64,
    pub byte_offset: u64,
    pub byte_length: u64,
    pub crc32c: String,
    pub state: String,
}

/// A head that a rollback goes back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checkpoint {
    pub schema: String,
    pub checkpoint_seq: u64,
    pub at: String,
    pub head_entry_seq: u64,
    pub head_entry_id: String,
    pub snapshot_ref: String,
    pub compacted_before_entry_seq: u64,
    pub chain_hash: String,
    pub reason: String,
}

/// What is said of the whole store on request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    pub schema: String,
    pub store_version: u8,
    pub session_id: String,
    pub source_format: String,
    pub created_at: String,
    pub updated_at: String,
    #[serde(deserialize_with = "object")]
    pub head: Head,
    #[serde(deserialize_with = "object")]
    pub counters: Counters,
    #[serde(deserialize_with = "object")]
    pub files: Files,
    #[serde(deserialize_with = "object")]
    pub integrity: Integrity,
    #[serde(deserialize_with = "object")]
    pub invariants: Invariants,
}

/// The last entry; zeros and an empty id in the manifest of an empty store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    pub segment_seq: u64,
    pub entry_seq: u64,
    pub entry_id: String,
}

/// What a manifest counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    pub entries_total: u64,
    pub messages_total: u64,
    pub branches_total: u64,
    pub compactions_total: u64,
    pub bytes_total: u64,
}

/// Where a manifest says that the files are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Files {
    pub segment_dir: String,
    pub segment_count: u64,
    pub index_path: String,
    pub checkpoint_dir: String,
    pub migration_ledger_path: String,
}

/// The hashes of a manifest, its own among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Integrity {
    pub chain_hash: String,
    pub manifest_hash: String,
    pub last_crc32c: String,
}

/// What a manifest claims to have found true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invariants {
    pub parent_links_closed: bool,
    pub monotonic_entry_seq: bool,
    pub monotonic_segment_seq: bool,
    pub index_within_segment_bounds: bool,
    pub branch_heads_indexed: bool,
    pub checkpoints_monotonic: bool,
    pub hash_chain_valid: bool,
}

/// What was done to the whole store, as a line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub schema: String,
    pub migration_id: String,
    pub phase: String,
    pub at: String,
    pub source_path: String,
    pub target_path: String,
    pub source_format: String,
    pub target_format: String,
    #[serde(deserialize_with = "object")]
    pub verification: Verification,
    pub outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_class: Option<String>,
    pub correlation_id: String,
}

/// What was compared when an event was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    pub entry_count_match: bool,
    pub hash_chain_match: bool,
    pub index_consistent: bool,
}

/// A rollback that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    pub schema: String,
    pub checkpoint_seq: u64,
    pub migration_id: String,
    pub correlation_id: String,
    pub at: String,
    #[serde(deserialize_with = "object")]
    pub before: Place,
    #[serde(deserialize_with = "object")]
    pub after: Goal,
    #[serde(deserialize_with = "objects")]
    pub heads: Vec<Place>,
}

/// A head in an intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub segment_seq: u64,
    pub entry_seq: u64,
    pub chain_hash: String,
}

/// The head that a rollback goes back to; `byte_length` is what stays of its segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Goal {
    pub segment_seq: u64,
    pub entry_seq: u64,
    pub entry_id: String,
    pub chain_hash: String,
    pub byte_length: u64,
}

/// Reads one record: a JSON object, with white space around it and nothing else.
pub fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    if !is_object(text) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// The record on one line, ended by its LF.
pub fn line<T: Serialize>(record: &T) -> Vec<u8> {
    let mut bytes =
        serde_json::to_vec(record).expect("records hold nothing that cannot be printed");
    bytes.push(b'\n');
    bytes
}

/// The record with two spaces of indent and no newline at its end.
pub fn pretty<T: Serialize>(record: &T) -> Vec<u8> {
    serde_json::to_vec_pretty(record).expect("records hold nothing that cannot be printed")
}

fn is_object(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{')
}

fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(from)?;
    parse(raw.get().as_bytes()).ok_or_else(|| serde::de::Error::custom("not such an object"))
}

fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Box<RawValue>>::deserialize(from)?;
    all.iter()
        .map(|raw| parse(raw.get().as_bytes()))
        .collect::<Option<_>>()
        .ok_or_else(|| serde::de::Error::custom("not a list of such objects"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = concat!(
        r#"{"schema":"pi.session_store_v2.offset_index.v1","entrySeq":1,"#,
        r#""entryId":"entry_00000001","segmentSeq":1,"frameSeq":1,"byteOffset":0,"#,
        r#""byteLength":297,"crc32c":"028058F5","state":"active"}"#,
        "\n"
    );

    fn row(text: &str) -> Option<Row> {
        parse(text.as_bytes())
    }

    #[test]
    fn what_is_written_is_read_and_written_again() {
        let read = row(ROW).expect("a row");
        assert_eq!(line(&read), ROW.as_bytes());
        let escaped = Row { entry_id: "\"\\\u{8}\u{1f}\u{7f}/\u{2028}\u{10000}".into(), ..read };
        let text = String::from_utf8(line(&escaped)).expect("text");
        assert!(text.contains("\"\\\"\\\\\\b\\u001f\u{7f}/\u{2028}\u{10000}\""), "{text}");
    }

    #[test]
    fn what_is_read_although_nobody_writes_it() {
        assert!(
            row(&ROW.replace("{\"schema\"", " {\t\"x\":[1,{}],\"x\":1e999,\"schema\"")).is_some()
        );
        assert!(row(&ROW.replace("entrySeq", "entry\\u0053eq")).is_some());
        assert!(row(&ROW.replace("\"active\"", "\"gone\"")).is_some());
        let event = r#"{"schema":"","migrationId":"","phase":"","at":"","sourcePath":"",
            "targetPath":"","sourceFormat":"","targetFormat":"","verification":{"entryCountMatch":true,
            "hashChainMatch":true,"indexConsistent":false},"outcome":"","errorClass":null,
            "correlationId":""}"#;
        let read: Event = parse(event.as_bytes()).expect("an event");
        assert_eq!(read.error_class, None);
        let array = event.replace("{\"entry", "[{\"entry").replace("false}", "false}]");
        assert!(parse::<Event>(array.as_bytes()).is_none());
        let positional = event.replace("{\"entryCountMatch\":true,", "[true,");
        let positional =
            positional.replace("\"hashChainMatch\":true,\"indexConsistent\":false}", "true,false]");
        assert!(parse::<Event>(positional.as_bytes()).is_none());
    }

    #[test]
    fn what_is_refused() {
        for (from, to) in [
            ("\"entrySeq\":1", "\"entrySeq\":1.0"),
            ("\"entrySeq\":1", "\"entrySeq\":1e0"),
            ("\"entrySeq\":1", "\"entrySeq\":-0"),
            ("\"entrySeq\":1", "\"entrySeq\":\"1\""),
            ("\"entrySeq\":1", "\"entrySeq\":01"),
            ("\"entrySeq\":1", "\"entrySeq\":18446744073709551616"),
            ("\"entrySeq\":1", "\"entrySeq\":1,\"entrySeq\":1"),
            ("\"entrySeq\":1,", ""),
            ("\"active\"", "null"),
            ("\"active\"}", "\"active\"}x"),
            ("{\"schema\"", "\u{feff}{\"schema\""),
            ("entry_00000001", "\\ud800"),
        ] {
            let changed = ROW.replacen(from, to, 1);
            assert_ne!(changed, ROW);
            assert_eq!(row(&changed), None, "{changed}");
        }
        let values = r#"["s",1,"e",1,1,0,297,"028058F5","active"]"#;
        assert!(serde_json::from_str::<Row>(values).is_ok(), "serde alone takes it");
        assert_eq!(row(values), None);
    }
}
