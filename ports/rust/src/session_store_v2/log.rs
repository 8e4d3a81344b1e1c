//! The verified entries of a store, in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::digest::{chain_step, crc_text, Chain, GENESIS};
use super::frame::Seen;
use super::records::{Head, Row, ROW_SCHEMA};

/// More entries than this are refused: a bound of this implementation.
pub const ENTRIES_MAX: usize = 16_000_000;

/// What is known of one entry without reading it again. Its number is its place in the log.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: Arc<str>,
    pub parent: Option<Arc<str>>,
    pub segment: u64,
    pub frame: u64,
    pub offset: u64,
    /// With the LF of the line, also where that is missing.
    pub length: u64,
    pub crc: u32,
    /// The chain up to and with this entry.
    pub chain: Chain,
    /// False for the last line of a segment while it lacks its LF.
    pub terminated: bool,
}

impl Entry {
    /// Where the next line of the segment begins.
    pub fn end(&self) -> u64 {
        self.offset + self.length
    }
}

/// Entries 1, 2, 3 and so on.
#[derive(Debug, Default)]
pub struct Log {
    entries: Vec<Entry>,
    by_id: HashMap<Arc<str>, usize>,
    bytes: u64,
}

impl Log {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// The bytes of all lines.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The place, from 0, of the first entry of this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The entry of this number.
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    /// The chain over the first `count` entries; `None` beyond the end.
    pub fn chain(&self, count: u64) -> Option<&Chain> {
        if count == 0 {
            return Some(&GENESIS);
        }
        self.entry(count).map(|entry| &entry.chain)
    }

    /// The chain over all entries.
    pub fn last_chain(&self) -> &Chain {
        self.last().map_or(&GENESIS, |entry| &entry.chain)
    }

    /// The last entry, or `None`.
    pub fn head(&self) -> Option<Head> {
        self.last().map(|last| Head {
            segment_seq: last.segment,
            entry_seq: self.len() as u64,
            entry_id: last.id.to_string(),
        })
    }

    /// The index row that the entry at this place, from 0, asks for.
    pub fn row(&self, at: usize) -> Row {
        let entry = &self.entries[at];
        Row {
            schema: ROW_SCHEMA.into(),
            entry_seq: at as u64 + 1,
            entry_id: entry.id.to_string(),
            segment_seq: entry.segment,
            frame_seq: entry.frame,
            byte_offset: entry.offset,
            byte_length: entry.length,
            crc32c: crc_text(entry.crc),
            state: "active".into(),
        }
    }

    /// One more entry, whose line begins at `offset` of its segment.
    pub fn push(&mut self, seen: &Seen<'_>, offset: u64, terminated: bool) {
        let frame = &seen.frame;
        let id: Arc<str> = frame.entry_id.as_ref().into();
        // Most parents are entries that are here: their names are not kept twice.
        let parent = frame.parent_entry_id.as_deref();
        let parent = parent.map(|id| match self.by_id.get_key_value(id) {
            Some((known, _)) => Arc::clone(known),
            None => id.into(),
        });
        self.by_id.entry(Arc::clone(&id)).or_insert(self.entries.len());
        self.bytes += seen.length;
        self.entries.push(Entry {
            id,
            parent,
            segment: frame.segment_seq,
            frame: frame.frame_seq,
            offset,
            length: seen.length,
            crc: seen.crc,
            chain: chain_step(self.last_chain(), &frame.payload_sha256),
            terminated,
        });
    }

    /// Forgets all but the first `count` entries.
    pub fn truncate(&mut self, count: usize) {
        for (i, gone) in self.entries.iter().enumerate().skip(count) {
            self.bytes -= gone.length;
            if self.by_id.get(&gone.id) == Some(&i) {
                self.by_id.remove(&gone.id);
            }
        }
        self.entries.truncate(count);
    }

    /// Every line has its LF from now on.
    pub fn all_terminated(&mut self) {
        self.entries.iter_mut().for_each(|entry| entry.terminated = true);
    }

