//! The records of the format: members in the order in which they are written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use super::json::{line, parse, pretty};
use super::json::{object, objects};

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
