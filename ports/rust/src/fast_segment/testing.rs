//! What several tests of this kind share: hex, and the vectors of the format page.

use super::entry::Entry;

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
