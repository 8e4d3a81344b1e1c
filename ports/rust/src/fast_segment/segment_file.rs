//! The file of an open segment: what this handle knows of it, and how it may change.

use super::entry::Entry;
use super::examine::{examine, Flaw, Found};
use super::frame::{header, put_frame, Hash, COMMITTED_AT, HASH_BYTES, HEADER_BYTES};
use super::names::Names;
use super::replace::{frames_of, from, with_empty, with_front};
use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Stamp};

/// A file of frames, and everything that a handle must remember of it. Once `poisoned` nobody
/// knows what the disk holds, and nothing more is to be asked of it.
#[derive(Debug)]
pub struct SegmentFile {
    dir: Dir,
    names: Names,
    file: File,
    /// The file as this handle left it.
    stamp: Stamp,
    /// Where frames end, ascending.
    ends: Vec<u64>,
    /// The frames behind the published length, each by its end and hash.
    pending: Vec<(u64, Hash)>,
    /// What the header says, durably.
    published: u64,
    poisoned: bool,
}

impl SegmentFile {
    /// A file that was verified: its frames end at `ends`, and all of them are published.
    pub fn new(dir: &Dir, names: Names, file: File, ends: Vec<u64>) -> Result<Self> {
        let (dir, stamp) = (dir.clone(), file.stamp()?);
        let published = ends.last().copied().unwrap_or(HEADER_BYTES);
        let (pending, poisoned) = (Vec::new(), false);
        Ok(SegmentFile { dir, names, file, stamp, ends, pending, published, poisoned })
    }

    /// What the header says.
    pub fn published(&self) -> u64 {
        self.published
    }

    /// Where the last frame ends, and the next begins.
    pub fn end(&self) -> u64 {
        self.ends.last().copied().unwrap_or(HEADER_BYTES)
    }

    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    pub fn poison(&mut self) {
        self.poisoned = true;
    }

    pub fn require_sound(&self) -> Result<()> {
        if self.poisoned {
            return Err(self.refused("poisoned"));
        }
        Ok(())
    }

    fn refused(&self, code: &'static str) -> StoreError {
        StoreError::refused(code, self.names.segment.as_str())
    }

    /// Refuses where another writer moved, replaced, cut or extended the file, or published
    /// something: the header, the length and the last frame are those that this handle left.
    pub fn require_fresh(&self) -> Result<()> {
        let there = match self.dir.stamp(&self.names.segment) {
            Err(StoreError::Refused { .. }) => None,
            other => other?,
        };
        let is_fresh = there == Some(self.stamp)
            && self.file.read_range(0, HEADER_BYTES)? == header(self.published)
            && self.pending.last().map_or(Ok(true), |frame| self.stands(frame))?;
        self.require_ours(is_fresh)
    }

    /// Refuses a length at which no frame ends; that of the header is one.
    pub fn require_boundary(&self, length: u64) -> Result<()> {
        if length == HEADER_BYTES || self.ends.binary_search(&length).is_ok() {
            return Ok(());
        }
        Err(StoreError::refused("not_on_boundary", format!("no frame ends at {length}")))
    }

    /// The entries before a length at which a frame ends, verified once more.
    pub fn read(&self, length: u64) -> Result<Vec<Entry>> {
        let mut frames = frames_of(&self.file, length);
        let mut entries = Vec::new();
        while frames.end() < length {
            let Some(frame) = frames.next()? else {
                let at = format!("frame at {}", frames.end());
                return Err(StoreError::refused("corrupt_frame", at));
            };
            entries.push(frame.decoded.entry);
        }
        Ok(entries)
    }

    /// The entries that whoever opens a poisoned segment now will find, so that a program need not
    /// go blind; refuses where opening would have to set something right that is committed.
    pub fn read_what_is_left(&self) -> Result<Vec<Entry>> {
        let there = self.dir.stamp(&self.names.segment).ok().flatten();
        let Some(there) = there.filter(|there| there.is_same_file(&self.stamp)) else {
            return Err(self.refused("poisoned"));
        };
        match examine(from(&self.file, 0), there.bytes)? {
            Ok(Found { committed, flaw: None | Some(Flaw::Tail), .. }) => self.read(committed),
            _ => Err(self.refused("poisoned")),
        }
    }

