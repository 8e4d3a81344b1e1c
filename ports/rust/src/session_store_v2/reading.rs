//! Reading frames again: only what opening verified, and only while it is unchanged.

use crate::error::{Result, StoreError};
use crate::files::{Dir, File};

use super::log::{Entry, Log};
use super::names;
use super::records::{self, Frame};

/// Which entries to read.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// The one of this number, if there is one.
    One(u64),
    /// All from this number on.
    From(u64),
    /// The last so many.
    Tail(u64),
    /// Those of one segment.
    Segment(u64),
    /// From the root to the entry of this id; none where there is no such entry.
    Path(&'a str),
}

/// The places of these entries in the log, in order.
pub fn select(log: &Log, which: Which<'_>) -> Result<Vec<usize>> {
    let count = log.len();
    let place = |seq: u64| usize::try_from(seq.saturating_sub(1)).unwrap_or(count).min(count);
    Ok(match which {
        Which::One(seq) => log.entry(seq).map(|_| place(seq)).into_iter().collect(),
        Which::From(seq) => (place(seq)..count).collect(),
        Which::Tail(n) => {
            (count.saturating_sub(usize::try_from(n).unwrap_or(count))..count).collect()
        }
        Which::Segment(seq) => {
            let from = log.entries().partition_point(|entry| entry.segment < seq);
            let to = log.entries().partition_point(|entry| entry.segment <= seq);
            (from..to).collect()
        }
        Which::Path(leaf) => path(log, leaf)?,
    })
}

fn path(log: &Log, leaf: &str) -> Result<Vec<usize>> {
    let mut places = Vec::new();
    let mut at = log.find(leaf);
    while let Some(i) = at {
        // Only an inspecting handle can meet a circle, or a parent that is not there.
        if places.len() == log.len() {
            return Err(StoreError::refused("path-cycle", leaf));
        }
        places.push(i);
        at = match &log.entries()[i].parent {
            None => None,
            Some(parent) => match log.find(parent) {
                None => return Err(StoreError::refused("path-parent-missing", parent.as_ref())),
                found => found,
            },
        };
    }
    places.reverse();
    Ok(places)
}

/// Reads the frames of entries, one file open at a time.
pub struct Reader<'d> {
    dir: &'d Dir,
    open: Option<(u64, File)>,
}

impl<'d> Reader<'d> {
    pub fn new(dir: &'d Dir) -> Self {
        Reader { dir, open: None }
    }

    /// The line of an entry, with its LF also where that is missing in the file.
    pub fn line(&mut self, entry: &Entry) -> Result<Vec<u8>> {
        let mut bytes = self.file(entry.segment)?.read_range(entry.offset, entry.end())?;
        if !entry.terminated && bytes.len() as u64 + 1 == entry.length {
            bytes.push(b'\n');
        }
        if bytes.len() as u64 != entry.length {
            return Err(changed("index-out-of-bounds", entry));
        }
        if crc32c::crc32c(&bytes) != entry.crc {
            return Err(changed("checksum-mismatch", entry));
        }
        Ok(bytes)
    }

    fn file(&mut self, seq: u64) -> Result<&File> {
        let file = match self.open.take() {
            Some((open, file)) if open == seq => file,
            _ => match self.dir.open(&names::segment(seq)) {
                Err(StoreError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                    return Err(StoreError::refused("frame-missing", names::segment(seq)));
                }
                opened => opened?,
            },
        };
        Ok(&self.open.insert((seq, file)).1)
    }
}

/// The frame in a line that verified.
pub fn frame(line: &[u8]) -> Result<Frame<'_>> {
    records::parse(line).ok_or_else(|| StoreError::refused("json", "a line is no frame"))
}

fn changed(code: &'static str, entry: &Entry) -> StoreError {
    StoreError::refused(code, format!("{} at byte {}", names::segment(entry.segment), entry.offset))
}