    /// The first rule about ids and parents that the entries break, and the place of the entry.
    pub fn broken_rule(&self) -> Option<(&'static str, usize)> {
        let is_double = |(i, entry): &(usize, &Entry)| self.by_id.get(&entry.id) != Some(i);
        if let Some((i, _)) = self.entries.iter().enumerate().find(is_double) {
            return Some(("entry-id-duplicate", i));
        }
        let is_orphan =
            |entry: &Entry| entry.parent.as_ref().is_some_and(|id| !self.by_id.contains_key(id));
        if let Some(i) = self.entries.iter().position(is_orphan) {
            return Some(("parent-missing", i));
        }
        self.find_cycle().map(|i| ("parent-cycle", i))
    }

    /// An entry that is its own ancestor. Every entry is visited once.
    fn find_cycle(&self) -> Option<usize> {
        // 0: not visited; else the number of the walk that came by.
        let mut walks = vec![0_u32; self.entries.len()];
        for (start, walk) in (0..self.entries.len()).zip(1..) {
            let mut at = Some(start);
            while let Some(i) = at {
                match walks[i] {
                    0 => walks[i] = walk,
                    seen if seen == walk => return Some(i),
                    _ => break,
                }
                at = self.entries[i].parent.as_ref().and_then(|id| self.find(id));
            }
        }
        None
    }
}

#[cfg(test)]
pub mod testing {
    use super::super::frame::{draft, Seen, Wanted};
    use super::super::payload;
    use super::*;

    /// Appends an entry to a log that stands in one segment of lines of 100 bytes.
    pub fn add(log: &mut Log, id: &str, parent: Option<&str>) {
        let stored = payload::stored("{}").expect("JSON");
        let wanted = Wanted { id, parent, entry_type: "message", payload: &stored, at: "" };
        let mut frame = draft(&wanted);
        frame.segment_seq = 1;
        frame.frame_seq = log.len() as u64 + 1;
        frame.entry_seq = frame.frame_seq;
        let offset = log.last().map_or(0, Entry::end);
        log.push(&Seen { frame, is_canonical: true, crc: 7, length: 100 }, offset, true);
    }
}

#[cfg(test)]
mod tests {
    use super::testing::add;
    use super::*;

    fn log(links: &[(&str, Option<&str>)]) -> Log {
        let mut log = Log::default();
        for (id, parent) in links {
            add(&mut log, id, *parent);
        }
        log
    }

    #[test]
    fn rules_of_ids_and_parents() {
        let rule = |links| log(links).broken_rule();
        assert_eq!(rule(&[]), None);
        assert_eq!(rule(&[("a", None), ("b", Some("a")), ("c", Some("a"))]), None);
        assert_eq!(rule(&[("a", Some("b")), ("b", None)]), None);
        assert_eq!(rule(&[("a", None), ("a", None)]), Some(("entry-id-duplicate", 1)));
        assert_eq!(rule(&[("a", None), ("b", Some("x"))]), Some(("parent-missing", 1)));
        assert_eq!(rule(&[("a", Some("a"))]), Some(("parent-cycle", 0)));
        let circle = [("a", None), ("b", Some("d")), ("c", Some("b")), ("d", Some("c"))];
        assert!(matches!(rule(&circle), Some(("parent-cycle", 1..=3))));
    }

    #[test]
    fn what_is_forgotten_can_come_again() {
        let mut log = log(&[("a", None), ("b", Some("a")), ("c", None)]);
        let chain = *log.chain(1).expect("one entry");
        log.truncate(1);
        assert_eq!((log.len(), log.bytes(), log.find("b")), (1, 100, None));
        assert_eq!(log.last_chain(), &chain);
        add(&mut log, "b", None);
        assert_eq!(log.find("b"), Some(1));
        assert_eq!(log.row(1).byte_offset, 100);
        assert_eq!((log.chain(3), log.entry(0).is_none()), (None, true));
    }
}
