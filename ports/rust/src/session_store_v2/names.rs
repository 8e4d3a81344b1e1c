//! What the files of a store are called, and what a name that is found says.

/// The five directories that every store has.
pub const DIRECTORIES: [&str; 5] = ["segments", "index", "checkpoints", "migrations", "tmp"];
/// Made when the first fragment is kept.
pub const QUARANTINE: &str = "quarantine";

pub const INDEX: &str = "index/offsets.jsonl";
pub const MANIFEST: &str = "manifest.json";
pub const LEDGER: &str = "migrations/ledger.jsonl";
pub const INTENT: &str = "tmp/rollback.intent.json";

/// Temporary names: whatever stands there is left over and may go.
pub const INDEX_REBUILD_TMP: &str = "tmp/offsets.rebuild.tmp";
pub const INDEX_ROLLBACK_TMP: &str = "tmp/offsets.rollback.tmp";
pub const MANIFEST_TMP: &str = "tmp/manifest.json.tmp";
pub const QUARANTINE_TMP: &str = "tmp/quarantine.tmp";
pub const INTENT_TMP: &str = "tmp/rollback.intent.tmp";

/// The path of a segment.
pub fn segment(seq: u64) -> String {
    format!("segments/{seq:016}.seg")
}

/// The path of a checkpoint, which is also its `snapshotRef`.
pub fn checkpoint(seq: u64) -> String {
    format!("checkpoints/{seq:016}.json")
}

/// Where a checkpoint is written before it is renamed.
pub fn checkpoint_tmp(seq: u64) -> String {
    format!("tmp/{seq:016}.json.tmp")
}

/// Where bytes that recovery takes out of `file` are kept.
pub fn fragment(file: &str, from: u64, hash: &str) -> String {
    let base = file.rsplit('/').next().unwrap_or(file);
    format!("{QUARANTINE}/{base}@{from}-{hash}.bin")
}

/// Where the tail that a rollback cuts off a segment is kept.
pub fn rolled_back_tail(seq: u64, from: u64, hash: &str) -> String {
    format!("{}.tail@{from}-{hash}", segment(seq))
}

/// The n-th name for a whole segment that a rollback sets aside.
pub fn rolled_back(seq: u64, n: u32) -> String {
    let plain = segment(seq);
    match n {
        0 => format!("{plain}.rolledback"),
        n => format!("{plain}.rolledback.{n}"),
    }
}

/// What a name in `segments/` says.
#[derive(Debug, PartialEq, Eq)]
pub enum SegmentName {
    /// The file of this number.
    Plain(u64),
    /// A number in another spelling, or number 0: nothing that a store writes.
    Misspelt,
    /// A file that was set aside and bore this number.
    Aside(u64),
    /// None of the store's business.
    Other,
}

/// Reads a name in `segments/`.
pub fn read_segment_name(name: &str) -> SegmentName {
    if let Some(stem) = name.strip_suffix(".seg") {
        return match number(stem.strip_prefix('+').unwrap_or(stem)) {
            Some(seq) if seq > 0 && stem == format!("{seq:016}") => SegmentName::Plain(seq),
            Some(_) => SegmentName::Misspelt,
            None => SegmentName::Other,
        };
    }
    match name.split_once(".seg.") {
        Some((stem, _)) => number(stem).map_or(SegmentName::Other, SegmentName::Aside),
        None => SegmentName::Other,
    }
}

/// The number of a checkpoint by its name in `checkpoints/`, where that is spelt as we do.
pub fn read_checkpoint_name(name: &str) -> Option<u64> {
    let stem = name.strip_suffix(".json")?;
    let seq = number(stem)?;
    (stem == format!("{seq:016}")).then_some(seq)
}

/// Digits alone, any number of zeros before them. (`str::parse` takes a sign as well.)
fn number(text: &str) -> Option<u64> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if all_digits {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_segment_names() {
        assert_eq!(read_segment_name("0000000000000001.seg"), SegmentName::Plain(1));
        assert_eq!(read_segment_name("18446744073709551615.seg"), SegmentName::Plain(u64::MAX));
        for misspelt in ["1.seg", "+5.seg", "0000000000000000.seg", "00000000000000001.seg"] {
            assert_eq!(read_segment_name(misspelt), SegmentName::Misspelt, "{misspelt}");
        }
        for other in
            ["18446744073709551616.seg", ".seg", "a.seg", "1.SEG", "x", "-1.seg", "++1.seg"]
        {
            assert_eq!(read_segment_name(other), SegmentName::Other, "{other}");
        }
        assert_eq!(read_segment_name("0000000000000004.seg.bak.1"), SegmentName::Aside(4));
        assert_eq!(read_segment_name("0000000000000004.seg.tail@12-ab"), SegmentName::Aside(4));
    }

    #[test]
    fn names_are_padded_to_sixteen_digits_and_grow_beyond() {
        assert_eq!(segment(7), "segments/0000000000000007.seg");
        assert_eq!(segment(u64::MAX), "segments/18446744073709551615.seg");
        assert_eq!(read_checkpoint_name("0000000000000000.json"), Some(0));
        assert_eq!(read_checkpoint_name("1.json"), None);
        assert_eq!(
            fragment(INDEX, 0, "0123456789abcdef"),
            "quarantine/offsets.jsonl@0-0123456789abcdef.bin"
        );
        assert_eq!(rolled_back(2, 0), "segments/0000000000000002.seg.rolledback");
        assert_eq!(rolled_back(2, 3), "segments/0000000000000002.seg.rolledback.3");
    }
}
