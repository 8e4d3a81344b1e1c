//! Entries on the line: numbers of 64 bits are strings there, and bytes base64.

use serde::{Deserialize, Serialize};

use super::Entry;
use crate::wire::{Bytes, U64};

/// An entry, by its `t`.
#[derive(Deserialize, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum WireEntry {
    Write { space: U64, coords: Vec<u32>, revision: U64, data: Bytes },
    Tombstone { space: U64, coords: Vec<u32>, revision: U64 },
    Sealed { block: U64, space: U64, snapshot: U64 },
    Checkpoint { revision: U64 },
}

impl WireEntry {
    /// Entries as they are answered.
    pub fn all(entries: Vec<Entry>) -> Vec<WireEntry> {
        entries.into_iter().map(WireEntry::from).collect()
    }
}

impl From<WireEntry> for Entry {
    fn from(entry: WireEntry) -> Self {
        match entry {
            WireEntry::Write { space: U64(space), coords, revision: U64(revision), data } => {
                Entry::Write { space, coords, revision, data: data.0 }
            }
            WireEntry::Tombstone { space: U64(space), coords, revision: U64(revision) } => {
                Entry::Tombstone { space, coords, revision }
            }
            WireEntry::Sealed { block: U64(block), space: U64(space), snapshot } => {
                Entry::Sealed { block, space, snapshot: snapshot.0 }
            }
            WireEntry::Checkpoint { revision: U64(revision) } => Entry::Checkpoint { revision },
        }
    }
}

impl From<Entry> for WireEntry {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Write { space, coords, revision, data } => WireEntry::Write {
                space: U64(space),
                coords,
                revision: U64(revision),
                data: Bytes(data),
            },
            Entry::Tombstone { space, coords, revision } => {
                WireEntry::Tombstone { space: U64(space), coords, revision: U64(revision) }
            }
            Entry::Sealed { block, space, snapshot } => {
                WireEntry::Sealed { block: U64(block), space: U64(space), snapshot: U64(snapshot) }
            }
            Entry::Checkpoint { revision } => WireEntry::Checkpoint { revision: U64(revision) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fast_segment::testing::vectors;

    #[test]
    fn entries_come_back_as_they_went() {
        for (entry, ..) in vectors() {
            let line = serde_json::to_value(WireEntry::from(entry.clone())).unwrap();
            let read: WireEntry = serde_json::from_value(line).unwrap();
            assert_eq!(Entry::from(read), entry);
        }
    }

    #[test]
    fn is_written_as_the_protocol_has_it() {
        let (entry, ..) = vectors().swap_remove(0);
        let line = r#"{"t":"write","space":"1","coords":[10,20],"revision":"1","data":"AQID"}"#;
        assert_eq!(serde_json::to_string(&WireEntry::from(entry)).unwrap(), line);
        let wide = r#"{"t":"tombstone","space":"1","coords":[4294967296],"revision":"1"}"#;
        assert!(serde_json::from_str::<WireEntry>(wide).is_err());
    }
}
