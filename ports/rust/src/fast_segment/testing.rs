//! What several tests of this kind share: a store, hex, and the vectors of the format page.

use std::fs;
use std::path::PathBuf;

use super::frame::{header, put_frame};
use super::{open, Entry, Opened, Segment};
use crate::error::Result;
use crate::files::faults::scratch;
use crate::files::Dir;

/// Bytes from hex digits.
pub fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len() % 2 == 0, "half a byte: {digits}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex digits"))
        .collect()
}

/// Entries A to D of the page, each with its payload and the BLAKE3 of that.
pub fn vectors() -> Vec<(Entry, Vec<u8>, Vec<u8>)> {
    [
        (
            entry_a(),
            "0001020a140103010203",
            "d6c9ebe8e8c879ffe98f9795bef5994eee4ac64434d5fa3944bbf2fdbcfc1968",
        ),
        (
            Entry::Tombstone { space: 251, coords: vec![300, 70_000], revision: 65_536 },
            "01fbfb0002fb2c01fc70110100fc00000100",
            "3c47774593b34cd9d3249d7605f5ecf870353d766cb41212d667aa8ca7e69150",
        ),
        (
            Entry::Sealed { block: 1, space: 2, snapshot: 3 },
            "02010203",
            "a8164cb8370ab04a6ba747bb63baca74dbcdbfdb02eb230bae8e17fd7f16165f",
        ),
        (entry_d(), "0307", "0dd754868a5c8fb5b97b30ed633a525191a42d454168d5afcc4e727299191fc4"),
    ]
    .map(|(entry, payload, hash)| (entry, hex(payload), hex(hash)))
    .into()
}

/// Entry A of the page: its frame has 50 bytes.
pub fn entry_a() -> Entry {
    Entry::Write { space: 1, coords: vec![10, 20], revision: 1, data: vec![1, 2, 3] }
}

/// Entry D of the page: its frame has 42 bytes.
pub fn entry_d() -> Entry {
    Entry::Checkpoint { revision: 7 }
}

/// The page's segment of A and D, both committed: 108 bytes.
pub fn sealed_file() -> Vec<u8> {
    hex(concat!(
        "4944425f465354006c000000000000000a000000000000000001020a140103010203",
        "d6c9ebe8e8c879ffe98f9795bef5994eee4ac64434d5fa3944bbf2fdbcfc1968",
        "020000000000000003070dd754868a5c8fb5b97b30ed633a525191a42d454168d5afcc4e727299191fc4",
    ))
}

/// A segment of five times A, all committed; and the same as a kill may leave it inside the write
/// of the last committed length: of 0x010a over 0x00d8 the first byte arrived.
pub fn torn_length() -> (Vec<u8>, Vec<u8>) {
    let mut whole = header(0x10a).to_vec();
    for _ in 0..5 {
        put_frame(&mut whole, &entry_a()).expect("short");
    }
    let mut torn = whole.clone();
    torn[8..16].copy_from_slice(&0x000a_u64.to_le_bytes());
    (whole, torn)
}

/// A store in a temporary directory.
pub struct Store {
    home: tempfile::TempDir,
    pub dir: Dir,
}

impl Store {
    pub fn new() -> Self {
        let home = scratch();
        let dir = Dir::new(home.path());
        Store { home, dir }
    }

    /// A store whose segment has these bytes.
    pub fn holding(bytes: &[u8]) -> Self {
        let store = Store::new();
        fs::create_dir(store.path("sessions")).unwrap();
        fs::write(store.path("sessions/7.fast"), bytes).unwrap();
        store
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn bytes(&self) -> Vec<u8> {
        fs::read(self.path("sessions/7.fast")).unwrap()
    }

    pub fn open(&self) -> (Segment, Opened) {
        open(&self.dir, 7).unwrap()
    }

    pub fn segment(&self) -> Segment {
        self.open().0
    }

    /// The code under which opening refuses.
    pub fn refusal(&self) -> String {
        code(open(&self.dir, 7))
    }

    /// What another process finds that opens the segment.
    pub fn entries(&self) -> Vec<Entry> {
        self.segment().read_committed().unwrap()
    }
}

/// The code of a refusal.
pub fn code<T>(outcome: Result<T>) -> String {
    outcome.err().expect("is refused").code().into_owned()
}

/// A clock that stands still before every deadline.
pub fn in_time() -> bool {
    false
}
