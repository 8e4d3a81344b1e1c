//! An open segment. Nothing that it does moves where the next frame goes but the frames themselves.

use super::entry::Entry;
use super::frame::{header, put_frame, Hash, COMMITTED_AT, HASH_BYTES, HEADER_BYTES};
use super::names::Names;
use super::replace::{frames_of, with_empty, with_front};
use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Stamp};

/// How a seal ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// All entries are there and survive a power cut.
    Sealed,
    /// The deadline passed before the sync: none of them is there.
    TimedOut,
}

/// A segment that this process writes. Dropping it changes no byte, and loses what was not
/// published.
#[derive(Debug)]
pub struct Segment {
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
    /// What the next sync publishes: where a frame ends, never before `published`.
    tracked: u64,
    /// Set once nobody knows any more what the disk holds.
    poisoned: bool,
}

impl Segment {
    /// A segment that was verified: its frames end at `ends`, and all of them are published.
    pub(super) fn new(
        dir: &Dir,
        names: Names,
        file: File,
        published: u64,
        ends: Vec<u64>,
    ) -> Result<Self> {
        let stamp = file.stamp()?;
        let dir = dir.clone();
        let pending = Vec::new();
        let tracked = published;
        let poisoned = false;
        Ok(Segment { dir, names, file, stamp, ends, pending, published, tracked, poisoned })
    }

    /// Adds a frame behind the last, and answers its bytes. It is in no file until a sync of the
    /// group publishes it. `track` counts it in, as [`Segment::track`] does.
    pub fn append(&mut self, entry: &Entry, track: bool) -> Result<u64> {
        self.act(|segment| {
            let mut batch = Batch::default();
            batch.add(entry)?;
            if track {
                segment.require_tracked()?;
            }
            let before = segment.end();
            segment.write(batch)?;
            if track {
                segment.tracked = segment.end();
            }
            Ok(segment.end() - before)
        })
    }

    /// Counts bytes in that were appended, up to a place where a frame ends.
    pub fn track(&mut self, bytes: u64) -> Result<()> {
        self.act(|segment| {
            let tracked = segment.tracked.saturating_add(bytes);
            segment.require_boundary(tracked)?;
            segment.tracked = tracked;
            Ok(())
        })
    }

    /// Publishes what was tracked. It survives a power cut afterwards.
    pub fn sync_group(&mut self) -> Result<()> {
        self.act(|segment| {
            segment.require_tracked()?;
            segment.publish()
        })
    }

    /// Cuts the file where a frame ends, which is the tracked length then.
    pub fn truncate(&mut self, length: u64) -> Result<()> {
        self.act(|segment| {
            segment.require_boundary(length)?;
            segment.cut_to(length)
        })
    }

    /// Takes all frames back.
    pub fn reset(&mut self) -> Result<()> {
        self.act(|segment| segment.cut_to(HEADER_BYTES))
    }

    /// The entries that the header publishes, read anew from the disk.
    pub fn read_committed(&mut self) -> Result<Vec<Entry>> {
        self.act(|segment| {
            let mut frames = frames_of(&segment.file, segment.published);
            let mut entries = Vec::new();
            while frames.end() < segment.published {
                let Some(frame) = frames.next()? else {
                    let at = format!("frame at {}", frames.end());
                    return Err(StoreError::refused("corrupt_frame", at));
                };
                entries.push(frame.decoded.entry);
            }
            Ok(entries)
        })
    }

    /// Appends all entries and publishes them, together with what was tracked before, unless
    /// `is_late` says that the deadline passed: before each entry, and once before the sync. What
    /// does not end as sealed leaves the file as it was, or the handle poisoned.
    pub fn seal(
        &mut self,
        entries: &[Entry],
        mut is_late: impl FnMut() -> bool,
    ) -> Result<Sealing> {
        self.act(|segment| {
            segment.require_tracked()?;
            let mut batch = Batch::default();
            for entry in entries {
                if is_late() {
                    return Ok(Sealing::TimedOut);
                }
                batch.add(entry)?;
            }
            let before = segment.mark();
            segment.write(batch)?;
            if is_late() {
                segment.return_to(before)?;
                return Ok(Sealing::TimedOut);
            }
            let tracked = segment.tracked;
            segment.tracked = segment.end();
            if let Err(error) = segment.publish() {
                segment.tracked = tracked;
                // Unless the handle is poisoned: then the header may speak of these frames already.
                // Where this fails too, why it began is the answer.
                let _ = segment.return_to(before);
                return Err(error);
            }
            Ok(Sealing::Sealed)
        })
    }

    /// The tracked length, published or not. It is told from memory.
    pub fn committed_bytes(&self) -> Result<u64> {
        self.require_sound()?;
        Ok(self.tracked)
    }

    /// Performs an operation on a file that is as this handle left it.
    fn act<T>(&mut self, operation: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.require_sound()?;
        let outcome = self.require_fresh().and_then(|()| operation(self));
        // Also that of a directory, or of a file that was to take the place of this one.
        self.poisoned |= matches!(outcome, Err(StoreError::SyncFailed(_)));
        outcome.map_err(in_our_words)
    }

    fn require_sound(&self) -> Result<()> {
        if self.poisoned {
            return Err(StoreError::refused("poisoned", self.names.segment.as_str()));
        }
        Ok(())
    }

