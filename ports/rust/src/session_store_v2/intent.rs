//! The intent of a rollback: what carries it over a crash.

use crate::error::Result;
use crate::files::Dir;

use super::digest::chain_text;
use super::documents::{witness, Witness};
use super::log::{Entry, Log};
use super::names::INTENT;
use super::records::{Goal, Intent, Place, INTENT_SCHEMA};
use super::refusal::Refusal;

/// A rollback that has begun, in a store that it fits.
#[derive(Debug)]
pub struct Pending {
    pub intent: Intent,
    /// Length of the intent file.
    pub bytes: u64,
    /// How many entries stay.
    pub kept: usize,
}

/// Reads the intent that a store holds, if it does, against the verified entries.
pub fn look(
    dir: &Dir,
    log: &Log,
    is_there: bool,
) -> Result<Option<std::result::Result<Pending, Refusal>>> {
    if !is_there {
        return Ok(None);
    }
    let bytes = dir.stamp(INTENT)?.map_or(0, |stamp| stamp.bytes);
    Ok(match witness::<Intent>(dir, INTENT)? {
        Witness::Missing => None,
        Witness::Says(intent) if intent.schema == INTENT_SCHEMA => Some(if fits(&intent, log) {
            let kept = intent.after.entry_seq as usize;
            Ok(Pending { intent, bytes, kept })
        } else {
            let detail = format!("{} entries are not a state of this rollback", log.len());
            Err(Refusal::with("intent_stale", INTENT, detail))
        }),
        // An intent of another schema may mean something else.
        Witness::Says(_) | Witness::Unreadable => {
            Some(Err(Refusal::of("intent_unreadable", INTENT)))
        }
    })
}

/// The intent of a rollback to the first `kept` entries of a log.
pub fn plan(log: &Log, kept: usize, names: &Names<'_>) -> Intent {
    let place = |count: usize| Place {
        segment_seq: log.entry(count as u64).map_or(0, |last| last.segment),
        entry_seq: count as u64,
        chain_hash: log.chain(count as u64).map_or("", chain_text).to_owned(),
    };
    let goal = log.entry(kept as u64);
    let Place { segment_seq, entry_seq, chain_hash } = place(kept);
    let ends_segment = |at: &usize| {
        let next = log.entries().get(at + 1).map(|entry| entry.segment);
        next != Some(log.entries()[*at].segment)
    };
    let first = log.entries().partition_point(|entry| entry.segment < segment_seq);
    Intent {
        schema: INTENT_SCHEMA.into(),
        checkpoint_seq: names.checkpoint,
        migration_id: names.ids.0.to_owned(),
        correlation_id: names.ids.1.to_owned(),
        at: names.at.to_owned(),
        before: place(log.len()),
        after: Goal {
            segment_seq,
            entry_seq,
            entry_id: goal.map_or("", |entry| &entry.id).to_owned(),
            chain_hash,
            byte_length: goal.map_or(0, Entry::end),
        },
        heads: (first..log.len()).filter(ends_segment).map(|at| place(at + 1)).collect(),
    }
}

/// What a caller names a rollback by.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub checkpoint: u64,
    /// Of the migration, and of what the caller correlates it with.
    pub ids: (&'a str, &'a str),
    pub at: &'a str,
}

/// Whether the entries are those of before, of after, or of a state between, and begin with those
/// of after.
fn fits(intent: &Intent, log: &Log) -> bool {
    let is_here = |seq: u64, chain: &str| {
        seq == log.len() as u64 && log.chain(seq).map(chain_text) == Some(chain)
    };
    let Goal { segment_seq, entry_seq, entry_id, chain_hash, byte_length } = &intent.after;
    let places = intent.heads.iter().chain([&intent.before]);
    let is_known = is_here(*entry_seq, chain_hash)
        || places.into_iter().any(|place| is_here(place.entry_seq, &place.chain_hash));
    let goal = log.entry(*entry_seq);
    is_known
        && log.chain(*entry_seq).map(chain_text) == Some(chain_hash)
        && goal.map_or(0, |entry| entry.segment) == *segment_seq
        && goal.map_or("", |entry| &entry.id) == entry_id
        && goal.map_or(0, Entry::end) == *byte_length
}

#[cfg(test)]
mod tests {
    use super::super::log::testing::add;
    use super::*;

    fn log(count: usize) -> Log {
        let mut log = Log::default();
        for i in 0..count {
            add(&mut log, &format!("e{i}"), None);
        }
        log
    }

    const NAMES: Names<'_> = Names { checkpoint: 1, ids: ("m", "c"), at: "t" };

    #[test]
    fn a_plan_fits_where_it_was_made_and_where_it_leads() {
        let intent = plan(&log(3), 1, &NAMES);
        assert_eq!((intent.before.entry_seq, intent.after.entry_seq), (3, 1));
        assert_eq!((intent.after.byte_length, intent.after.entry_id.as_str()), (100, "e0"));
        assert_eq!(intent.heads, std::slice::from_ref(&intent.before));
        assert!(fits(&intent, &log(3)) && fits(&intent, &log(1)));
        assert!(!fits(&intent, &log(2)) && !fits(&intent, &log(4)) && !fits(&intent, &log(0)));
        let mut other = log(2);
        add(&mut other, "x", None);
        assert!(fits(&intent, &other), "the chain commits to payloads only");
    }

    #[test]
    fn a_goal_of_nothing() {
        let intent = plan(&log(2), 0, &NAMES);
        let Goal { segment_seq, byte_length, entry_id, .. } = &intent.after;
        assert_eq!((*segment_seq, *byte_length, entry_id.as_str()), (0, 0, ""));
        assert!(fits(&intent, &log(2)) && fits(&intent, &log(0)) && !fits(&intent, &log(1)));
    }

    #[test]
    fn every_member_of_the_goal_must_fit() {
        let intent = plan(&log(3), 2, &NAMES);
        for spoil in [
            |after: &mut Goal| after.byte_length += 1,
            |after: &mut Goal| after.segment_seq += 1,
            |after: &mut Goal| after.entry_id.push('x'),
            |after: &mut Goal| after.chain_hash = "0".repeat(64),
        ] {
            let mut spoilt = intent.clone();
            spoil(&mut spoilt.after);
            assert!(!fits(&spoilt, &log(3)));
        }
    }
}
