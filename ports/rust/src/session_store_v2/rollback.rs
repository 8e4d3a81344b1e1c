//! The steps of a rollback behind its intent. Each can be done again, and makes durable what it
//! finds done: whoever did it may have died before it was.

use crate::error::Result;
use crate::files::{Dir, Undo};

use super::documents::{witness, Witness};
use super::fragments;
use super::index;
use super::ledger;
use super::log::Log;
use super::names::{self, INDEX_ROLLBACK_TMP, INTENT};
use super::records::{Checkpoint, Event, Intent, Verification, EVENT_SCHEMA};
use super::segments;

/// Whether somebody may have taken these steps before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    First,
    Again,
}

/// Carries a rollback to its end. `log` holds the entries that stay.
pub fn finish(dir: &Dir, intent: &Intent, log: &Log, steps: Steps) -> Result<Event> {
    index::replace(dir, INDEX_ROLLBACK_TMP, log)?;
    set_segments_aside(dir, intent.after.segment_seq)?;
    keep_tail(dir, intent, &mut Undo::default())?;
    cut_tail(dir, intent)?;
    let event = event_of(dir, intent)?;
    if steps == Steps::Again && is_told(dir, &event)? {
        ledger::sync(dir)?;
    } else {
        ledger::append(dir, &event)?;
    }
    dir.remove(INTENT)?;
    dir.sync("tmp")?;
    Ok(event)
}

/// Copies the tail of the goal's segment aside, if it has one.
pub fn keep_tail(dir: &Dir, intent: &Intent, undo: &mut Undo) -> Result<()> {
    let goal = &intent.after;
    if goal.segment_seq == 0 {
        return Ok(());
    }
    let stamp = dir.stamp(&names::segment(goal.segment_seq))?;
    if stamp.is_some_and(|stamp| stamp.bytes > goal.byte_length) {
        fragments::beside_segment(dir, goal.segment_seq, goal.byte_length, undo)?;
    }
    Ok(())
}

/// The highest first: what is left is always a log without a gap.
fn set_segments_aside(dir: &Dir, goal: u64) -> Result<()> {
    let listed = segments::list(dir)?.segments;
    for segment in listed.iter().rev().filter(|segment| segment.seq > goal) {
        dir.rename(&names::segment(segment.seq), &free_name(dir, segment.seq)?)?;
        dir.sync("segments")?;
    }
    dir.sync("segments")
}

fn free_name(dir: &Dir, seq: u64) -> Result<String> {
    let mut n = 0;
    loop {
        let name = names::rolled_back(seq, n);
        if dir.node(&name)? == crate::files::Node::Missing {
            return Ok(name);
        }
        n += 1;
    }
}

fn cut_tail(dir: &Dir, intent: &Intent) -> Result<()> {
    let goal = &intent.after;
    if goal.segment_seq == 0 {
        return Ok(());
    }
    let file = dir.open_to_write(&names::segment(goal.segment_seq))?;
    if file.stamp()?.bytes > goal.byte_length {
        file.cut(goal.byte_length)?;
    }
    file.sync()
}

/// The event that tells of a rollback.
pub fn event_of(dir: &Dir, intent: &Intent) -> Result<Event> {
    let name = names::checkpoint(intent.checkpoint_seq);
    let source_path = match witness::<Checkpoint>(dir, &name)? {
        Witness::Says(checkpoint) => checkpoint.snapshot_ref,
        Witness::Missing | Witness::Unreadable => name,
    };
    Ok(Event {
        schema: EVENT_SCHEMA.into(),
        migration_id: intent.migration_id.clone(),
        phase: "rollback".into(),
        at: intent.at.clone(),
        source_path,
        target_path: dir.path("").to_string_lossy().into_owned(),
        source_format: "native_v2".into(),
        target_format: "native_v2".into(),
        verification: Verification {
            entry_count_match: true,
            hash_chain_match: true,
            index_consistent: true,
        },
        outcome: "ok".into(),
        error_class: None,
        correlation_id: intent.correlation_id.clone(),
    })
}

/// Whether the event is the last of the ledger. The store may have moved since.
fn is_told(dir: &Dir, event: &Event) -> Result<bool> {
    let last = ledger::look(dir)?.last;
    let target_path = event.target_path.clone();
    Ok(last.map(|last| Event { target_path, ..last }).as_ref() == Some(event))
}
