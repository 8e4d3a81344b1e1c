//! The entries of a session, and the payload that each is written as.

use super::varint::{put, Reader};

/// What happened in a session. Its payload is the variant, then the members in this order. To a
/// segment all of them are numbers and bytes that it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Entry {
    /// Data was written at a place.
    Write { space: u64, coords: Vec<u32>, revision: u64, data: Vec<u8> },
    /// What stood at a place was removed.
    Tombstone { space: u64, coords: Vec<u32>, revision: u64 },
    /// A block was closed.
    Sealed { block: u64, space: u64, snapshot: u64 },
    /// All up to a revision is kept elsewhere.
    Checkpoint { revision: u64 },
}

/// An entry that was read, and whether its payload is the one that we would write for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    pub entry: Entry,
    pub canonical: bool,
}

impl Entry {
    /// The payload, in the shortest spelling.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Entry::Write { space, coords, revision, data } => {
                put(&mut out, 0);
                put_address(&mut out, *space, coords);
                put(&mut out, *revision);
                put(&mut out, data.len() as u64);
                out.extend_from_slice(data);
            }
            Entry::Tombstone { space, coords, revision } => {
                put(&mut out, 1);
                put_address(&mut out, *space, coords);
                put(&mut out, *revision);
            }
            Entry::Sealed { block, space, snapshot } => {
                put(&mut out, 2);
                for number in [block, space, snapshot] {
                    put(&mut out, *number);
                }
            }
            Entry::Checkpoint { revision } => {
                put(&mut out, 3);
                put(&mut out, *revision);
            }
        }
        out
    }

    /// The entry that a payload begins with; `None` where it begins with none. Bytes behind it,
    /// and numbers that are spelled wider than need be, are read and told.
    pub fn decode(payload: &[u8]) -> Option<Decoded> {
        let mut from = Reader::new(payload);
        let entry = match from.u32()? {
            0 => Entry::Write {
                space: from.u64()?,
                coords: take_coords(&mut from)?,
                revision: from.u64()?,
                data: take_data(&mut from)?,
            },
            1 => Entry::Tombstone {
                space: from.u64()?,
                coords: take_coords(&mut from)?,
                revision: from.u64()?,
            },
            2 => Entry::Sealed { block: from.u64()?, space: from.u64()?, snapshot: from.u64()? },
            3 => Entry::Checkpoint { revision: from.u64()? },
            _ => return None,
        };
        Some(Decoded { entry, canonical: from.is_canonical() })
    }
}

fn put_address(out: &mut Vec<u8>, space: u64, coords: &[u32]) {
    put(out, space);
    put(out, coords.len() as u64);
    for coord in coords {
        put(out, u64::from(*coord));
    }
}

fn take_coords(from: &mut Reader<'_>) -> Option<Vec<u32>> {
    let count = from.count()?;
    (0..count).map(|_| from.u32()).collect()
}

fn take_data(from: &mut Reader<'_>) -> Option<Vec<u8>> {
    let count = from.count()?;
    from.bytes(count).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fast_segment::testing::{hex, vectors};

    #[test]
    fn writes_and_reads_the_vectors() {
        for (entry, payload, _) in vectors() {
            assert_eq!(entry.encode(), payload);
            assert_eq!(Entry::decode(&payload), Some(Decoded { entry, canonical: true }));
        }
    }

    /// FACC-1 to FACC-7 of the format page.
    #[test]
    fn reads_what_no_writer_makes_and_says_so() {
        let seven = Entry::Checkpoint { revision: 7 };
        let tombstone = Entry::Tombstone { space: 1, coords: vec![5], revision: 9 };
        let write = Entry::Write { space: 1, coords: vec![], revision: 1, data: b"a".to_vec() };
        for (payload, entry) in [
            ("03fb0700", &seven),
            ("03fc07000000", &seven),
            ("03fd0700000000000000", &seven),
            ("fb030007", &seven),
            ("fc0300000007", &seven),
            ("010101fc0500000009", &tombstone),
            ("00010001fd010000000000000061", &write),
            ("0307ffff00", &seven),
        ] {
            let read = Entry::decode(&hex(payload)).expect(payload);
            assert_eq!(&read.entry, entry, "{payload}");
            assert!(!read.canonical, "{payload}");
        }
    }

    #[test]
    fn refuses_what_is_no_entry() {
        for payload in [
            "",
            "04",
            "03",
            "0203",
            "fd030000000000000007",       // a variant in eight bytes
            "010101fd050000000000000009", // a coordinate in eight bytes
            "0001fdffffffffffffffff",     // more coordinates than memory
            "00010001fdffffffffffffff7f", // more data than memory
            "0001000102aa",               // data that is cut short
        ] {
            assert_eq!(Entry::decode(&hex(payload)), None, "{payload}");
        }
    }
}
