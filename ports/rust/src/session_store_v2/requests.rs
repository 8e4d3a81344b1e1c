//! What is written beside the entries, on request: checkpoints, rollbacks, ledger, manifest, index.

use crate::error::{Result, StoreError};
use crate::files::{Dir, Undo};

use super::digest::chain_text;
use super::documents::{check_size, parsed, replace};
use super::fragments;
use super::index;
use super::intent::{self, Names};
use super::ledger;
use super::manifest::{self, Given};
use super::names::{self, INDEX, INDEX_REBUILD_TMP, INTENT, INTENT_TMP, MANIFEST, MANIFEST_TMP};
use super::records::{self, Checkpoint, Event, Manifest, CHECKPOINT_SCHEMA, EVENT_SCHEMA};
use super::rollback::{self, Steps};
use super::store::{Health, Store};
use super::tip::Tip;
use super::validate;
use super::witnesses;

impl Store {
    /// Writes a checkpoint of the head, in place of any of that number; another one is kept aside.
    pub fn checkpoint(&mut self, seq: u64, reason: &str, at: &str) -> Result<Checkpoint> {
        self.change(|dir, log, writer| {
            writer.tip.sync(dir)?;
            let name = names::checkpoint(seq);
            let head = log.head().unwrap_or_default();
            let checkpoint = Checkpoint {
                schema: CHECKPOINT_SCHEMA.into(),
                checkpoint_seq: seq,
                at: at.to_owned(),
                head_entry_seq: head.entry_seq,
                head_entry_id: head.entry_id,
                snapshot_ref: name.clone(),
                compacted_before_entry_seq: 0,
                chain_hash: chain_text(log.last_chain()).to_owned(),
                reason: reason.to_owned(),
            };
            let bytes = records::pretty(&checkpoint);
            check_size(&name, bytes.len() as u64)?;
            if let Some(stamp) = dir.stamp(&name)? {
                let is_same = stamp.bytes == bytes.len() as u64
                    && dir.open(&name)?.read_range(0, stamp.bytes)? == bytes;
                if !is_same {
                    keep_whole(dir, &name)?;
                }
            }
            replace(dir, &name, &names::checkpoint_tmp(seq), &bytes)?;
            Ok(checkpoint)
        })
    }

    /// The checkpoint of that number, unverified.
    pub fn read_checkpoint(&self, seq: u64) -> Result<Option<Checkpoint>> {
        parsed(&self.dir, &names::checkpoint(seq))
    }

    /// Goes back to a checkpoint. What goes is set aside.
    pub fn rollback(&mut self, names: &Names<'_>) -> Result<Event> {
        self.change(|dir, log, writer| {
            let target: Option<Checkpoint> = parsed(dir, &names::checkpoint(names.checkpoint))?;
            let Some(target) = target else {
                return Err(StoreError::refused(
                    "checkpoint-not-found",
                    names.checkpoint.to_string(),
                ));
            };
            if !witnesses::holds(&target, log) {
                let detail = format!("entry {} is not its head", target.head_entry_seq);
                return Err(StoreError::refused("checkpoint_mismatch", detail));
            }
            let kept = target.head_entry_seq as usize;
            let intent = intent::plan(log, kept, names);
            // Behind the intent nothing may be found too large: no open could finish then.
            ledger::check_size(&rollback::event_of(dir, &intent)?)?;
            let line = records::line(&intent);
            check_size(INTENT, line.len() as u64)?;
            writer.tip.sync(dir)?;
            let done = replace(dir, INTENT, INTENT_TMP, &line).and_then(|()| {
                log.truncate(kept);
                let event = rollback::finish(dir, &intent, log, Steps::First)?;
                writer.tip = Tip::find(dir, log)?;
                Ok(event)
            });
            done.inspect_err(|_| {
                // From the intent on there is one way only, and the next open goes it.
                if !matches!(dir.stamp(INTENT), Ok(None)) || log.len() == kept {
                    log.truncate(kept);
                    writer.health = Health::Poisoned;
                }
            })
        })
    }

    /// Appends an event to the ledger; an empty `schema` or `at` is filled in.
    pub fn ledger_append(&mut self, mut event: Event, at: &str) -> Result<()> {
        if event.schema.is_empty() {
            event.schema = EVENT_SCHEMA.into();
        }
        if event.at.is_empty() {
            event.at = at.to_owned();
        }
        self.change(|dir, _, writer| {
            writer.tip.sync(dir)?;
            ledger::append(dir, &event)
        })
    }

    /// All events.
    pub fn ledger(&self) -> Result<Vec<Event>> {
        ledger::events(&self.dir)
    }

    /// Computes the manifest and writes it.
    pub fn manifest(
        &mut self,
        (session_id, source_format): (&str, &str),
        at: &str,
    ) -> Result<Manifest> {
        self.change(|dir, log, writer| {
            let before: Option<Manifest> = match parsed(dir, MANIFEST) {
                Err(StoreError::Refused { code: "json" | "file_too_large", detail }) => {
                    return Err(StoreError::refused("manifest-unparsable", detail));
                }
                read => read?,
            };
            writer.tip.sync(dir)?;
            let created_at = before.as_ref().map_or(at, |before| &before.created_at);
            let given = Given { session_id, source_format, created_at, updated_at: at };
            let is_valid = match validate::validate(dir, log) {
                Ok(()) => true,
                Err(StoreError::Refused { .. }) => false,
                Err(error) => return Err(error),
            };
            let manifest = manifest::compute(dir, log, &given, is_valid)?;
            replace(dir, MANIFEST, MANIFEST_TMP, &records::pretty(&manifest))?;
            Ok(manifest)
        })
    }

    /// The manifest, unverified.
    pub fn read_manifest(&self) -> Result<Option<Manifest>> {
        parsed(&self.dir, MANIFEST)
    }

    /// Writes the index anew; the number of its rows. Old bytes that say more are kept.
    pub fn rebuild(&mut self) -> Result<u64> {
        self.change(|dir, log, writer| {
            let found = index::look(dir, log)?;
            if found.says_more && found.stamp.is_some() {
                keep_whole(dir, INDEX)?;
            }
            index::replace(dir, INDEX_REBUILD_TMP, log)?;
            writer.tip = Tip::find(dir, log)?;
            Ok(log.len() as u64)
        })
    }
}

/// Keeps a whole file in quarantine. What was kept stays, also where the operation fails then.
fn keep_whole(dir: &Dir, name: &str) -> Result<()> {
    Undo::unless_done(|undo| fragments::quarantine(dir, name, 0, undo)).map(drop)
}
