//! The segment that frames are appended to.

use blake3::{Hash, Hasher};

use super::format::{segment_name, Header, HEADER_BYTES};
use super::listing::list;
use super::survey::Surveyed;
use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Node, Undo};

/// A segment that was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// Its number.
    pub number: u64,
    /// The hash of all its bytes.
    pub hash: Hash,
    /// The length of its file.
    pub bytes: u64,
}

/// An open segment, as this writer last saw it.
#[derive(Debug)]
pub struct Segment {
    /// Its number.
    pub number: u64,
    file: File,
    name: String,
    node: Node,
    /// The length of its file.
    pub bytes: u64,
    hasher: Hasher,
}

impl Segment {
    /// Opens the last segment of a log as the survey found it.
    pub fn open(dir: &Dir, found: &Surveyed) -> Result<Self> {
        let name = segment_name(found.number);
        let file = dir.open_to_write(&name)?;
        let bytes = found.end;
        let segment = Segment {
            number: found.number,
            node: dir.node(&name)?,
            file,
            name,
            bytes,
            hasher: found.hasher.clone(),
        };
        let now = segment.file.stamp()?;
        if now.bytes != bytes || !now.is_same_file(&found.stamp) || segment.node != Node::File(now)
        {
            return Err(stale());
        }
        Ok(segment)
    }

    /// Makes a segment with nothing but a header, durable with its name. Where that fails it is
    /// taken back.
    pub fn create(dir: &Dir, header: &Header) -> Result<Self> {
        let name = segment_name(header.segment);
        let bytes = header.encode();
        Undo::unless_done(|undo| {
            let file = dir.create(&name)?;
            undo.remove_file(dir, &name);
            file.write_all_at(&bytes, 0)?;
            file.sync()?;
            dir.sync("")?;
            let node = Node::File(file.stamp()?);
            let mut hasher = Hasher::new();
            hasher.update(&bytes);
            Ok(Segment { number: header.segment, node, file, name, bytes: HEADER_BYTES, hasher })
        })
    }

    /// What it is if it is closed now.
    pub fn closed(&self) -> Closed {
        Closed { number: self.number, hash: self.hasher.finalize(), bytes: self.bytes }
    }

    /// Refuses where another writer moved the log: its file is another or of another length, or a
    /// segment stands behind it.
    pub fn require_unmoved(&self, dir: &Dir) -> Result<()> {
        let is_as_left = dir.node(&self.name)? == self.node;
        if is_as_left && list(dir)?.iter().all(|listed| listed.number <= self.number) {
            return Ok(());
        }
        Err(stale())
    }

    /// Adds bytes at the end. Where that fails, none of them stays, which is durable; where that
    /// fails as well the answer says so.
    pub fn append(&mut self, bytes: &[u8]) -> std::result::Result<(), FailedAppend> {
        if let Err(error) = self.file.write_all_at(bytes, self.bytes) {
            let undone = self.file.cut(self.bytes).and_then(|()| self.file.sync());
            return Err(FailedAppend { error, is_undone: undone.is_ok() });
        }
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        if let Node::File(stamp) = &mut self.node {
            stamp.bytes = self.bytes;
        }
        Ok(())
    }

    /// Makes all of it durable.
    pub fn sync(&self) -> Result<()> {
        self.file.sync()
    }
}

/// Why bytes were not appended.
#[derive(Debug)]
pub struct FailedAppend {
    /// What failed first.
    pub error: StoreError,
    /// Whether the file is as it was.
    pub is_undone: bool,
}

/// Another writer changed the log.
pub fn stale() -> StoreError {
    StoreError::refused("stale_handle", "another writer changed the log")
}
