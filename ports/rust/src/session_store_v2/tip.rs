//! The ends of the files that are appended to, as the handle left them.

use crate::error::{Result, StoreError};
use crate::files::Dir;

use super::end::End;
use super::frame::{draft, Seen, Wanted};
use super::lines::LINE_BYTES_MAX;
use super::log::Log;
use super::names::{self, INDEX};
use super::records::{self, Frame};
use super::segments;
use super::writing::beyond_repair;

/// Where the next frame and the next row go.
#[derive(Debug)]
pub struct Tip {
    segment: Option<Segment>,
    index: Option<End>,
    /// The largest number that any file in `segments/` bears or bore.
    largest_seq: u64,
    /// The number of the last segment was used by what a rollback set aside.
    must_begin: bool,
    /// Directories that hold names which may not survive a power cut.
    unsynced: Vec<&'static str>,
}

/// How an entry is to be written.
#[derive(Debug, Clone, Copy)]
pub struct How {
    pub max_segment_bytes: u64,
    /// It must survive a power cut.
    pub is_durable: bool,
}

/// The last segment.
#[derive(Debug)]
struct Segment {
    seq: u64,
    frames: u64,
    end: End,
}

/// The line of a new entry, and where it goes.
struct Placed<'a> {
    frame: Frame<'a>,
    line: Vec<u8>,
    offset: u64,
}

impl Tip {
    /// Looks where the files end. The log is what they hold.
    pub fn find(dir: &Dir, log: &Log) -> Result<Self> {
        let listing = segments::list(dir)?;
        let last = listing.segments.last().map(|segment| segment.seq);
        let segment = match last {
            Some(seq) => End::find(dir, &names::segment(seq))?.map(|end| {
                let in_last = log.last().filter(|entry| entry.segment == seq);
                Segment { seq, frames: in_last.map_or(0, |entry| entry.frame), end }
            }),
            None => None,
        };
        Ok(Tip {
            segment,
            index: End::find(dir, INDEX)?,
            largest_seq: last.max(listing.largest_aside).unwrap_or(0),
            must_begin: listing
                .largest_aside
                .is_some_and(|aside| last.is_none_or(|seq| aside >= seq)),
            unsynced: vec!["segments", "index", ""],
        })
    }

    /// Whether nobody replaced, cut or extended the files since.
    pub fn is_as_left(&self, dir: &Dir) -> Result<bool> {
        let is_same = |end: Option<&End>, name: &str| -> Result<bool> {
            Ok(dir.stamp(name)? == end.map(|end| end.stamp))
        };
        let is_segment_same = match &self.segment {
            Some(Segment { end, .. }) => is_same(Some(end), &end.name)?,
            None => true,
        };
        Ok(is_segment_same && is_same(self.index.as_ref(), INDEX)?)
    }

    /// Writes an entry: its frame, then its row, durably if `how` asks for that. Behind an error
    /// that is no failed sync the files are as before; the log holds the entry only behind none.
    pub fn append(
        &mut self,
        dir: &Dir,
        log: &mut Log,
        wanted: &Wanted<'_>,
        how: How,
    ) -> Result<()> {
        let placed = self.place(log, wanted, how.max_segment_bytes)?;
        if placed.frame.frame_seq == 1 {
            self.begin_segment(dir, placed.frame.segment_seq)?;
        }
        let Some(segment) = &mut self.segment else {
            return Err(StoreError::refused("stale_handle", "no segment"));
        };
        let ends = (placed.offset, self.index.as_ref().map_or(0, |index| index.stamp.bytes));
        segment.end.append(dir, &placed.line)?;
        let count = log.len();
        let seen = Seen {
            is_canonical: true,
            crc: crc32c::crc32c(&placed.line),
            length: placed.line.len() as u64,
            frame: placed.frame,
        };
        log.push(&seen, placed.offset, true);
        let row = records::line(&log.row(count));
        let mut outcome = self.append_row(dir, &row);
        if outcome.is_ok() && how.is_durable {
            outcome = self.sync_frames(dir);
        }
        match outcome {
            Ok(()) => {
                if let Some(segment) = &mut self.segment {
                    segment.frames += 1;
                }
                Ok(())
            }
            Err(error) => {
                log.truncate(count);
                if matches!(error, StoreError::SyncFailed(_)) {
                    return Err(error);
                }
                self.take_back(ends).map_err(|_| beyond_repair(&error))?;
                Err(error)
            }
        }
    }