    /// Refuses where another writer moved, replaced, cut or extended the file, or published
    /// something: the header, the length and the last frame are those that this handle left.
    fn require_fresh(&self) -> Result<()> {
        let there = match self.dir.stamp(&self.names.segment) {
            Err(StoreError::Refused { .. }) => None,
            other => other?,
        };
        let is_fresh = there == Some(self.stamp)
            && self.file.read_range(0, HEADER_BYTES)? == header(self.published)
            && self.pending.last().map_or(Ok(true), |frame| self.stands(frame))?;
        self.require_ours(is_fresh)
    }

    fn require_ours(&self, is_ours: bool) -> Result<()> {
        if is_ours {
            return Ok(());
        }
        Err(StoreError::refused("stale_handle", self.names.segment.as_str()))
    }

    /// Whether a frame of this handle still ends there.
    fn stands(&self, (end, hash): &(u64, Hash)) -> Result<bool> {
        Ok(self.file.read_range(end - HASH_BYTES as u64, *end)? == hash)
    }

    fn require_tracked(&self) -> Result<()> {
        if self.end() == self.tracked {
            return Ok(());
        }
        let detail = format!("frames up to {}, tracked up to {}", self.end(), self.tracked);
        Err(StoreError::refused("untracked_frames", detail))
    }

    fn require_boundary(&self, length: u64) -> Result<()> {
        if length == HEADER_BYTES || self.ends.binary_search(&length).is_ok() {
            return Ok(());
        }
        Err(StoreError::refused("not_on_boundary", format!("no frame ends at {length}")))
    }

    /// Where the last frame ends, and the next begins.
    fn end(&self) -> u64 {
        self.ends.last().copied().unwrap_or(HEADER_BYTES)
    }

    /// Adds frames in one write.
    fn write(&mut self, batch: Batch) -> Result<()> {
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

    /// Publishes all frames: they are durable before the header speaks of them.
    fn publish(&mut self) -> Result<()> {
        if self.tracked == self.published {
            return Ok(());
        }
        // Another writer may have cut them and put others in their place.
        for frame in &self.pending {
            self.require_ours(self.stands(frame)?)?;
        }
        self.sync()?;
        if let Err(error) = self.put_committed(self.tracked) {
            self.poisoned |= self.put_committed(self.published).is_err();
            return Err(error);
        }
        self.sync()?;
        self.published = self.tracked;
        self.pending.clear();
        Ok(())
    }

    /// A later sync may succeed without what a failed one was to make durable.
    fn sync(&mut self) -> Result<()> {
        let outcome = self.file.sync();
        self.poisoned |= outcome.is_err();
        outcome
    }

    fn put_committed(&self, length: u64) -> Result<()> {
        self.file.write_all_at(&length.to_le_bytes(), COMMITTED_AT)
    }

    /// How many frames there are, to come back to.
    fn mark(&self) -> usize {
        self.ends.len()
    }

    /// Cuts what was appended since `mark`, none of which was published.
    fn return_to(&mut self, mark: usize) -> Result<()> {
        let length = self.ends[..mark].last().copied().unwrap_or(HEADER_BYTES);
        if length == self.end() || self.poisoned {
            return Ok(());
        }
        if let Err(error) = self.file.cut(length) {
            // Perhaps it was cut, perhaps not.
            self.poisoned = true;
            return Err(error);
        }
        self.shorten(length);
        Ok(())
    }

    fn cut_to(&mut self, length: u64) -> Result<()> {
        if length >= self.published {
            let mark = self.ends.partition_point(|end| *end <= length);
            self.return_to(mark)?;
        } else {
            self.replace(length)?;
            self.published = length;
            self.shorten(length);
        }
        self.tracked = length;
        Ok(())
    }

    /// What was published goes only together with the header that published it: another file takes
    /// the place of this one.
    fn replace(&mut self, length: u64) -> Result<()> {
        let replaced = if length == HEADER_BYTES {
            with_empty(&self.dir, &self.names)
        } else {
            with_front(&self.dir, &self.names, &self.file, length)
        };
        let adopted = replaced.and_then(|file| {
            self.stamp = file.stamp()?;
            self.file = file;
            Ok(())
        });
        // Where it failed at or behind the rename, nobody knows which file has the name.
        self.poisoned |= adopted.is_err() && !self.has_name();
        adopted
    }

    /// Whether the file that is open is the one of that name, as far as one can tell.
    fn has_name(&self) -> bool {
        matches!(self.dir.stamp(&self.names.segment), Ok(Some(stamp)) if stamp == self.stamp)
    }

    fn shorten(&mut self, length: u64) {
        self.ends.retain(|end| *end <= length);
        self.pending.retain(|(end, _)| *end <= length);
        self.stamp.bytes = length;
    }
}

/// Frames to be added in one write, each by where it ends in these bytes, and its hash.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    frames: Vec<(u64, Hash)>,
}

impl Batch {
    fn add(&mut self, entry: &Entry) -> Result<()> {
        let hash = put_frame(&mut self.bytes, entry)
            .ok_or_else(|| StoreError::refused("entry_too_large", "a payload above 64 MiB"))?;
        self.frames.push((self.bytes.len() as u64, hash));
        Ok(())
    }
}

/// The same error under the code that the format page has for its cause.
pub(super) fn in_our_words(error: StoreError) -> StoreError {
    match &error {
        full if full.is_full() => StoreError::refused("no_space", full.to_string()),
        StoreError::Io(io) if io.raw_os_error() == Some(libc::ELOOP) => {
            StoreError::refused("symlink_refused", io.to_string())
        }
        _ => error,
    }
}
