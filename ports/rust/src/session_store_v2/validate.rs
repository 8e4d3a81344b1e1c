//! Validation: every frame and every row is read again and compared with what opening verified.

use crate::error::{Result, StoreError};
use crate::files::Dir;

use super::frame;
use super::lines::Lines;
use super::log::Log;
use super::names::INDEX;
use super::reading::Reader;
use super::records::{self, Row};

/// Nothing where the store is whole.
pub fn validate(dir: &Dir, log: &Log) -> Result<()> {
    let mut reader = Reader::new(dir);
    for (at, entry) in log.entries().iter().enumerate() {
        let line = reader.line(entry)?;
        let Some(frame) = frame::parse(line.trim_ascii_end()) else {
            return Err(wrong("payload-mismatch", at));
        };
        let place = (frame.segment_seq, frame.frame_seq, frame.entry_seq);
        if place != (entry.segment, entry.frame, at as u64 + 1) || frame.entry_id != *entry.id {
            return Err(wrong("index-frame-mismatch", at));
        }
    }
    if let Some((code, at)) = log.broken_rule() {
        return Err(wrong(code, at));
    }
    validate_index(dir, log)
}

fn validate_index(dir: &Dir, log: &Log) -> Result<()> {
    let mut rows = 0;
    if let Some(stamp) = dir.stamp(INDEX)? {
        let file = dir.open(INDEX)?;
        let mut lines = Lines::new(&file, stamp.bytes);
        while let Some(line) = lines.next()? {
            if line.is_blank() {
                continue;
            }
            let Some(row) = line.text.and_then(records::parse::<Row>) else {
                return Err(StoreError::refused("json", format!("{INDEX}: byte {}", line.from)));
            };
            if rows == log.len() {
                return Err(wrong("frame-missing", rows));
            }
            let wanted = log.row(rows);
            if row.crc32c != wanted.crc32c {
                return Err(wrong("checksum-mismatch", rows));
            }
            if (Row { schema: row.schema.clone(), state: row.state.clone(), ..wanted }) != row {
                return Err(wrong("index-frame-mismatch", rows));
            }
            rows += 1;
        }
    }
    if rows < log.len() {
        return Err(wrong("index-frame-mismatch", rows));
    }
    Ok(())
}

fn wrong(code: &'static str, at: usize) -> StoreError {
    StoreError::refused(code, format!("entry {}", at + 1))
}
