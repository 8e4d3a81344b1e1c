//! The manifest: computed honestly, by reading every frame again.

use std::collections::HashMap;

use crate::error::Result;
use crate::files::Dir;

use super::digest::{chain_step, chain_text, crc_text, sha256_hex, GENESIS};
use super::log::Log;
use super::names::{INDEX, LEDGER};
use super::reading::{frame, Reader};
use super::records::{Counters, Files, Integrity, Invariants, Manifest, MANIFEST_SCHEMA};

/// What only the caller and the manifest before know.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub session_id: &'a str,
    pub source_format: &'a str,
    pub created_at: &'a str,
    pub updated_at: &'a str,
}

/// The manifest of the entries; `is_valid` is what full validation said.
pub fn compute(dir: &Dir, log: &Log, given: &Given<'_>, is_valid: bool) -> Result<Manifest> {
    let counted = count(dir, log)?;
    let manifest = Manifest {
        schema: MANIFEST_SCHEMA.into(),
        store_version: 2,
        session_id: given.session_id.to_owned(),
        source_format: given.source_format.to_owned(),
        created_at: given.created_at.to_owned(),
        updated_at: given.updated_at.to_owned(),
        head: log.head().unwrap_or_default(),
        counters: counted.counters,
        files: Files {
            segment_dir: "segments/".into(),
            segment_count: counted.segments,
            index_path: INDEX.into(),
            checkpoint_dir: "checkpoints/".into(),
            migration_ledger_path: LEDGER.into(),
        },
        integrity: Integrity {
            chain_hash: chain_text(log.last_chain()).to_owned(),
            manifest_hash: String::new(),
            last_crc32c: crc_text(log.last().map_or(0, |last| last.crc)),
        },
        invariants: Invariants {
            parent_links_closed: counted.parents_come_first,
            // Opening takes no other log, and appending makes none.
            monotonic_entry_seq: true,
            monotonic_segment_seq: counted.segments_never_fall,
            index_within_segment_bounds: is_valid,
            branch_heads_indexed: true,
            checkpoints_monotonic: true,
            hash_chain_valid: counted.chain_fits,
        },
    };
    Ok(hashed(manifest))
}

/// The manifest with its own hash: over the compact form in which that is empty.
fn hashed(mut manifest: Manifest) -> Manifest {
    manifest.integrity.manifest_hash.clear();
    let compact = serde_json::to_vec(&manifest).expect("a manifest holds nothing but text");
    manifest.integrity.manifest_hash = sha256_hex(&compact);
    manifest
}

struct Counted {
    counters: Counters,
    segments: u64,
    parents_come_first: bool,
    segments_never_fall: bool,
    chain_fits: bool,
}

fn count(dir: &Dir, log: &Log) -> Result<Counted> {
    let mut reader = Reader::new(dir);
    let mut children: HashMap<&str, u64> = HashMap::new();
    let (mut messages, mut compactions, mut chain) = (0, 0, GENESIS);
    for entry in log.entries() {
        let line = reader.line(entry)?;
        let frame = frame(&line)?;
        messages += u64::from(frame.entry_type == "message");
        compactions += u64::from(frame.entry_type == "compaction");
        chain = chain_step(&chain, &frame.payload_sha256);
        if let Some(parent) = &entry.parent {
            *children.entry(parent).or_default() += 1;
        }
    }
    let comes_first = |(at, entry): (usize, &super::log::Entry)| {
        let parent = entry.parent.as_ref().map(|id| log.find(id));
        parent.is_none_or(|place| place.is_some_and(|place| place <= at))
    };
    let mut segments: Vec<u64> = log.entries().iter().map(|entry| entry.segment).collect();
    let segments_never_fall = segments.is_sorted();
    segments.dedup();
    Ok(Counted {
        counters: Counters {
            entries_total: log.len() as u64,
            messages_total: messages,
            branches_total: children.values().filter(|count| **count > 1).count() as u64,
            compactions_total: compactions,
            bytes_total: log.bytes(),
        },
        segments: segments.len() as u64,
        parents_come_first: log.entries().iter().enumerate().all(comes_first),
        segments_never_fall,
        chain_fits: chain == *log.last_chain(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::records;
    use super::*;

    #[test]
    fn the_vector_of_an_empty_store() {
        let at = "2026-01-01T00:00:00.000Z";
        let given = Given {
            session_id: "empty-session",
            source_format: "native_v2",
            created_at: at,
            updated_at: at,
        };
        let manifest = compute(&Dir::new("/nowhere"), &Log::default(), &given, true).unwrap();
        assert_eq!(
            manifest.integrity.manifest_hash,
            "ff1ca8159e794100eb02629cc498b128f7051e129b291702168ef16990260830"
        );
        let bytes = records::pretty(&manifest);
        assert_eq!(bytes.len(), 1108);
        assert_eq!(
            sha256_hex(&bytes),
            "12dd8b0792abad6ce11901ecdd95594bc8a55b3bf7d213e563fe4ac873c92825"
        );
    }
}
