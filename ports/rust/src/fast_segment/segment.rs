//! An open segment and its operations. Nothing but frames moves where the next frame goes.

use super::entry::Entry;
use super::frame::HEADER_BYTES;
use super::segment_file::{Batch, SegmentFile};
use crate::error::{Result, StoreError};

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
    file: SegmentFile,
    /// What the next sync publishes: where a frame ends, never before the published length.
    tracked: u64,
}

impl Segment {
    /// A segment all of whose frames are published.
    pub(super) fn new(file: SegmentFile) -> Self {
        Segment { tracked: file.published(), file }
    }

    /// Adds a frame behind the last, and answers its bytes. No reader sees it until a sync of the
    /// group publishes it. `track` counts it in, as [`Segment::track`] does.
    pub fn append(&mut self, entry: &Entry, track: bool) -> Result<u64> {
        self.act(|segment| {
            let mut batch = Batch::default();
            batch.add(entry)?;
            if track {
                segment.require_tracked()?;
            }
            let before = segment.file.end();
            segment.file.add(batch)?;
            let after = segment.file.end();
            if track {
                segment.tracked = after;
            }
            Ok(after - before)
        })
    }

    /// Counts bytes in that were appended, up to a place where a frame ends.
    pub fn track(&mut self, bytes: u64) -> Result<()> {
        self.act(|segment| {
            let tracked = segment.tracked.saturating_add(bytes);
            segment.file.require_boundary(tracked)?;
            segment.tracked = tracked;
            Ok(())
        })
    }

    /// Publishes what was tracked. It survives a power cut afterwards.
    pub fn sync_group(&mut self) -> Result<()> {
        self.act(|segment| {
            segment.require_tracked()?;
            segment.file.publish()
        })
    }

    /// Cuts the file where a frame ends, which is the tracked length then.
    pub fn truncate(&mut self, length: u64) -> Result<()> {
        self.act(|segment| {
            segment.file.require_boundary(length)?;
            segment.cut(length)
        })
    }

    /// Takes all frames back.
    pub fn reset(&mut self) -> Result<()> {
        self.act(|segment| segment.cut(HEADER_BYTES))
    }

    /// The entries that the header publishes, read anew from the disk. Of what is there this can
    /// still be asked once a failure has poisoned the handle.
    pub fn read_committed(&mut self) -> Result<Vec<Entry>> {
        if self.file.is_poisoned() {
            return self.file.read_what_is_left().map_err(in_our_words);
        }
        self.act(|segment| segment.file.read(segment.file.published()))
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
            let before = segment.file.end();
            segment.file.add(batch)?;
            if is_late() {
                segment.file.cut_unpublished(before)?;
                return Ok(Sealing::TimedOut);
            }
            if let Err(error) = segment.file.publish() {
                // A poisoned file keeps them: its header may speak of them already. Where the cut
                // fails the file is poisoned by that, and why the seal failed is the answer.
                if !segment.file.is_poisoned() {
                    let _ = segment.file.cut_unpublished(before);
                }
                return Err(error);
            }
            segment.tracked = segment.file.published();
            Ok(Sealing::Sealed)
        })
    }

    /// The tracked length, published or not. It is told from memory.
    pub fn committed_bytes(&self) -> u64 {
        self.tracked
    }

    /// Performs an operation on a file that is as this handle left it.
    fn act<T>(&mut self, operation: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.file.require_sound()?;
        let outcome = self.file.require_fresh().and_then(|()| operation(self));
        if matches!(outcome, Err(StoreError::SyncFailed(_))) {
            self.file.poison();
        }
        outcome.map_err(in_our_words)
    }

    fn cut(&mut self, length: u64) -> Result<()> {
        if length < self.file.published() {
            self.file.replace(length)?;
        } else {
            self.file.cut_unpublished(length)?;
        }
        self.tracked = length;
        Ok(())
    }

    fn require_tracked(&self) -> Result<()> {
        let end = self.file.end();
        if end == self.tracked {
            return Ok(());
        }
        let detail = format!("frames up to {end}, tracked up to {}", self.tracked);
        Err(StoreError::refused("untracked_frames", detail))
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