    /// Adds frames behind the last in one write; where it fails they are cut again.
    pub fn add(&mut self, batch: Batch) -> Result<()> {
        let start = self.end();
        if let Err(error) = self.file.write_all_at(&batch.bytes, start) {
            self.poisoned |= self.file.cut(start).is_err();
            return Err(error);
        }
        for (length, hash) in batch.frames {
            self.pending.push((start + length, hash));
            self.ends.push(start + length);
        }
        self.stamp.bytes = self.end();
        Ok(())
    }

    /// Publishes all frames: they are durable before the header speaks of them. Where the header
    /// cannot be written it says again what it said, durably: else a power cut could leave the new
    /// length and a file that was cut in the meantime.
    pub fn publish(&mut self) -> Result<()> {
        let length = self.end();
        if length == self.published {
            return Ok(());
        }
        // Another writer may have cut them and put others in their place.
        for frame in &self.pending {
            self.require_ours(self.stands(frame)?)?;
        }
        self.sync()?;
        if let Err(error) = self.put_committed(length) {
            let undone = self.put_committed(self.published).and_then(|()| self.file.sync());
            self.poisoned |= undone.is_err();
            return Err(error);
        }
        self.sync()?;
        self.published = length;
        self.pending.clear();
        Ok(())
    }

    /// Cuts frames of which none was published.
    pub fn cut_unpublished(&mut self, length: u64) -> Result<()> {
        if length < self.end() {
            // After a failed cut nobody knows which of the two lengths the file has.
            self.file.cut(length).inspect_err(|_| self.poisoned = true)?;
            self.shorten(length);
        }
        Ok(())
    }

    /// Cuts published frames. They go only together with the header that published them: another
    /// file takes the place of this one.
    pub fn replace(&mut self, length: u64) -> Result<()> {
        let replaced = if length == HEADER_BYTES {
            with_empty(&self.dir, &self.names)
        } else {
            with_front(&self.dir, &self.names, &self.file, length)
        };
        match replaced.and_then(|file| Ok((file.stamp()?, file))) {
            Ok((stamp, file)) => {
                (self.stamp, self.file, self.published) = (stamp, file, length);
                self.shorten(length);
                Ok(())
            }
            Err(error) => {
                // Whatever failed behind the rename, the name is another file's already.
                let there = self.dir.stamp(&self.names.segment);
                self.poisoned |= !matches!(there, Ok(there) if there == Some(self.stamp));
                Err(error)
            }
        }
    }

    fn shorten(&mut self, length: u64) {
        self.ends.truncate(self.ends.partition_point(|end| *end <= length));
        self.pending.retain(|(end, _)| *end <= length);
        self.stamp.bytes = length;
    }

    /// A later sync may succeed without what a failed one was to make durable.
    fn sync(&mut self) -> Result<()> {
        self.file.sync().inspect_err(|_| self.poisoned = true)
    }

    fn put_committed(&self, length: u64) -> Result<()> {
        self.file.write_all_at(&length.to_le_bytes(), COMMITTED_AT)
    }

    /// Whether a frame of this handle still ends there.
    fn stands(&self, (end, hash): &(u64, Hash)) -> Result<bool> {
        Ok(self.file.read_range(end - HASH_BYTES as u64, *end)? == hash)
    }

    fn require_ours(&self, is_ours: bool) -> Result<()> {
        if is_ours {
            return Ok(());
        }
        Err(self.refused("stale_handle"))
    }
}

/// Frames to be added in one write, each by where it ends in these bytes, and its hash.
#[derive(Default)]
pub struct Batch {
    bytes: Vec<u8>,
    frames: Vec<(u64, Hash)>,
}

impl Batch {
    /// Adds the frame of an entry, unless no reader would take it.
    pub fn add(&mut self, entry: &Entry) -> Result<()> {
        let hash = put_frame(&mut self.bytes, entry)
            .ok_or_else(|| StoreError::refused("entry_too_large", "a payload above 64 MiB"))?;
        self.frames.push((self.bytes.len() as u64, hash));
        Ok(())
    }
}