    /// Makes the last segment durable, and the names of all files.
    pub fn sync_frames(&mut self, dir: &Dir) -> Result<()> {
        if let Some(segment) = &mut self.segment {
            segment.end.open(dir)?.sync()?;
        }
        self.sync_names(dir)
    }

    /// Makes everything durable.
    pub fn sync(&mut self, dir: &Dir) -> Result<()> {
        if let Some(segment) = &mut self.segment {
            segment.end.open(dir)?.sync()?;
        }
        if let Some(index) = &mut self.index {
            index.open(dir)?.sync()?;
        }
        self.sync_names(dir)
    }

    fn sync_names(&mut self, dir: &Dir) -> Result<()> {
        for name in &self.unsynced {
            dir.sync(name)?;
        }
        self.unsynced.clear();
        Ok(())
    }

    /// The place of a new entry, where a reader would take its line.
    fn place<'a>(&self, log: &Log, wanted: &Wanted<'a>, max: u64) -> Result<Placed<'a>> {
        // What is longer without all other members need not be hashed.
        let mut bytes = (wanted.id.len() + wanted.payload.get().len()) as u64;
        if bytes <= LINE_BYTES_MAX {
            let placed = self.place_any(log, wanted, max)?;
            bytes = placed.line.len() as u64;
            if bytes <= LINE_BYTES_MAX {
                return Ok(placed);
            }
        }
        Err(StoreError::refused("entry_too_large", format!("{bytes} bytes")))
    }

    /// The last segment is continued, unless its number was used before or the line does not fit.
    fn place_any<'a>(&self, log: &Log, wanted: &Wanted<'a>, max: u64) -> Result<Placed<'a>> {
        let entry_seq = log.len() as u64 + 1;
        let draft = draft(wanted);
        let at = |segment_seq: u64, frame_seq: u64, offset: u64| {
            let frame = Frame { segment_seq, frame_seq, entry_seq, ..draft.clone() };
            Placed { line: records::line(&frame), frame, offset }
        };
        if let (Some(segment), false) = (&self.segment, self.must_begin) {
            let bytes = segment.end.stamp.bytes;
            let placed = at(segment.seq, segment.frames + 1, bytes);
            let fits = bytes.saturating_add(placed.line.len() as u64) <= max;
            if bytes == 0 || fits {
                return Ok(placed);
            }
        }
        let Some(seq) = self.largest_seq.checked_add(1) else {
            return Err(StoreError::refused("segment-sequence-overflow", "no number is left"));
        };
        Ok(at(seq, 1, 0))
    }

    /// Makes the segment of this number the last, unless it is. The one before is durable by then:
    /// a damaged line with a later segment behind it cannot be an unfinished append.
    fn begin_segment(&mut self, dir: &Dir, seq: u64) -> Result<()> {
        if self.segment.as_ref().is_some_and(|segment| segment.seq == seq) {
            return Ok(());
        }
        if self.segment.is_some() {
            self.sync_frames(dir)?;
        }
        let end = End::create(dir, &names::segment(seq))?;
        self.segment = Some(Segment { seq, frames: 0, end });
        self.largest_seq = seq;
        self.must_begin = false;
        self.unsynced.push("segments");
        Ok(())
    }

    fn append_row(&mut self, dir: &Dir, row: &[u8]) -> Result<()> {
        let index = match &mut self.index {
            Some(index) => index,
            none => {
                self.unsynced.push("index");
                none.insert(End::create(dir, INDEX)?)
            }
        };
        index.append(dir, row)
    }

    /// Cuts segment and index back to where they ended, the row first.
    fn take_back(&mut self, (frame, row): (u64, u64)) -> Result<()> {
        if let Some(index) = &mut self.index {
            index.take_back(row)?;
        }
        match &mut self.segment {
            Some(segment) => segment.end.take_back(frame),
            None => Ok(()),
        }
    }
}
